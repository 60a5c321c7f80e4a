"""Bodies as they arrive: read on a few of the server's threads, so that slow senders cannot hold them all."""

import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final

from django.conf import settings

from corrigenda.report.front.pages import WSGIApplication

_LONGEST_LENGTH: Final = 19
_BUSY: Final = b"Too much is being sent at this moment. Please try again in a few seconds.\n"


class Readers:
    """So many threads at once may wait for the rest of a body.

    Whoever stops in the middle of one holds the thread until he goes: the server has no timeout for bodies,
    and a thread that reads cannot be called back. A proxy that buffers requests keeps such senders away.
    """

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def read(self, environ: dict[str, Any], length: int) -> bytes | None:
        """Return so many bytes of a body, fewer where it ends before; None where too many are read now."""
        if not self._free.acquire(blocking=False):
            return None
        try:
            return bytes(environ["wsgi.input"].read(length))
        finally:
            self._free.release()


class ReadFirst:
    """A WSGI application that reads a body of a size that is taken here before it asks the one behind it.

    Those threads are few that make pages; they wait for the database, never for a sender. Other bodies are
    left unread: Django refuses what is too large, and takes nothing without a length.
    """

    def __init__(self, application: WSGIApplication, *, readers: Readers) -> None:
        self._application = application
        self._readers = readers

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        length = length_taken(str(environ.get("CONTENT_LENGTH", "")))
        if length:
            body = self._readers.read(environ, length)
            if body is None:
                return _too_busy(start_response)
            environ["wsgi.input"] = BytesIO(body)
        return self._application(environ, start_response)


def length_taken(text: str) -> int:
    """Return the length that a header Content-Length says; 0 where it is none, or more than is taken."""
    if not text.isdecimal() or len(text) > _LONGEST_LENGTH:
        return 0
    length = int(text)
    return length if length <= (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) else 0


def _too_busy(start_response: Callable[..., Any]) -> list[bytes]:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(_BUSY))),
        ("Retry-After", "5"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(f"{status.value} {status.phrase}", headers)
    return [_BUSY]
