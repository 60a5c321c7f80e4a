"""Takes a mail in, once: as a report, a follow-up, a letter that came back, or set aside with the reason."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from corrigenda import ledger
from corrigenda.ledger import Actor, Change
from corrigenda.models import Attachment, Delivery, FollowUp, Mail, Report
from corrigenda.report import door
from corrigenda.report.drafts import RefusedError
from corrigenda.report.mail.attachments import LeftOut, files_in_place, store_files
from corrigenda.report.mail.begun import begun, forget_begun
from corrigenda.report.mail.children import READERS, ReaderAwayError
from corrigenda.report.mail.keys import key_of
from corrigenda.report.mail.letters import Asked
from corrigenda.report.mail.parse import MOST_ABOUT_HEAD, AsideError
from corrigenda.report.mail.plans import Envelope, Plan, plan_for
from corrigenda.report.mail.room import LONG_TEXT, is_disk_full, is_room_aside, is_room_for
from corrigenda.web.loading import load_pages
from corrigenda.web.plain import cut_after

logger = logging.getLogger(__name__)

BY: Final = Actor(room="report")
NO_ROOM: Final = (
    "There is no room for more mails and files that nobody has looked at (CORRIGENDA_MAILBOX_KEPT_BYTES); "
    "the whole stays in the mailbox."
)
BEGINNING: Final = 10_000
"""Bytes that are kept of a mail that there is no room for, where the whole stays in a mailbox."""
LONG_BEGINNING: Final = 256_000
"""Bytes that are kept of a mail that nobody else keeps."""
CUT: Final = (
    f"Only its first {LONG_BEGINNING} bytes are kept: there is no room for more mails that nobody has looked "
    "at (CORRIGENDA_MAILBOX_KEPT_BYTES)."
)
END_CUT: Final = LeftOut("", "end")
LONGEST_ABOUT: Final = 120
_LONGEST_REASON: Final = 300
_ABOUT_SECONDS: Final = 2.0
INTERRUPTED: Final = (
    "Reading it was begun before and never ended: a process was killed, or the power failed. "
    "Look at it with --show, then try it again with --retry."
)


class NotNowError(Exception):
    """The mail was not taken, for a reason that passes; it is to stay where it is and be tried again."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The row of a mail; `is_repeat` where it had been taken in before."""

    mail: Mail
    is_repeat: bool


def take_in(raw: bytes, envelope: Envelope) -> Taken:
    """Take a mail in, or find that it was; on return everything of it is committed.

    Nothing that a mail holds makes this fail: what cannot be dealt with is set aside, also a mail that an
    earlier process began to read and did not live to keep. Raises NotNowError where database or disk do not
    work, with nothing of the mail kept. A large mail waits for its turn.
    """
    with READERS.turn(len(raw)):
        key = key_of(raw)
        try:
            if Mail.objects.filter(key=key).exists():
                forget_begun(raw)
            else:
                with begun(raw) as earlier:
                    return _take_begun(raw, envelope, key, earlier)
        except (DatabaseError, InterfaceError, OSError) as error:
            raise _not_now(error) from error
        return _take_begun(raw, envelope, key, 0)


def take_begun(raw: bytes, envelope: Envelope, *, earlier: int) -> Taken:
    """Take a mail in as `take_in` does, once it is noted that this begins.

    `earlier` is how often it was begun before and never ended.
    """
    with READERS.turn(len(raw)):
        return _take_begun(raw, envelope, key_of(raw), earlier)


def _take_begun(raw: bytes, envelope: Envelope, key: str, earlier: int) -> Taken:
    try:
        known = Mail.objects.filter(key=key).first()
        if known is None and earlier:
            return _set_aside(raw, envelope, key, INTERRUPTED)
        if known is None and is_disk_full():
            raise NotNowError("The disk has less free than CORRIGENDA_MAILBOX_FREE_BYTES.")
        if known is None:
            return Taken(_take(raw, envelope, Mail(key=key, way=envelope.way)), is_repeat=False)
    except IntegrityError:
        # The same mail came twice at once and the other one was first.
        known = Mail.objects.filter(key=key).first()
        if known is None:
            raise NotNowError("The database refused the mail.") from None
    except (DatabaseError, InterfaceError, OSError) as error:
        raise _not_now(error) from error
    return Taken(known, is_repeat=True)


def _not_now(error: Exception) -> NotNowError:
    return NotNowError(f"Database or disk do not work ({type(error).__name__}).")


def take_again(mail: Mail) -> Mail:
    """Try a mail that was set aside once more; raises NotNowError as `take_in` does."""
    if mail.outcome != Mail.Outcome.ASIDE or mail.raw is None:
        return mail
    try:
        return _take(bytes(mail.raw), Envelope(Mail.Way(mail.way)), mail)
    except (DatabaseError, InterfaceError, OSError) as error:
        raise _not_now(error) from error


def set_aside(raw: bytes, envelope: Envelope, reason: str) -> Taken:
    """Keep the beginning of a mail for a person to look at, without reading it; once, like `take_in`."""
    return _set_aside(raw, envelope, key_of(raw), reason, is_cut=True)


def _set_aside(raw: bytes, envelope: Envelope, key: str, reason: str, *, is_cut: bool = False) -> Taken:
    try:
        mail, is_new = Mail.objects.get_or_create(
            key=key, defaults={"way": envelope.way, **_aside(raw, envelope, reason, is_cut=is_cut)}
        )
    except (DatabaseError, InterfaceError) as error:
        raise NotNowError(f"The database does not work ({type(error).__name__}).") from error
    return Taken(mail, is_repeat=not is_new)


def report_key_of(mail: Mail) -> str:
    """Return the idempotency key of the report that a mail becomes.

    It is keyed with the secret key: everybody who has the mail can compute the mail's own key.
    """
    digest = salted_hmac("corrigenda.report.mail.intake", mail.key, algorithm="sha256").hexdigest()
    return f"mail-{digest}"


def _take(raw: bytes, envelope: Envelope, mail: Mail) -> Mail:
    options = settings.OPTIONS
    is_kept = mail.outcome == Mail.Outcome.ASIDE
    note = _note_of(mail)
    asked = Asked(
        raw=raw,
        envelope_sender=envelope.sender,
        file_bytes=options.mailbox_file_bytes,
        files_bytes=options.mailbox_files_bytes,
    )
    try:
        plan = plan_for(READERS.read(asked, seconds=options.mailbox_seconds), envelope)
        _check_room(plan, is_kept=is_kept)
        load_pages()
        with files_in_place() if plan.files else nullcontext():
            store_files(plan.files)
            with transaction.atomic():
                return _write(plan, mail)
    except ReaderAwayError as error:
        raise NotNowError(str(error)) from error
    except AsideError as error:
        reason = str(error)
    except RefusedError as error:
        reason = f"The report was refused: {error}"
    except DataError:
        reason = "The database could not hold it."
    except IntegrityError:
        if Mail.objects.filter(key=mail.key).exists():
            raise
        reason = "The database refused it."
    except (DatabaseError, InterfaceError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 (logged without its words: they may be the reader's)
        if isinstance(error.__cause__, DatabaseError | InterfaceError):
            raise error.__cause__ from None
        logger.error(  # noqa: TRY400 (as above)
            "Reading a mail failed: %s\n%s",
            type(error).__name__,
            "".join(traceback.format_tb(error.__traceback__)),
        )
        reason = f"Reading it failed unexpectedly ({type(error).__name__})."
    return _aside_again(mail, _noted(reason, note)) if is_kept else _aside_first(mail, raw, envelope, reason)


def _check_room(plan: Plan, *, is_kept: bool) -> None:
    size = sum(len(file.content) for file in plan.files)
    text = len(plan.text.encode("utf-8", "replace"))
    size += text if text > LONG_TEXT else 0
    # A mail that was kept already takes hardly more room as a report than it does now.
    if size and not is_kept and not is_room_for(size):
        raise AsideError(NO_ROOM)


def _write(plan: Plan, mail: Mail) -> Mail:
    """Write what a mail becomes, in the transaction that is open."""
    mail.outcome, mail.reason, mail.raw = plan.outcome, plan.reason, None
    mail.about = ""
    mail.text, mail.report, mail.delivery = plan.text, plan.report, plan.delivery
    mail.text_bytes = len(plan.text.encode("utf-8", "replace"))
    # Of a mail that was set aside by its beginning the end stays left out.
    mail.left_out = [*mail.left_out, *(asdict(left) for left in plan.left_out)]
    if plan.draft is not None:
        receipt = door.receive(
            draft=plan.draft,
            idempotency_key=report_key_of(mail),
            channel=Report.Channel.MAIL,
            site=plan.site,
        )
        mail.report_id = int(receipt.id)
    mail.save()
    Attachment.objects.bulk_create(
        Attachment(
            mail=mail,
            name=file.name,
            media_type=file.media_type,
            size=len(file.content),
            digest=file.digest,
        )
        for file in plan.files
    )
    if plan.report is not None:
        _add_follow_up(plan.report, mail, plan.comment)
    if plan.delivery is not None:
        _mark_undelivered(plan.delivery, plan.problem)
    return mail


def _add_follow_up(report: Report, mail: Mail, comment: str) -> None:
    follow_up = FollowUp.objects.create(report=report, mail=mail, comment=comment)
    if report.case is not None:
        rows = {"follow_up": follow_up.pk, "report": report.pk}
        ledger.note(report.case, by=BY, change=Change(verb="followed_up", rows=rows))


def _mark_undelivered(delivery: Delivery, problem: str) -> None:
    """Note that a letter came back, once: servers report the same failure again and again."""
    marked = Delivery.objects.filter(pk=delivery.pk, abandoned_at=None).update(
        delivered_at=None, abandoned_at=timezone.now(), problem=problem
    )
    if marked:
        rows = {"delivery": delivery.pk, "report": delivery.reply.report_id}
        ledger.note(delivery.case, by=BY, change=Change(verb="bounced", after=problem, rows=rows))


def _aside(raw: bytes, envelope: Envelope, reason: str, *, is_cut: bool = False) -> dict[str, Any]:
    """Return the values of a row that holds a mail as it came, its envelope written above its headers.

    `is_cut` is whether `raw` is the beginning of the mail. Where there is no room for the whole its beginning
    is kept, and where there is none for that either no more than the row, if the mail stays in its mailbox. A
    mail that does not stay in one raises NotNowError, also where only its files have no room: its server
    keeps it.
    """
    kept, note = raw, ""
    if not is_room_aside(len(raw), whole=True):
        stays = envelope.way == Mail.Way.IMAP
        kept = raw[: BEGINNING if stays else LONG_BEGINNING]
        is_room = is_room_aside(len(kept), whole=False)
        if not stays and (not is_room or reason == NO_ROOM):
            raise NotNowError(NO_ROOM)
        if not is_room:
            return _left_there(reason)
        if len(kept) < len(raw):
            note, is_cut = NO_ROOM if stays else CUT, True
    return {
        "outcome": Mail.Outcome.ASIDE,
        "reason": _noted(reason, note),
        "about": _about(kept),
        "raw": b"".join(_envelope_lines(envelope)) + kept,
        "text": "",
        "text_bytes": 0,
        "left_out": [asdict(END_CUT)] if is_cut else [],
        "report": None,
        "delivery": None,
    }


def _left_there(reason: str) -> dict[str, Any]:
    """Return the values of a row by which a mail that stays in its mailbox is known, and no more."""
    return {"outcome": Mail.Outcome.GONE, "reason": _noted(reason, NO_ROOM), "about": "", "raw": None}


def _note_of(mail: Mail) -> str:
    """Return the note of a mail that is kept by its beginning; empty for any other."""
    return next((note for note in (CUT, NO_ROOM) if mail.left_out and note in mail.reason), "")


def _aside_first(mail: Mail, raw: bytes, envelope: Envelope, reason: str) -> Mail:
    aside = {"way": envelope.way, **_aside(raw, envelope, reason)}
    return Mail.objects.update_or_create(key=mail.key, defaults=aside)[0]


def _aside_again(mail: Mail, reason: str) -> Mail:
    """Give a mail that was tried again its new reason; the rest of its row is as it was."""
    Mail.objects.filter(pk=mail.pk, outcome=Mail.Outcome.ASIDE).update(reason=reason)
    return Mail.objects.filter(pk=mail.pk).first() or mail


def _noted(reason: str, note: str) -> str:
    """Return a reason with a note behind it, once; the note is never cut off."""
    if not note or reason == note:
        return reason[:_LONGEST_REASON]
    return f"{reason[: _LONGEST_REASON - len(note) - 1]} {note}"


def _about(raw: bytes) -> str:
    """Have sender and subject of a mail read, as far as they can be; the process that reads may die of it."""
    asked = Asked(
        raw=raw[:MOST_ABOUT_HEAD], envelope_sender=None, file_bytes=0, files_bytes=0, only_about=True
    )
    try:
        return cut_after(READERS.read(asked, seconds=_ABOUT_SECONDS).about, LONGEST_ABOUT)
    except (AsideError, ReaderAwayError):
        return ""


def _envelope_lines(envelope: Envelope) -> Iterator[bytes]:
    if envelope.sender is not None:
        yield _line("Return-Path", f"<{envelope.sender}>")
    for recipient in envelope.recipients:
        yield _line("Delivered-To", recipient)


def _line(name: str, value: str) -> bytes:
    return f"{name}: {''.join(value.split())}\r\n".encode("utf-8", "replace")
