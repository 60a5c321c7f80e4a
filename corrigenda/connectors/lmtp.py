"""Takes mails from the newsroom's own mail server by LMTP (RFC 2033): a yes only after the commit."""

import asyncio
import contextlib
import logging
import signal
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

logger = logging.getLogger(__name__)

TAKEN: Final = "250 2.6.0 Taken"
NOT_NOW: Final = "451 4.3.0 Not now, please try again"
ONE_AT_A_TIME: Final = "452 4.5.3 One recipient at a time, please"
TOO_LARGE: Final = "552 5.3.4 The mail is too large"
LINE_TOO_LONG: Final = "500 5.5.2 A line of the mail is too long"
LONGEST_LINE: Final = 1_000_000
"""Bytes. The standard allows a thousand; mails that break it reach mail servers every day."""

LINES_IN_TURN: Final = 1_000
"""Lines of one mail that are taken before the other connections have their turn."""

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
    """aiosmtpd's LMTP for longer lines, and for mails of any number of lines."""

    line_length_limit = LONGEST_LINE

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Take a mail as aiosmtpd does, with one buffer for it.

        aiosmtpd keeps an object for each line: 24 MB of empty lines took 2 GB.
        """
        if await self.check_helo_needed() or self.envelope is None:
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content, refusal = await self._content()
        if not refusal:
            self.envelope.content = self.envelope.original_content = content
            refusal = await self._call_handler_hook("DATA")
        self.envelope = self._create_envelope()
        await self.push(refusal)

    async def _content(self) -> tuple[bytes, str]:
        """Return the bytes of a mail up to the line with a dot alone, or none and the answer to it.

        A line ends with CR LF and with nothing else (RFC 5321, 2.3.8); the first dot of a line is not part
        of it (4.5.2). A mail that is refused is read to its end as well, and nothing of it is kept.
        """
        content, lines, size, refusal = bytearray(), 0, 0, ""
        is_begun = False  # a line of which a part was read
        while True:
            try:
                line = await self._reader.readuntil(b"\r\n")
            except asyncio.LimitOverrunError as error:
                line = await self._reader.readexactly(error.consumed)
                refusal, is_begun = refusal or LINE_TOO_LONG, True
                continue
            if line == b".\r\n" and not is_begun:
                return bytes(content), refusal
            is_begun = False
            size += len(line)
            if self.data_size_limit and size > self.data_size_limit:
                refusal = refusal or TOO_LARGE
            if refusal:
                content.clear()
            else:
                content += line[1:] if line.startswith(b".") else line
            lines += 1
            if not lines % LINES_IN_TURN:
                await asyncio.sleep(0)


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

    async def handle_exception(self, error: Exception) -> str:
        """Ask for another try: aiosmtpd would refuse the mail for good, and name what failed."""
        logger.error("Taking a mail failed: %s", type(error).__name__)
        return NOT_NOW


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
