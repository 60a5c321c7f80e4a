"""Writes each step of a fix: prepared, applied, live, refused; each in one transaction with its entry."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from corrigenda import ledger
from corrigenda.fix.queries import OPEN_FIX, Job, open_fix
from corrigenda.flow import State
from corrigenda.ledger import Actor, Change, StaleCaseError
from corrigenda.models import Article, Case, Decision, Fix, Member
from corrigenda.passage import collapse

ROOM: Final = "fix"
BY: Final = Actor(room=ROOM)
LONGEST_WAIT: Final = 3600.0
"""Seconds; a CMS that fails is asked again at least once an hour, for an editor waits for it."""

_PROBLEM_CHARACTERS: Final = 500


class OtherDecisionError(StaleCaseError):
    """The decision that counts is another one than the editor saw."""


def prepare_fix(
    *, job: Job, before_digest: str, after_digest: str, start: int | None = None, end: int | None = None
) -> Fix:
    """Write down what is about to be done, before the CMS is touched; without digests it is done by hand.

    Raises StaleCaseError where the decision does not stand any more.
    """
    with transaction.atomic():
        _hold(job)
        fix, _made = Fix.objects.get_or_create(
            decision=job.decision, defaults={"case": job.case, "prepared_at": timezone.now()}
        )
        if fix.status == Fix.Status.PREPARED:
            fix.before_digest, fix.after_digest = before_digest, after_digest
            fix.start, fix.end = start, end
            fix.save(update_fields=["before_digest", "after_digest", "start", "end"])
    return fix


def apply_fix(*, job: Job, fix: Fix) -> Fix:
    """Write down that the CMS has taken the fix."""
    with transaction.atomic():
        _hold(job)
        fix.refresh_from_db()
        if fix.status == Fix.Status.PREPARED:
            fix.status = Fix.Status.APPLIED
            fix.applied_at = timezone.now()
            fix.problem, fix.attempts, fix.next_attempt_at = "", 0, None
            fix.save(update_fields=["status", "applied_at", "problem", "attempts", "next_attempt_at"])
            ledger.note(job.case, by=BY, change=_change(fix, "applied", after=job.decision.wording))
    return fix


def finish_fix(*, job: Job, fix: Fix) -> Case:
    """Write down that the page shows the wording: the case is fixed, and its article is read again."""
    with transaction.atomic():
        case = _hold(job)
        fix.refresh_from_db()
        change = _change(fix, "fixed", after=job.decision.wording)
        _go_live(fix)
        return ledger.advance(case, State.FIXED, by=BY, change=change)


def refuse_fix(*, job: Job, problem: str, found: str) -> Case:
    """Give the case back to the desk: it cannot be carried out; `found` is what stands there now."""
    with transaction.atomic():
        case = _hold(job)
        fix, _made = Fix.objects.get_or_create(
            decision=job.decision, defaults={"case": job.case, "prepared_at": timezone.now()}
        )
        return _give_back(case, fix, by=BY, verb="refused", problem=problem, found=found)


def put_off(*, fix: Fix, seconds: float, problem: str = "", found: str = "") -> None:
    """Look at the fix again later; `problem` tells the desk why, `found` what the page reads instead."""
    Fix.objects.filter(pk=fix.pk, status__in=OPEN_FIX).update(
        attempts=fix.attempts + 1,
        next_attempt_at=timezone.now() + timedelta(seconds=seconds),
        problem=problem[:_PROBLEM_CHARACTERS],
        found=found,
    )


def failure_seconds(fix: Fix) -> float:
    """Return how long to wait for a CMS that failed: 1, 4, 16, … seconds, at most an hour."""
    return min(4.0 ** min(fix.attempts, 9), LONGEST_WAIT)


def look_seconds(fix: Fix) -> float:
    """Return how long to wait for a page that does not show the wording yet.

    What was written by the desk is awaited impatiently at first: caches that expire in seconds are common.
    """
    if fix.status == Fix.Status.PREPARED:
        return settings.OPTIONS.recheck_seconds
    return min(2.0 ** min(fix.attempts, 16), settings.OPTIONS.recheck_seconds)


def ask_check(*, case_id: int, member: Member) -> bool:
    """Have the fix of a case looked at as soon as possible; whether there is one that waits."""
    _check_may_fix(member)
    fixes = Fix.objects.filter(case=case_id, decision__undone_at=None, status__in=OPEN_FIX)
    return bool(fixes.update(next_attempt_at=None))


def accept_as_published(*, case_id: int, member: Member, found: str) -> Fix:
    """Accept what the page now reads instead of the wording, as an editor of the CMS has put it.

    Where the desk itself had written the wording, its notice is on the page already and the fix is live as it
    is. Made by hand, the decision is replaced by one with these words, so that notice and answers speak of
    them. Raises StaleCaseError where the page does not read so any more, or where the desk is about to write.
    """
    _check_may_fix(member)
    wording = collapse(found)
    with transaction.atomic():
        case, fix = _lock_open(case_id)
        if fix.status == Fix.Status.PREPARED and not is_by_hand(fix):
            raise StaleCaseError(f"The fix of {case} is under way.")
        if not fix.found or fix.found != found:
            raise StaleCaseError(f"The page of {case} reads differently by now.")
        decision, by = fix.decision, Actor(ROOM, member)
        change = Change(
            verb="accepted_as_published",
            before=decision.wording,
            after=found,
            rows={"fix": fix.pk, "decision": decision.pk},
        )
        if fix.status == Fix.Status.APPLIED:
            _go_live(fix)
            ledger.advance(case, State.FIXED, by=by, change=change)
            return fix
        _undo(decision, fix, problem="Replaced by what the page reads.")
        successor = _same_decision(decision, member=member, wording=wording)
        change.rows["decision"] = successor.pk
        ledger.note(case, by=by, change=change)
        return Fix.objects.create(case=case, decision=successor, prepared_at=timezone.now())


def take_back(*, case_id: int, member: Member, shown: str | None = None) -> Case:
    """Take back a decision whose change nobody has made by hand yet; the case is open again.

    `shown` is the number of the decision that the editor saw; None for whichever counts now. Raises
    StaleCaseError where the desk writes to the CMS itself: that may be under way; OtherDecisionError where
    another decision was shown.
    """
    _check_may_fix(member)
    with transaction.atomic():
        case, fix = _lock_open(case_id)
        if not is_by_hand(fix):
            raise StaleCaseError(f"The fix of {case} is under way.")
        if shown is not None and str(fix.decision_id) != shown:
            raise OtherDecisionError(str(case))
        return _give_back(case, fix, by=Actor(ROOM, member), verb="taken_back", problem="", found="")


def is_by_hand(fix: Fix) -> bool:
    """Whether a person makes the change in their own CMS."""
    return fix.status == Fix.Status.PREPARED and not fix.before_digest


def _hold(job: Job) -> Case:
    """Lock the case of a job; StaleCaseError where it has moved, or another worker has it."""
    cases = Case.objects.filter(pk=job.case.pk, state=State.ACCEPTED, changed_at=job.case.changed_at)
    case = cases.taken().first()
    if case is None or not Decision.objects.filter(pk=job.decision.pk, undone_at=None).exists():
        raise StaleCaseError(f"{job.case} has moved on.")
    return case


def _lock_open(case_id: int) -> tuple[Case, Fix]:
    """Lock a case with an open fix for an editor; StaleCaseError where it has none any more."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, state=State.ACCEPTED).first()
    fix = open_fix(case_id)
    if case is None or fix is None:
        raise StaleCaseError(f"Case {case_id} has no fix that waits.")
    return case, fix


def _check_may_fix(member: Member) -> None:
    if not member.is_active:
        raise PermissionDenied


def _go_live(fix: Fix) -> None:
    now = timezone.now()
    fix.status = Fix.Status.LIVE
    fix.live_at = now
    fix.problem, fix.found, fix.next_attempt_at = "", "", None
    fix.save(update_fields=["status", "live_at", "problem", "found", "next_attempt_at"])
    _ask_reading(fix)


def _give_back(case: Case, fix: Fix, *, by: Actor, verb: str, problem: str, found: str) -> Case:
    _undo(fix.decision, fix, problem=problem)
    _ask_reading(fix)
    newest = case.passages.order_by("-id").first()
    to = State.LOCATED if newest is not None and newest.start is not None else State.UNLOCATED
    return ledger.advance(case, to, by=by, change=_change(fix, verb, after=found))


def _undo(decision: Decision, fix: Fix, *, problem: str) -> None:
    fix.status = Fix.Status.REFUSED
    fix.problem = problem[:_PROBLEM_CHARACTERS]
    fix.next_attempt_at = None
    fix.save(update_fields=["status", "problem", "next_attempt_at"])
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])


def _same_decision(decision: Decision, *, member: Member, wording: str) -> Decision:
    """The decision again with another wording; a note that quotes the former one is written anew."""
    quotes = bool(decision.wording) and decision.wording in decision.notice_text
    return Decision.objects.create(
        case=decision.case,
        member=member,
        passage=decision.passage,
        outcome=decision.outcome,
        kind=decision.kind,
        old=decision.old,
        wording=wording,
        notice_text="" if quotes else decision.notice_text,
        message=decision.message,
        decided_at=timezone.now(),
    )


def _ask_reading(fix: Fix) -> None:
    """Set watch's column: what stands in the article now is not what was read last."""
    Article.objects.filter(cases=fix.case_id).update(reading_asked_at=timezone.now())


def _change(fix: Fix, verb: str, *, after: str) -> Change:
    rows = {"fix": fix.pk, "decision": fix.decision_id}
    return Change(verb=verb, before=fix.decision.old, after=after, rows=rows)
