"""A newspaper whose pages an attack chooses: any status, any header, any bytes."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from tests.ports import free_port

SENTENCES: Final = 10
"""Sentences of each of the pages that honest readers report."""
PAGE: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
{head}</head>
<body><article><h1>{title}</h1><div itemprop="articleBody">{body}</div></article></body></html>"""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)


def article(title: str, paragraphs: Sequence[str], head: str = "") -> Page:
    """Return an article; its texts are HTML."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return Page(PAGE.format(title=title, head=head, body=body).encode())


def redirect(place: str, status: int = 302) -> Page:
    """Return a redirect."""
    return Page(b"", status, (("Location", place),))


def sentence(page: int, number: int) -> str:
    """Return one sentence of an honest page; no other page has it."""
    boat = page * SENTENCES + number
    return f"Boat {boat} of the harbour carried {page + 7} crates of oranges on day {number}."


@dataclass
class Newspaper:
    """What is served, and how often each path was asked for."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    default: Page = Page(b"<!doctype html><title>Not found</title><p>No such page.", 404)

    @property
    def origin(self) -> str:
        """Return the origin of its pages."""
        return f"http://localhost:{self.port}"

    def answer(self, path: str) -> Page:
        """Return what is served at a path; /honest-N.html are there by themselves."""
        self.asked[path] += 1
        name = path.partition("?")[0]
        if name.startswith("/honest-") and name.endswith(".html") and name[8:-5].isdecimal():
            page = int(name[8:-5])
            return article(
                f"The harbour, part {page}", [sentence(page, number) for number in range(SENTENCES)]
            )
        return self.pages.get(path) or self.pages.get(name) or self.default


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        page = self.server.newspaper.answer(self.path)
        self.send_response(page.status)
        for name, value in page.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is http.server's)
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    newspaper: Newspaper

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: a reader that has read enough hangs up."""


@contextmanager
def printed() -> Iterator[Newspaper]:
    """Serve a newspaper until the block ends."""
    newspaper = Newspaper(free_port())
    server = _Server(("127.0.0.1", newspaper.port), _Handler)
    server.newspaper = newspaper
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield newspaper
    finally:
        server.shutdown()
        server.server_close()
