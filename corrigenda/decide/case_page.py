"""Puts the page of a case together: its parts, its forms with what they begin with, and the preview."""

from dataclasses import replace
from typing import Any, Final

from corrigenda.decide.beside import view_beside
from corrigenda.decide.case_queries import (
    Dossier,
    first_suggestion,
    next_open_case,
    read_dossier,
    view_case,
)
from corrigenda.decide.desk import version_of
from corrigenda.decide.forms import AcceptForm, DeclineForm, NoteForm, PlaceForm, SeenForm
from corrigenda.decide.guards import OPEN_AT_DESK, RefusedError, check_wording, place_token
from corrigenda.decide.history import view_history
from corrigenda.decide.labels import USUAL_KINDS
from corrigenda.decide.pages import CasePage, Forms, HistoryLine, Preview
from corrigenda.decide.progress_queries import view_progress
from corrigenda.decide.voices import Proposal, read_proposals
from corrigenda.flow import State
from corrigenda.models import Case, Decision, NoticeKind, Report
from corrigenda.passage import collapse, sentence_at, word_diff
from corrigenda.web.notices import headline_sentence, usual_sentence
from corrigenda.web.plain import cut_after, cut_before, plain

ACCEPT: Final = "accept"
NOTE: Final = "note"
DECLINE: Final = "decline"
PLACE: Final = "point"


def build_case_page(
    case: Case,
    *,
    bound: SeenForm | None = None,
    use: int = 0,
    after: int = 0,
    meanwhile: list[HistoryLine] | None = None,
) -> CasePage:
    """Put the page together; a bound form takes the place of its own kind, with what was typed into it.

    `use` is the report whose suggestion the wording begins with, `after` the one that those shown follow.
    """
    dossier = read_dossier(case)
    proposals = read_proposals(dossier.said)
    is_open = case.state in OPEN_AT_DESK
    seen = {"seen": case.changed_at.isoformat(), "place": place_token(dossier.passage)}
    forms = _forms(dossier, seen, bound, _begins(dossier, proposals, use)) if is_open else None
    is_lost = bound is not None and not isinstance(bound, PlaceForm) and not _is_shown(bound, forms)
    progress, history = view_progress(dossier), view_history(case)
    return CasePage(
        case=view_case(dossier, proposals, after=after),
        seen=seen["seen"],
        place=seen["place"],
        forms=forms,
        place_form=_place_form(dossier, seen, bound) if is_open else None,
        preview=preview_of(dossier, forms.accept) if forms and forms.accept else None,
        progress=replace(progress, version=version_of((progress, history))) if progress else None,
        history=history,
        meanwhile=meanwhile or [],
        typed=bound.typed() if bound is not None and is_lost else [],
        refusals=[str(text) for texts in bound.errors.values() for text in texts]
        if bound and is_lost
        else [],
        next_id=next_open_case(case),
    )


def preview_of(dossier: Dossier, form: AcceptForm) -> Preview:
    """Show what the wording in a form would change, and what the usual notice about it would say."""
    words = dossier.words
    wording = collapse(plain(str(form["wording"].value() or "")))
    kind = str(form["kind"].value() or "")
    usual = usual_notice(dossier, wording, kind)
    offered, written = str(form["usual"].value() or ""), str(form["notice_text"].value() or "")
    return Preview(
        segments=word_diff(words, wording),
        is_empty=not wording,
        problem=_problem(dossier, wording),
        language=dossier.article.language if dossier.article else "",
        usual=usual,
        replaces_notice=form.is_bound and written.split() == offered.split() != usual.split(),
    )


def usual_notice(dossier: Dossier, wording: str, kind: str, *, changed: bool = True) -> str:
    """Return the usual sentence about a new wording; empty where the wording changes nothing."""
    passage = dossier.passage
    if kind not in NoticeKind.values or collapse(dossier.words) == wording:
        return ""
    text, start, end = "", 0, 0
    if passage is not None and passage.start is not None and passage.end is not None:
        text, start, end = passage.revision.text, passage.start, passage.end
    article = dossier.article
    return usual_sentence(
        kind=kind,
        old=dossier.words,
        new=wording,
        language=(article.language if article else "") or dossier.case.site.language,
        before=text[:start],
        after=text[end:],
        changed=changed,
    )


def _usual_beside(dossier: Dossier, kind: str) -> str:
    """Return the usual sentence about a headline for which a reader proposes words; empty for all else.

    Words that the headline never held are no part of it: a notice would put them there.
    """
    report, article = dossier.report, dossier.article
    if report is None or report.part != Report.Part.HEADLINE or not report.suggestion.strip():
        return ""
    if not dossier.case.entries.filter(verb="located_headline").exists():
        return ""
    shown = view_beside(report, article)
    return headline_sentence(
        kind=kind,
        old=(shown.words if shown is not None else "") or report.exact,
        new=report.suggestion,
        language=(article.language if article else "") or dossier.case.site.language,
    )


def places_in_sentences(dossier: Dossier, starts: list[int], length: int) -> list[tuple[int, str]]:
    """Return each place with the sentence it stands in, for an editor to choose from."""
    article = dossier.article
    revision = article.revisions.order_by("-number").first() if article else None
    if revision is None:
        return []
    found = []
    for start in starts[:20]:
        first, last = sentence_at(revision.text, start, start + length)
        head, words = revision.text[first:start], revision.text[start : start + length]
        found.append(
            (start, f"{cut_before(head, 80)}«{words}»{cut_after(revision.text[start + length : last], 80)}")
        )
    return found


def _forms(
    dossier: Dossier, seen: dict[str, str], bound: SeenForm | None, begins: dict[str, dict[str, Any]]
) -> Forms:
    accept = note = None
    if dossier.case.state == State.LOCATED and dossier.words:
        accept = (
            bound
            if isinstance(bound, AcceptForm)
            else AcceptForm(initial={**seen, **begins[ACCEPT]}, auto_id=f"{ACCEPT}_%s")
        )
    if dossier.article is not None:
        note = (
            bound
            if isinstance(bound, NoteForm)
            else NoteForm(initial={**seen, **begins[NOTE]}, auto_id=f"{NOTE}_%s")
        )
    decline = (
        bound
        if isinstance(bound, DeclineForm)
        else DeclineForm(initial={**seen, **begins[DECLINE]}, auto_id=f"{DECLINE}_%s")
    )
    return Forms(
        accept=accept,
        note=note,
        decline=decline,
        unfolded=_unfolded(bound) or (ACCEPT if accept else NOTE if dossier.is_beside and note else ""),
    )


def _is_shown(bound: SeenForm, forms: Forms | None) -> bool:
    """Whether a form that came back still has its place on the page."""
    return forms is not None and any(bound is form for form in (forms.accept, forms.note, forms.decline))


def _unfolded(bound: SeenForm | None) -> str:
    """Return the way whose form came back."""
    ways = ((AcceptForm, ACCEPT), (NoteForm, NOTE), (DeclineForm, DECLINE))
    return next((way for form, way in ways if isinstance(bound, form)), "")


def _begins(dossier: Dossier, proposals: list[Proposal], use: int) -> dict[str, dict[str, Any]]:
    """What each form begins with: what was decided before and taken back, else what the reader says."""
    concern = dossier.report.concern if dossier.report else Report.Concern.OTHER
    kind = str(USUAL_KINDS[Report.Concern(concern)])
    wording = first_suggestion(dossier, proposals, report_id=use)
    usual = usual_notice(dossier, collapse(wording), kind)
    stands = (
        _usual_beside(dossier, kind)
        if dossier.is_beside
        else usual_notice(dossier, collapse(wording), kind, changed=False)
    )
    begins: dict[str, dict[str, Any]] = {
        ACCEPT: {"wording": wording, "kind": kind, "notice_text": usual, "usual": usual},
        NOTE: {"kind": kind, "notice_text": stands},
        DECLINE: {},
    }
    last = dossier.case.decisions.exclude(undone_at=None).order_by("-id").first()
    if last is not None and not use:
        begins[last.outcome].update(_again(dossier, last))
    return begins


def _again(dossier: Dossier, decision: Decision) -> dict[str, Any]:
    """What an editor wrote into the decision that was taken back."""
    again: dict[str, Any] = {"message": decision.message}
    if decision.outcome == Decision.Outcome.DECLINE:
        return {**again, "reason": decision.reason}
    again["kind"] = decision.kind
    if decision.outcome == Decision.Outcome.NOTE:
        return {**again, "notice_text": decision.notice_text}
    usual = usual_notice(dossier, decision.wording, decision.kind)
    notice = decision.notice_text or usual
    return {**again, "wording": decision.wording, "usual": usual, "notice_text": notice}


def _place_form(dossier: Dossier, seen: dict[str, str], bound: SeenForm | None) -> PlaceForm | None:
    if isinstance(bound, PlaceForm):
        return bound
    if dossier.article is None:
        return None
    return PlaceForm(initial={**seen, "words": dossier.words}, auto_id=f"{PLACE}_%s")


def _problem(dossier: Dossier, wording: str) -> str:
    if dossier.passage is None:
        return ""
    try:
        check_wording(dossier.case.site, dossier.passage, wording)
    except RefusedError as refusal:
        return refusal.sentence
    return ""
