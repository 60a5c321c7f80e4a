"""Reads what happens after a decision; a fixed number of queries, however many readers are answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corrigenda.decide.case_queries import Dossier
from corrigenda.decide.moments import Moment
from corrigenda.decide.pages import ByHand, DecisionView, Progress, Stage
from corrigenda.flow import DECIDED, State
from corrigenda.models import Case, Decision, Fix, Merge, Notice, Reply, Report, Site
from corrigenda.passage import word_diff
from corrigenda.web.notices import notice_url

_OPEN: Final = frozenset({State.RECEIVED, State.LOCATED, State.UNLOCATED, State.MERGED})
_WAITING: Final = frozenset({Fix.Status.PREPARED, Fix.Status.APPLIED})


def view_progress(dossier: Dossier) -> Progress | None:
    """Return what was decided and what has come of it; None while the case is open."""
    case = dossier.case
    decision = case.decisions.select_related("member").filter(undone_at=None).first()
    if case.state in _OPEN or decision is None:
        return None
    fix = Fix.objects.filter(decision=decision).first()
    notice = Notice.objects.select_related("article__site").filter(decision=decision).first()
    letters = _letters(decision)
    waits = case.state in DECIDED and case.not_before is not None and case.not_before > timezone.now()
    stages = [_decided(decision, waits=waits)]
    if decision.outcome == Decision.Outcome.ACCEPT:
        stages.append(_fixed(case, fix, waits=waits))
    if decision.outcome != Decision.Outcome.DECLINE:
        stages.append(_noticed(case, notice, waits=waits))
    stages.append(_answered(case, letters))
    by_hand = case.state == State.ACCEPTED and case.site.connector == Site.Connector.BY_HAND
    return Progress(
        case_id=case.pk,
        decision=_view_decision(decision, notice, is_beside=dossier.is_beside),
        stages=stages,
        undo_until=Moment(case.not_before) if waits and case.not_before else None,
        by_hand=_by_hand(dossier, decision, notice) if by_hand else None,
        has_fix_panel=case.state == State.ACCEPTED and fix is not None and fix.status in _WAITING,
        silent_seconds=case.silent_seconds,
        is_over=case.state == State.CLOSED and not letters.waiting,
    )


def _title(decision: Decision, *, is_beside: bool) -> str:
    if decision.outcome == Decision.Outcome.ACCEPT:
        return _("Accepted")
    if decision.outcome == Decision.Outcome.DECLINE:
        return _("Declined")
    return _("Note published") if is_beside else _("Note published, words unchanged")


def _view_decision(decision: Decision, notice: Notice | None, *, is_beside: bool) -> DecisionView:
    changed = decision.outcome == Decision.Outcome.ACCEPT
    return DecisionView(
        number=str(decision.pk),
        outcome=decision.outcome,
        title=_title(decision, is_beside=is_beside),
        by=str(decision.member),
        at=Moment(decision.decided_at),
        kind=str(decision.get_kind_display()) if decision.kind else "",
        reason=str(decision.get_reason_display()) if decision.reason else "",
        segments=word_diff(decision.old, decision.wording) if changed else [],
        notice=notice.text if notice else decision.notice_text,
        message=decision.message,
    )


def _decided(decision: Decision, *, waits: bool) -> Stage:
    detail = _("It waits a moment, so that it can be undone.") if waits else ""
    return Stage(status="done", label=_("Decided"), at=Moment(decision.decided_at), detail=detail)


def _fixed(case: Case, fix: Fix | None, *, waits: bool) -> Stage:
    if fix is not None and fix.live_at is not None:
        return Stage(status="done", label=_("The new wording is live"), at=Moment(fix.live_at))
    if fix is not None and fix.status == Fix.Status.REFUSED:
        return Stage(status="failed", label=_("The fix was refused"), detail=fix.problem)
    if case.site.connector == Site.Connector.BY_HAND:
        label = _("Waiting for the change to be made by hand")
        return Stage(status="next" if waits else "now", label=label, detail=fix.problem if fix else "")
    if fix is not None and fix.applied_at is not None:
        label = _("The fix is made; the article page does not show it yet")
        return Stage(status="now", label=label, at=Moment(fix.applied_at), detail=fix.problem)
    label = _("The fix is being made")
    return Stage(status="next" if waits else "now", label=label, detail=fix.problem if fix else "")


def _noticed(case: Case, notice: Notice | None, *, waits: bool) -> Stage:
    if notice is not None and notice.published_at is not None:
        placed = notice.placed_at is not None
        detail = (
            "" if placed else _("It stands in the corrections log; the article page does not bear it yet.")
        )
        label = _("The notice is published")
        return Stage("done", label, detail, Moment(notice.published_at), notice_url(notice))
    now = case.state in {State.FIXED, State.NOTED} and not waits
    label = (
        _("The notice is drafted, and published with the fix") if notice else _("The notice is being drafted")
    )
    return Stage(status="now" if now else "next", label=label)


@dataclass(frozen=True, slots=True)
class Letters:
    """How many readers were answered, and what became of the mails."""

    replies: int
    last: datetime | None
    posted: int
    sent: int
    failed: int

    @property
    def waiting(self) -> int:
        """Mails that are still to be taken or given up."""
        return self.posted - self.sent - self.failed


def _letters(decision: Decision) -> Letters:
    """Count the answers to the readers of a case: all of them were made by its decision."""
    counted = Reply.objects.filter(decision=decision).aggregate(
        replies=Count("pk"),
        last=Max("created_at"),
        posted=Count("delivery"),
        sent=Count("delivery__delivered_at"),
        failed=Count("delivery__abandoned_at"),
    )
    return Letters(**counted)


def _answered(case: Case, letters: Letters) -> Stage:
    if not letters.replies or letters.last is None:
        reports = Report.objects.filter(case__in=Merge.objects.family(case))
        readers, mails = reports.aggregate(readers=Count("pk"), mails=Count("contact")).values()
        text = ngettext(
            "%(readers)s reader will be answered, %(mails)s by mail",
            "%(readers)s readers will be answered, %(mails)s by mail",
            readers,
        )
        # The same condition as beside each report: nothing is promised that cannot be sent.
        told = {"readers": readers, "mails": mails if settings.EMAIL_HOST else 0}
        return Stage(status="next", label=text % told)
    text = ngettext("%(readers)s reader is answered", "%(readers)s readers are answered", letters.replies)
    return Stage(
        status="failed" if letters.failed else "now" if letters.waiting else "done",
        label=text % {"readers": letters.replies},
        at=Moment(letters.last),
        detail=_mails(letters),
    )


def _mails(letters: Letters) -> str:
    if not letters.posted:
        return _("On their status pages; no mail was asked for.")
    text = _("Mails: %(sent)s sent, %(waiting)s waiting, %(failed)s failed.")
    return text % {"sent": letters.sent, "waiting": letters.waiting, "failed": letters.failed}


def _by_hand(dossier: Dossier, decision: Decision, notice: Notice | None) -> ByHand | None:
    article = dossier.article
    if article is None:
        return None
    return ByHand(
        old=decision.old,
        wording=decision.wording,
        notice=notice.text if notice else decision.notice_text,
        url=article.canonical_url,
        language=article.language,
    )
