"""Django as the front door calls it: on threads of its own, and spared what it cannot make a request of."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters

WSGIApplication = Callable[..., Iterable[bytes]]


class Pages:
    """A WSGI application that runs another one on a few threads, one request each from beginning to end.

    Each thread that has run Django keeps a database connection. The server has a thread for every report that
    may wait, which are many; this bounds the connections by the threads that make pages, and leaves these
    free while the disk is slow.
    """

    def __init__(self, application: WSGIApplication, *, threads: int) -> None:
        self._application = application
        self._pool: Final = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="pages")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        return self._pool.submit(self._answer, environ, start_response).result()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self._application(environ, start_response)
        if isinstance(answer, HttpResponseBase) and answer.streaming:
            return answer
        try:
            return list(answer)
        finally:
            # Django ends the request here: its connection is given back in the thread that it belongs to.
            close = getattr(answer, "close", None)
            if close is not None:
                close()


class Readable:
    """A WSGI application that drops a Content-Type at which Django would fail before it can answer."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if ";" in environ.get("CONTENT_TYPE", ""):
            try:
                parse_header_parameters(environ["CONTENT_TYPE"])
            except ValueError:
                environ["CONTENT_TYPE"] = ""
        return self._application(environ, start_response)
