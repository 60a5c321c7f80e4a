"""What the desk and the process that reads its mails say to each other: one JSON text after its length.

JSON with all beyond ASCII escaped, and bytes in base64: lone surrogates, which mails hold, go through
unchanged, and what comes back can be nothing but data of the types that are asked for.
"""

import json
import socket
import time
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from corrigenda.report.mail.letters import Asked, Letter

T = TypeVar("T")

_LENGTH: Final = 8
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A mail to read, and for how long at most."""

    asked: Asked
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it: one of the three."""

    letter: Letter | None = None
    aside: str = ""
    """Why a person must look at it."""
    failed: str = ""
    """The name of an exception that nobody expected."""
    where: str = ""
    """The lines of code that led to it, free of what they worked on."""


def send(connection: socket.socket, what: object) -> None:
    """Send a question or an answer; raises OSError, TimeoutError after the connection's time limit."""
    text = json.dumps(msgspec.to_builtins(what)).encode("ascii")
    connection.sendall(len(text).to_bytes(_LENGTH, "big") + text)


def receive(connection: socket.socket, kind: type[T], *, until: float | None = None) -> T | None:
    """Return what the other side sends next; None where it has gone.

    `until` is a time of `time.monotonic`; after it TimeoutError is raised. Raises OSError.
    """
    head = _bytes(connection, _LENGTH, until)
    content = _bytes(connection, int.from_bytes(head, "big"), until) if head else b""
    if not content:
        return None
    said: Any = json.loads(content)
    return msgspec.convert(said, kind)


def _bytes(connection: socket.socket, count: int, until: float | None) -> bytes:
    """Return so many bytes; none where the other side went first."""
    gathered = bytearray()
    while len(gathered) < count:
        if until is not None:
            connection.settimeout(max(until - time.monotonic(), 0.001))
        chunk = connection.recv(min(count - len(gathered), _CHUNK))
        if not chunk:
            return b""
        gathered += chunk
    return bytes(gathered)
