"""Takes mails from the newsroom's own mail server by LMTP (RFC 2033): a yes only after the commit."""

import asyncio
import contextlib
import signal
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN: Final = "250 2.6.0 Taken"
NOT_NOW: Final = "451 4.3.0 Not now, please try again"
ONE_AT_A_TIME: Final = "452 4.5.3 One recipient at a time, please"
LONGEST_LINE: Final = 1_000_000
"""Bytes. The standard allows a thousand; mails that break it reach mail servers every day."""

SOCKET_MODE: Final = 0o660


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail as it was handed over."""

    content: bytes
    sender: str
    """The return path, empty for the null one."""
    recipient: str


Take = Callable[[Delivered], bool]
"""Keeps a mail durably and returns True; False asks the server to try it again later. Runs in a thread."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen: at a socket in the file system, else at a host and a port."""

    socket: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0


class _Server(LMTP):
    """aiosmtpd's LMTP for longer lines."""

    line_length_limit = LONGEST_LINE


class _Handler:
    """Answers the server's commands; the names are aiosmtpd's."""

    def __init__(self, take: Take, executor: ThreadPoolExecutor) -> None:
        self._take = take
        self._executor = executor

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        """Take one recipient: LMTP has an answer for each, and all would get the same."""
        if envelope.rcpt_tos:
            return ONE_AT_A_TIME
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        """Hand the mail on and answer when it is kept."""
        content = envelope.content
        delivered = Delivered(
            content=content if isinstance(content, bytes) else (content or "").encode(),
            sender=envelope.mail_from or "",
            recipient=envelope.rcpt_tos[0],
        )
        loop = asyncio.get_running_loop()
        return TAKEN if await loop.run_in_executor(self._executor, self._take, delivered) else NOT_NOW


def serve_lmtp(
    take: Take, place: Place, *, most_bytes: int, threads: int, ready: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told where, once mails can come. Raises OSError."""
    asyncio.run(_serve(take, place, most_bytes=most_bytes, threads=threads, ready=ready))


async def _serve(
    take: Take, place: Place, *, most_bytes: int, threads: int, ready: Callable[[str], None]
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with ThreadPoolExecutor(threads) as executor:
        handler = _Handler(take, executor)

        def make_server() -> _Server:
            return _Server(handler, data_size_limit=most_bytes, enable_SMTPUTF8=True, ident="Corrigenda")

        server, name = await _listen(loop, make_server, place)
        try:
            ready(name)
            await stop.wait()
        finally:
            # A mail under way is still kept; whoever handed it over gets no answer and comes again.
            server.close()
    if place.socket is not None:
        place.socket.unlink(missing_ok=True)


async def _listen(
    loop: asyncio.AbstractEventLoop, make_server: Callable[[], _Server], place: Place
) -> tuple[asyncio.Server, str]:
    if place.socket is None:
        server = await loop.create_server(make_server, place.host, place.port)
        host, port = server.sockets[0].getsockname()[:2]
        return server, f"{host}:{port}"
    with contextlib.suppress(FileNotFoundError):
        # What a killed process left behind; asyncio takes away nothing that is not a socket.
        if stat.S_ISSOCK(place.socket.stat().st_mode):
            place.socket.unlink()
    server = await loop.create_unix_server(make_server, str(place.socket))
    place.socket.chmod(SOCKET_MODE)
    return server, str(place.socket)
