"""Fetches what waits in a mailbox; a mail is marked there only after it has been committed here."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from corrigenda.connectors.mailbox import Mailbox, Waiting
from corrigenda.models import Mail
from corrigenda.models import Mailbox as Bookmark
from corrigenda.report.mail.begun import begun
from corrigenda.report.mail.intake import INTERRUPTED, NotNowError, Taken, set_aside, take_begun
from corrigenda.report.mail.plans import Envelope

HEAD_BYTES: Final = 100_000
"""What is kept of a mail that is too large to be read; the rest stays in the mailbox."""

REST_STAYS: Final = "What is kept here is its beginning; the whole stays in the mailbox."

FETCHED: Final = Envelope(Mail.Way.IMAP)


def fetch_mails(
    box: Mailbox, *, limit: int, start: Callable[[int], None], each: Callable[[Taken], None]
) -> int:
    """Take in what waits, oldest first and at most `limit`; return how many were looked at.

    Killed at any moment and started again, it finds each mail in the mailbox or taken in: a mail that was
    committed and not yet marked is found to be a repeat and is marked then, and one whose reading had begun
    and was not committed is set aside unread. `start` is told how many there are, `each` of every one. Raises
    MailboxError, or NotNowError where database or disk do not work.
    """
    bookmark = _bookmark(box)
    found = box.waiting(after=bookmark.last_uid)[:limit]
    start(len(found))
    for waiting in found:
        taken = _take(box, waiting)
        if taken is not None:
            box.mark_done(waiting.uid)
        _remember(bookmark, waiting.uid)
        if taken is not None:
            each(taken)
    return len(found)


def _take(box: Mailbox, waiting: Waiting) -> Taken | None:
    """Take one mail in; None where somebody has taken it out of the mailbox meanwhile."""
    place = f"{box.name}\n{box.validity}\n{waiting.uid}"
    try:
        with begun(place.encode("utf-8", "replace")) as earlier:
            return _take_begun(box, waiting, earlier)
    except OSError as error:
        raise NotNowError(f"The disk does not work ({type(error).__name__}).") from error


def _take_begun(box: Mailbox, waiting: Waiting, earlier: int) -> Taken | None:
    most = settings.OPTIONS.mailbox_bytes
    is_large = waiting.size > most
    # Begun more than once and never ended: it may be its mere size that this desk cannot bear.
    is_cut = is_large or (earlier > 1 and waiting.size > HEAD_BYTES)
    raw = box.read(waiting.uid, most=HEAD_BYTES if is_cut else most)
    if raw is None:
        return None
    if is_large:
        reason = f"It has {waiting.size} bytes, more than {most}; the rest of it stays in the mailbox."
        return set_aside(raw, FETCHED, reason)
    if is_cut:
        return set_aside(raw, FETCHED, f"{INTERRUPTED} {REST_STAYS}")
    return take_begun(raw, FETCHED, earlier=earlier)


def _bookmark(box: Mailbox) -> Bookmark:
    """Return how far a mailbox has been fetched; from the beginning where its UIDs are new ones."""
    try:
        found, _made = Bookmark.objects.get_or_create(name=box.name, defaults={"validity": box.validity})
        if found.validity != box.validity:
            found.validity, found.last_uid = box.validity, 0
            found.save()
    except (DatabaseError, InterfaceError) as error:
        raise NotNowError(f"The database does not work ({type(error).__name__}).") from error
    return found


def _remember(bookmark: Bookmark, uid: int) -> None:
    bookmark.last_uid = uid
    try:
        bookmark.save(update_fields=["last_uid"])
    except (DatabaseError, InterfaceError) as error:
        raise NotNowError(f"The database does not work ({type(error).__name__}).") from error
