"""The pages of errors: none of them reads a form, which may be what failed."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.decorators import decorator_from_middleware


class _TokenAlone(CsrfViewMiddleware):
    """Gives a page its token; compares none, which would read the form.

    Django's `requires_csrf_token` compares the token of a form, only to leave the result out.
    """

    def process_view(self, *_view: object) -> None:
        """Let every request pass: an error page changes nothing."""


_with_token = decorator_from_middleware(_TokenAlone)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that a request could not be read (400)."""
    return _without_request("400.html", status=400)


@_with_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that a page is not open to whoever asked (403)."""
    return render(request, "403.html", status=403)


@_with_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that there is no such page (404)."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (the signature is Django's)
    """Say that something failed here (500)."""
    return _without_request("500.html", status=500)


def _without_request(template: str, *, status: int) -> HttpResponse:
    # Without a request the page asks for no member and no session: the database may be what failed.
    return HttpResponse(render_to_string(template), status=status)
