"""Tells members of a sign-in from a new browser and of a new password: by mail, or at the desk."""

import uuid
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from corrigenda.accounts.audit import Origin
from corrigenda.connectors.mail import mailer
from corrigenda.models import Alert, AuditEvent, Member

MOST_MAILS: Final = 5
"""Mails of one kind that a member gets within a day. Further alerts are shown at the desk."""
MOST_A_DAY: Final = 20
"""Alerts of one kind that a member gets within a day in all. The sessions and the audit log tell of more."""
DAY: Final = timedelta(hours=24)
AGE: Final = timedelta(days=30)
"""How long an alert is kept."""


def alert_member(kind: Alert.Kind, *, member: Member, origin: Origin) -> None:
    """Write an alert, within the transaction of what it tells.

    There are at most MOST_A_DAY of a kind within a day: somebody who knows the password could sign in for
    ever. What the shell does is always told.
    """
    is_by_shell = origin.by == AuditEvent.By.SHELL
    today = Alert.objects.filter(member=member, kind=kind, at__gt=timezone.now() - DAY)
    if not is_by_shell and today.count() >= MOST_A_DAY:
        return
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    mails = today.filter(is_mailed=True)
    Alert.objects.create(
        member=member,
        kind=kind,
        by_shell=is_by_shell,
        browser=origin.client.browser,
        system=origin.client.system,
        session=origin.session,
        is_mailed=bool(member.email) and mailer().is_ready and mails.count() < MOST_MAILS,
        message_id=f"<{uuid.uuid4()}@{domain}>",
    )


def alerts_to_show(*, member: Member, session: uuid.UUID | None) -> QuerySet[Alert]:
    """Return what a member has not seen and no mail server has taken, but for what this session did."""
    waiting = Alert.objects.filter(
        member=member, seen_at=None, delivered_at=None, at__gt=timezone.now() - AGE
    )
    return waiting.exclude(session=session) if session else waiting


def see_alerts(*, member: Member, session: uuid.UUID | None, upto: int) -> int:
    """Note that a member has seen the alerts up to this one; return how many."""
    shown = alerts_to_show(member=member, session=session).filter(pk__lte=upto)
    return shown.update(seen_at=timezone.now())


def sweep(limit: int) -> int:
    """Delete at most `limit` alerts that are old; return how many."""
    numbers = list(
        Alert.objects.filter(at__lte=timezone.now() - AGE).order_by("at").values_list("pk", flat=True)[:limit]
    )
    if numbers:
        Alert.objects.filter(pk__in=numbers).delete()
    return len(numbers)
