"""Where a request comes from: the nearest address that is no trusted proxy, whole or cut to its network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import Any, Final

Network = IPv4Network | IPv6Network

UNKNOWN: Final = b""
"""What stands for every request whose peer has no network address."""

_MOST_HOPS: Final = 16
_IPV4_BYTES: Final = 3
"""A /24: the block that one house or one mobile gateway usually has."""
_IPV6_BYTES: Final = 6
"""A /48: what one subscriber is given at most (RFC 6177), so that he cannot be thousands."""
_IPV4_IN_IPV6: Final = bytes(10) + b"\xff\xff"
_TRANSLATED: Final = b"\x00\x64\xff\x9b" + bytes(8)
"""64:ff9b::/96: what a translator writes before an IPv4 address for a server with IPv6 alone (RFC 6052)."""
_MOST_PEERS: Final = 256
_INSIDE: Final = tuple(
    ip_network(text)
    for text in (
        *("127.0.0.0/8", "::1/128"),  # this machine
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),  # RFC 1918, RFC 4193
        *("169.254.0.0/16", "fe80::/10", "100.64.0.0/10"),  # RFC 3927, RFC 4291, RFC 6598
    )
)
_FOR_DOCUMENTS: Final = tuple(
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def network_of(environ: Mapping[str, Any], trusted: Sequence[Network]) -> bytes:
    """Return the network that a WSGI request comes from: 3 bytes for an IPv4 /24, 6 for an IPv6 /48."""
    # Else all of IPv4 were one network. Whether it may be believed is never decided by what is inside.
    address = _sender(environ, trusted).removeprefix(_TRANSLATED)
    return address[: _IPV4_BYTES if len(address) == 4 else _IPV6_BYTES]


def address_of(environ: Mapping[str, Any], trusted: Sequence[Network]) -> str:
    """Return the address that a WSGI request comes from; empty where its peer has no network address."""
    address = _sender(environ, trusted)
    return _written(address) if address else ""


@dataclass(frozen=True, slots=True)
class Peer:
    """Who opened the connection, as far as it matters whom to believe."""

    address: str
    """Empty where there is none, as at a Unix socket."""
    network: str
    """The address alone as a network, for CORRIGENDA_TRUSTED_PROXIES; empty where there is no address."""
    trusted: bool
    inside: bool
    """On this machine or in a private network, where no stranger from the Internet has an address."""


class Peers:
    """Tells of peers whether they are trusted; remembers some, since every request asks."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)
        self._known: dict[str, Peer] = {}

    def of(self, environ: Mapping[str, Any]) -> Peer:
        """Return the peer of a WSGI request."""
        text = str(environ.get("REMOTE_ADDR", ""))
        known = self._known.get(text)
        if known is None:
            known = self._looked_at(text)
            if len(self._known) < _MOST_PEERS:
                self._known[text] = known
        return known

    def _looked_at(self, text: str) -> Peer:
        address = _parsed(text)
        if address is None:
            return Peer("", "", trusted=False, inside=True)
        written = _written(address)
        return Peer(
            written,
            f"{written}/{8 * len(address)}",
            trusted=_is_among(address, self._trusted),
            inside=_is_among(address, _INSIDE),
        )


def names_a_sender(environ: Mapping[str, Any]) -> bool:
    """Whether X-Forwarded-For ends in an address, as it does where the peer wrote its end."""
    header = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
    return bool(header) and _parsed(header.rpartition(",")[2]) is not None


def is_for_documents(address: str) -> bool:
    """Whether an address is of those that documents show and nobody has (RFC 5737, RFC 3849)."""
    parsed = _parsed(address)
    return parsed is not None and _is_among(parsed, _FOR_DOCUMENTS)


def _written(address: bytes) -> str:
    return inet_ntop(AF_INET if len(address) == 4 else AF_INET6, address)


def _sender(environ: Mapping[str, Any], trusted: Sequence[Network]) -> bytes:
    """Return the bytes of the sender's address, UNKNOWN where the peer has none.

    X-Forwarded-For is read from its right end and believed only as far as trusted proxies wrote it: the peer
    vouches for the last entry, a trusted entry for the one before it. What stands left of the first address
    that is not trusted was written by the sender and is never looked at.
    """
    address = _parsed(str(environ.get("REMOTE_ADDR", "")))
    if address is None:
        return UNKNOWN
    for hop in _from_the_right(str(environ.get("HTTP_X_FORWARDED_FOR", ""))):
        if not _is_among(address, tuple(trusted)):
            break
        named = _parsed(hop)
        if named is None:
            break
        address = named
    return address


def _from_the_right(header: str) -> list[str]:
    if not header:
        return []
    # A header may be as long as the server lets it; nobody stands behind sixteen proxies of his own.
    hops = header.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]
    hops.reverse()
    return hops


def _parsed(text: str) -> bytes | None:
    """Return the bytes of an address as proxies write it: bare, in brackets or with a port.

    IPv4 within IPv6 is IPv4.

    The module ipaddress takes five times as long, on the way of every report.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        if ":" not in text:
            return inet_pton(AF_INET, text)
        packed = inet_pton(AF_INET6, text.partition("%")[0])
    except (OSError, ValueError):
        return None
    return packed[12:] if packed.startswith(_IPV4_IN_IPV6) else packed


def _is_among(address: bytes, networks: tuple[Network, ...]) -> bool:
    size, number = len(address), int.from_bytes(address)
    # A loop of its own: any() over a generator takes half as long again, on the way of every report.
    for width, mask, base in _as_numbers(networks):  # noqa: SIM110
        if width == size and number & mask == base:
            return True
    return False


@lru_cache(maxsize=8)
def _as_numbers(networks: tuple[Network, ...]) -> list[tuple[int, int, int]]:
    return [
        (network.max_prefixlen // 8, int(network.netmask), int(network.network_address))
        for network in networks
    ]
