"""Asks the desk as a stranger does: good requests by WSGI, each with one hostile value in it."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

from django.core.handlers.wsgi import WSGIHandler

from corrigenda.report.front.pages import Readable
from tests.rooms.factories import ORIGIN

PAGE: Final = f"{ORIGIN}/story.html"
_TOKEN: Final = "t" * 32
_FORM: Final = "multipart/form-data; boundary=x"
TYPED: Final = {
    "url": PAGE,
    "quote": "the bridge opened",
    "suggestion": "the bridge was opened",
    "concern": "fact",
    "comment": "So says the plaque.",
    "email": "reader@example.org",
}
"""What a reader has typed into the plain form."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer of the desk."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")


@cache
def _desk() -> Callable[..., Any]:
    return Readable(WSGIHandler())


def ask(method: str, path: str, *, query: str = "", body: bytes = b"", **environ: str) -> Asked:
    """Send one request; `environ` holds headers by their WSGI names, CONTENT_TYPE among them."""
    return ask_with(environ, method, path, query=query, body=body)


def ask_with(
    environ: Mapping[str, str], method: str, path: str, *, query: str = "", body: bytes = b""
) -> Asked:
    """Send one request with headers whose names are not known beforehand."""
    told: list[Any] = []
    whole: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        **{name: value.encode().decode("latin-1") for name, value in environ.items()},
    }
    answer = _desk()(whole, lambda status, headers: told.append((status, headers)))
    content = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    status, headers = told[0]
    return Asked(int(status.split()[0]), dict(headers), content)


def get(path: str, *, fixed: str = "", **parameters: str) -> Asked:
    """Ask for an address with parameters in its query."""
    pieces = [f"{name}={quote(value, safe='')}" for name, value in parameters.items()]
    return ask("GET", path, query="&".join([*([fixed] if fixed else []), *pieces]))


def raw_query(path: str, query: str) -> Asked:
    """Ask with a query as it is."""
    return ask("GET", path, query=query)


def header(name: str, *, method: str = "GET", path: str = "/log/courier/") -> Callable[[str], Asked]:
    """Return what sends a header, by its WSGI name."""

    def send(value: str) -> Asked:
        return ask_with({name: value}, method, path)

    return send


def form(path: str, typed: Mapping[str, str]) -> Asked:
    """Send a form as a browser does, with the token against forged requests."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"csrfmiddlewaretoken": _TOKEN, **typed}.items()
    ]
    body = "".join([*parts, "--x--\r\n"]).encode()
    return ask(
        "POST",
        path,
        body=body,
        CONTENT_TYPE=_FORM,
        HTTP_COOKIE=f"csrftoken={_TOKEN}",
        HTTP_ORIGIN="http://localhost",
    )


def report_form(name: str) -> Callable[[str], Asked]:
    """Return what sends the plain form with one field of it."""
    return lambda value: form("/report", {**TYPED, "key": secrets.token_hex(16), name: value})


def sign_in(name: str) -> Callable[[str], Asked]:
    """Return what tries to sign in with one field."""
    return lambda value: form("/accounts/login/", {"login": "nobody", "password": "wrong", name: value})


def language_form(name: str) -> Callable[[str], Asked]:
    """Return what chooses a language with one field."""
    return lambda value: form("/i18n/setlang/", {"language": "de", "next": "/", name: value})


def posted(path: str, member: str) -> Callable[[Any], Asked]:
    """Return what sends the body of a report, or of a question about one, with one member of it."""

    def send(value: Any) -> Asked:
        return send_body(path, body_with(member, value))

    return send


def send_body(path: str, body: bytes, **environ: str) -> Asked:
    """Send a body as JSON under a fresh key, from a page of the site."""
    given = {"HTTP_IDEMPOTENCY_KEY": secrets.token_hex(16), "HTTP_ORIGIN": ORIGIN, **environ}
    return ask("POST", path, body=body, **{"CONTENT_TYPE": "application/json", **given})


def body_with(member: str, value: Any) -> bytes:
    """Return a good body in which one member, named by its path, holds a value."""
    quoted: dict[str, Any] = {"type": "TextQuoteSelector", "exact": "the bridge opened"}
    place: dict[str, Any] = {"type": "TextPositionSelector", "start": 0, "end": 5}
    target: dict[str, Any] = {"source": PAGE, "selector": [quoted, place]}
    body: dict[str, Any] = {"url": PAGE, "language": "en", "target": target, "concern": "fact"}
    owners: dict[str, dict[str, Any]] = {"quote": quoted, "place": place, "target": target}
    owner, _, name = member.rpartition(".")
    is_raw = isinstance(value, Raw)
    owners.get(owner, body)[name] = "@raw@" if is_raw else value
    written = json.dumps(body, ensure_ascii=False)
    return (written.replace('"@raw@"', value) if is_raw else written).encode()


class Raw(str):
    """JSON as it is written, for values that Python's own writer would refuse."""

    __slots__ = ()
