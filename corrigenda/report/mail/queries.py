"""What became of mails: what belongs to a case, what came last, and what was set aside."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import BinaryField, QuerySet, Value, When
from django.db.models import Case as Choice
from django.db.models.functions import Left, Substr

from corrigenda.models import Attachment, Case, Delivery, FollowUp, Mail, Merge
from corrigenda.report.mail.intake import LONGEST_ABOUT
from corrigenda.report.mail.parse import about_of
from corrigenda.web.plain import cut_after

MOST_SHOWN: Final = 50
_LITTLE: Final = 4_000
"""Bytes that are read here of a mail whose sender and subject are not in its row."""
MOST_MAILED: Final = 20
"""Mails that are shown at once with a case."""
MOST_BEGINNING: Final = 2_000
"""Code points of each text that lists show; the whole has a page of its own."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A mail that was set aside."""

    number: int
    at: datetime
    reason: str
    about: str
    """Sender and subject, as far as they can be read."""


@dataclass(frozen=True, slots=True)
class Came:
    """One mail that belongs to a case, with the beginnings of its texts; the row's own are not loaded."""

    mail: Mail
    is_answer: bool
    comment: str
    text: str
    is_cut: bool
    """Whether there is more of either text."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a reader wrote in answer to a letter, as far as a list shows it."""

    follow_up: FollowUp
    comment: str


def mails_aside() -> QuerySet[Mail]:
    """Return the mails that were set aside, the oldest first."""
    return Mail.objects.filter(outcome=Mail.Outcome.ASIDE).order_by("id")


def count_left() -> int:
    """Return how many mails were left in their mailbox, for there was no room here to set them aside."""
    return Mail.objects.filter(outcome=Mail.Outcome.GONE, emptied_at=None).count()


def page_of_aside(after: int) -> tuple[list[Aside], int]:
    """Return a page of the mails that were set aside, those after the one numbered so, the oldest first.

    With the number after which further ones follow, 0 where none do.
    """
    found = list(list_aside(after=after, limit=MOST_SHOWN + 1))
    return found[:MOST_SHOWN], found[MOST_SHOWN - 1].number if len(found) > MOST_SHOWN else 0


def list_aside(*, after: int = 0, limit: int | None = None) -> Iterator[Aside]:
    """Iterate the mails that were set aside after the one numbered so, the oldest first."""
    # A little of the beginning, and only of mails from before their rows said it: fifty may be a gigabyte.
    little = When(about="", then=Substr("raw", 1, _LITTLE, output_field=BinaryField()))
    head = Choice(little, default=Value(None), output_field=BinaryField())
    mails = mails_aside().filter(pk__gt=after).defer("raw").annotate(head=head)
    for mail in mails[:limit].iterator(chunk_size=50):
        about = mail.about or cut_after(about_of(bytes(mail.head or b"")), LONGEST_ABOUT)
        yield Aside(mail.pk, mail.taken_at, mail.reason, about)


def mails_of_case(case: Case, *, after: int = 0) -> tuple[list[Came], int]:
    """Return what came by mail for the reports of a case and of those joined to it, the oldest first.

    At most MOST_MAILED mails that come after the one numbered `after`, and the one after which further ones
    follow, 0 where none do. A fixed number of queries, and MOST_BEGINNING code points of each text, however
    many mails there are and however long: each view of a case asks for them.
    """
    mails = (
        Mail.objects.filter(report__case__in=Merge.objects.family(case), pk__gt=after)
        .defer("raw", "text", "follow_up__comment")
        .select_related("report", "follow_up")
        .prefetch_related("attachments")
        .annotate(
            beginning=Left("text", MOST_BEGINNING + 1), said=Left("follow_up__comment", MOST_BEGINNING + 1)
        )
    )
    found = list(mails.order_by("id")[: MOST_MAILED + 1])
    came = [_came(mail, mail.said, mail.beginning) for mail in found[:MOST_MAILED]]
    return came, found[MOST_MAILED - 1].pk if len(found) > MOST_MAILED else 0


def _came(mail: Mail, said: str | None, beginning: str) -> Came:
    comment = said or ""
    return Came(
        mail=mail,
        is_answer=said is not None,
        comment=_shown(comment),
        text=_shown(beginning),
        is_cut=max(len(comment), len(beginning)) > MOST_BEGINNING,
    )


def _shown(beginning: str) -> str:
    return cut_after(beginning, MOST_BEGINNING)


def mail_of_case(number: int) -> Mail | None:
    """Return a mail that belongs to a case, by its number."""
    mails = Mail.objects.filter(pk=number, report__case__isnull=False)
    return mails.defer("raw").select_related("report", "follow_up").first()


def latest_follow_ups() -> list[Answered]:
    """Return what readers wrote in answer to our letters, the newest first."""
    kept = (
        FollowUp.objects.exclude(comment="")
        .defer("comment")
        .select_related("report__case", "report__site")
        .annotate(said=Left("comment", MOST_BEGINNING + 1))
    )
    return [Answered(row, _shown(row.said)) for row in kept.order_by("-id")[:MOST_SHOWN]]


def latest_undelivered() -> list[Delivery]:
    """Return the letters that did not reach their readers, the newest first."""
    undelivered = Delivery.objects.filter(abandoned_at__isnull=False)
    return list(undelivered.select_related("case__site").order_by("-abandoned_at", "-id")[:MOST_SHOWN])


def attachment(number: int) -> Attachment | None:
    """Return an attachment by its number."""
    return Attachment.objects.filter(pk=number).first()
