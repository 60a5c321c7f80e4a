"""The page behind the stop link of every letter: it needs no account, no cookie and no JavaScript."""

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from corrigenda.connectors.recipients import digest_in
from corrigenda.send.actions import resume_mail, stop_mail
from corrigenda.send.pages import StopPage
from corrigenda.send.queries import is_stopped
from corrigenda.web.pages import render

RESUME: Final = "resume"
"""Name of the button that lets mail come again; any other POST stops it, as a mail program sends one."""


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button, and stop mail by a POST; looking changes nothing, for programs follow links too.

    There is no token against forged requests: who may stop is who has the address, and a mail program's
    POST (RFC 8058) carries no cookie. Nor is there a redirect, which the same rule forbids.
    """
    digest = digest_in(token)
    if digest is None:
        raise Http404
    if request.method == "POST":
        change = resume_mail if _asks_for_mail(request) else stop_mail
        change(digest=digest)
    page = StopPage(is_stopped=is_stopped(digest), desk=urlsplit(settings.PUBLIC_URL).hostname or "")
    response = render(request, page)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _asks_for_mail(request: HttpRequest) -> bool:
    """Whether the button for mail was pressed; no where nobody can read the form, so that mail stops."""
    request.encoding = "utf-8"  # of every form, whatever a mail program declares
    try:
        return RESUME in request.POST
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return False
