"""The desk's buttons about a fix that waits, and the fragment that holds them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from corrigenda.fix import actions
from corrigenda.fix.pages import FixPage, FixPanel
from corrigenda.fix.queries import open_fix
from corrigenda.ledger import StaleCaseError
from corrigenda.models import Case, Fix, Member
from corrigenda.passage import word_diff
from corrigenda.web.back import go_back, member_button
from corrigenda.web.pages import render


@member_button
def check(request: HttpRequest, member: Member, case_id: int) -> HttpResponse:
    """Have the page looked at now, and go back."""
    get_object_or_404(Case, pk=case_id)
    if actions.ask_check(case_id=case_id, member=member):
        messages.success(request, _("The article’s page will be looked at in a moment."))
    else:
        messages.info(request, _("This case does not wait for a fix."))
    return go_back(request)


@member_button
def accept_published(request: HttpRequest, member: Member, case_id: int) -> HttpResponse:
    """Accept the words that the page reads, as the editor saw them, and go back."""
    get_object_or_404(Case, pk=case_id)
    # Forms send line feeds as two characters.
    found = request.POST.get("found", "").replace("\r\n", "\n")
    try:
        actions.accept_as_published(case_id=case_id, member=member, found=found)
    except StaleCaseError:
        messages.warning(request, _("Meanwhile the page reads differently. Please look again."))
    else:
        messages.success(request, _("The published wording is accepted."))
    return go_back(request)


@member_button
def take_back(request: HttpRequest, member: Member, case_id: int) -> HttpResponse:
    """Open the case again, and go back."""
    get_object_or_404(Case, pk=case_id)
    try:
        actions.take_back(case_id=case_id, member=member, shown=request.POST.get("decision", ""))
    except actions.OtherDecisionError:
        messages.warning(request, _("Somebody else was faster. The case is shown as it stands now."))
    except StaleCaseError:
        messages.warning(request, _("It is too late to take this back: the fix is being made."))
    else:
        messages.success(request, _("The decision is taken back, and the case is open again."))
    return go_back(request)


@never_cache
@require_safe
@login_required
def show_panel(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show what can be done about the fix of a case; for htmx a fragment, empty where no fix waits."""
    case = get_object_or_404(Case.objects.select_related("article"), pk=case_id)
    fix = open_fix(case_id)
    panel = _panel(case, fix) if fix is not None else None
    if "HX-Request" not in request.headers:
        return render(request, FixPage(case_id=case.pk, panel=panel))
    return render(request, panel) if panel is not None else HttpResponse()


def _panel(case: Case, fix: Fix) -> FixPanel:
    return FixPanel(
        case_id=case.pk,
        problem=fix.problem,
        found=fix.found,
        segments=word_diff(fix.decision.wording, fix.found) if fix.found else [],
        language=case.article.language if case.article else "",
        can_take_back=actions.is_by_hand(fix),
        decision=str(fix.decision_id),
    )
