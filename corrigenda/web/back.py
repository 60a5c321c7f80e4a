"""Buttons of the desk: for members only, and back to the page that they stood on, with or without script."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from corrigenda.models import Member

P = ParamSpec("P")
DESK = "/desk/"


def member_button(
    view: Callable[Concatenate[HttpRequest, Member, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only POST through and give the view the member; others sign in, and come back to the page."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if isinstance(request.user, Member):
            return view(request, request.user, *args, **kwargs)
        if "HX-Request" in request.headers:
            return HttpResponseClientRefresh()
        return redirect_to_login(_came_from(request))

    return require_POST(guarded)


def go_back(request: HttpRequest) -> HttpResponse:
    """Return to the page that the button stood on, to the queue where that is none of this desk's.

    htmx is told to load its page again, which shows the messages of the request.
    """
    if "HX-Request" in request.headers:
        return HttpResponseClientRefresh()
    return HttpResponseRedirect(_came_from(request))


def _came_from(request: HttpRequest) -> str:
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else DESK
