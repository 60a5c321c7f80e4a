"""Sends requests to WSGI applications in this process: the front door, and the plain view behind it."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from corrigenda.report.front.application import FrontDoor
from corrigenda.report.front.line import Line
from corrigenda.report.front.pages import Pages, Readable
from corrigenda.report.front.sites import SiteDirectory
from tests.rooms.factories import ORIGIN
from tests.rooms.report.test_wire import body

Application = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What an application answered."""

    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> int:
        """The status as a number."""
        return int(self.status[:3])

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object."""
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


def request(data: bytes | None = None, **changes: str | None) -> dict[str, Any]:
    """Return the environ of a good report with keys changed; None leaves one out."""
    sent = body() if data is None else data
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/reports",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_HOST": "testserver",
        "HTTP_ORIGIN": ORIGIN,
        "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4()),
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **changes,
    }
    environ = {name: value for name, value in environ.items() if value is not None}
    environ["wsgi.input"] = BytesIO(sent)
    return environ


def call(application: Application, environ: dict[str, Any]) -> Answered:
    """Send a request and return what was answered."""
    began: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        began.append((status, headers))

    answer = application(environ, start_response)
    try:
        content = b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    ((status, headers),) = began
    assert len({name.lower() for name, _value in headers}) == len(headers), "a header is sent twice"
    return Answered(status, dict(headers), content)


def plain_view() -> Application:
    """Return Django as it is served with the front door off."""
    return Readable(WSGIHandler())


@contextmanager
def front_door(**given: Any) -> Iterator[FrontDoor]:
    """Yield a front door with Django behind it, its line made as given; its threads end with the block."""
    pages = Pages(plain_view(), threads=1)
    line = Line(**{"most_waiting": 50, "sites": SiteDirectory(), **given})
    door = FrontDoor(pages, line=line)
    try:
        yield door
    finally:
        door.close()
        pages._pool.submit(connections.close_all).result()
        pages._pool.shutdown()
