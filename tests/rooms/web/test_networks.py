"""Which network a request comes from, and how many reports it may send."""

import multiprocessing
import threading
import warnings
from ipaddress import ip_network
from multiprocessing.connection import Connection
from socket import AF_INET6, inet_ntop

import pytest
from pytest_django import Settings

from corrigenda.models import Site
from corrigenda.report.spam.challenge import seconds_of_pressure
from corrigenda.web.limits import BYTES, LIMITS, SLOTS, NetworkLimits, count_report, seconds_to_wait
from corrigenda.web.networks import UNKNOWN, address_of, network_of

PROXIES = [ip_network(text) for text in ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "2001:db8:ffff::/48")]


def network(peer: str, forwarded: str = "") -> bytes:
    """Return the network of a request with this peer and this X-Forwarded-For."""
    return network_of({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}, PROXIES)


def ipv4(text: str) -> bytes:
    """Return the three bytes of a /24."""
    return bytes(map(int, text.split(".")[:3]))


def test_ipv4_counts_by_24_bits_and_ipv6_by_48() -> None:
    assert network("203.0.113.9") == network("203.0.113.250") == ipv4("203.0.113.0")
    assert network("203.0.113.9") != network("203.0.114.9")
    assert network("2001:db8:1:2::3") == network("2001:db8:1:ffff::9") == bytes.fromhex("20010db80001")
    assert network("2001:db8:1::") != network("2001:db8:2::")


def test_an_ipv4_address_within_ipv6_is_an_ipv4_address() -> None:
    assert network("::ffff:203.0.113.9") == ipv4("203.0.113.0")
    assert network("::ffff:127.0.0.1", "::ffff:203.0.113.9") == ipv4("203.0.113.0")


def test_an_ipv4_address_behind_a_translator_counts_as_itself() -> None:
    assert network("64:ff9b::203.0.113.9") == network("64:ff9b::203.0.113.250") == ipv4("203.0.113.0")
    assert network("64:ff9b::203.0.114.9") != network("64:ff9b::203.0.113.9")
    assert network("127.0.0.1", "64:ff9b::203.0.113.9") == ipv4("203.0.113.0")
    # Nobody is trusted for what is inside.
    assert network("64:ff9b::127.0.0.1", "198.51.100.1") == ipv4("127.0.0.0")


def test_the_whole_address_is_found_by_the_same_rule() -> None:
    def address(peer: str, forwarded: str = "") -> str:
        return address_of({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}, PROXIES)

    assert address("127.0.0.1", "192.0.2.66, 198.51.100.1") == "198.51.100.1"
    assert address("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert address("::1", "2001:DB8:7::1") == "2001:db8:7::1"
    assert address("::ffff:203.0.113.9") == "203.0.113.9"
    assert address("") == ""


def test_only_a_trusted_proxy_is_believed() -> None:
    assert network("203.0.113.9", "198.51.100.1") == ipv4("203.0.113.0")
    assert network("127.0.0.1", "198.51.100.1") == ipv4("198.51.100.0")
    assert network("::1", "2001:db8:7::1") == bytes.fromhex("20010db80007")


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("198.51.100.1", "198.51.100.0"),
        ("192.0.2.66, 198.51.100.1", "198.51.100.0"),
        ("192.0.2.66, 198.51.100.1, 10.1.2.3", "198.51.100.0"),
        ("192.0.2.66,198.51.100.1,10.1.2.3,10.1.2.4", "198.51.100.0"),
        ("127.0.0.1, 198.51.100.1, 10.1.2.3", "198.51.100.0"),
        ("10.9.9.9, 10.1.2.3", "10.9.9.0"),
        ("198.51.100.1:52011", "198.51.100.0"),
        ("  198.51.100.1\t", "198.51.100.0"),
    ],
)
def test_the_rightmost_hop_that_is_no_proxy_counts(forwarded: str, expected: str) -> None:
    assert network("127.0.0.1", forwarded) == ipv4(expected)


def test_ports_and_brackets_of_ipv6_are_read() -> None:
    assert network("127.0.0.1", "[2001:db8:7::1]:4711") == bytes.fromhex("20010db80007")
    assert network("127.0.0.1", "198.51.100.1, 2001:db8:ffff::5") == ipv4("198.51.100.0")


@pytest.mark.parametrize(
    "forwarded",
    ["unknown", "", ",", "_hidden", "999.1.1.1", "<script>", "\x00", "1.2.3.4 5.6.7.8", "[", "]:"],
)
def test_what_is_no_address_hides_nobody(forwarded: str) -> None:
    assert network("10.1.2.3", forwarded) == ipv4("10.1.2.0")
    assert network("10.1.2.3", f"198.51.100.1, {forwarded}") == ipv4("10.1.2.0")


def test_a_header_of_any_length_costs_no_more_than_a_short_one() -> None:
    forged = ", ".join(["192.0.2.66"] * 50_000)
    assert network("127.0.0.1", f"{forged}, 198.51.100.1, 10.0.0.1") == ipv4("198.51.100.0")
    assert network("127.0.0.1", "10.0.0.1," * 50_000) == ipv4("127.0.0.0")
    only_proxies = ",".join(["10.0.0.1"] * 50_000)
    assert network("127.0.0.1", only_proxies) == ipv4("10.0.0.0")


@pytest.mark.parametrize("peer", ["", "unix:", "@", "localhost"])
def test_a_peer_without_an_address_is_one_network(peer: str) -> None:
    assert network(peer, "198.51.100.1") == UNKNOWN


class Clock:
    """A clock that stops until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_then_one_for_one() -> None:
    clock = Clock()
    counted = NetworkLimits(clock=clock)

    def wait(name: bytes = b"a") -> int:
        return counted.wait(name, most=3, seconds=30)

    assert [wait(), wait(), wait()] == [0, 0, 0]
    assert (wait(), wait()) == (10, 10)
    assert wait(b"b") == 0
    clock.now += 9.5
    assert wait() == 1
    clock.now += 0.5
    assert (wait(), wait()) == (0, 10)
    clock.now += 3600
    assert [wait(), wait(), wait()] == [0, 0, 0]
    assert wait() == 10


def test_the_seconds_to_wait_are_enough() -> None:
    clock = Clock()
    counted = NetworkLimits(clock=clock)
    for most, seconds in ((1, 600.0), (7, 0.5), (60, 600.0), (1000, 7.0)):
        for _ in range(most):
            assert counted.wait(b"x", most=most, seconds=seconds) == 0
        clock.now += counted.wait(b"x", most=most, seconds=seconds)
        assert counted.wait(b"x", most=most, seconds=seconds) == 0
        counted.forget()


def test_what_is_counted_for_one_kind_is_not_counted_for_another(settings: Settings) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"report_limit": 1, "challenge_reports": 1})
    LIMITS.forget()
    # The /48 of this sender is the bytes "site 1", which was the name of the site's count.
    sender = {"REMOTE_ADDR": inet_ntop(AF_INET6, b"site 1" + bytes(10))}
    assert count_report(sender, size=100).seconds == 0
    assert seconds_of_pressure(Site(pk=1)) == 0
    assert seconds_of_pressure(Site(pk=1)) > 0
    assert count_report(sender, size=100).seconds > 0
    assert seconds_to_wait(sender, counting="known") == 0
    counted = NetworkLimits(clock=Clock())
    for kind, name in ((b"a", b"bc"), (b"ab", b"c"), (b"a", b"b\0c"), (b"", b"abc")):
        assert counted.wait(name, most=1, seconds=10, kind=kind) == 0
    LIMITS.forget()


def test_bytes_are_counted_by_the_day_and_disturb_no_other_count(settings: Settings) -> None:
    limits = {"report_limit": 0, "report_bytes_a_day": 100_000, "flood_reports": 0}
    settings.OPTIONS = settings.OPTIONS.model_copy(update=limits)
    sender = {"REMOTE_ADDR": "203.0.113.9"}
    assert [count_report(sender, size=40_000).seconds for _ in range(2)] == [0, 0]
    # A fifth of them is left: as much again comes back in a fifth of a day.
    assert 17_000 < count_report(sender, size=40_000).seconds <= 17_280
    assert count_report(sender, size=20_000).seconds == 0
    assert 80 < count_report(sender, size=100).seconds <= 87
    assert count_report({"REMOTE_ADDR": "203.0.114.9"}, size=100_000).seconds == 0
    assert count_report({"REMOTE_ADDR": "203.0.115.9"}, size=200_000).seconds == 0, "one is never too large"
    assert used(LIMITS) == set()
    assert len(used(BYTES)) == 6
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"report_bytes_a_day": 0})
    assert count_report(sender, size=40_000).seconds == 0


def test_the_key_lives_a_day_and_no_address_is_kept() -> None:
    clock = Clock()
    clock.now = 5 * 86_400.0
    counted, other = NetworkLimits(clock=clock), NetworkLimits(clock=clock)
    address = ipv4("203.0.113.0")
    for limits in (counted, other):
        assert limits.wait(address, most=1, seconds=86_400.0) == 0
    first = used(counted)
    assert len(first) == 2
    assert first.isdisjoint(used(other)), "another process chooses other slots"
    assert address not in bytes(counted._shared)
    clock.now += 80_000
    assert counted.wait(address, most=1, seconds=86_400.0) > 0
    assert used(counted) == first
    clock.now += 6_400
    assert counted.wait(address, most=1, seconds=86_400.0) == 0
    assert len(used(counted) - first) == 2, "another day chooses other slots"


def used(limits: NetworkLimits) -> set[int]:
    """Return the slots that hold anything."""
    return {slot for slot, due in enumerate(limits._due) if due}


def test_memory_is_of_one_size_and_many_networks_leave_each_other_alone() -> None:
    clock = Clock()
    counted = NetworkLimits(clock=clock)
    size = len(counted._shared)
    assert size == 2 * SLOTS * 8 <= 4_000_000
    networks = [number.to_bytes(3) for number in range(10_000)]
    refused = [
        network for network in networks for _ in range(2) if counted.wait(network, most=2, seconds=600)
    ]
    assert len(refused) < len(networks) / 50
    assert len(counted._shared) == size


def _send_in_a_child(counted: NetworkLimits, answers: Connection) -> None:
    answers.send([counted.wait(b"x", most=5, seconds=600) for _ in range(4)])


def test_processes_that_were_forked_count_together() -> None:
    counted = NetworkLimits(clock=Clock())
    receiver, sender = multiprocessing.Pipe(duplex=False)
    for expected in ([0, 0, 0, 0], [0, 120, 120, 120]):
        child = multiprocessing.get_context("fork").Process(target=_send_in_a_child, args=(counted, sender))
        with warnings.catch_warnings():
            # The test runner may have threads, of which the child needs none.
            warnings.simplefilter("ignore", DeprecationWarning)
            child.start()
        assert receiver.poll(20)
        assert receiver.recv() == expected
        child.join(20)
    assert counted.wait(b"x", most=5, seconds=600) == 120


def test_threads_count_together() -> None:
    counted = NetworkLimits(clock=Clock())
    passed: list[bool] = []

    def send() -> None:
        passed.extend(counted.wait(b"x", most=100, seconds=600) == 0 for _ in range(60))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), sum(passed)) == (240, 100)
