"""Every address that a name resolves to is judged, whatever it is dressed as."""

import ipaddress

import pytest

from corrigenda.connectors.network import may_reach


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.216.34",
        "172.15.255.255",
        "172.32.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
        "2001:200::1",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
    ],
)
def test_the_open_net_may_be_reached(address: str) -> None:
    """With and without the site's exception."""
    assert may_reach(ipaddress.ip_address(address), private=False)
    assert may_reach(ipaddress.ip_address(address), private=True)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "10.255.255.255",
        "127.0.0.1",
        "127.9.9.9",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "::1",
        "fc00::1",
        "fdff::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
    ],
)
def test_private_addresses_need_the_exception(address: str) -> None:
    """Loopback and the networks of one's own, also inside an IPv6 address."""
    assert not may_reach(ipaddress.ip_address(address), private=False)
    assert may_reach(ipaddress.ip_address(address), private=True)


@pytest.mark.parametrize(
    "address",
    [
        "2620:4f:8000::1",
        "2620:4f:8000:ffff::1",
        "0.0.0.0",  # noqa: S104 (nothing binds to it)
        "0.1.2.3",
        "169.254.169.254",
        "169.254.0.1",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:101:101::1",
        "3fff::1",
        "64:ff9b:1::1",
        "100::1",
        "5f00::1",
        "::ffff:169.254.169.254",
        "::ffff:0.0.0.0",
        "64:ff9b::169.254.169.254",
        "::169.254.169.254",
    ],
)
def test_some_addresses_are_never_reached(address: str) -> None:
    """Metadata services, multicast, unspecified, link-local, tunnels: no exception opens them."""
    assert not may_reach(ipaddress.ip_address(address), private=False)
    assert not may_reach(ipaddress.ip_address(address), private=True)
