"""What an editor does with held reports: open their cases, set them aside as spam, take that back."""

from collections.abc import Iterable
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from corrigenda import ledger
from corrigenda.ledger import Actor, Change
from corrigenda.models import Member, Report, SetAside

ROOM: Final = "report"
WAITING: Final = (Report.Held.SPAM, Report.Held.FLOOD)
"""Why a report waits for an editor; what is set aside waits no more."""


def open_cases(*, reports: Iterable[int], member: Member) -> int:
    """Open the cases of held reports, also of those that were set aside; return how many were opened.

    Each in a transaction of its own: what is there when something fails stays. Whatever has a case by now, or
    is being handled by somebody else, is passed over.
    """
    _check_may(member)
    return sum(_open_case(pk, member) for pk in reports)


def set_aside(*, reports: Iterable[int], member: Member) -> int:
    """Set held reports aside as spam; return how many. They are kept, and it can be taken back."""
    _check_may(member)
    with transaction.atomic():
        taken = list(_taken(reports, *WAITING))
        ledger.hold_member(member)
        now = timezone.now()
        SetAside.objects.bulk_create(
            SetAside(report=report, was=report.held, member=member, at=now) for report in taken
        )
        Report.objects.filter(pk__in=[report.pk for report in taken]).update(held=Report.Held.ASIDE)
    return len(taken)


def take_back(*, reports: Iterable[int], member: Member) -> int:
    """Let reports that were set aside wait again for what they waited before; return how many."""
    _check_may(member)
    with transaction.atomic():
        taken = [report.pk for report in _taken(reports, Report.Held.ASIDE)]
        ledger.hold_member(member)
        standing = SetAside.objects.filter(report__in=taken, undone_at=None)
        for held in WAITING:
            Report.objects.filter(
                pk__in=list(standing.filter(was=held).values_list("report", flat=True))
            ).update(held=held)
        standing.update(undone_at=timezone.now(), undone_by=member)
    return len(taken)


def _open_case(pk: int, member: Member) -> bool:
    with transaction.atomic():
        report = _taken([pk], *Report.Held).select_related("site").first()
        if report is None:
            return False
        rows = {"report": report.pk}
        case = ledger.open_case(site=report.site, by=Actor(ROOM), rows=rows)
        ledger.note(case, by=Actor(ROOM, member), change=Change(verb="released", rows=rows))
        report.case, report.held = case, Report.Held.NOT
        report.save(update_fields=["case", "held"])
        SetAside.objects.filter(report=report, undone_at=None).update(
            undone_at=timezone.now(), undone_by=member
        )
    return True


def _taken(reports: Iterable[int], *held: Report.Held) -> QuerySet[Report]:
    """Return the held ones of these reports, locked as far as nobody else has them in hand."""
    found = Report.objects.filter(pk__in=list(reports), case=None, held__in=held).exclude(
        held=Report.Held.NOT
    )
    if connection.features.has_select_for_update_skip_locked:
        found = found.select_for_update(skip_locked=True, of=("self",))
    return found.order_by("pk")


def _check_may(member: Member) -> None:
    """Raise PermissionDenied unless this member may decide: whoever signs in may."""
    if not member.is_active:
        raise PermissionDenied
