"""Sends requests to applications in this process: the front door, and the plain view behind it."""

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

from corrigenda.report.front.application import FrontDoor
from corrigenda.report.front.line import Line
from corrigenda.report.front.pages import Readable
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


class Served:
    """A front door with an application behind it, as the server puts them, for a client that waits."""

    def __init__(self, door: FrontDoor, pages: Application) -> None:
        self.door = door
        self._pages = pages

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if not self.door.takes(environ):
            return self._pages(environ, start_response)
        answers: list[tuple[int, list[tuple[str, str]], bytes]] = []
        ready = threading.Event()

        def answered(status: int, headers: list[tuple[str, str]], content: bytes) -> None:
            answers.append((status, headers, content))
            ready.set()

        why = self.door.refuses(environ)
        if why is not None:
            waiting = self.door.refuse(environ, why, answered)
        else:
            content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            waiting = self.door.take(environ, content, answered)
        if not ready.wait(self.door.answer_seconds):
            waiting.give_up()
        ((status, headers, content),) = answers
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [content]

    @property
    def line(self) -> Line:
        """The line behind the door."""
        return self.door._line

    def close(self) -> None:
        """Store what waits."""
        self.door.close()


@contextmanager
def front_door(
    *, pages: Application | None = None, answer_seconds: float = 20, **given: Any
) -> Iterator[Served]:
    """Yield a front door with Django behind it, its line made as given; its thread ends with the block."""
    line = Line(**{"most_waiting": 50, "sites": SiteDirectory(), **given})
    door = FrontDoor(line=line, answer_seconds=answer_seconds)
    try:
        yield Served(door, pages or plain_view())
    finally:
        door.close()
