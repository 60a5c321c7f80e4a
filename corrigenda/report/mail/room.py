"""How much room mails may take before anybody has looked at them, and how much the disk must keep free."""

import logging
from typing import Final

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import Length

from corrigenda.flow import OPEN
from corrigenda.models import Attachment, Mail
from corrigenda.web.disk import free_bytes

logger = logging.getLogger(__name__)

LONG_TEXT: Final = 10_000
"""Bytes. A shorter text is a letter: it is taken in whatever there is already, and does not count."""

ROW: Final = 10_000
"""Bytes that each mail set aside counts besides its own: so the budget bounds their number too."""

MOST_NOTICES: Final = 10_000
"""Rows that are kept of automatic mails and letters that came back: anybody can send any number of them."""
_AT_ONCE: Final = 500


def forget_notices() -> int:
    """Delete the oldest rows of automatic mails beyond MOST_NOTICES, some at a time; return how many.

    Such a mail is nothing but its row: where the same comes again, it makes another. The row by which a
    letter of the desk is known to have come back stays.
    """
    notices = Mail.objects.filter(outcome__in=(Mail.Outcome.AUTOMATIC, Mail.Outcome.BOUNCE))
    newest = notices.order_by("-pk").values_list("pk", flat=True)[MOST_NOTICES : MOST_NOTICES + 1].first()
    earlier = Mail.objects.filter(delivery=OuterRef("delivery"), pk__lt=OuterRef("pk"))
    due = notices.filter(Q(delivery=None) | Exists(earlier), pk__lte=newest or 0).order_by("pk")
    forgotten = 0
    while some := list(due.values_list("pk", flat=True)[:_AT_ONCE]):
        Mail.objects.filter(pk__in=some).delete()
        forgotten += len(some)
    if forgotten:
        logger.warning("%d rows of automatic mails were deleted: %d are kept.", forgotten, MOST_NOTICES)
    return forgotten


def is_room_for(size: int) -> bool:
    """Whether so many bytes more may be kept of files and long texts that nobody has looked at yet."""
    most: int = settings.OPTIONS.mailbox_kept_bytes
    return not most or bytes_unseen() + size <= most


def is_room_aside(size: int, *, whole: bool) -> bool:
    """Whether a mail of so many bytes may be set aside, `whole` or by its beginning.

    Mails set aside have half of the budget and no more, so that strangers leave the other half to the files
    of reports. Beyond three quarters of that half only beginnings are kept: a few large mails do not fill it.
    """
    most: int = settings.OPTIONS.mailbox_kept_bytes
    share = most * 3 // 8 if whole else most // 2
    size += ROW
    return not most or (bytes_aside() + size <= share and bytes_unseen() + size <= most)


def bytes_aside() -> int:
    """Return the bytes of mails set aside, and ROW for each of them."""
    aside = Mail.objects.filter(outcome=Mail.Outcome.ASIDE)
    found = aside.aggregate(sum=Sum(Length("raw")), count=Count("pk"))
    return int((found["sum"] or 0) + ROW * found["count"])


def bytes_unseen() -> int:
    """Return the bytes of mails set aside, and of undecided reports' long texts and files."""
    files = Attachment.objects.filter(mail__report__isnull=False)
    open_ones = files.filter(mail__report__case__state__in=OPEN).aggregate(sum=Sum("size"))["sum"] or 0
    waiting = files.filter(mail__report__case=None).aggregate(sum=Sum("size"))["sum"] or 0
    texts = Mail.objects.filter(report__isnull=False, text_bytes__gt=LONG_TEXT, emptied_at=None)
    open_texts = texts.filter(report__case__state__in=OPEN).aggregate(sum=Sum("text_bytes"))["sum"] or 0
    waiting_texts = texts.filter(report__case=None).aggregate(sum=Sum("text_bytes"))["sum"] or 0
    return int(bytes_aside() + open_ones + waiting + open_texts + waiting_texts)


def is_disk_full() -> bool:
    """Whether a disk that the desk writes to has less free than it must keep for mails. Raises OSError."""
    options = settings.OPTIONS
    options.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return free_bytes() < options.mailbox_free_bytes
