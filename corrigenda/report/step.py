"""Opens a case for each report, unless it has to wait for an editor; deletes what is kept too long."""

import logging

from django.db import connection

from corrigenda import ledger
from corrigenda.models import Report
from corrigenda.report.privacy import retention
from corrigenda.report.spam.judging import judge, purge_traces
from corrigenda.web.sharing import TURNS

logger = logging.getLogger(__name__)


def run(limit: int = 50) -> int:
    """Take up at most `limit` reports, one a transaction, oldest first; return how many things were done.

    Each gets its case, or is held with the reason; a held one is not looked at again. Once an hour, what
    identifies readers is deleted where its time is over.
    """
    purge_traces()
    waiting = (
        Report.objects.filter(case=None, held=Report.Held.NOT)
        .order_by("id")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(_take_up(pk) for pk in waiting) + retention.run(limit)


def _take_up(pk: int) -> bool:
    try:
        report = Report.objects.filter(pk=pk).first()
        if report is None:
            return False
        # A report is what it is until it is taken up, so it is judged before its row is locked.
        judgement = judge(report)
        with TURNS.transaction():
            report = _taken(pk)
            if report is None:
                return False
            if judgement.trace is not None:
                judgement.trace.save()
            report.doubts, report.held = judgement.doubts, judgement.held
            if not report.held:
                report.case = ledger.open_case(
                    site=report.site, by=ledger.Actor("report"), rows={"report": pk}
                )
            report.save(update_fields=["doubts", "held", "case"])
    except Exception:
        # One report that cannot be taken up must not keep the others waiting; the next round tries it again.
        logger.exception("No case could be opened for report %s.", pk)
        return False
    return True


def _taken(pk: int) -> Report | None:
    reports = Report.objects.select_related("site").filter(pk=pk, case=None, held=Report.Held.NOT)
    if connection.features.has_select_for_update_skip_locked:
        reports = reports.select_for_update(skip_locked=True, of=("self",))
    return reports.first()
