"""A connection to an IMAP server that takes in no more bytes than were asked for, and ends in time."""

import contextlib
import imaplib
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Final

from imapclient import IMAPClient

MARGIN: Final = 2_000_000
"""Bytes that an answer may have besides the mail that was asked for.

A server also tells what others do in the folder, some 40 bytes for each mail. The answer to a search is
one line, of which imaplib reads 1,000,000 bytes.
"""

TOO_MUCH: Final = "the server sends more than it was asked for"
TOO_LONG: Final = "the server took too long altogether"


class Limits:
    """What one step may still take: bytes of answers, and time."""

    def __init__(self) -> None:
        self.connection: imaplib.IMAP4 | None = None
        self._left = MARGIN
        self._is_over = False

    def take(self, size: int) -> None:
        """Count bytes that a server sends; raises IMAP4.abort, and ends the connection, beyond the limits.

        What follows would be the rest of the answer, in which a server can write what looks like another one.
        """
        self._left -= size
        if self._left < 0:
            self.hang_up()
            raise imaplib.IMAP4.abort(TOO_MUCH)

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
        """Let the commands of a block take so many seconds altogether, and `most` bytes besides the margin.

        What was told earlier beyond the answers is forgotten: it would grow with each command.
        """
        self._left = most + MARGIN
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
        self._limits.take(size)
        with self._limits.in_time():
            return super().read(size)

    def readline(self) -> bytes:
        """Read a line."""
        with self._limits.in_time():
            line = super().readline()
        self._limits.take(len(line))
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

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 (the library's name)
        return _Connection(
            self.host, self.port, context=self.ssl_context, timeout=self._seconds, limits=self.limits
        )
