"""Sends the letters that are due and keeps what the mail server said of each."""

import logging
import re
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from corrigenda import ledger
from corrigenda.connectors.mail import Answer, Mailer, Outcome, mailer
from corrigenda.ledger import Actor, Change
from corrigenda.models import Delivery, Report
from corrigenda.send.letters import write_letter
from corrigenda.send.limits import full_until, wants_no_mail
from corrigenda.send.queries import delivery_with_rows, due_deliveries
from corrigenda.send.turn import own_turn

logger = logging.getLogger(__name__)

BY: Final = Actor(room="send")
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=4)
PATIENCE: Final = timedelta(days=5)
"""How long a letter is tried: RFC 5321, 4.5.4.1, asks for four to five days at least."""
UNWRITTEN: Final = "The letter could not be written; the log says why."
VERBS: Final = {
    Delivery.Reason.NONE: "abandoned",
    Delivery.Reason.STOPPED: "unwanted",
    Delivery.Reason.ERASED: "addressless",
}
"""What the history calls a letter that was given up."""

_CODES: Final = re.compile(r"[245][0-9]{2}\b([ -][245]\.[0-9]{1,3}\.[0-9]{1,3}\b)?")


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
        contact = delivery.contact
        if contact is None:
            done += _give_up(delivery, Delivery.Reason.ERASED)
        elif wants_no_mail(contact):
            done += _give_up(delivery, Delivery.Reason.STOPPED)
        elif until := full_until(contact):
            _put_off(delivery, until)
        else:
            answer = _try(out, delivery)
            _keep(delivery, answer)
            if answer.outcome == Outcome.AWAY:
                # Each further letter would wait for the same time-out, and the other rooms for all of them.
                _put_off_due()
                break
            done += answer.outcome in {Outcome.TAKEN, Outcome.REFUSED}
    return done


def _try(out: Mailer, delivery: Delivery) -> Answer:
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
    # What has waited for its turn, or for mail to be turned on, has not been tried all that time.
    delivery.first_attempt_at = delivery.first_attempt_at or now
    delivery.problem = answer.detail[:300]
    if answer.outcome == Outcome.TAKEN:
        delivery.delivered_at = now
    elif answer.outcome == Outcome.REFUSED or now - delivery.first_attempt_at > PATIENCE:
        delivery.abandoned_at = now
    else:
        delivery.next_attempt_at = now + pause_after(delivery.attempts)
    _save(delivery)


def _give_up(delivery: Delivery, reason: Delivery.Reason) -> bool:
    """Give a letter up without an attempt."""
    delivery.abandoned_at = timezone.now()
    delivery.reason = reason
    delivery.problem = ""
    _save(delivery)
    return True


def _save(delivery: Delivery) -> None:
    fields = ["attempts", "problem", "reason", "first_attempt_at", "delivered_at", "abandoned_at"]
    with transaction.atomic():
        if _is_erased(delivery):
            delivery.problem = codes_in(delivery.problem)
        delivery.save(update_fields=[*fields, "next_attempt_at"])
        if delivery.delivered_at or delivery.abandoned_at:
            verb = "delivered" if delivery.delivered_at else VERBS[Delivery.Reason(delivery.reason)]
            rows = {"delivery": delivery.pk, "report": delivery.reply.report_id}
            change = Change(verb=verb, after=codes_in(delivery.problem), rows=rows)
            ledger.note(delivery.case, by=BY, change=change)


def _is_erased(delivery: Delivery) -> bool:
    """Whether the reader was erased while the letter was on its way: a server's sentence may name him.

    Locks the report, as erasing does: whichever comes second sees what the other has done.
    """
    report = Report.objects.select_for_update().get(pk=delivery.reply.report_id)
    has_contact = Delivery.objects.filter(pk=delivery.pk, contact__isnull=False).exists()
    return not has_contact or report.erased_at is not None or report.expired_at is not None


def codes_in(problem: str) -> str:
    """Return the reply code and the enhanced status code that a server's answer begins with (RFC 3463).

    Nothing else of it may stand in the history, where no erasing reaches it: servers put names and addresses
    into their sentences in more ways than anybody can strip.
    """
    found = _CODES.match(problem)
    return found.group() if found else ""


def pause_after(attempts: int) -> timedelta:
    """Return the pause after so many failures: a minute, then twice as long each time, up to four hours."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def _put_off(delivery: Delivery, until: datetime) -> None:
    """Let a letter wait for its turn; that is no attempt."""
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=until)


def _put_off_due() -> None:
    """Let every due letter wait for the first pause; only the one that was tried counts the attempt."""
    due_deliveries().update(next_attempt_at=timezone.now() + FIRST_PAUSE)
