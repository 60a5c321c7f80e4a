"""Reads which decisions are to be carried out now, and what that takes."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone

from corrigenda.fix.wording import Base
from corrigenda.flow import State
from corrigenda.models import Article, Case, Decision, Fix, Notice, Passage, Site

OPEN_FIX = (Fix.Status.PREPARED, Fix.Status.APPLIED)


@dataclass(frozen=True, slots=True)
class Job:
    """One decision to be carried out."""

    case: Case
    site: Site
    article: Article
    decision: Decision
    notice: Notice
    fix: Fix | None
    base: Base | None
    """The passage that was decided about; None where it has no place."""


def cases_to_fix(limit: int) -> list[int]:
    """Return the accepted cases whose notice is drafted and whose fix does not wait.

    What was never tried, or is asked for, comes first, then what waited longest: hundreds of pages that are
    looked at again and again must not keep a new fix from being made.
    """
    drafted = Notice.objects.filter(
        decision__case=OuterRef("pk"), decision__undone_at=None, status=Notice.Status.DRAFT
    )
    waiting = Fix.objects.filter(
        case=OuterRef("pk"),
        decision__undone_at=None,
        status__in=OPEN_FIX,
        next_attempt_at__gt=timezone.now(),
    )
    tried = Fix.objects.filter(case=OuterRef("pk"), decision__undone_at=None, status__in=OPEN_FIX)
    cases = Case.objects.due(State.ACCEPTED).filter(Exists(drafted), ~Exists(waiting))
    cases = cases.annotate(since=Subquery(tried.values("next_attempt_at")[:1]))
    ordered = cases.order_by(F("since").asc(nulls_first=True), "id")
    return list(ordered.values_list("pk", flat=True)[:limit])


def read_job(case_id: int) -> Job | None:
    """Return what is to be done about an accepted case; None where there is nothing any more."""
    case = Case.objects.due(State.ACCEPTED).select_related("site", "article").filter(pk=case_id).first()
    if case is None or case.article is None:
        return None
    standing = case.decisions.filter(undone_at=None).select_related("passage__revision").first()
    if standing is None:
        return None
    notices = Notice.objects.select_related("article__site", "decision")
    notice = notices.filter(decision=standing, status=Notice.Status.DRAFT).first()
    if notice is None:
        return None
    return Job(
        case=case,
        site=case.site,
        article=case.article,
        decision=standing,
        notice=notice,
        fix=Fix.objects.filter(decision=standing).first(),
        base=_base(case, standing),
    )


def open_fix(case_id: int) -> Fix | None:
    """Return the fix of a case's standing decision that is not live yet; None where there is none."""
    fixes = Fix.objects.select_related("case__site", "decision")
    return fixes.filter(case=case_id, decision__undone_at=None, status__in=OPEN_FIX).first()


def _base(case: Case, decision: Decision) -> Base | None:
    """The newest place of the words that were decided about: near texts are compared more surely."""
    placed = case.passages.filter(start__isnull=False, end__isnull=False).select_related("revision")
    newest: Passage | None = placed.order_by("-id").first()
    passage = newest if newest is not None and newest.exact == decision.old else decision.passage
    if passage is None or passage.start is None or passage.end is None:
        return None
    return Base(passage.revision.text, passage.start, passage.end)
