"""Whom to believe about the sender of a request: drops what strangers forward, and notices wrong proxies.

A header that a proxy should write is worth as much as the peer that sent it. X-Forwarded-For and
X-Forwarded-Proto are dropped unless the peer is in CORRIGENDA_TRUSTED_PROXIES, so nothing behind this can
believe a stranger by mistake. What is wrong with the proxies is said in the log, and by /readyz.
"""

import enum
import json
import logging
import mmap
import threading
import time
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Final

from django.conf import settings

from corrigenda.web.networks import Network, Peer, Peers, address_of, is_for_documents, names_a_sender

BELIEVED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")
"""What a trusted proxy says of the sender: the address, and http or https."""

_SIGNS_OF_A_PROXY: Final = (*BELIEVED, "HTTP_FORWARDED")
_PROBES: Final = frozenset(("/healthz", "/readyz"))
"""Asked by programs on the same machine, which are not forwarded by anybody."""

ENOUGH: Final = 3
"""After so many requests in a row a trusted proxy is said to leave a header out: the operator may send one"""

SECONDS_KEPT: Final = 3600.0
"""For how long /readyz tells of a proxy that is not configured."""

logger = logging.getLogger(__name__)


class Fault(enum.Enum):
    """What can be wrong, each with what /readyz says: anybody may ask it, so no sentence names an address."""

    NOT_CONFIGURED = (
        "Requests come through a proxy that is not configured, so all readers behind it count as one. "
        "The log of corrigenda serve says which setting to write."
    )
    NO_SENDER = (
        "A proxy in CORRIGENDA_TRUSTED_PROXIES sends no X-Forwarded-For, "
        "so all readers behind it count as one."
    )
    NO_SCHEME = (
        "CORRIGENDA_PUBLIC_URL is https, "
        "but a proxy in CORRIGENDA_TRUSTED_PROXIES sends no X-Forwarded-Proto."
    )
    FORGED = (
        "This request counts under an address for documents, which nobody has: "
        "the proxy lets senders write X-Forwarded-For themselves."
    )


_NOT_CONFIGURED_AT, _NO_SENDER, _NO_SCHEME = range(3)
"""Slots of the memory: a time, and two counts of requests in a row."""


class Proxies:
    """What was seen of the proxies, in memory that processes forked later share; it names nobody.

    A stranger must not be able to fill the log with this, or to make a desk that is set up right look wrong:

    - a peer that is not trusted counts only from this machine or a private network. A stranger who reaches
      the port directly comes from a public address, may send any header, and is passed over in silence;
    - what a trusted proxy leaves out is the proxy's doing: one that is set up right always sends it;
    - each sentence is logged once, and no fault makes the desk count as not ready.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen = memoryview(mmap.mmap(-1, 3 * 8)).cast("d")
        self._lock = threading.Lock()
        self._said: set[Fault] = set()

    def forget(self) -> None:
        """Begin as if no request had come."""
        for slot in range(3):
            self._seen[slot] = 0.0
        self._said.clear()

    def notice(self, environ: Mapping[str, Any], peer: Peer) -> None:
        """Look at the headers of one request."""
        if peer.trusted:
            has_scheme = not settings.SECURE or environ.get("HTTP_X_FORWARDED_PROTO")
            self._count(_NO_SENDER, Fault.NO_SENDER, environ, peer, has_it=names_a_sender(environ))
            self._count(_NO_SCHEME, Fault.NO_SCHEME, environ, peer, has_it=bool(has_scheme))
        elif peer.inside and any(environ.get(name) for name in _SIGNS_OF_A_PROXY):
            is_first = not self._seen[_NOT_CONFIGURED_AT]
            self._seen[_NOT_CONFIGURED_AT] = self._clock()
            if is_first:
                self._say(Fault.NOT_CONFIGURED, peer)

    def faults(self) -> list[Fault]:
        """Return what is wrong now, as far as requests have shown it."""
        at = self._seen[_NOT_CONFIGURED_AT]
        found = [Fault.NOT_CONFIGURED] if at and self._clock() - at < SECONDS_KEPT else []
        if self._seen[_NO_SENDER] >= ENOUGH:
            found.append(Fault.NO_SENDER)
        if self._seen[_NO_SCHEME] >= ENOUGH:
            found.append(Fault.NO_SCHEME)
        return found

    def _count(
        self, slot: int, fault: Fault, environ: Mapping[str, Any], peer: Peer, *, has_it: bool
    ) -> None:
        """Count the requests in a row that lack something; the common case writes nothing."""
        seen = self._seen
        if has_it:
            if seen[slot]:
                seen[slot] = 0.0
        elif seen[slot] < ENOUGH and environ.get("PATH_INFO") not in _PROBES:
            seen[slot] += 1
            if seen[slot] >= ENOUGH:
                self._say(fault, peer)

    def _say(self, fault: Fault, peer: Peer) -> None:
        with self._lock:
            if fault in self._said:
                return
            self._said.add(fault)
        logger.warning("%s", _advice(fault, peer))


def _advice(fault: Fault, peer: Peer) -> str:
    """Say in the log what is wrong and what to do; the address is that of a machine of the operator's."""
    if fault is Fault.NO_SENDER:
        return (
            f"The proxy {peer.address} is in CORRIGENDA_TRUSTED_PROXIES and sends no X-Forwarded-For: "
            "all readers behind it count as one. Let it set X-Forwarded-For to the address of the client."
        )
    if fault is Fault.NO_SCHEME:
        return (
            f"CORRIGENDA_PUBLIC_URL is https, and the proxy {peer.address} sends no X-Forwarded-Proto: "
            "browsers are not told to stay with https. Let it set X-Forwarded-Proto to https."
        )
    if not peer.address:
        return (
            "Requests come through a proxy at a Unix socket, which has no address to trust: all readers "
            "behind it count as one. Let the proxy connect to CORRIGENDA_HOST and CORRIGENDA_PORT."
        )
    value = json.dumps([peer.network])
    return (
        f"Requests from {peer.address} carry headers of a proxy that is not configured. They are not "
        "believed, and all readers behind it count as one. If that is your proxy, and nobody reaches this "
        f"port except through it, set CORRIGENDA_TRUSTED_PROXIES='{value}'"
    )


PROXIES: Final = Proxies()
"""What this server has seen, all its processes together."""


def keep_what_is_believed(environ: MutableMapping[str, Any], peers: Peers) -> None:
    """Look at the proxy of a request, and drop what is forwarded in it by a peer that is not trusted.

    Where a proxy has added its word for http or https to the sender's, its own is the last one: that is kept.
    """
    peer = peers.of(environ)
    PROXIES.notice(environ, peer)
    if not peer.trusted:
        for name in BELIEVED:
            environ.pop(name, None)
    elif "," in environ.get("HTTP_X_FORWARDED_PROTO", ""):
        environ["HTTP_X_FORWARDED_PROTO"] = environ["HTTP_X_FORWARDED_PROTO"].rpartition(",")[2].strip()


class Forwarded:
    """A WSGI application that lets the one behind it see only those forwarding headers that are believed."""

    def __init__(self, application: Callable[..., Iterable[bytes]], *, trusted: Sequence[Network]) -> None:
        self._application = application
        self._peers = Peers(trusted)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        keep_what_is_believed(environ, self._peers)
        return self._application(environ, start_response)


def proxy_faults(environ: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the proxies, and with the way that this very request came.

    A request whose sender counts as an address for documents was forged: that is how an operator tries the
    proxy. It tells a stranger no more than sending a few reports would.
    """
    forged = is_for_documents(address_of(environ, settings.OPTIONS.trusted_proxies))
    return [*PROXIES.faults(), *([Fault.FORGED] if forged else [])]
