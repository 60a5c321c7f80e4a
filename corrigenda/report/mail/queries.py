"""What became of mails: what belongs to a case, what came last, and what was set aside."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import BinaryField, Exists, OuterRef, Prefetch, QuerySet, Value, When
from django.db.models import Case as Choice
from django.db.models.functions import Substr

from corrigenda.models import Attachment, Case, Delivery, FollowUp, Mail, Merge, Report
from corrigenda.report.mail.intake import LONGEST_ABOUT
from corrigenda.report.mail.parse import about_of
from corrigenda.web.plain import cut_after

MOST_SHOWN: Final = 50
_LITTLE: Final = 4_000
"""Bytes that are read here of a mail whose sender and subject are not in its row."""
MOST_MAILED: Final = 20
"""Reports whose mails are shown at once beside a case."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A mail that was set aside."""

    number: int
    at: datetime
    reason: str
    about: str
    """Sender and subject, as far as they can be read."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What belongs to a report by mail beside the report itself."""

    report: Report
    mails: list[Mail]
    follow_ups: list[FollowUp]


def mails_aside() -> QuerySet[Mail]:
    """Return the mails that were set aside, the oldest first."""
    return Mail.objects.filter(outcome=Mail.Outcome.ASIDE).order_by("id")


def list_aside(limit: int | None = None) -> Iterator[Aside]:
    """Iterate the mails that were set aside, the oldest first."""
    # A little of the beginning, and only of mails from before their rows said it: fifty may be a gigabyte.
    little = When(about="", then=Substr("raw", 1, _LITTLE, output_field=BinaryField()))
    head = Choice(little, default=Value(None), output_field=BinaryField())
    mails = mails_aside().defer("raw").annotate(head=head)
    for mail in mails[:limit].iterator(chunk_size=50):
        about = mail.about or cut_after(about_of(bytes(mail.head or b"")), LONGEST_ABOUT)
        yield Aside(mail.pk, mail.taken_at, mail.reason, about)


def mails_of_case(case: Case, *, after: int = 0) -> tuple[list[Whole], int]:
    """Return what came by mail for the reports of a case and of those joined to it; none for the others.

    At most MOST_MAILED reports that come after the one named `after`, and the one after which further ones
    follow, 0 where none do. A fixed number of queries, however many reports were joined.
    """
    reports = Report.objects.filter(case__in=Merge.objects.family(case), pk__gt=after)
    mailed = reports.filter(
        Exists(Mail.objects.filter(report=OuterRef("pk")))
        | Exists(FollowUp.objects.filter(report=OuterRef("pk")))
    )
    own = Mail.objects.filter(follow_up=None).order_by("id").prefetch_related("attachments")
    answers = FollowUp.objects.select_related("mail").order_by("id").prefetch_related("mail__attachments")
    rows = mailed.prefetch_related(Prefetch("mails", own), Prefetch("follow_ups", answers))
    found = list(rows.order_by("id")[: MOST_MAILED + 1])
    wholes = [
        Whole(report, list(report.mails.all()), list(report.follow_ups.all()))
        for report in found[:MOST_MAILED]
    ]
    return wholes, found[MOST_MAILED - 1].pk if len(found) > MOST_MAILED else 0


def latest_follow_ups() -> list[FollowUp]:
    """Return what readers wrote in answer to our letters, the newest first."""
    kept = FollowUp.objects.exclude(comment="").select_related("report__case", "report__site")
    return list(kept.order_by("-id")[:MOST_SHOWN])


def latest_undelivered() -> list[Delivery]:
    """Return the letters that did not reach their readers, the newest first."""
    undelivered = Delivery.objects.filter(abandoned_at__isnull=False)
    return list(undelivered.select_related("case__site").order_by("-abandoned_at", "-id")[:MOST_SHOWN])


def attachment(number: int) -> Attachment | None:
    """Return an attachment by its number."""
    return Attachment.objects.filter(pk=number).first()
