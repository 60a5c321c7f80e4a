"""What htmx needs beside its script: where a session has ended, the whole page asks for sign-in."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from corrigenda.web.back import DESK
from corrigenda.web.sizes import MOST_NEXT


class SignInAgain:
    """Middleware that turns a redirect to sign-in, where htmx asked for a fragment, into one of the page.

    htmx follows a redirect by itself and would put the sign-in page where the fragment belongs. After sign-in
    the member is back on the page that was open.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, with the redirect replaced."""
        response = self.get_response(request)
        if request.headers.get("HX-Request") != "true" or response.status_code != 302:
            return response
        sign_in = resolve_url(settings.LOGIN_URL)
        if urlsplit(response["Location"]).path != sign_in:
            return response
        shown = _path_of(request.headers.get("HX-Current-URL", ""))
        return HttpResponseClientRedirect(f"{sign_in}?{urlencode({'next': shown or DESK})}")


def _path_of(url: str) -> str:
    """Return the path of the page that a browser shows; empty for what is no address, or too long."""
    if len(url) > MOST_NEXT:
        return ""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
