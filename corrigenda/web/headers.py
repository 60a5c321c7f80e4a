"""Headers that neither Django nor django-csp sets right: powers of a browser, and who may keep an answer."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from corrigenda.web.programs import is_for_programs

NOT_NEEDED: Final = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
"""Powers of a browser that no page of ours asks for, so that nothing slipped into one may (W3C)."""

_OF_VISITORS: Final = frozenset(("accept-language", "cookie"))
_POLICY: Final = ", ".join(f"{power}=()" for power in NOT_NEEDED)


class PermissionsPolicy:
    """Middleware that adds the header Permissions-Policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the header added."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _POLICY)
        return response


class PublicAnswers:
    """Middleware that takes visitors' headers out of the Vary of public answers.

    LocaleMiddleware adds Accept-Language to every answer. The language of a public one follows from its
    address; a shared cache would keep a copy of it for every wording of that header.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with Vary put right."""
        response = self.get_response(request)
        if response.get("Cache-Control", "").startswith("public"):
            named = [name.strip() for name in response.get("Vary", "").split(",")]
            kept = [name for name in named if name.lower() not in _OF_VISITORS]
            del response["Vary"]
            if any(kept):
                response["Vary"] = ", ".join(kept)
        return response


class PrivatePages:
    """Middleware that lets nobody keep a page whose view says nothing about caching, nor load one elsewhere.

    Views that forget it, redirects and error pages below /desk/ and /accounts/ may show or name what only a
    member sees. What caches may keep says so itself. Answers for programs have rules of their own.

    A page of a neighbouring host is of the same site for a browser, which sends the session with the images
    and scripts that it loads. It cannot read them, but it learns whether an image came and how large it is.
    Cross-Origin-Resource-Policy (Fetch Standard, 3.7) has the browser drop the answer, a redirect as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, with Cache-Control where it was missing."""
        response = self.get_response(request)
        if not is_for_programs(request.path):
            response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
