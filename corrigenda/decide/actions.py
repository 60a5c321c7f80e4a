"""What an editor does with a case: accept, note, decline, undo, say where, join and part."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from corrigenda import ledger
from corrigenda.decide.guards import (
    JOINABLE,
    RefusedError,
    Seen,
    article_of,
    check_may_decide,
    check_newest,
    check_place,
    check_wording,
    choose_place,
    is_under_way,
    lock_cases,
    newest_passage,
    newest_revision,
    open_state,
    read_open,
    take_open,
)
from corrigenda.flow import DECIDED, MOVES, State
from corrigenda.ledger import Actor, Change, StaleCaseError
from corrigenda.models import Case, Decision, Member, Merge, NoticeKind, Passage, Reply
from corrigenda.passage import collapse
from corrigenda.web.plain import plain

ROOM: Final = "decide"


def accept_case(
    *,
    case_id: int,
    member: Member,
    seen: Seen,
    kind: NoticeKind,
    wording: str,
    notice_text: str = "",
    message: str = "",
) -> Decision:
    """Accept a case: the wording is to stand in the article, and a notice of this kind is to say so.

    Raises RefusedError where the case has no place, where the wording says what the passage says already, or
    where the article's markup cannot take it; StaleCaseError where somebody was faster.
    """
    check_may_decide(member)
    case = read_open(case_id, seen)
    passage = newest_passage(case)
    if case.state != State.LOCATED or passage is None or passage.start is None:
        raise RefusedError(_("The passage has no place in the article, so nothing can be changed there."))
    check_place(case, passage, seen)
    wording = collapse(plain(wording))
    check_wording(case.site, passage, wording)
    with transaction.atomic():
        case = take_open(case_id, seen, passage)
        decision = _decide(
            case,
            member,
            passage,
            outcome=Decision.Outcome.ACCEPT,
            kind=kind,
            wording=wording,
            notice_text=plain(notice_text).strip(),
            message=plain(message).strip(),
        )
        change = Change(verb="accepted", before=passage.exact, after=wording, rows=_rows(decision, passage))
        ledger.advance(case, State.ACCEPTED, by=_by(member), change=change, not_before=_undo_until())
    return decision


def note_case(
    *, case_id: int, member: Member, seen: Seen, kind: NoticeKind, notice_text: str, message: str = ""
) -> Decision:
    """Publish a note about a case and leave the article's text as it is.

    Raises RefusedError without a text or a known article; StaleCaseError where somebody was faster.
    """
    check_may_decide(member)
    case = read_open(case_id, seen)
    passage = newest_passage(case)
    check_place(case, passage, seen)
    article = article_of(case)
    if article is None:
        raise RefusedError(_("The article of this report is not known, so there is nowhere to put a note."))
    text = plain(notice_text).strip()
    if not text:
        raise RefusedError(_("Write the note."), field="notice_text")
    with transaction.atomic():
        case = take_open(case_id, seen, passage)
        decision = _decide(
            case,
            member,
            passage,
            outcome=Decision.Outcome.NOTE,
            kind=kind,
            notice_text=text,
            message=plain(message).strip(),
        )
        change = Change(verb="noted", before=decision.old, after=text, rows=_rows(decision, passage))
        ledger.advance(
            case, State.NOTED, by=_by(member), change=change, not_before=_undo_until(), article=article
        )
    return decision


def decline_case(
    *, case_id: int, member: Member, seen: Seen, reason: Decision.Reason, message: str = ""
) -> Decision:
    """Decline a case for a reason, which its readers are told; StaleCaseError where somebody was faster."""
    check_may_decide(member)
    passage = newest_passage(read_open(case_id, seen))
    with transaction.atomic():
        case = take_open(case_id, seen, passage)
        decision = _decide(
            case,
            member,
            passage,
            outcome=Decision.Outcome.DECLINE,
            reason=reason,
            message=plain(message).strip(),
        )
        change = Change(verb="declined", before=decision.old, rows=_rows(decision, passage))
        ledger.advance(case, State.DECLINED, by=_by(member), change=change, not_before=_undo_until())
    return decision


def undo_decision(*, case_id: int, member: Member, shown: str | None = None) -> Case:
    """Take the standing decision back while nothing has come of it; the case is open again.

    `shown` is the number of the decision that the editor saw; None for whichever counts. Raises RefusedError
    once its time has passed or anything was carried out; StaleCaseError where another decision was shown.
    """
    check_may_decide(member)
    with transaction.atomic():
        case = lock_cases(case_id)[0]
        decision = case.decisions.filter(undone_at=None).first()
        if case.state not in DECIDED or decision is None:
            raise RefusedError(_("There is no decision to be undone."))
        if shown is not None and str(decision.pk) != shown:
            raise StaleCaseError(str(case))
        if case.not_before is None or case.not_before <= timezone.now() or is_under_way(decision):
            raise RefusedError(_("It is too late to undo this: the decision is being carried out."))
        decision.undone_at = timezone.now()
        decision.save(update_fields=["undone_at"])
        change = Change(
            verb="undone", before=decision.wording, after=decision.old, rows=_rows(decision, None)
        )
        return ledger.advance(case, open_state(case), by=_by(member), change=change)


def place_case(*, case_id: int, member: Member, seen: Seen, words: str, start: int | None = None) -> Passage:
    """Say where the passage of an open case stands, by the words that stand there in the newest revision.

    Raises SeveralPlacesError where they stand in several places and `start` names none of them; RefusedError
    where they stand nowhere; StaleCaseError where somebody was faster.
    """
    check_may_decide(member)
    case = read_open(case_id, seen)
    former = newest_passage(case)
    article = article_of(case)
    revision = None if article is None else newest_revision(article)
    if article is None or revision is None:
        raise RefusedError(_("The article has not been read yet, so no place can be named in it."))
    words = collapse(plain(words))
    at = choose_place(revision, words, start)
    with transaction.atomic():
        case = take_open(case_id, seen, former)
        check_newest(case, revision)
        passage, _made = Passage.objects.update_or_create(
            case=case,
            revision=revision,
            defaults={
                "start": at,
                "end": at + len(words),
                "kind": "unchanged",
                "confidence": 1.0,
                "found_at": timezone.now(),
            },
        )
        rows = {"passage": passage.pk, "revision": revision.pk}
        change = Change(verb="pointed", before=former.exact if former else "", after=words, rows=rows)
        if case.state == State.UNLOCATED:
            ledger.advance(case, State.LOCATED, by=_by(member), change=change, article=article)
        else:
            ledger.note(case, by=_by(member), change=change)
    return passage


def merge_case(*, source_id: int, target_id: int, member: Member | None) -> Merge:
    """Join one case to another of the same article; its reports are decided and answered with it.

    Without a member it is the desk itself that joins. Raises RefusedError where the two cannot be joined.
    """
    if member is not None:
        check_may_decide(member)
    with transaction.atomic():
        cases = {case.pk: case for case in lock_cases(source_id, target_id)}
        source, target = cases[source_id], cases[target_id]
        if State.MERGED not in MOVES[State(source.state)] or target.state not in JOINABLE:
            raise RefusedError(_("One of the two cases is not open any more, so they cannot be joined."))
        if source.article_id is None or source.article_id != target.article_id:
            raise RefusedError(_("The two cases speak of different articles."))
        merge = Merge.objects.create(source=source, target=target, member=member, merged_at=timezone.now())
        change = Change(verb="merged", rows={"merge": merge.pk, "case": target.pk})
        ledger.advance(source, State.MERGED, by=_by(member), change=change)
        change = Change(verb="joined", rows={"merge": merge.pk, "case": source.pk})
        ledger.note(target, by=_by(member), change=change)
    return merge


def unmerge_case(*, source_id: int, member: Member) -> Case:
    """Part a joined case from its target again; the desk remembers that the two are not the same.

    Raises RefusedError where the case is not joined to another, or its readers have been answered already.
    """
    check_may_decide(member)
    with transaction.atomic():
        merge = Merge.objects.standing().filter(source=source_id).select_related("target").first()
        if merge is None:
            raise RefusedError(_("This case is not joined to another one."))
        end = Merge.objects.end_of(merge.target)
        cases = {case.pk: case for case in lock_cases(source_id, end.pk)}
        source = cases[source_id]
        merge.refresh_from_db()
        if merge.undone_at is not None or source.state != State.MERGED:
            raise RefusedError(_("This case is not joined to another one."))
        answered = Reply.objects.filter(report__case__in=Merge.objects.family(source)).exists()
        if answered or cases[end.pk].state not in JOINABLE | {State.DECLINED}:
            raise RefusedError(_("The readers have been answered already: the cases stay joined."))
        merge.undone_at = timezone.now()
        merge.save(update_fields=["undone_at"])
        change = Change(verb="unmerged", rows={"merge": merge.pk, "case": merge.target_id})
        ledger.advance(source, open_state(source), by=_by(member), change=change)
        change = Change(verb="parted", rows={"merge": merge.pk, "case": source.pk})
        ledger.note(merge.target, by=_by(member), change=change)
    return source


def _by(member: Member | None) -> Actor:
    return Actor(room=ROOM, member=member)


def _undo_until() -> datetime:
    return timezone.now() + timedelta(seconds=settings.OPTIONS.undo_seconds)


def _decide(case: Case, member: Member, passage: Passage | None, **choice: str) -> Decision:
    return Decision.objects.create(
        case=case,
        member=member,
        passage=passage,
        old=passage.exact if passage else "",
        decided_at=timezone.now(),
        **choice,
    )


def _rows(decision: Decision, passage: Passage | None) -> dict[str, int]:
    rows = {"decision": decision.pk}
    return rows if passage is None else {**rows, "passage": passage.pk}
