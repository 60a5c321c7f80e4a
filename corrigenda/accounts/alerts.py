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
DAY: Final = timedelta(hours=24)
AGE: Final = timedelta(days=30)
"""How long an alert is kept."""


def alert_member(kind: Alert.Kind, *, member: Member, origin: Origin) -> Alert:
    """Write an alert, within the transaction of what it tells."""
    today = Alert.objects.filter(member=member, kind=kind, is_mailed=True, at__gt=timezone.now() - DAY)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return Alert.objects.create(
        member=member,
        kind=kind,
        by_shell=origin.by == AuditEvent.By.SHELL,
        browser=origin.client.browser,
        system=origin.client.system,
        session=origin.session,
        is_mailed=bool(member.email) and mailer().is_ready and today.count() < MOST_MAILS,
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
