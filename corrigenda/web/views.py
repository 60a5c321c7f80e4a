"""The front page, the list of logs, and the answer to probes."""

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from corrigenda.web.pages import HomePage, LogsPage, render
from corrigenda.web.queries import all_sites, database_answers


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
