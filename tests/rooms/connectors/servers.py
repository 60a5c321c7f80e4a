"""A real web server on the loopback, for tests that fetch."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Stream = Callable[[Callable[[bytes], None]], None]
"""Writes the body itself, piece by piece, through the function that it is given."""


@dataclass(slots=True)
class Answer:
    """What the server sends for one path."""

    body: bytes | str | Stream = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    length: int | None = None
    """The Content-Length that it claims, where that is not the truth."""
    pause: float = 0.0
    """Seconds before it answers."""


@dataclass(slots=True)
class Server:
    """A running server: its place, what it answers, and what it was asked."""

    host: str
    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def place(self) -> str:
        """The host and port as a site lists them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def url(self, path: str = "/", *, host: str = "") -> str:
        """An address of this server, under its own or another host name."""
        return f"http://{host}:{self.port}{path}" if host else f"http://{self.place}{path}"

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [path for path, _ in self.requests]


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    # Clients of these tests hang up early on purpose.
    block_on_close = False

    def __init__(self, host: str, server: Server) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.told = server
        super().__init__((host, 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, _Http)
        told = self.server.told
        told.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answer = told.answers.get(self.path, Answer(b"nothing here", 404))
        time.sleep(answer.pause)  # pause: a slow server is what is tested
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value.encode().decode("latin-1"))  # as UTF-8, which some servers send
        self.send_header("Connection", "close")
        self.close_connection = True
        if callable(answer.body):
            self.end_headers()
            answer.body(self._send)
            return
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_header("Content-Length", str(len(body) if answer.length is None else answer.length))
        self.end_headers()
        self._send(body)

    def _send(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the library's)
        """Keep the test's output clean."""


@contextlib.contextmanager
def serving(host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a server until the block ends."""
    server = Server(host, 0)
    http = _Http(host, server)
    if tls is not None:
        http.socket = tls.wrap_socket(http.socket, server_side=True)
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def drip(pieces: int, *, pause: float, piece: bytes = b"<p>x</p>", sent: list[bytes] | None = None) -> Stream:
    """Return a body that comes slowly; `sent` gets each piece that has gone out."""

    def body(send: Callable[[bytes], None]) -> None:
        for _ in range(pieces):
            send(piece)
            if sent is not None:
                sent.append(piece)
            time.sleep(pause)  # pause: a slow server is what is tested

    return body


def page(body: str, *, head: str = "", lang: str = "en") -> str:
    """Return a whole document."""
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8">{head}</head>\n'
        f"<body>{body}</body>\n</html>\n"
    )
