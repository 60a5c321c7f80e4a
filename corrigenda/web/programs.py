"""How programs are served: methods, preflights, and errors as problems, never as pages."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from corrigenda.web.cors import for_site_pages
from corrigenda.web.problems import PROBLEM, problem

View = Callable[..., HttpResponseBase]

ANY_PAGE: Final = "*"
"""Pages of every origin may read the answer: there is nothing in it that is not public."""

RETRY_SECONDS: Final = 5
"""When to ask again a desk whose database does not answer."""

_BELOW: Final = ("/api/", "/widget/")
_FEED: Final = "/feed.json"
_KEPT: Final = (
    "Allow",
    "Retry-After",
    "Vary",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
)

_SENTENCES: Final[Mapping[HTTPStatus, object]] = {
    HTTPStatus.BAD_REQUEST: gettext_lazy("This request could not be read."),
    HTTPStatus.NOT_FOUND: gettext_lazy("There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_lazy("This method is not allowed here."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_lazy("This is too large."),
    HTTPStatus.TOO_MANY_REQUESTS: gettext_lazy("Too many requests. Please try again later."),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_lazy("Something went wrong here. The fault is ours."),
}

logger = logging.getLogger(__name__)


def is_for_programs(path: str) -> bool:
    """Whether programs call this address, and people do not."""
    return path.startswith(_BELOW) or path.endswith(_FEED)


class ProblemsForPrograms:
    """Middleware that turns error pages into application/problem+json below the addresses of programs.

    Wherever an error comes from (an unknown address, a host that is not ours, a body too large, a bug), it
    has one form. Where the database does not answer, that is 503 and when to try again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        if response.status_code < 400 or not is_for_programs(request.path):
            return response
        if response.headers.get("Content-Type") == PROBLEM:
            return response
        status = HTTPStatus(response.status_code)
        said = problem(status, str(_SENTENCES.get(status, status.phrase)))
        for name in _KEPT:
            if name in response.headers:
                said.headers[name] = response.headers[name]
        return said

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 where the database failed; anything else stays the error that it is."""
        if not is_for_programs(request.path) or not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        # Its further lines may quote what readers wrote.
        logger.warning("The database did not answer: %s", type(exception).__name__)
        response = problem(
            HTTPStatus.SERVICE_UNAVAILABLE, _("The desk cannot answer at this moment. Please try again.")
        )
        response["Retry-After"] = str(RETRY_SECONDS)
        return response


def for_programs(view: View, *, methods: tuple[str, ...], readers: str = "") -> View:
    """Return a view that answers OPTIONS, HEAD and methods that it does not have, errors readable by pages.

    `methods` are those of the view itself. Pages of the desk's sites may call it, or, for ANY_PAGE, all.
    """
    had = (*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS")

    def shared(request: HttpRequest, /, **arguments: Any) -> HttpResponse:
        if request.method not in had:
            response = problem(HTTPStatus.METHOD_NOT_ALLOWED, _("This method is not allowed here."))
            response["Allow"] = ", ".join(had)
            return response
        method, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        try:
            answered = view(request, **arguments)
        finally:
            # The server leaves the body of a HEAD out, by the method that it has asked.
            request.method = method
        assert isinstance(answered, HttpResponse)  # noqa: S101 (nothing here streams)
        return answered

    # No cookie counts here, so nobody's can be abused.
    if readers == ANY_PAGE:
        return csrf_exempt(_for_any_page(shared, methods))
    return csrf_exempt(for_site_pages(*methods)(shared))


def _for_any_page(view: Callable[..., HttpResponse], methods: tuple[str, ...]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def open_to_all(request: HttpRequest, /, **arguments: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            del response["Content-Type"]
            response["Access-Control-Allow-Methods"] = ", ".join(methods)
            response["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match"
            response["Access-Control-Max-Age"] = "600"
        else:
            response = view(request, **arguments)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return open_to_all
