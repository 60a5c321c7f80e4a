"""The front page, the list of logs, the answers to probes, and whom to tell of a security problem."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from corrigenda.web.pages import HomePage, LogsPage, render
from corrigenda.web.problems import json_response
from corrigenda.web.queries import all_sites, database_answers
from corrigenda.web.readiness import readiness

SECURITY_TXT_DAYS: Final = 180
"""How long security.txt counts; RFC 9116, 2.5.5, asks for less than a year."""


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """Say what this desk is."""
    return render(request, HomePage(sites=all_sites()))


@require_safe
def show_logs(request: HttpRequest) -> HttpResponse:
    """List the corrections logs; where there is one alone, go there."""
    sites = all_sites()
    if len(sites) == 1:
        return HttpResponseRedirect(f"/log/{sites[0].slug}/")
    return render(request, LogsPage(sites=sites))


@require_safe
def show_health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (a view)
    """Answer 200 while the database answers, else 503; for probes, so in plain text and never kept."""
    try:
        well = database_answers()
    except DatabaseError:
        well = False
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(
        "ok\n" if well else "the database does not answer\n",
        status=200 if well else 503,
        content_type="text/plain; charset=utf-8",
        headers=headers,
    )


@require_safe
def show_security_txt(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (a view)
    """Say whom to tell of a security problem of this installation (RFC 9116); 404 where nobody is named."""
    sender = settings.DEFAULT_FROM_EMAIL
    contact = settings.OPTIONS.security_contact
    if not contact and sender.endswith("@localhost"):
        # The default. An address that nobody has would let a report be lost unseen.
        raise Http404
    expires = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    expires += timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: {contact or f'mailto:{sender}'}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {settings.PUBLIC_URL}/.well-known/security.txt",
        f"Preferred-Languages: {', '.join(settings.DESK_LANGUAGES)}",
    ]
    return HttpResponse(
        "".join(f"{line}\n" for line in lines),
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=86400"},
    )


@require_safe
def show_readiness(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the desk can do its work, else 503, with what each check found; never kept."""
    found = readiness(request.META)
    ready = all(finding.state != "failed" for finding in found.values())
    response = json_response({"ready": ready, "checks": found}, status=200 if ready else 503)
    response["Cache-Control"] = "no-store"
    return response
