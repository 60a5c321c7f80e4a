"""Sends the alerts that are due, and deletes what is kept no longer: counts, sessions, events, alerts."""

from datetime import timedelta
from typing import Final

from django.db.models import F
from django.utils import timezone

from corrigenda.accounts import alerts, audit, counting
from corrigenda.accounts.letters import write_alert
from corrigenda.connectors.mail import Answer, Mailer, Outcome, mailer
from corrigenda.models import Alert, DeskSession

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=4)
PATIENCE: Final = timedelta(days=2)
"""How long a mail is tried; the desk shows the alert all the time."""


def run(limit: int = 50, *, out: Mailer | None = None) -> int:
    """Do at most `limit` things of each sort; return how many were done."""
    sent = _send_due(out or mailer(), limit)
    return sent + counting.sweep(limit) + audit.sweep(limit) + alerts.sweep(limit) + _sweep_sessions(limit)


def _send_due(out: Mailer, limit: int) -> int:
    if not out.is_ready:
        return 0
    due = Alert.objects.filter(
        is_mailed=True, delivered_at=None, abandoned_at=None, next_attempt_at__lte=timezone.now()
    ).select_related("member")
    done = 0
    for alert in due.order_by("next_attempt_at")[:limit]:
        if not _take(alert):
            continue
        answer = out.send(write_alert(alert))
        done += _keep(alert, answer)
        if answer.outcome == Outcome.AWAY:
            # Each further mail would wait for the same time-out.
            break
    return done


def _take(alert: Alert) -> bool:
    """Put the next attempt off, so that no second worker makes this one; whether it is ours.

    A worker that is killed now leaves the mail to the next attempt, with the same Message-ID.
    """
    until = timezone.now() + min(FIRST_PAUSE * (1 << min(alert.attempts, 10)), LONGEST_PAUSE)
    mine = Alert.objects.filter(pk=alert.pk, attempts=alert.attempts, delivered_at=None)
    return bool(mine.update(attempts=F("attempts") + 1, next_attempt_at=until))


def _keep(alert: Alert, answer: Answer) -> bool:
    now = timezone.now()
    alert.problem = answer.detail[:300]
    if answer.outcome == Outcome.TAKEN:
        alert.delivered_at = now
    elif answer.outcome == Outcome.REFUSED or now - alert.at > PATIENCE:
        alert.abandoned_at = now
    alert.save(update_fields=["problem", "delivered_at", "abandoned_at"])
    return alert.delivered_at is not None or alert.abandoned_at is not None


def _sweep_sessions(limit: int) -> int:
    live = DeskSession.objects.live().values("pk")
    keys = list(DeskSession.objects.exclude(pk__in=live).values_list("pk", flat=True)[:limit])
    if keys:
        DeskSession.objects.filter(pk__in=keys).delete()
    return len(keys)
