"""Requests as bytes over a socket: in any order of lines, unfinished, or never read."""

import http.client
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ESTABLISHED = "01"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer."""

    status: int
    headers: dict[str, str]
    """With their names in small letters."""
    content: bytes


def request(port: int, line: str, headers: Sequence[tuple[str, str]], content: bytes = b"") -> bytes:
    """Return a request with these header lines, in this order, behind Host."""
    lines = [line, f"Host: 127.0.0.1:{port}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1") + content


def connect(port: int, *, receives: int = 0) -> socket.socket:
    """Open a connection; `receives` is the size of its buffer in bytes."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if receives:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    made.settimeout(60)
    made.connect(("127.0.0.1", port))
    return made


def answer_on(connection: socket.socket) -> Answer:
    """Wait for the answer to what was sent."""
    response = http.client.HTTPResponse(connection)
    try:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
    finally:
        response.close()


def asked(port: int, line: str, headers: Sequence[tuple[str, str]], content: bytes = b"") -> Answer:
    """Send a request on a connection of its own."""
    with closing(connect(port)) as connection:
        connection.sendall(request(port, line, headers, content))
        return answer_on(connection)


def is_closed(connection: socket.socket) -> bool:
    """Wait until the other side closes; false where it sends something first."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def open_connections(port: int) -> int:
    """Return how many connections the server on a port has open, as the kernel counts them (proc_net(5))."""
    end = f":{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(end) and row[3] == ESTABLISHED for row in rows)


@dataclass
class Idle:
    """Senders who stop in the middle of a body."""

    port: int
    connections: list[socket.socket] = field(default_factory=list)

    def begin(self, path: str, network: str) -> None:
        """Let one more begin."""
        connection = connect(self.port)
        self.connections.append(connection)
        headers = [
            ("Content-Type", "application/json" if path.startswith("/api/") else "text/plain"),
            ("Idempotency-Key", "0123456789abcdef"),
            ("Content-Length", "2000"),
            ("X-Forwarded-For", network),
        ]
        connection.sendall(request(self.port, f"POST {path} HTTP/1.1", headers, b"{"))


@contextmanager
def idle_senders(port: int, number: int, *, networks: int, paths: Sequence[str]) -> Iterator[Idle]:
    """Let so many senders stop in the middle of a body while the block lasts."""
    idle = Idle(port)
    try:
        for count in range(number):
            place = count % networks
            idle.begin(paths[count % len(paths)], f"9.{place // 250}.{place % 250}.1")
        yield idle
    finally:
        for connection in idle.connections:
            connection.close()
