"""Which HTTP methods reach the pages; the addresses of programs answer each method themselves."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from corrigenda.web.programs import is_for_programs

KNOWN: Final = ("GET", "HEAD", "OPTIONS", "POST")
"""No page has another. TRACE would pass for a safe method, and Django's forms take a PUT for a POST."""


class KnownMethods:
    """Middleware that answers 405 to every other method, before a view or a session is looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or refuse it."""
        if request.method in KNOWN or is_for_programs(request.path):
            return self.get_response(request)
        return HttpResponseNotAllowed(KNOWN)
