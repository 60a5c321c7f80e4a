"""The application that granian serves over RSGI: reads a body, lets the front door or a thread answer."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final, Protocol, TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from granian.rsgi import (  # type: ignore[attr-defined]  # its own names, which it does not list
    ProtocolClosed,
    ProtocolError,
)

from corrigenda.server.calling import (
    Answered,
    Environ,
    Reply,
    WSGIApplication,
    called,
    short_reply,
)
from corrigenda.server.environ import Scope, environ_of
from corrigenda.server.listener import end_readers_that_stopped
from corrigenda.server.reading import Bodies, Readable, SlowBodyError
from corrigenda.server.signals import take_endings
from corrigenda.server.threads import PageThreads
from corrigenda.web.browsers import member_of
from corrigenda.web.forwarding import keep_what_is_believed
from corrigenda.web.networks import Network, Peers, network_of

logger = logging.getLogger(__name__)

CLOSE_SECONDS: Final = 10.0
HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing; the desk knows only one other."""
_LONGEST_LENGTH: Final = 19
_BUSY: Final = _("Too much is asked for at this moment. Please try again in a few seconds.")
_SLOW: Final = _("What you sent did not arrive as a whole in time. Please send it once more.")


Why = TypeVar("Why")
"""Why a report is refused: the door's own affair."""


class Waiting(Protocol):
    """A report that was handed in and is not answered yet."""

    def give_up(self) -> None:
        """Answer it now: that nobody can say whether it is stored."""


class Door(Protocol[Why]):
    """What answers reports before Django. Nothing here waits for a database: it runs in the event loop."""

    answer_seconds: float

    def takes(self, environ: Environ) -> bool:
        """Whether a request is for the door."""

    def refuses(self, environ: Environ) -> Why | None:
        """Return why a report is refused whatever its body holds; None where the body is looked at."""

    def refuse(self, environ: Environ, why: Why, answered: Answered) -> Waiting:
        """Answer a report that is refused; its body was dropped, or is too large to be read."""

    def refuse_slow(self, environ: Environ, answered: Answered) -> Waiting:
        """Answer a report whose body did not arrive in time."""

    def take(self, environ: Environ, body: bytes, answered: Answered) -> Waiting:
        """Take a report in; it is answered once it is stored."""

    def close(self) -> None:
        """Store what waits and take nothing more."""


class Exchange(Protocol):
    """A request of granian's that is to be answered (RSGI 1.6)."""

    def __call__(self) -> Readable:
        """Return what waits for the body."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send an answer; a second one is ignored."""


class Endings:
    """Tells the event loop which requests were answered by other threads: many of them with one signal."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._answered: deque[asyncio.Future[None]] = deque()
        self._is_told = False

    def answered(
        self,
        protocol: Exchange,
        future: asyncio.Future[None],
        status: int,
        headers: list[tuple[str, str]],
        body: bytes,
    ) -> None:
        """Send an answer, from any thread."""
        protocol.response_bytes(status, headers, body)
        self._answered.append(future)
        if not self._is_told:
            self._is_told = True
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        # First: what is put there from now on tells again.
        self._is_told = False
        while self._answered:
            future = self._answered.popleft()
            if not future.done():
                future.set_result(None)


class Application:
    """One for each server process."""

    def __init__(
        self,
        pages: WSGIApplication,
        *,
        door: Door[Any] | None,
        threads: PageThreads,
        bodies: Bodies,
        members_bodies: Bodies,
        refused_bodies: Bodies,
        trusted: Sequence[Network],
        reader_seconds: float,
    ) -> None:
        self._pages = pages
        self.door = door
        self._threads = threads
        self._bodies = bodies
        # Apart, so that no stranger's body ever ends a member's.
        self._members_bodies = members_bodies
        # Nor does one that nobody will look at ever end a report.
        self._refused_bodies = refused_bodies
        self._trusted = trusted
        self._peers = Peers(trusted)
        self._reader_seconds = reader_seconds

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin in a server process; the socket is there when the loop runs."""
        self._loop = loop
        self._endings = Endings(loop)
        loop.call_soon(self._watch_readers)
        loop.call_soon(take_endings)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End: what was taken is answered first."""
        if self.door is not None:
            self.door.close()
        self._threads.close(CLOSE_SECONDS)

    async def __rsgi__(self, scope: Scope, protocol: Exchange) -> None:
        """Answer one request."""
        environ = environ_of(scope)
        keep_what_is_believed(environ, self._peers)
        future: asyncio.Future[None] = self._loop.create_future()
        answered = partial(self._endings.answered, protocol, future)
        try:
            if self.door is not None and self.door.takes(environ):
                waiting = await self._handed_in(self.door, environ, protocol, answered)
                timer = self._loop.call_later(self.door.answer_seconds, waiting.give_up)
                await future
                timer.cancel()
            else:
                await self._make_page(environ, protocol, answered)
                await future
        except (ProtocolClosed, ProtocolError):
            # The sender has gone in the middle of the body.
            return

    async def _handed_in(
        self, door: Door[Any], environ: Environ, protocol: Exchange, answered: Answered
    ) -> Waiting:
        why = door.refuses(environ)
        if why is not None:
            await self._drop_body(environ, protocol)
            return door.refuse(environ, why, answered)
        try:
            body = await self._bodies.read(protocol(), partial(network_of, environ, self._trusted))
        except SlowBodyError:
            return door.refuse_slow(environ, answered)
        return door.take(environ, body, answered)

    async def _drop_body(self, environ: Environ, protocol: Exchange) -> None:
        """Read a body that nobody looks at, where its size is allowed.

        An answer before the end of the body ends the connection. The bytes that are still on their way then
        reset it, and a proxy may lose the answer and make a 502 of it.
        """
        if not length_taken(environ.get("CONTENT_LENGTH", "")):
            return
        try:
            await self._refused_bodies.read(protocol(), partial(network_of, environ, self._trusted))
        except SlowBodyError:
            # It is answered what it would be in time.
            return

    async def _make_page(self, environ: Environ, protocol: Exchange, answered: Answered) -> None:
        member = member_of(environ.get("HTTP_COOKIE", ""))
        sender = member or network_of(environ, self._trusted)
        body = b""
        if length_taken(environ.get("CONTENT_LENGTH", "")):
            bodies = self._members_bodies if member else self._bodies
            try:
                body = await bodies.read(protocol(), lambda: sender)
            except SlowBodyError:
                closes = ("Connection", "close")
                _send(short_reply(environ, HTTPStatus.REQUEST_TIMEOUT, _SLOW, closes), answered)
                return
        environ["wsgi.input"] = BytesIO(body)
        make = partial(self._answer_page, environ, answered)
        changes = environ["REQUEST_METHOD"] not in HARMLESS
        if not self._threads.give(make, sender, is_member=bool(member), changes=changes):
            later = ("Retry-After", "5")
            _send(short_reply(environ, HTTPStatus.SERVICE_UNAVAILABLE, _BUSY, later), answered)

    def _answer_page(self, environ: Environ, answered: Answered) -> None:
        _send(called(self._pages, environ), answered)

    def _watch_readers(self) -> None:
        if not end_readers_that_stopped(self._reader_seconds):
            logger.info("This system cannot end connections that stopped reading; let the proxy do it.")


def length_taken(text: str) -> int:
    """Return the length that a header Content-Length says; 0 where it is none, or more than is taken.

    Such bodies are left unread: Django refuses what is too large, and takes nothing without a length.
    """
    if not text.isdecimal() or len(text) > _LONGEST_LENGTH:
        return 0
    length = int(text)
    return length if length <= (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) else 0


def _send(reply: Reply, answered: Answered) -> None:
    answered(reply.status, reply.headers, reply.body)
