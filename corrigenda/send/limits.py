"""Whether a letter may go to its mailbox now: not where it is unwanted, nor more than a few a day."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from corrigenda.connectors.recipients import digest_of
from corrigenda.models import Contact, Delivery
from corrigenda.send.queries import is_stopped

DAY: Final = timedelta(hours=24)


def wants_no_mail(contact: Contact) -> bool:
    """Whether the mailbox behind an address has asked for no mail."""
    return is_stopped(_digest(contact))


def full_until(contact: Contact) -> datetime | None:
    """Return when the next letter may go to a mailbox that has had its number for the day; None for now.

    All letters of this installation count together, for whatever site and under whatever spelling.
    """
    most: int = settings.OPTIONS.mail_letters_a_day
    if not most:
        return None
    sent = Delivery.objects.filter(
        contact__digest=_digest(contact), delivered_at__gt=timezone.now() - DAY
    ).order_by("-delivered_at")
    # The one that has to be a day old before there is room again.
    oldest = sent.values_list("delivered_at", flat=True)[most - 1 : most].first()
    return oldest + DAY if oldest is not None else None


def _digest(contact: Contact) -> str:
    return contact.digest or digest_of(contact.email)
