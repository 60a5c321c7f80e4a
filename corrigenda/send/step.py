"""Sends the letters that are due and keeps what the mail server said of each."""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from corrigenda import ledger
from corrigenda.connectors.mail import Answer, Mailer, Outcome, mailer
from corrigenda.ledger import Actor, Change
from corrigenda.models import Delivery
from corrigenda.send.letters import write_letter
from corrigenda.send.queries import delivery_with_rows, due_deliveries
from corrigenda.send.turn import own_turn

logger = logging.getLogger(__name__)

BY: Final = Actor(room="send")
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=4)
PATIENCE: Final = timedelta(days=5)
"""How long a letter is tried: RFC 5321, 4.5.4.1, asks for four to five days at least."""
ERASED: Final = "The reader's address has been erased."
UNWRITTEN: Final = "The letter could not be written; the log says why."


def run(limit: int = 50, *, out: Mailer | None = None) -> int:
    """Try the letters that are due, at most `limit`; return how many were settled one way or the other."""
    out = out or mailer()
    if not out.is_ready or not due_deliveries().exists():
        return 0
    with own_turn() as mine:
        return _send_due(out, limit) if mine else 0


def _send_due(out: Mailer, limit: int) -> int:
    done = 0
    for pk in list(due_deliveries().values_list("pk", flat=True)[:limit]):
        delivery = delivery_with_rows(pk)
        if delivery is None:
            continue
        answer = _try(out, delivery)
        _keep(delivery, answer)
        if answer.outcome == Outcome.AWAY:
            # Each further letter would wait for the same time-out, and the other rooms for all of them.
            _put_off_due()
            break
        done += answer.outcome in {Outcome.TAKEN, Outcome.REFUSED}
    return done


def _try(out: Mailer, delivery: Delivery) -> Answer:
    if delivery.contact is None:
        return Answer(Outcome.REFUSED, ERASED)
    try:
        return out.send(write_letter(delivery))
    except Exception:
        # One letter that cannot be written must not hold up the others; it is tried again like any other.
        logger.exception("Writing %s failed.", delivery)
        return Answer(Outcome.LATER, UNWRITTEN)


def _keep(delivery: Delivery, answer: Answer) -> None:
    """Write down what became of an attempt; the case's history tells how it ended."""
    now = timezone.now()
    delivery.attempts += 1
    delivery.problem = answer.detail[:300]
    if answer.outcome == Outcome.TAKEN:
        delivery.delivered_at = now
    elif answer.outcome == Outcome.REFUSED or now - delivery.created_at > PATIENCE:
        delivery.abandoned_at = now
    else:
        delivery.next_attempt_at = now + pause_after(delivery.attempts)
    with transaction.atomic():
        delivery.save(
            update_fields=["attempts", "problem", "delivered_at", "abandoned_at", "next_attempt_at"]
        )
        if delivery.delivered_at or delivery.abandoned_at:
            verb = "delivered" if delivery.delivered_at else "abandoned"
            rows = {"delivery": delivery.pk, "report": delivery.reply.report_id}
            ledger.note(delivery.case, by=BY, change=Change(verb=verb, after=delivery.problem, rows=rows))


def pause_after(attempts: int) -> timedelta:
    """Return the pause after so many failures: a minute, then twice as long each time, up to four hours."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def _put_off_due() -> None:
    """Let every due letter wait for the first pause; only the one that was tried counts the attempt."""
    due_deliveries().update(next_attempt_at=timezone.now() + FIRST_PAUSE)
