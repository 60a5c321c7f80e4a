"""A connection to a real IMAP server on which somebody answers some commands in the server's place."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.ports import free_port

Tamper = Callable[[bytes, socket.socket, threading.Event], None]
"""Answers a command: its tag, the connection to the client, and what is set at the end of the test."""


@dataclass
class Between:
    """Listens at `port`; commands that match a pattern are answered as it says, all others by the server."""

    port: int
    server_port: int
    tampers: dict[str, Tamper] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    asked: list[bytes] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self.server_port)) as server:
            threading.Thread(target=_pour, args=(server, client), daemon=True).start()
            with contextlib.suppress(OSError), client.makefile("rb") as lines:
                for line in lines:
                    self.asked.append(line)
                    tag, _, command = line.partition(b" ")
                    found = [
                        act for pattern, act in self.tampers.items() if re.match(pattern.encode(), command)
                    ]
                    if found:
                        found[0](tag, client, self.over)
                    else:
                        server.sendall(line)


def _pour(server: socket.socket, client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := server.recv(65536):
            client.sendall(data)


@contextlib.contextmanager
def between(server_port: int) -> Iterator[Between]:
    """Listen between a client and the server."""
    made = Between(free_port(), server_port)
    with socket.create_server(("127.0.0.1", made.port)) as listener:
        threading.Thread(target=made.serve, args=(listener,), daemon=True).start()
        try:
            yield made
        finally:
            made.over.set()
            listener.shutdown(socket.SHUT_RDWR)


def says(line: bytes) -> Tamper:
    """Answer with one tagged line."""

    def act(tag: bytes, client: socket.socket, over: threading.Event) -> None:
        client.sendall(tag + b" " + line + b"\r\n")

    return act


def says_first(untagged: bytes, line: bytes) -> Tamper:
    """Answer with an untagged line before the tagged one."""

    def act(tag: bytes, client: socket.socket, over: threading.Event) -> None:
        client.sendall(untagged + b"\r\n" + tag + b" " + line + b"\r\n")

    return act


def hangs_up(tag: bytes, client: socket.socket, over: threading.Event) -> None:
    """End the connection, as Dovecot does when a file breaks off while it sends it."""
    client.sendall(b"* BYE Internal error occurred\r\n")
    client.shutdown(socket.SHUT_RDWR)


def breaks_off(tag: bytes, client: socket.socket, over: threading.Event) -> None:
    """Announce a mail, send its beginning, and then nothing more."""
    client.sendall(b"* 2 FETCH (UID 2 BODY[]<0> {5000}\r\nFrom: somebody\r\n")


def trickles(tag: bytes, client: socket.socket, over: threading.Event) -> None:
    """Announce a mail and send it so slowly that it never ends."""
    client.sendall(b"* 2 FETCH (UID 2 BODY[]<0> {5000000}\r\n")
    with contextlib.suppress(OSError):
        while not over.wait(0.05):
            client.sendall(b"x")


def drips(tag: bytes, client: socket.socket, over: threading.Event) -> None:
    """Send a line one byte at a time, never silent for long, and never its end."""
    with contextlib.suppress(OSError):
        client.sendall(b"* OK ")
        while not over.wait(0.05):
            client.sendall(b"x")


def floods(begin: bytes, piece: bytes, end: bytes = b"") -> Tamper:
    """Send pieces of 5,000,000 bytes altogether, and then that all is well."""

    def act(tag: bytes, client: socket.socket, over: threading.Event) -> None:
        with contextlib.suppress(OSError):
            client.sendall(begin)
            for _piece in range(5_000_000 // len(piece)):
                client.sendall(piece)
            client.sendall(end + tag + b" OK Completed.\r\n")

    return act
