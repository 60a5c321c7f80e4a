"""Which machines may be talked to: a name is resolved once, and only a checked address is connected to."""

import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from ssl import SSLContext
from typing import Final

import httpcore

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""Takes a host name and a port, gives its addresses as text; raises OSError where it has none."""

# The IANA special-purpose registries (RFC 6890 and after): what leads to no machine on the open net.
# Python's own is_global changed its mind between patch releases, so the list stands here.
PRIVATE: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",  # RFC 1918
        "127.0.0.0/8",
        "::1/128",  # this machine
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "fc00::/7",  # unique local, RFC 4193
    )
)
"""Networks of one's own: reachable only through a site's explicit exception."""

NEVER: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # unspecified, and "this network"
        "169.254.0.0/16",  # link-local, with the metadata service of most clouds
        "100.100.100.200/32",  # metadata service, Alibaba Cloud
        "168.63.129.16/32",  # platform service, Azure
        "192.0.0.0/24",  # protocol assignments, with the metadata service of Oracle Cloud
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",  # documentation
        "192.31.196.0/24",
        "192.175.48.0/24",
        "2620:4f:8000::/48",  # AS112 name servers
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays
        "198.18.0.0/15",  # benchmarks
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "fd00:ec2::/32",  # metadata service, Amazon
        "fd20:ce::/32",  # metadata service, Google
        "2001::/23",  # protocol assignments, with Teredo
        "2001:db8::/32",
        "3fff::/20",  # documentation
        "2002::/16",  # 6to4: reaches the IPv4 address that stands in it
    )
)
"""Networks that no article stands in, whatever a site says."""

_OPEN_IPV6: Final = ipaddress.IPv6Network("2000::/3")
# An IPv4 address in the last four bytes: mapped, IPv4-compatible, NAT64 (RFC 6052).
_CARRIERS: Final = tuple(
    ipaddress.IPv6Network(network) for network in ("::ffff:0:0/96", "::/96", "64:ff9b::/96")
)


class ForbiddenAddressError(Exception):
    """A host stands at an address that may not be talked to; the message is a sentence for an editor."""


def may_reach(address: IPAddress, *, private: bool) -> bool:
    """Whether an address may be talked to; `private` lets in the networks of PRIVATE.

    An IPv4 address inside an IPv6 one is judged as the IPv4 address that it leads to.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return False
        inner = _carried(address)
        if inner is not None:
            return may_reach(inner, private=private)
    if _stands_in(address, NEVER):
        return False
    if _stands_in(address, PRIVATE):
        return private
    return address.version == 4 or address in _OPEN_IPV6


def resolve_host(host: str, port: int) -> list[str]:
    """Ask the operating system for a host's addresses; raises OSError where it has none."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in answers]


class Deadline:
    """A moment on the monotonic clock that everything must be done by."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, error: type[Exception]) -> float:
        """Return the seconds that are left; raise `error` where there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise error("time is up")
        return seconds


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore: the name is resolved once, and only a checked address is connected to.

    TLS and the Host header keep the name, so certificates are verified as always. What a second look-up would
    answer (DNS rebinding) does not matter: there is none. Every wait counts against one deadline.
    """

    def __init__(
        self, *, private: Collection[tuple[str, int]], deadline: Deadline, resolve: Resolver = resolve_host
    ) -> None:
        self._private = private
        self._deadline = deadline
        self._resolve = resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 (the signature is httpcore's; the deadline rules)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to one of the host's addresses; raises ForbiddenAddressError, or httpcore's errors."""
        addresses = self._checked(host, port)
        problem: Exception = httpcore.ConnectError("no address")
        for index, address in enumerate(addresses):
            # A silent address must not use up the time of those behind it.
            share = self._deadline.left(httpcore.ConnectTimeout) / (len(addresses) - index)
            try:
                stream = self._sockets.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
                continue
            return _TimedStream(stream, self._deadline)
        raise problem

    def _checked(self, host: str, port: int) -> list[str]:
        private = (host, port) in self._private
        addresses = list(dict.fromkeys(self._look_up(host, port)))
        for text in addresses:
            try:
                address = ipaddress.ip_address(text)
            except ValueError as error:
                raise ForbiddenAddressError(f"The host {host} has an address that is none.") from error
            if not may_reach(address, private=private):
                raise ForbiddenAddressError(
                    f"The host {host} stands at {address.compressed}, an address that is not fetched from."
                )
        if not addresses:
            raise httpcore.ConnectError("no address")
        return addresses

    def _look_up(self, host: str, port: int) -> Sequence[str]:
        """Resolve in a thread of its own: the operating system's resolver knows no time limit."""
        answers: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name="resolver", daemon=True).start()
        try:
            answer = answers.get(timeout=self._deadline.left(httpcore.ConnectTimeout))
        except queue.Empty as error:
            raise httpcore.ConnectTimeout("the name was not resolved in time") from error
        if isinstance(answer, OSError | UnicodeError):
            raise httpcore.ConnectError("the name could not be resolved") from answer
        return answer


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait counts against one deadline, so that a slow drip of bytes ends too."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 (the deadline rules)
        return self._stream.read(max_bytes, self._deadline.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left(httpcore.WriteTimeout))

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address == ipaddress.IPv6Address("::1") or not _stands_in(address, _CARRIERS):
        return None
    return ipaddress.IPv4Address(address.packed[-4:])


def _stands_in(address: IPAddress, networks: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
