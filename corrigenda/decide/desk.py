"""What every view of the desk needs: a member who has signed in, and pages that are never kept."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh

from corrigenda.models import Member

P = ParamSpec("P")
MOST_DIGITS: Final = 18
"""Longer numbers are no keys of rows, and some databases cannot even be asked for them."""

View = Callable[Concatenate[HttpRequest, P], HttpResponse]
MemberView = Callable[Concatenate[HttpRequest, Member, P], HttpResponse]


def for_members(view: MemberView[P]) -> View[P]:
    """Give the view the member who has signed in; others are asked to, a fragment by loading its page."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Member):
            raise PermissionDenied
        return view(request, request.user, *args, **kwargs)

    page = login_required(guarded)

    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if "HX-Request" in request.headers and not request.user.is_authenticated:
            return HttpResponseClientRefresh()
        return page(request, *args, **kwargs)

    return never_cache(asked)


def pressed(view: MemberView[P]) -> View[P]:
    """Let only POST reach a button of a case; whoever comes back from signing in is shown the case."""

    @wraps(view)
    def guarded(request: HttpRequest, member: Member, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseRedirect(reverse("decide:case", args=[kwargs["pk"]]))
        return view(request, member, *args, **kwargs)

    return for_members(guarded)


def number_in(text: str) -> int:
    """Return the row that an address or a field names; 0 for whatever cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


def version_of(shown: object) -> str:
    """Return a token that stands for what is shown: a fragment that is up to date is not sent again."""
    return hashlib.sha256(repr(shown).encode("utf-8", "surrogatepass")).hexdigest()[:16]
