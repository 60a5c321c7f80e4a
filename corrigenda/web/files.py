"""What WhiteNoise, which serves the files of the package, does not do by itself."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_WEAK = "W/"


class WeakTags:
    """Middleware that lets a browser ask for a file again by the tag that a proxy has made weak.

    nginx and HAProxy make W/"…" out of an ETag when they compress an answer. If-None-Match compares tags
    without that mark (RFC 9110, 13.1.2); WhiteNoise 6.9 compares whole lines and would send the file again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the mark taken off."""
        if request.path_info.startswith(settings.STATIC_URL):
            tag = request.META.get("HTTP_IF_NONE_MATCH", "")
            if tag.startswith(_WEAK):
                request.META["HTTP_IF_NONE_MATCH"] = tag.removeprefix(_WEAK)
        return self.get_response(request)
