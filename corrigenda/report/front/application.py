"""The front door: a WSGI application before Django's that takes POST /api/reports and leaves it the rest."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import reverse

from corrigenda.report.exchange import asked, dressed, refused_unread
from corrigenda.report.front.bodies import Readers
from corrigenda.report.front.headers import headers_of_every_answer
from corrigenda.report.front.line import Line
from corrigenda.report.front.pages import WSGIApplication
from corrigenda.report.front.sites import SiteDirectory

METHODS: Final = frozenset({"POST", "OPTIONS"})


class FrontDoor:
    """Answers what the view behind it would, many times as often: no step that a report does not need.

    What it does not take goes on to Django unread: other addresses, other methods, and hosts that are not
    ours, which Django refuses.
    """

    def __init__(self, django: WSGIApplication, *, line: Line | None = None) -> None:
        self._django = django
        self._path = reverse("report:api")
        queue = settings.OPTIONS.report_queue
        self._line = line or Line(most_waiting=queue, sites=SiteDirectory())
        self._readers = Readers(max(1, queue // 2))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if (
            environ["PATH_INFO"] != self._path
            or environ["REQUEST_METHOD"] not in METHODS
            or not is_our_host(str(environ.get("HTTP_HOST", "")), tuple(settings.ALLOWED_HOSTS))
        ):
            return self._django(environ, start_response)
        given = refused_unread(environ)
        if given is None:
            body = self._readers.read(environ, int(environ["CONTENT_LENGTH"]))
            given = self._line.busy(environ) if body is None else self._line.answer(environ, body)
        else:
            given = dressed(given, environ, ours=asked(self._line.sites.is_ours, environ))
        headers = [*given.headers.items(), *headers_of_every_answer(environ)]
        headers.append(("Content-Length", str(len(given.body))))
        start_response(f"{given.status.value} {given.status.phrase}", headers)
        return [given.body]

    def close(self) -> None:
        """Store what waits and take nothing more."""
        self._line.close()


@lru_cache(maxsize=64)
def is_our_host(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a Host header names this desk, as Django decides it."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)
