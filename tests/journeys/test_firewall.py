"""deploy/nftables.conf in the kernel: one address has a number of connections, loaded once or again."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import tools
from tests.journeys.networks import Joined, joined
from tests.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

RULES = Path(__file__).resolve().parents[2] / "deploy" / "nftables.conf"
MOST = 100
GREEDY, NEIGHBOUR = "10.77.0.2", "10.77.0.3"
GREEDY_6, SAME_NETWORK, OTHER_NETWORK = "fd77::2", "fd77::3", "fd77:0:0:1::2"
OTHER_SERVICE = 25


@pytest.fixture
def networks() -> Iterator[Joined]:
    tools.require(tools.NFT, tools.program(tools.NFT))
    senders = [GREEDY, NEIGHBOUR, GREEDY_6, SAME_NETWORK, OTHER_NETWORK]
    with joined(senders, [80, 443, OTHER_SERVICE]) as both:
        load(both)
        yield both


def load(networks: Joined) -> None:
    """Load the rules as the file says it."""
    networks.desk.run(str(tools.program(tools.NFT)), "-f", str(RULES))


def known(networks: Joined) -> str:
    """Return what the kernel keeps."""
    return networks.desk.run(str(tools.program(tools.NFT)), "list", "table", "inet", "corrigenda")


def opened(
    held: ExitStack, networks: Joined, sender: str, number: int, port: int = 443
) -> list[socket.socket]:
    """Try to open so many connections; return those that were not refused."""
    tried = [networks.connect(sender, port) for _ in range(number)]
    return [held.enter_context(one) for one in tried if one is not None]


@pytest.mark.parametrize("loaded_again", [0, 2], ids=["loaded once", "loaded three times"])
def test_one_address_has_a_number_of_connections_and_others_have_theirs(
    networks: Joined, loaded_again: int
) -> None:
    for _ in range(loaded_again):
        load(networks)
    with ExitStack() as held:
        mine = opened(held, networks, GREEDY, MOST + 20)
        assert len(mine) == MOST
        assert opened(held, networks, GREEDY, 3, port=80) == [], "both ports count together"
        assert len(opened(held, networks, NEIGHBOUR, 3)) == 3
        assert len(opened(held, networks, GREEDY, 3, port=OTHER_SERVICE)) == 3, (
            "other services are left alone"
        )
        for one in mine[:5]:
            one.close()
        wait_until(lambda: opened(held, networks, GREEDY, 1), "who closes connections gets no new ones")


def test_one_network_of_ipv6_counts_as_one_address(networks: Joined) -> None:
    with ExitStack() as held:
        assert len(opened(held, networks, GREEDY_6, MOST - 10)) == MOST - 10
        assert len(opened(held, networks, SAME_NETWORK, 20)) == 10
        assert len(opened(held, networks, OTHER_NETWORK, 3)) == 3


def test_who_has_no_connection_is_forgotten(networks: Joined) -> None:
    with ExitStack() as held:
        opened(held, networks, GREEDY, 3)
        opened(held, networks, GREEDY_6, 3)
        assert {GREEDY, "fd77::"} <= set(known(networks).replace(",", " ").split())
    wait_until(lambda: GREEDY not in known(networks) and "fd77" not in known(networks), "addresses are kept")


def test_the_machine_itself_is_not_limited(networks: Joined) -> None:
    def mine() -> list[socket.socket]:
        return [socket.create_connection(("10.77.0.1", 443), 20) for _ in range(MOST + 20)]

    with ExitStack() as held:
        assert len([held.enter_context(one) for one in networks.desk.do(mine)]) == MOST + 20
