"""The demo newspaper's own web server: static pages on an origin of their own, under a strict CSP."""

import html
import mimetypes
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

NEWSPAPER = "{{ newspaper }}"
CORRIGENDA = "{{ corrigenda }}"


@dataclass(frozen=True, slots=True)
class Paper:
    """Where the newspaper's files are, and the two origins that its pages name."""

    public: Path
    newspaper: str
    corrigenda: str

    def file_for(self, path: str) -> Path | None:
        """Return the file behind a request path, None where there is none inside the folder."""
        name = unquote(urlsplit(path).path).lstrip("/") or "index.html"
        if "\0" in name:
            return None
        file = (self.public / name).resolve()
        return file if file.is_file() and file.is_relative_to(self.public.resolve()) else None

    def body(self, file: Path) -> bytes:
        """Return what is served: pages with the two origins filled in, other files as they are."""
        if file.suffix != ".html":
            return file.read_bytes()
        page = file.read_text(encoding="utf-8")
        return page.replace(NEWSPAPER, self.newspaper).replace(CORRIGENDA, self.corrigenda).encode()

    def headers(self) -> dict[str, str]:
        """Return what a careful publisher sends: only its own files and Corrigenda's script may run."""
        return {
            "Content-Security-Policy": "; ".join(
                [
                    "default-src 'none'",
                    "img-src 'self'",
                    "style-src 'self'",
                    f"script-src {self.corrigenda}",
                    f"connect-src {self.corrigenda}",
                    "base-uri 'none'",
                    "form-action 'none'",
                    "require-trusted-types-for 'script'",
                ]
            ),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
        }


class PaperServer(ThreadingHTTPServer):
    """Serves one newspaper on the loopback interface."""

    daemon_threads = True

    def __init__(self, paper: Paper, *, port: int) -> None:
        self.paper = paper
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: PaperServer

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is http.server's)
        """Keep quiet: the demo's terminal shows the addresses and the worker's lines only."""

    def _answer(self, *, with_body: bool) -> None:
        paper = self.server.paper
        file = paper.file_for(self.path)
        if file is None:
            status, kind = HTTPStatus.NOT_FOUND, "text/html; charset=utf-8"
            body = f"<!doctype html><title>Not found</title><p>No page at {html.escape(self.path)}.".encode()
        else:
            status, kind = HTTPStatus.OK, mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
            body = paper.body(file)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in paper.headers().items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)
