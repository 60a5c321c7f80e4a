"""Mails that a mailbox does not hand over: tried again some times, then shown at the desk and passed over.

The rows are made before the mailbox counts as fetched beyond their mails, so that none is forgotten.
"""

import hashlib
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from corrigenda.models import Mail, Mailbox, Unfetched
from corrigenda.web.plain import one_line

MOST_TRIES: Final = 5
"""Rounds in which a mail is asked for before it is passed over, …"""
TRIED_FOR: Final = timedelta(hours=1)
"""… and the time between the first and the last of them at least: a server may be ill for a while."""

PASSED_OVER: Final = (
    "It could not be fetched: UID {uid} in {name}. Look at it there; --retry has it fetched again. "
    "The last answer: {problem}"
)
_LONGEST_NAME: Final = 100


def to_try_again(mailbox: Mailbox) -> list[Unfetched]:
    """Return the mails that are to be tried again, those that failed most often last."""
    return list(Unfetched.objects.filter(mailbox=mailbox, mail=None).order_by("tries", "uid"))


def note_failure(row: Unfetched, *, problem: str, is_kept: bool) -> bool:
    """Note that a mail was not handed over once more, or not marked; return whether it is passed over now.

    One that `is_kept` is at the desk already, and gets no other row for want of its mark.
    """
    row.tries, row.is_kept = row.tries + 1, row.is_kept or is_kept
    if row.tries < MOST_TRIES or timezone.now() < row.first_at + TRIED_FOR:
        row.save()
        return False
    if row.is_kept:
        if row.pk:
            row.delete()
        return True
    with transaction.atomic():
        row.mail = _row_of_desk(row, problem)
        row.save()
    return True


def fetch_again(mail: Mail) -> bool:
    """Have a mail that was passed over fetched again, and take its row away; False where it is none."""
    with transaction.atomic():
        row = Unfetched.objects.filter(mail=mail).first()
        if row is None:
            return False
        row.mail, row.tries, row.first_at = None, 0, timezone.now()
        row.save()
        mail.delete()
    return True


def _row_of_desk(row: Unfetched, problem: str) -> Mail:
    box = row.mailbox
    place = f"{box.name}\n{box.validity}\n{row.uid}"
    reason = PASSED_OVER.format(uid=row.uid, name=box.name[-_LONGEST_NAME:], problem=one_line(problem))
    return Mail.objects.get_or_create(
        key=hashlib.sha256(f"unfetched\n{place}".encode("utf-8", "replace")).hexdigest(),
        defaults={"way": Mail.Way.IMAP, "outcome": Mail.Outcome.ASIDE, "reason": reason[:300]},
    )[0]
