"""Sends requests as bytes from chosen addresses of this machine, and reads every header of the answer."""

import http.client
import json
import secrets
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.senders import Place


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 where the connection was closed or cut off without an answer."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """Return a header; empty where it is not there."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def cookies(self) -> list[str]:
        """Return the Set-Cookie lines."""
        return [value for key, value in self.headers if key.lower() == "set-cookie"]


@dataclass(frozen=True, slots=True)
class Door:
    """Where the desk, or the proxy before it, answers."""

    place: Place
    base: str
    """The desk's public origin."""
    paper: str
    """The origin of the newspaper whose readers report."""
    lines: tuple[str, ...] = field(default=())
    """Header lines of every request."""

    def send(
        self,
        sender: str,
        *lines: str,
        method: str = "GET",
        path: str = "/",
        body: bytes | None = None,
        seconds: float = 30,
    ) -> Answer:
        """Send one request from an address; return the answer."""
        wire = self.place.wire(*self.lines, *lines, method=method, path=path, body=body)
        return self.raw(sender, wire, method=method, seconds=seconds)

    def raw(self, sender: str, wire: bytes, *, method: str = "GET", seconds: float = 30) -> Answer:
        """Send bytes from an address; return the first answer."""
        try:
            with self.place.connection(sender) as opened:
                opened.settimeout(seconds)
                opened.sendall(wire)
                return read_answer(opened, method)
        except (OSError, http.client.HTTPException):
            return Answer(0)

    def post_report(
        self, sender: str, url: str, exact: str, *lines: str, key: str = "", **changes: Any
    ) -> Answer:
        """Send a report as the widget does; `changes` are members of its body."""
        own = (
            "Content-Type: application/json",
            f"Origin: {self.paper}",
            f"Idempotency-Key: {key or uuid.uuid4()}",
        )
        body = json.dumps(report_of(url, exact, changes)).encode()
        return self.send(sender, *own, *lines, method="POST", path="/api/reports", body=body)


def report_of(url: str, exact: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a good report, some of them changed."""
    quote = {"type": "TextQuoteSelector", "exact": exact, "prefix": "", "suffix": ""}
    return {
        "url": url,
        "language": "en",
        "target": {"source": url, "selector": [quote]},
        "concern": "fact",
        # The same long text about other words would be held as spam.
        "suggestion": f"{exact}, or {secrets.token_hex(4)}",
        **changes,
    }


def read_answer(opened: socket.socket, method: str = "GET") -> Answer:
    """Read an answer from an open connection."""
    response = http.client.HTTPResponse(opened, method=method)
    response.begin()
    return Answer(response.status, tuple(response.getheaders()), response.read())
