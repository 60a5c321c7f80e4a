"""Fetches what waits in a mailbox; a mail is marked there only after it has been committed here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from corrigenda.connectors.mailbox import Mailbox, MailboxError, MailRefusedError
from corrigenda.models import Mail, Unfetched
from corrigenda.models import Mailbox as Bookmark
from corrigenda.report.mail.begun import begun
from corrigenda.report.mail.intake import INTERRUPTED, NotNowError, Taken, set_aside, take_begun
from corrigenda.report.mail.plans import Envelope
from corrigenda.report.mail.unfetched import note_failure, to_try_again

HEAD_BYTES: Final = 100_000
"""What is kept of a mail that is too large to be read; the rest stays in the mailbox."""

REST_STAYS: Final = "What is kept here is its beginning; the whole stays in the mailbox."

FETCHED: Final = Envelope(Mail.Way.IMAP)


def fetch_mails(
    box: Mailbox,
    *,
    limit: int,
    start: Callable[[int], None],
    each: Callable[[Taken], None],
    missed: Callable[[str], None],
) -> int:
    """Take in what waits, oldest first and at most `limit`; return how many were looked at.

    Killed at any moment and started again, it finds each mail in the mailbox or taken in: a mail that was
    committed and not yet marked is found to be a repeat and is marked then, and one whose reading had begun
    and was not committed is set aside unread.

    A mail that the server does not hand over stops no other one: it is tried again in later rounds, after the
    mails that came since, and is passed over in the end with a row at the desk. `start` is told how many
    mails there are, `each` of every one that was taken in, `missed` a line on every other one. Raises
    MailboxError where the connection is lost, or NotNowError where database or disk do not work.
    """
    bookmark = _bookmark(box)
    rows = _work(box, bookmark, limit)[:limit]
    start(len(rows))
    for row in rows:
        _fetch(box, row, each, missed)
    return len(rows)


def _work(box: Mailbox, bookmark: Bookmark, limit: int) -> list[Unfetched]:
    """Return the mails that came since the last round, then those that are to be tried again."""
    with _database():
        again = to_try_again(bookmark)
        known = set(bookmark.unfetched.values_list("uid", flat=True))
    there = box.present([row.uid for row in again])
    with _database():
        for row in again:
            if row.uid not in there:
                row.delete()
    now = timezone.now()
    uids = [uid for uid in box.waiting(after=bookmark.last_uid) if uid not in known]
    new = [Unfetched(mailbox=bookmark, uid=uid, first_at=now) for uid in uids[:limit]]
    return [*new, *(row for row in again if row.uid in there)]


def _fetch(
    box: Mailbox, row: Unfetched, each: Callable[[Taken], None], missed: Callable[[str], None]
) -> None:
    taken = None
    try:
        if not row.is_kept:
            taken = _take(box, row.uid)
        box.mark_done(row.uid)
    except MailboxError as error:
        with _database():
            is_over = note_failure(row, problem=str(error), is_kept=taken is not None)
        _remember(row)
        if taken is not None:
            each(taken)
        missed(_said(row, is_over=is_over, problem=str(error)))
        if not isinstance(error, MailRefusedError):
            raise
    else:
        if row.pk:
            with _database():
                row.delete()
        _remember(row)
        if taken is not None:
            each(taken)


def _said(row: Unfetched, *, is_over: bool, problem: str) -> str:
    what = "taken in, but not marked in the mailbox" if row.is_kept else "not handed over"
    then = "It is passed over." if is_over else "It is tried again."
    return f"UID {row.uid} was {what} (try {row.tries}): {problem} {then}"


def _take(box: Mailbox, uid: int) -> Taken:
    """Take one mail in."""
    place = f"{box.name}\n{box.validity}\n{uid}"
    try:
        with begun(place.encode("utf-8", "replace")) as earlier:
            return _take_begun(box, uid, earlier)
    except OSError as error:
        raise NotNowError(f"The disk does not work ({type(error).__name__}).") from error


def _take_begun(box: Mailbox, uid: int, earlier: int) -> Taken:
    most = settings.OPTIONS.mailbox_bytes
    size = box.size(uid)
    is_large = size > most
    # Begun more than once and never ended: it may be its mere size that this desk cannot bear.
    is_cut = is_large or (earlier > 1 and size > HEAD_BYTES)
    raw = box.read(uid, most=HEAD_BYTES if is_cut else most)
    if is_large:
        reason = f"It has {size} bytes, more than {most}; the rest of it stays in the mailbox."
        return set_aside(raw, FETCHED, reason)
    if is_cut:
        return set_aside(raw, FETCHED, f"{INTERRUPTED} {REST_STAYS}")
    return take_begun(raw, FETCHED, earlier=earlier)


def _bookmark(box: Mailbox) -> Bookmark:
    """Return how far a mailbox has been fetched; from the beginning where its UIDs are new ones."""
    with _database():
        found, _made = Bookmark.objects.get_or_create(name=box.name, defaults={"validity": box.validity})
        if found.validity != box.validity:
            # All mails are fetched again, so that what was to be tried again is among them.
            found.unfetched.all().delete()
            found.validity, found.last_uid = box.validity, 0
            found.save()
    return found


def _remember(row: Unfetched) -> None:
    """Remember how far the mailbox has been fetched."""
    bookmark = row.mailbox
    if row.uid > bookmark.last_uid:
        bookmark.last_uid = row.uid
        with _database():
            bookmark.save(update_fields=["last_uid"])


@contextmanager
def _database() -> Iterator[None]:
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise NotNowError(f"The database does not work ({type(error).__name__}).") from error
