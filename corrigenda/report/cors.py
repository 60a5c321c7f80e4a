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


def for_site_pages(*methods: str) -> Callable[[View[P]], View[P]]:
    """Answer preflights for these methods, and let the pages of our sites read every answer, errors too."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def shared(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            origin = request.headers.get("Origin", "")
            known = 0 < len(origin) <= _LONGEST_ORIGIN and site_of_origin(origin) is not None
            if request.method == "OPTIONS":
                response = _preflight(methods if known else ())
            else:
                response = view(request, *args, **kwargs)
            patch_vary_headers(response, ["Origin"])
            if known:
                response["Access-Control-Allow-Origin"] = origin
                response["Access-Control-Expose-Headers"] = "Idempotent-Replayed"
            return response

        return shared

    return decorate


def _preflight(methods: tuple[str, ...]) -> HttpResponse:
    response = HttpResponse(status=204)
    if methods:
        response["Access-Control-Allow-Methods"] = ", ".join(methods)
        response["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key"
        response["Access-Control-Max-Age"] = "600"
    return response
