"""The front door: takes POST /api/reports before Django does, and leaves it the rest."""

from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import reverse
from django.utils import translation

from corrigenda.report import answers
from corrigenda.report.answers import Answer
from corrigenda.report.exchange import language_asked, refused_unread
from corrigenda.report.front.line import Line
from corrigenda.report.front.sites import SiteDirectory
from corrigenda.report.front.ticket import Ticket
from corrigenda.server.calling import Answered

METHODS: Final = frozenset({"POST", "OPTIONS"})
ANSWER_SECONDS: Final = 10.0
"""How long a request waits for the commit of its report."""

Environ = dict[str, Any]


class FrontDoor:
    """Answers what the view behind it would, many times as often: no step that a report does not need.

    What it does not take goes on to Django unread: other addresses, other methods, and hosts that are not
    ours, which Django refuses. The event loop calls it: only the thread of the line waits for the database.
    """

    def __init__(self, *, line: Line | None = None, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.answer_seconds = answer_seconds
        self._path = reverse("report:api")
        self._line = line or Line(most_waiting=settings.OPTIONS.report_queue, sites=SiteDirectory())

    def takes(self, environ: Environ) -> bool:
        """Whether a request is for the door."""
        return (
            environ["PATH_INFO"] == self._path
            and environ["REQUEST_METHOD"] in METHODS
            and is_our_host(str(environ.get("HTTP_HOST", "")), tuple(settings.ALLOWED_HOSTS))
        )

    def refuses(self, environ: Environ) -> Answer | None:
        """Return the answer to a request that needs no look into its body."""
        return refused_unread(environ)

    def refuse(self, environ: Environ, why: Answer, answered: Answered) -> Ticket:
        """Answer a report that is refused."""
        return self._line.refuse(environ, why, answered)

    def refuse_slow(self, environ: Environ, answered: Answered) -> Ticket:
        """Answer a report whose body did not arrive in time."""
        with translation.override(language_asked(environ)):
            given = answers.too_slow()
        return self._line.refuse(environ, given, answered)

    def take(self, environ: Environ, body: bytes, answered: Answered) -> Ticket:
        """Take a report in; it is answered once it is on the disk."""
        return self._line.take(environ, body, answered)

    def close(self) -> None:
        """Store what waits and take nothing more."""
        self._line.close()


@lru_cache(maxsize=64)
def is_our_host(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a Host header names this desk, as Django decides it."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)
