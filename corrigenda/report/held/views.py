"""The desk's folder of held reports: a view parses, makes one call, renders."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from corrigenda.models import Member
from corrigenda.report.held import actions
from corrigenda.report.held.pages import CountFragment, FloodsFragment, HeldPage
from corrigenda.report.held.queries import (
    Filter,
    count_waiting,
    number_in,
    read_floods,
    read_folder,
    reports_of_flood,
)
from corrigenda.web.back import go_back, member_button
from corrigenda.web.pages import render

MOST_OPENED: Final = 500
"""Cases that one press of "open all" opens; half a second of work for each hundred."""
MOST_SET_ASIDE: Final = 10_000
"""As many reports as one press names to the database; the rest is shown again."""
_CHOSEN: Final = "chosen"
_ALL: Final = "all"


@never_cache
@require_safe
@login_required
def show_held(request: HttpRequest) -> HttpResponse:
    """Show the folder."""
    return render(request, HeldPage(folder=read_folder(Filter.read(request.GET.dict()))))


@never_cache
@require_safe
@login_required
def show_count(request: HttpRequest) -> HttpResponse:
    """Show how many reports wait."""
    return render(request, CountFragment(count=count_waiting()))


@never_cache
@require_safe
@login_required
def show_floods(request: HttpRequest) -> HttpResponse:
    """Show the floods, a row each."""
    return render(request, FloodsFragment(floods=read_floods()))


@member_button
def act(request: HttpRequest, member: Member) -> HttpResponse:
    """Do to one report, to the chosen ones or to a whole flood what the button says, and go back."""
    for name, do in _BUTTONS.items():
        if name in request.POST:
            do(request, _meant(request, request.POST[name]), member)
            return go_back(request)
    messages.error(request, _("Nothing was chosen."))
    return go_back(request)


def _meant(request: HttpRequest, value: str) -> list[int]:
    """Return the reports that a button is about: its own, the chosen ones, or a flood as it was shown."""
    if value == _CHOSEN:
        return [number for text in request.POST.getlist("report") if (number := number_in(text))]
    if value == _ALL:
        flood = reports_of_flood(Filter.read(request.POST.dict()))
        upto = number_in(request.POST.get("upto", ""))
        keys = flood.filter(pk__lte=upto).order_by("pk").values_list("pk", flat=True)
        return list(keys[:MOST_SET_ASIDE])
    return [number_in(value)]


def _open(request: HttpRequest, reports: list[int], member: Member) -> None:
    done = actions.open_cases(reports=reports[:MOST_OPENED], member=member)
    sentence = ngettext("%(number)s case was opened.", "%(number)s cases were opened.", done)
    _tell(request, done, sentence)


def _set_aside(request: HttpRequest, reports: list[int], member: Member) -> None:
    done = actions.set_aside(reports=reports, member=member)
    sentence = ngettext(
        "%(number)s report was set aside. It is kept, and can be taken back there.",
        "%(number)s reports were set aside. They are kept, and can be taken back there.",
        done,
    )
    _tell(request, done, sentence)


def _take_back(request: HttpRequest, reports: list[int], member: Member) -> None:
    done = actions.take_back(reports=reports, member=member)
    sentence = ngettext("%(number)s report waits again.", "%(number)s reports wait again.", done)
    _tell(request, done, sentence)


def _tell(request: HttpRequest, done: int, sentence: str) -> None:
    if done:
        messages.success(request, sentence % {"number": done})
    else:
        messages.error(request, _("Nothing was chosen, or somebody else was faster."))


_BUTTONS: Final[dict[str, Callable[[HttpRequest, list[int], Member], None]]] = {
    "open": _open,
    "aside": _set_aside,
    "back": _take_back,
}
