"""Who may call from another origin: the pages of our sites, without cookies (Fetch Standard, CORS)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from corrigenda.web.queries import site_of_origin

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_LONGEST_ORIGIN = 300


def is_ours(origin: str) -> bool:
    """Whether an Origin header names the pages of a site."""
    return may_be_origin(origin) and site_of_origin(origin) is not None


def may_be_origin(origin: str) -> bool:
    """Whether an Origin header is worth a look into the table."""
    return 0 < len(origin) <= _LONGEST_ORIGIN


def for_site_pages(*methods: str) -> Callable[[View[P]], View[P]]:
    """Answer preflights for these methods, and let the pages of our sites read every answer, errors too."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def shared(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            origin = request.headers.get("Origin", "")
            known = is_ours(origin)
            if request.method == "OPTIONS":
                response = HttpResponse(status=204, headers=preflight_headers(methods if known else ()))
                del response["Content-Type"]
            else:
                response = view(request, *args, **kwargs)
            patch_vary_headers(response, ["Origin"])
            if known:
                for name, value in cors_headers(origin).items():
                    response.headers[name] = value
            return response

        return shared

    return decorate


def cors_headers(origin: str) -> dict[str, str]:
    """Return what lets the pages of an origin of ours read an answer."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Idempotent-Replayed, Location, Retry-After",
    }


def preflight_headers(methods: tuple[str, ...]) -> dict[str, str]:
    """Return what answers a preflight; none for an origin that may call nothing."""
    if not methods:
        return {}
    return {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
        "Access-Control-Max-Age": "600",
    }
