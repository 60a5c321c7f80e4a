"""The desk: the queue, a case, and the buttons on it. A view parses, makes one call, renders."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from corrigenda.decide import actions
from corrigenda.decide.case_page import (
    ACCEPT,
    DECLINE,
    NOTE,
    PLACE,
    build_case_page,
    places_in_sentences,
    preview_of,
)
from corrigenda.decide.case_queries import read_dossier, state_label
from corrigenda.decide.desk import for_members, number_in, pressed, version_of
from corrigenda.decide.forms import AcceptForm, DeclineForm, NoteForm, PlaceForm, SeenForm
from corrigenda.decide.guards import OPEN_AT_DESK, RefusedError, SeveralPlacesError
from corrigenda.decide.history import read_history_page, view_history, view_since
from corrigenda.decide.pages import (
    MeanwhileFragment,
    PreviewFragment,
    ProgressFragment,
)
from corrigenda.decide.progress_queries import view_progress
from corrigenda.decide.queries import Filter, read_queue
from corrigenda.decide.queue_pages import QueueFragment, QueuePage
from corrigenda.decide.voice_pages import VoicesFragment
from corrigenda.decide.voices import read_proposals, view_voices
from corrigenda.ledger import StaleCaseError
from corrigenda.models import Case, Member
from corrigenda.web.pages import render


@require_safe
@for_members
def show_queue(request: HttpRequest, member: Member) -> HttpResponse:  # noqa: ARG001 (every member sees all)
    """Show the queue, or the part of it that is read again every few seconds."""
    queue = read_queue(Filter.read(request.GET.dict()))
    version = version_of((queue, [row.opened.ago for row in queue.rows]))
    if "HX-Request" not in request.headers:
        return render(request, QueuePage(queue=replace(queue, version=version)))
    if request.GET.get("version") == version:
        return HttpResponse(status=204)
    return render(request, QueueFragment(queue=replace(queue, version=version)))


@require_safe
@for_members
def show_case(request: HttpRequest, member: Member, pk: int) -> HttpResponse:  # noqa: ARG001
    """Show one case."""
    use, after = (number_in(request.GET.get(name, "")) for name in ("use", "after"))
    return render(request, build_case_page(_case(pk), use=use, after=after))


@require_safe
@for_members
def show_reports(request: HttpRequest, member: Member, pk: int) -> HttpResponse:  # noqa: ARG001
    """Show a stretch of a case's reports, as a part of its page: what is typed into the forms stays."""
    said = read_dossier(_case(pk)).said
    after = number_in(request.GET.get("after", ""))
    return render(request, VoicesFragment(view_voices(said, read_proposals(said), after=after)))


@require_safe
@for_members
def show_history(request: HttpRequest, member: Member, pk: int) -> HttpResponse:  # noqa: ARG001
    """Show a stretch of the whole history of a case."""
    page = read_history_page(_case(pk), after=number_in(request.GET.get("after", "")))
    return render(request, page)


@pressed
def accept(request: HttpRequest, member: Member, pk: int) -> HttpResponse:
    """Accept a case, or show what the wording would change where no script does that."""
    form = AcceptForm(request.POST, auto_id=f"{ACCEPT}_%s")
    if "preview" in request.POST:
        return render(request, build_case_page(_case(pk), bound=form))
    return _decide(
        request,
        pk,
        form,
        lambda: actions.accept_case(
            case_id=pk,
            member=member,
            seen=form.what_was_seen(),
            kind=form.chosen_kind(),
            wording=form.cleaned_data["wording"],
            notice_text=form.own_notice(),
            message=form.cleaned_data["message"],
        ),
    )


@pressed
def note(request: HttpRequest, member: Member, pk: int) -> HttpResponse:
    """Publish a note and leave the text as it is."""
    form = NoteForm(request.POST, auto_id=f"{NOTE}_%s")
    return _decide(
        request,
        pk,
        form,
        lambda: actions.note_case(
            case_id=pk,
            member=member,
            seen=form.what_was_seen(),
            kind=form.chosen_kind(),
            notice_text=form.cleaned_data["notice_text"],
            message=form.cleaned_data["message"],
        ),
    )


@pressed
def decline(request: HttpRequest, member: Member, pk: int) -> HttpResponse:
    """Decline a case."""
    form = DeclineForm(request.POST, auto_id=f"{DECLINE}_%s")
    return _decide(
        request,
        pk,
        form,
        lambda: actions.decline_case(
            case_id=pk,
            member=member,
            seen=form.what_was_seen(),
            reason=form.chosen_reason(),
            message=form.cleaned_data["message"],
        ),
    )


@pressed
def point(request: HttpRequest, member: Member, pk: int) -> HttpResponse:
    """Say where the passage stands."""
    form = PlaceForm(request.POST, auto_id=f"{PLACE}_%s")
    return _decide(
        request,
        pk,
        form,
        lambda: actions.place_case(
            case_id=pk,
            member=member,
            seen=form.what_was_seen(),
            words=form.cleaned_data["words"],
            start=form.cleaned_data["start"],
        ),
    )


@pressed
def undo(request: HttpRequest, member: Member, pk: int) -> HttpResponse:
    """Take the decision back that the page showed."""
    shown = request.POST.get("decision", "")
    return _press(
        request, _case(pk).pk, lambda: actions.undo_decision(case_id=pk, member=member, shown=shown)
    )


@pressed
def join(request: HttpRequest, member: Member, pk: int) -> HttpResponse:
    """Join a case to another."""
    target = _case(number_in(request.POST.get("target", "")))
    _case(pk)
    return _press(
        request,
        target.pk,
        lambda: actions.merge_case(source_id=pk, target_id=target.pk, member=member),
        otherwise=pk,
    )


@pressed
def part(request: HttpRequest, member: Member, pk: int) -> HttpResponse:
    """Part a case from the one it was joined to."""
    return _press(request, _case(pk).pk, lambda: actions.unmerge_case(source_id=pk, member=member))


@pressed
def show_preview(request: HttpRequest, member: Member, pk: int) -> HttpResponse:  # noqa: ARG001
    """Show what the wording that is being typed would change."""
    form = AcceptForm(request.POST, auto_id=f"{ACCEPT}_%s")
    preview = preview_of(read_dossier(_case(pk)), form)
    fresh = None
    if preview.replaces_notice:
        values = {"notice_text": preview.usual, "usual": preview.usual}
        fresh = AcceptForm(initial=values, auto_id=f"{ACCEPT}_%s")
        for name in values:
            fresh.fields[name].widget.attrs["hx-swap-oob"] = "true"
    return render(request, PreviewFragment(preview=preview, fresh=fresh))


@require_safe
@for_members
def show_progress(request: HttpRequest, member: Member, pk: int) -> HttpResponse:  # noqa: ARG001
    """Show how a decided case gets on; the whole page anew once it is open again or over."""
    case = _case(pk)
    progress, history = view_progress(read_dossier(case)), view_history(case)
    if progress is None:
        return HttpResponseClientRefresh()
    version, until = version_of((progress, history)), progress.undo_until
    if request.GET.get("version") == version:
        return HttpResponse(status=204)
    fragment = ProgressFragment(
        progress=replace(progress, version=version),
        history=history,
        state=case.state,
        state_label=state_label(case),
        undo_has_changed=request.GET.get("until", "") != (until.iso if until else ""),
    )
    return render(request, fragment)


@require_safe
@for_members
def show_meanwhile(request: HttpRequest, member: Member, pk: int) -> HttpResponse:  # noqa: ARG001
    """Tell whoever has a case on the screen that it has moved; a page without a form is loaded again."""
    case = _case(pk)
    form = SeenForm(request.GET)
    if not form.is_valid() or form.cleaned_data["seen"] == case.changed_at:
        return HttpResponse(status=204)
    if "reload" in request.GET:
        return HttpResponseClientRefresh()
    lines = view_since(case, form.cleaned_data["seen"])
    return render(request, MeanwhileFragment(case_id=case.pk, meanwhile=lines))


def _case(pk: int) -> Case:
    return get_object_or_404(Case.objects.select_related("site", "article"), pk=pk)


def _decide(request: HttpRequest, pk: int, form: SeenForm, act: Callable[[], object]) -> HttpResponse:
    """Carry a form out; where that cannot be, show the page again with everything that was typed."""
    case = _case(pk)
    if form.is_valid():
        try:
            act()
        except RefusedError as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            if isinstance(form, PlaceForm) and isinstance(refusal, SeveralPlacesError):
                form.offer_places(places_in_sentences(read_dossier(case), refusal.starts, refusal.length))
        except StaleCaseError:
            return _stale(request, pk, form)
        else:
            return HttpResponseRedirect(reverse("decide:case", args=[pk]), status=303)
    if case.state not in OPEN_AT_DESK:
        return _stale(request, pk, form)
    return render(request, build_case_page(case, bound=form), status=422)


def _stale(request: HttpRequest, pk: int, form: SeenForm) -> HttpResponse:
    """Say who did what meanwhile, and keep what was typed."""
    case = _case(pk)
    since = form.cleaned_data.get("seen") if hasattr(form, "cleaned_data") else None
    page = build_case_page(case, bound=form)
    data = request.POST.copy()
    data["seen"], data["place"] = page.seen, page.place
    fresh = type(form)(data, auto_id=form.auto_id)
    fresh.full_clean()
    meanwhile = view_since(case, since) if since else page.history.lines[-1:]
    return render(request, build_case_page(case, bound=fresh, meanwhile=meanwhile), status=409)


def _press(
    request: HttpRequest, pk: int, act: Callable[[], object], *, otherwise: int | None = None
) -> HttpResponse:
    """Do what a button says, then show the case; a refusal is said above it."""
    try:
        act()
    except RefusedError as refusal:
        messages.error(request, refusal.sentence)
        pk = pk if otherwise is None else otherwise
    except StaleCaseError:
        messages.error(request, _("Somebody else was faster. The case is shown as it stands now."))
    return HttpResponseRedirect(reverse("decide:case", args=[pk]), status=303)
