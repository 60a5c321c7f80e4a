"""Sends requests as bytes from chosen addresses of this machine; no client library changes their headers."""

import http.client
import socket
import ssl
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from tests.journeys.serving import ORIGIN, report_body

HOST = "corrections.example.org"
"""The host of deploy/."""

_networks = count(1)


def fresh_address() -> str:
    """Return an address of this machine in a /24 that no test of this process has sent from."""
    number = next(_networks)
    return f"127.{10 + number // 250}.{1 + number % 250}.9"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 where the connection was closed without a word."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to send: a port of this machine, over TLS where there is a certificate to trust."""

    port: int
    host: str = HOST
    trust: ssl.SSLContext | None = None
    address: str = "127.0.0.1"

    @contextmanager
    def connection(self, sender: str) -> Iterator[socket.socket]:
        """Open a connection from an address."""
        with socket.create_connection((self.address, self.port), 40, source_address=(sender, 0)) as plain:
            if self.trust is None:
                yield plain
            else:
                with self.trust.wrap_socket(plain, server_hostname=self.host) as secure:
                    yield secure

    def send(
        self,
        sender: str,
        *lines: str,
        method: str = "GET",
        path: str = "/",
        body: bytes | None = None,
        connection: str = "close",
    ) -> Answer:
        """Send one request with further header lines before the usual ones; return the answer."""
        try:
            with self.connection(sender) as opened:
                opened.sendall(self.wire(*lines, method=method, path=path, body=body, connection=connection))
                response = http.client.HTTPResponse(opened, method=method)
                response.begin()
                headers = {name.lower(): value for name, value in response.getheaders()}
                return Answer(response.status, headers, response.read())
        except (OSError, http.client.HTTPException):
            return Answer(0)

    def wire(
        self, *lines: str, method: str, path: str, body: bytes | None = None, connection: str = "close"
    ) -> bytes:
        """Return the bytes of a request."""
        head = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Connection: {connection}", *lines]
        if body is not None:
            head.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*head, "", ""]).encode("latin-1") + (body or b"")

    def report(self, sender: str, *lines: str, connection: str = "close") -> int:
        """Send a good report of its own; return the status."""
        return self.send(
            sender,
            *report_lines(lines),
            method="POST",
            path="/api/reports",
            body=report_body(),
            connection=connection,
        ).status


def report_lines(lines: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the header lines of a good report, further ones first."""
    own = ("Content-Type: application/json", f"Origin: {ORIGIN}", f"Idempotency-Key: {uuid.uuid4()}")
    return (*lines, *own)


def forgeries(address: str) -> dict[str, tuple[str, ...]]:
    """Return header lines by which a client might pass for another address, each set with its name."""
    idle = tuple(f"Zz{number}: x" for number in range(3))
    spellings = [
        "X_Forwarded_For",
        "X-Forwarded_For",
        "X_Forwarded-For",
        "x_forwarded_for",
        "X_FORWARDED_FOR",
    ]
    return {
        "X-Forwarded-For": (f"X-Forwarded-For: {address}",),
        "in lower case": (f"x-forwarded-for: {address}",),
        "a chain": (f"X-Forwarded-For: {address}, 127.0.0.1",),
        "a chain of the proxy's own": (f"X-Forwarded-For: {address}, 127.0.0.1, 127.0.0.1",),
        "two lines": (f"X-Forwarded-For: {address}", f"X-Forwarded-For: {address}"),
        "two lines, one empty": ("X-Forwarded-For:", f"X-Forwarded-For: {address}"),
        "no address": ("X-Forwarded-For: unknown",),
        "a very long chain": (f"X-Forwarded-For: {f'{address}, ' * 400}{address}",),
        "longer than a head may be": (f"X-Forwarded-For: {f'{address}, ' * 9000}{address}",),
        **{spelling: (f"{spelling}: {address}",) for spelling in spellings},
        **{f"{spelling} before idle": (f"{spelling}: {address}", *idle) for spelling in spellings},
        **{f"{spelling} after idle": (*idle, f"{spelling}: {address}") for spelling in spellings},
        "both names": (f"X_Forwarded_For: {address}", f"X-Forwarded-For: {address}", *idle),
        "both names, the other first": (f"X-Forwarded-For: {address}", f"X_Forwarded_For: {address}"),
        "underscore, two lines": (f"X_Forwarded_For: {address}", f"X_Forwarded_For: {address}"),
        "a space before the colon": (f"X-Forwarded-For : {address}",),
        "folded": ("X-Idle: a", f" X-Forwarded-For: {address}"),
        "Forwarded": (f"Forwarded: for={address};proto=https",),
        "X-Real-IP": (f"X-Real-IP: {address}", f"X_Real_IP: {address}"),
        "others": (f"Client-IP: {address}", f"True-Client-IP: {address}", f"CF-Connecting-IP: {address}"),
        "X-Forwarded-Proto": ("X-Forwarded-Proto: http", f"X-Forwarded-For: {address}"),
        "X_Forwarded_Proto": ("X_Forwarded_Proto: zzz", f"X_Forwarded_For: {address}", *idle),
        "Remote-Addr": (f"Remote-Addr: {address}", f"Remote_Addr: {address}", f"REMOTE_ADDR: {address}"),
    }
