"""A connection to an IMAP server that takes in no more bytes than were asked for, and ends in time."""

import contextlib
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Final

from imapclient import IMAPClient
from imapclient.exceptions import ProtocolError
from imapclient.response_parser import parse_fetch_response

MARGIN: Final = 2_000_000
"""What an answer may cost besides the mail asked for: its bytes, and PRICE for each line and literal.

A server also tells what others do in the folder, some 40 bytes for each mail. The answer to a search is
one line, of which imaplib reads 1,000,000 bytes.
"""

PRICE: Final = 200
"""Bytes of memory that imaplib needs for a line or a literal, however short it is."""

TOO_MUCH: Final = "the server sends more than it was asked for"
TOO_LONG: Final = "the server took too long altogether"
NOTHING_DUE: Final = "the server asks for the rest of a command that has none"

_SIZE: Final = re.compile(rb"~?\{[0-9]+\}$")


class Limits:
    """What one step may still take: bytes of answers, and time."""

    def __init__(self) -> None:
        self.connection: imaplib.IMAP4 | None = None
        self._left = MARGIN
        self._mail = 0
        self._is_over = False

    def take_line(self, line: bytes) -> None:
        """Count a line that a server sends; raises IMAP4.abort, and ends the connection, beyond the limits.

        So it does where a server waits for more of a command: none of the desk's has a literal.
        """
        self._pay(len(line))
        if line.startswith(b"+"):
            self._refuse(NOTHING_DUE)

    def take_literal(self, size: int) -> None:
        """Count a literal as `take_line` does a line; the first one of a step may be the mail."""
        beyond, self._mail = max(0, size - self._mail), 0
        self._pay(beyond)

    def _pay(self, size: int) -> None:
        self._left -= size + PRICE
        if self._left < 0:
            self._refuse(TOO_MUCH)

    def _refuse(self, reason: str) -> None:
        """Hang up: in what follows, the rest of an answer, a server can write what looks like another one."""
        self.hang_up()
        raise imaplib.IMAP4.abort(reason)

    @contextlib.contextmanager
    def in_time(self) -> Iterator[None]:
        """Raise IMAP4.abort where the time is over before a wait, or ends it."""
        self._check_time()
        try:
            yield
        except OSError:
            self._check_time()
            raise
        self._check_time()

    def _check_time(self) -> None:
        if self._is_over:
            raise imaplib.IMAP4.abort(TOO_LONG)

    @contextlib.contextmanager
    def step(self, *, seconds: float, most: int = 0) -> Iterator[None]:
        """Let the commands of a block take so many seconds altogether, and one mail of `most` bytes.

        What was told earlier beyond the answers is forgotten: it would grow with each command.
        """
        self._left, self._mail = MARGIN, most
        if self.connection is not None:
            told = self.connection.untagged_responses
            # imaplib refuses to change a folder that has become read-only.
            is_read_only = "READ-ONLY" in told
            told.clear()
            if is_read_only:
                told["READ-ONLY"] = [b""]
        alarm = threading.Timer(seconds, self.hang_up)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

    def hang_up(self) -> None:
        """End a wait in another thread: what it reads from is at its end then."""
        self._is_over = True
        # None while TLS is being agreed upon, for which there is one limit of time in any case.
        if self.connection is not None:
            with contextlib.suppress(OSError):
                # Not the method of a TLS socket, which would go on without TLS.
                socket.socket.shutdown(self.connection.sock, socket.SHUT_RDWR)


class _Connection(imaplib.IMAP4):
    """Reads answers up to a number of bytes, and not after its time is over."""

    def __init__(
        self, host: str, port: int, *, context: ssl.SSLContext | None, timeout: float, limits: Limits
    ) -> None:
        self._context = context
        self._limits = limits
        super().__init__(host, port, timeout)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Connect; from here on somebody may hang up."""
        super().open(host, port, timeout)
        self._limits.connection = self

    def read(self, size: int) -> bytes:
        """Read a literal of so many bytes; one that is too large is not read at all."""
        self._limits.take_literal(size)
        with self._limits.in_time():
            return super().read(size)

    def readline(self) -> bytes:
        """Read a line."""
        with self._limits.in_time():
            line = super().readline()
        self._limits.take_line(line)
        return line

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        bare = socket.create_connection((self.host, self.port), timeout)
        if self._context is None:
            return bare
        try:
            return self._context.wrap_socket(bare, server_hostname=self.host)
        except BaseException:
            bare.close()
            raise


class BoundedClient(IMAPClient):  # type: ignore[misc] # published without types
    """A client that is connected, with TLS where there is a context for it; its answers are limited.

    `timeout` is how many seconds a server may be silent.
    """

    def __init__(
        self, host: str, port: int, *, context: ssl.SSLContext | None, timeout: float, limits: Limits
    ) -> None:
        self.limits = limits
        self._seconds = timeout
        super().__init__(host, port, ssl=context is not None, ssl_context=context, timeout=timeout)
        # IMAPClient has imaplib write out all that comes, for a log that nobody reads: 220 MB for one of 25.
        self._imap.debug = 0

    def first_bytes(self, uid: int, *, most: int) -> bytes:
        """Return the first `most` bytes of a mail; raises ProtocolError where the server says OK and no mail.

        What takes an answer apart never sees a literal: it would read a mail as a date where a hostile server
        says that it is one, or write all of it into an error, in many times its size.
        """
        kind, said = self._imap.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{most}>)")
        if kind != "OK":
            raise imaplib.IMAP4.error(f"fetch failed: {said[0].decode('ascii', 'replace')}")
        literals = dict[object, bytes]()
        parts = []
        for part in said:
            if isinstance(part, tuple):
                name = b"literal %d" % len(literals)
                literals[name] = part[1]
                parts.append((_SIZE.sub(b"{%d}" % len(name), part[0]), name))
            else:
                parts.append(part)
        content = parse_fetch_response(parts).get(uid, {}).get(b"BODY[]<0>")
        if not isinstance(content, bytes):
            raise ProtocolError("the server said OK and no mail")
        return literals.get(content, content)[:most]

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 (the library's name)
        return _Connection(
            self.host, self.port, context=self.ssl_context, timeout=self._seconds, limits=self.limits
        )
