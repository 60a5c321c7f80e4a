"""Deletes what identifies readers once its time is over: so many days after the answer, or after it came."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from corrigenda.models import Contact, Delivery, Mail, Reply, Report
from corrigenda.report.mail.begun import sweep_begun
from corrigenda.report.mail.room import forget_notices
from corrigenda.report.privacy.erase import drop_aside
from corrigenda.report.privacy.files import sweep_files
from corrigenda.report.privacy.stripping import empty_mails, expire_report

logger = logging.getLogger(__name__)

PAUSE: Final = 3600.0
"""Seconds between two looks: nobody counts retention in minutes."""
OVER: Final = "It was deleted when its time was over."


class Timer:
    """Says when the next look is due; one a process, begun anew with it."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = 0.0
        self._is_new = True

    def is_due(self) -> bool:
        """Whether it is time to look."""
        return self._is_new or self._clock() >= self._next

    def wait(self) -> None:
        """Let the pause pass before the next look."""
        self._is_new, self._next = False, self._clock() + PAUSE


TIMER: Final = Timer()


def run(limit: int) -> int:
    """Delete what is due, at most `limit` of each kind, once an hour; at once again while there is more."""
    days: int = settings.OPTIONS.retention_days
    if not TIMER.is_due():
        return 0
    done = expire_due(limit, before=timezone.now() - timedelta(days=days)) if days else 0
    if not done:
        # Once, when the last round has found nothing: the whole folders are listed for it.
        if days:
            sweep_files()
        sweep_begun()
        forget_notices()
        TIMER.wait()
    return done


def expire_due(limit: int, *, before: datetime) -> int:
    """Delete what is older, at most `limit` of each kind; return how many things were done."""
    at = timezone.now()
    done = _each(replies_due(before)[:limit], lambda number: _clear(number, at))
    done += _each(held_due(before)[:limit], lambda number: expire_report(number, at=at))
    done += _each(late_mails_due(before)[:limit], lambda number: _empty(number, at))
    done += _each(aside_due(before)[:limit], lambda number: drop_aside(number, at=at, reason=OVER))
    done += _each(contacts_due()[:limit], _forget)
    return done


def replies_due(before: datetime) -> QuerySet[Reply, int]:
    """Return the answers whose reports are to be cleared, the oldest first."""
    due = Reply.objects.filter(cleared_at=None, created_at__lt=before)
    return due.order_by("created_at").values_list("pk", flat=True)


def held_due(before: datetime) -> QuerySet[Report, int]:
    """Return the reports that were held, and that nobody has let in."""
    held = Report.objects.exclude(held=Report.Held.NOT).filter(case=None, created_at__lt=before)
    return held.order_by("id").values_list("pk", flat=True)


def late_mails_due(before: datetime) -> QuerySet[Mail, int]:
    """Return the mails that came to a report after its own time was over, and those that hold nothing.

    A bounce or an automatic reply is a row with a reason; it is marked, so that nobody looks at it again.
    """
    empty = Q(outcome__in=(Mail.Outcome.BOUNCE, Mail.Outcome.AUTOMATIC)) | Q(report=None)
    over = Q(report__expired_at__isnull=False) | Q(report__erased_at__isnull=False)
    due = Mail.objects.filter(empty | over, emptied_at=None, taken_at__lt=before)
    return due.exclude(outcome=Mail.Outcome.ASIDE).order_by("taken_at").values_list("pk", flat=True)


def aside_due(before: datetime) -> QuerySet[Mail, int]:
    """Return the mails that were set aside and have waited long enough."""
    due = Mail.objects.filter(emptied_at=None, outcome=Mail.Outcome.ASIDE, taken_at__lt=before)
    return due.order_by("taken_at").values_list("pk", flat=True)


def contacts_due() -> QuerySet[Contact, int]:
    """Return the addresses of cleared reports, but for those of readers who wait for another answer.

    A letter that is still on its way needs its address too.
    """
    waiting = Report.objects.filter(contact__digest=OuterRef("digest"), erased_at=None, expired_at=None)
    on_its_way = Delivery.objects.filter(contact=OuterRef("pk"), delivered_at=None, abandoned_at=None)
    cleared = Contact.objects.filter(report__expired_at__isnull=False)
    due = cleared.filter(~Exists(waiting), ~Exists(on_its_way))
    return due.order_by("id").values_list("pk", flat=True)


def _each(numbers: Iterable[int], work: Callable[[int], object]) -> int:
    done = 0
    for number in list(numbers):
        try:
            work(number)
        except Exception:
            # One row that cannot be cleared must not keep the others; it is tried again in the next hour.
            logger.exception("Row %s could not be cleared.", number)
        else:
            done += 1
    return done


def _clear(reply: int, at: datetime) -> None:
    """Clear an answer's report, then note it: killed in between, the report is cleared once more."""
    row = Reply.objects.select_related("report").get(pk=reply)
    if row.report.erased_at is None:
        expire_report(row.report_id, at=at)
    Reply.objects.filter(pk=reply).update(cleared_at=at)


def _empty(mail: int, at: datetime) -> None:
    with transaction.atomic():
        row = Mail.objects.select_related("follow_up").get(pk=mail)
        if hasattr(row, "follow_up"):
            row.follow_up.comment = ""
            row.follow_up.save(update_fields=["comment"])
        empty_mails(Mail.objects.filter(pk=mail), at=at)


def _forget(contact: int) -> None:
    Contact.objects.filter(pk=contact).delete()
