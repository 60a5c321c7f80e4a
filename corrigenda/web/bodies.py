"""How much a request may carry: larger ones are answered before anything reads them."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

OWN_ANSWERS: Final = "/api/"
"""Below this address programs are answered in their own format, with the headers that let them read it."""


class BodyLimit:
    """Middleware that answers 413 where a body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE.

    Django's own limit leaves uploaded files out of the sum, and nothing here takes files.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or refuse it."""
        if length_of(request) > _most() and not request.path.startswith(OWN_ANSWERS):
            return render(request, "413.html", status=413)
        return self.get_response(request)


def length_of(request: HttpRequest) -> int:
    """Return how many bytes a body is said to have; 0 where nothing is said that can be read."""
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isdecimal() and len(text) < 20 else 0


def _most() -> int:
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
