"""Erases what is kept of a person piece by piece: killed at any moment and run again, it ends the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from corrigenda.models import Attachment, Contact, Delivery, FollowUp, Mail
from corrigenda.report.privacy.files import sweep_files
from corrigenda.report.privacy.people import Person
from corrigenda.report.privacy.stripping import erase_report

ERASED: Final = "It was erased at its sender's wish."


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of each thing there is."""

    reports: int
    cases: tuple[int, ...]
    """The numbers of those whose history names a report of the person; they stay."""
    contacts: int
    mails: int
    follow_ups: int
    files: int
    letters: int
    aside: int


def count_person(person: Person) -> Counts:
    """Return what erasing a person is about."""
    reports = person.reports
    return Counts(
        reports=len(reports),
        cases=tuple(report.case_id for report in reports if report.case_id is not None),
        contacts=len(person.contacts),
        mails=Mail.objects.filter(report__in=reports).count(),
        follow_ups=FollowUp.objects.filter(report__in=reports).count(),
        files=Attachment.objects.filter(mail__report__in=reports).count(),
        letters=Delivery.objects.filter(reply__report__in=reports).count(),
        aside=len(person.aside),
    )


def erase_person(person: Person, *, each: Callable[[str], None]) -> int:
    """Erase a person's reports, addresses, mails and files; return how many files were deleted.

    `each` is told of every piece once it is done. What a killed process had not done yet is found again by
    the same address or report, and files without a row are swept in any case.
    """
    at = timezone.now()
    for report in person.reports:
        if erase_report(report.pk, at=at):
            each(f"report {report.pk}")
    for contact in person.contacts:
        Contact.objects.filter(pk=contact.pk).delete()
    for mail in person.aside:
        drop_aside(mail.pk, at=at, reason=ERASED)
        each(f"mail {mail.pk}")
    return sweep_files()


def drop_aside(number: int, *, at: datetime, reason: str) -> None:
    """Delete a mail that was set aside but for its key, so that it does not come in again."""
    with transaction.atomic():
        Mail.objects.filter(pk=number, outcome=Mail.Outcome.ASIDE).update(
            outcome=Mail.Outcome.GONE,
            reason=reason,
            about="",
            raw=None,
            text="",
            left_out=[],
            emptied_at=at,
        )
