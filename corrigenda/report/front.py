"""The front door: a WSGI application before Django's that takes POST /api/reports and leaves it the rest."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http.request import split_domain_port, validate_host
from django.urls import reverse

from corrigenda.models import Report
from corrigenda.report.door import (
    Order,
    Receipt,
    SiteGoneError,
    UnavailableError,
    parcel_of,
    receipt_of,
    refused_address,
    what_failed,
)
from corrigenda.report.drafts import RefusedError, ReportDraft, check_key
from corrigenda.report.exchange import answer
from corrigenda.report.front_headers import headers_of_every_answer
from corrigenda.report.front_pages import WSGIApplication
from corrigenda.report.front_sites import SiteDirectory
from corrigenda.report.front_writer import Writer

METHODS: Final = frozenset({"POST", "OPTIONS"})


class FrontDoor:
    """Answers what the view behind it would, many times as often: no step that a report does not need.

    What it does not take goes on to Django unread: other addresses, other methods, and hosts that are not
    ours, which Django refuses.
    """

    def __init__(
        self, django: WSGIApplication, *, writer: Writer | None = None, sites: SiteDirectory | None = None
    ) -> None:
        self._django = django
        self._path = reverse("report:api")
        self._writer = writer or Writer(most_waiting=settings.OPTIONS.report_queue)
        self._sites = sites or SiteDirectory()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if (
            environ["PATH_INFO"] != self._path
            or environ["REQUEST_METHOD"] not in METHODS
            or not is_our_host(str(environ.get("HTTP_HOST", "")))
        ):
            return self._django(environ, start_response)
        given = answer(
            environ,
            read=environ["wsgi.input"].read,
            receive=self._receive,
            is_ours=self._sites.is_ours,
        )
        headers = [*given.headers.items(), *headers_of_every_answer(environ)]
        headers.append(("Content-Length", str(len(given.body))))
        start_response(f"{given.status.value} {given.status.phrase}", headers)
        return [given.body]

    def close(self) -> None:
        """Store what waits and take nothing more."""
        self._writer.close()

    def _receive(self, *, draft: ReportDraft, idempotency_key: str, channel: Report.Channel) -> Receipt:
        """Do what `corrigenda.report.door.receive` does, with the writer's hands."""
        check_key(idempotency_key)
        try:
            find_site = self._sites.site_of_origin
            order = Order(idempotency_key, parcel_of(draft, idempotency_key, channel, find_site=find_site))
        except RefusedError:
            # A key that is known gets its receipt again whatever comes with it.
            known = self._writer.carry_out(Order(idempotency_key))
            if known is None:
                raise
            return receipt_of(known)
        except DatabaseFailure as error:
            raise UnavailableError(what_failed(error)) from error
        try:
            stored = self._writer.carry_out(order)
        except SiteGoneError:
            raise refused_address() from None
        if stored is None:
            raise UnavailableError("the key was neither stored nor found")
        return receipt_of(stored)


def is_our_host(host: str) -> bool:
    """Whether a Host header names this desk, as Django decides it."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
