"""Opens a case for each report that has none."""

import logging

from django.db import connection, transaction

from corrigenda import ledger
from corrigenda.models import Report

logger = logging.getLogger(__name__)


def run(limit: int = 50) -> int:
    """Open at most `limit` cases, one a transaction, oldest report first; return how many were opened."""
    waiting = (
        Report.objects.filter(case=None, held=Report.Held.NOT)
        .order_by("id")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(_open(pk) for pk in waiting)


def _open(pk: int) -> bool:
    try:
        with transaction.atomic():
            report = _taken(pk)
            if report is None:
                return False
            report.case = ledger.open_case(site=report.site, by=ledger.Actor("report"), rows={"report": pk})
            report.save(update_fields=["case"])
    except Exception:
        # One report that cannot be opened must not keep the others waiting; the next round tries it again.
        logger.exception("No case could be opened for report %s.", pk)
        return False
    return True


def _taken(pk: int) -> Report | None:
    reports = Report.objects.select_related("site").filter(pk=pk, case=None, held=Report.Held.NOT)
    if connection.features.has_select_for_update_skip_locked:
        reports = reports.select_for_update(skip_locked=True, of=("self",))
    return reports.first()
