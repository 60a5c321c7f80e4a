"""Drafts notices before a fix goes out, publishes them once it is live, answers readers, closes cases."""

import logging
from collections.abc import Callable, Iterable

from django.utils import timezone

from corrigenda import ledger
from corrigenda.connectors.cms import CmsError
from corrigenda.connectors.registry import ConnectorError, connect
from corrigenda.disclose import queries
from corrigenda.disclose.actions import (
    BY,
    close_case,
    draft_notice,
    publish_notice,
    withdraw_draft,
    word_notice,
)
from corrigenda.flow import State
from corrigenda.ledger import Change
from corrigenda.models import Case, Decision, Fix, Notice, Site
from corrigenda.web.notices import public_notice
from corrigenda.web.sharing import TURNS

logger = logging.getLogger(__name__)


def run(limit: int = 50) -> int:
    """Do what waits, at most `limit` of each kind; return how many things were done."""
    done = _each(queries.cases_to_draft(), _draft, limit)
    done += _each(queries.drafts_to_withdraw(), _withdraw, limit)
    done += _each(queries.cases_due(State.NOTED), _disclose_note, limit)
    done += _each(queries.cases_due(State.FIXED), _disclose_fix, limit)
    return done + _each(queries.cases_due(State.DECLINED), _answer_declined, limit)


def _each(keys: Iterable[int], work: Callable[[int], bool], limit: int) -> int:
    """Do the work on each until `limit` succeeded; one that fails is passed over until the next time."""
    done = 0
    for key in keys:
        if done >= limit:
            break
        try:
            done += work(key)
        except Exception:
            # Whatever it was, what it had done in its transaction is undone and the next one has its turn.
            logger.exception("%s failed for row %s.", work.__name__.strip("_"), key)
    return done


def _draft(case_id: int) -> bool:
    decided = Case.objects.filter(pk=case_id, state__in=(State.ACCEPTED, State.NOTED))
    case = decided.first()
    if case is None:
        return False
    draft = word_notice(decision=queries.standing_decision(case))
    with TURNS.transaction():
        case = decided.taken().first()
        if case is None or not _is_standing(draft.decision, case):
            return False
        if Notice.objects.filter(decision=draft.decision).exists():
            return False
        draft_notice(draft=draft)
    return True


def _is_standing(decision: Decision, case: Case) -> bool:
    return case.decisions.filter(pk=decision.pk, undone_at=None).exists()


def _withdraw(notice_id: int) -> bool:
    with TURNS.transaction():
        notice = Notice.objects.select_related("case").get(pk=notice_id)
        # The case is locked, not the notice: whoever changes a notice holds its case.
        if not Case.objects.filter(pk=notice.case_id).taken().exists():
            return False
        notice.refresh_from_db(fields=["status"])
        if notice.status != Notice.Status.DRAFT:
            return False
        withdraw_draft(notice=notice)
    return True


def _disclose_note(case_id: int) -> bool:
    """Place a note on its page, then publish it; a page that cannot take it leaves the log and the feeds."""
    case = Case.objects.due(State.NOTED).filter(pk=case_id).first()
    if case is None:
        return False
    notice = queries.drafted_notice(queries.standing_decision(case))
    if notice is None:
        return False
    # The CMS is asked outside any transaction: it may be slow, and placing a notice again changes nothing.
    problem = _place(case.site, notice)
    with TURNS.transaction():
        taken = Case.objects.due(State.NOTED).filter(pk=case_id).taken().first()
        if taken is None or queries.standing_decision(taken).pk != notice.decision_id:
            return False
        now = timezone.now()
        publish_notice(notice=notice, at=now, placed_at=None if problem else now)
        change = Change(verb="unplaced" if problem else "placed", after=problem, rows={"notice": notice.pk})
        ledger.note(taken, by=BY, change=change)
        close_case(case=taken, decision=notice.decision, notice=notice)
    return True


def _place(site: Site, notice: Notice) -> str:
    """Place a notice on its article page; return why that could not be done, empty when it stands there."""
    try:
        cms = connect(site.connector, site.connector_options, root_selectors=site.root_selectors)
        cms.place(notice.article.canonical_url, notice=public_notice(notice))
    except (CmsError, ConnectorError) as error:
        return str(error) or type(error).__name__
    return ""


def _disclose_fix(case_id: int) -> bool:
    fixed = Case.objects.due(State.FIXED).filter(pk=case_id)
    case = fixed.first()
    if case is None:
        return False
    decision = queries.standing_decision(case)
    draft = word_notice(decision=decision) if queries.drafted_notice(decision) is None else None
    with TURNS.transaction():
        case = fixed.taken().first()
        if case is None or not _is_standing(decision, case):
            return False
        notice = queries.drafted_notice(decision)
        if notice is None:
            if draft is None:
                return False
            notice = draft_notice(draft=draft)
        fix = Fix.objects.get(decision=decision)
        now = timezone.now()
        # What the connector wrote carried the notice along; an editor by hand may have left it out.
        publish_notice(notice=notice, at=now, placed_at=fix.applied_at)
        silent = (now - fix.live_at).total_seconds() if fix.live_at else 0.0
        close_case(case=case, decision=decision, notice=notice, silent_seconds=silent)
    return True


def _answer_declined(case_id: int) -> bool:
    with TURNS.transaction():
        case = Case.objects.due(State.DECLINED).filter(pk=case_id).taken().first()
        if case is None:
            return False
        close_case(case=case, decision=queries.standing_decision(case))
    return True
