"""Tells mails that nobody wrote from those that somebody did: automatic replies, letters that came back."""

import re
from collections.abc import Collection, Iterator
from copy import copy
from dataclasses import dataclass
from email.message import Message
from itertools import islice
from typing import Final, cast

from flufl.bounce import all_failures

from corrigenda.report.mail import phrases
from corrigenda.report.mail.parse import Incoming, headers_of, ids_of

MOST_IDS: Final = 100
MOST_LINES: Final = 1_000
LONGEST_LINE: Final = 500
"""Lines of all texts of a mail, and code points of one, in which the signs of a bounce are looked for.

The library goes through each line with some hundred expressions; what a server says is at the top.
"""
MOST_SEARCHED: Final = 100_000
"""Code points of a text in which Message-IDs are looked for."""
_NULL_SENDERS: Final = frozenset({"", "<>"})
_DAEMONS: Final = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|double-bounce)@", re.IGNORECASE)
_STATUS: Final = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_ID_IN_TEXT: Final = re.compile(r"<[^<>\s]{3,497}+>")
_PRECEDENCE: Final = frozenset({"bulk", "junk", "list", "auto_reply"})


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a letter could not be delivered."""

    message_ids: tuple[str, ...]
    """The Message-IDs that it names; one of them is that of the letter."""
    status: str
    """Enhanced status code (RFC 3463), empty where none is given."""
    is_final: bool
    """Whether the letter will not be tried again."""


def bounce_in(mail: Incoming, *, envelope_sender: str | None) -> Bounce | None:
    """Return what a delivery report says; None for any other mail.

    `envelope_sender` is the return path, empty for the null one, None where it is not known. Standard reports
    (RFC 3464) and the plain ones of some twenty mail programs are recognised, the latter only where they come
    from no reader's address.
    """
    is_report = _is_delivery_report(mail.source)
    if not is_report and not _is_from_server(mail, envelope_sender):
        return None
    temporary, final = all_failures_in(mail.source)
    actions = {value.split()[0] for value in _fields(mail.source, "Action") if value.split()}
    if not is_report and not temporary and not final:
        return None
    return Bounce(
        message_ids=tuple(dict.fromkeys(islice(_named_ids(mail), 5 * MOST_IDS)))[:MOST_IDS],
        status=next(_statuses(mail), ""),
        is_final=bool(final) or "failed" in actions,
    )


def all_failures_in(source: Message) -> tuple[Collection[bytes], Collection[bytes]]:
    """Return the addresses that could not be reached for now, and for good."""
    try:
        return all_failures(_shortened(source, _Room(MOST_LINES)))
    except Exception:  # noqa: BLE001 (its detectors trip over malformed headers: then there is no such sign)
        return (), ()


@dataclass(slots=True)
class _Room:
    """How many more lines are looked at."""

    lines: int


def _shortened(source: Message, room: _Room) -> Message:
    """Return a copy of a message with the first lines of its texts; its headers are those of the original."""
    kept = copy(source)
    if source.is_multipart():
        parts = cast("list[Message]", source.get_payload())
        kept.set_payload([_shortened(part, room) for part in parts])
        return kept
    # As the parser made it: get_payload would decode it by the charset that it declares.
    payload = cast("str", source._payload or "")  # type: ignore[attr-defined] # noqa: SLF001
    lines = payload[: MOST_LINES * LONGEST_LINE].splitlines(keepends=True)[: room.lines]
    room.lines -= len(lines)
    kept.set_payload(
        "".join(line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "\n" for line in lines)
    )
    return kept


def automatic_reason(mail: Incoming, *, envelope_sender: str | None) -> str:
    """Return why a mail was not written by a person, as a sentence for the operator; empty where one did.

    The signs are those of RFC 3834 and of the programs that are older than it.
    """
    return next(_automatic_signs(mail, envelope_sender), "")


def _automatic_signs(mail: Incoming, envelope_sender: str | None) -> Iterator[str]:
    submitted = mail.header("Auto-Submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        yield "It says that a program sent it (Auto-Submitted)."
    if mail.header("Precedence").strip().lower() in _PRECEDENCE:
        yield "It was sent to many, or automatically (Precedence)."
    for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response-From"):
        if mail.header(name).strip().lower() not in {"", "no"}:
            yield f"It says that a program answered ({name})."
    if mail.header("List-Id") and mail.header("List-Unsubscribe"):
        yield "It was sent to a mailing list."
    if mail.subject.strip().lower().startswith(phrases.AUTOMATIC_SUBJECTS):
        yield "Its subject is that of an automatic reply."
    if _is_from_server(mail, envelope_sender):
        yield "A mail server sent it: its return path is empty."


def _is_from_server(mail: Incoming, envelope_sender: str | None) -> bool:
    noted = [value.strip() for value in headers_of(mail.source, "Return-Path")]
    if envelope_sender is not None:
        return envelope_sender in _NULL_SENDERS or bool(_DAEMONS.match(envelope_sender))
    return any(value in _NULL_SENDERS for value in noted) or bool(_DAEMONS.match(mail.sender))


def _is_delivery_report(source: Message) -> bool:
    kind = str(source.get_param("report-type") or "").lower()
    return source.get_content_type() == "multipart/report" and kind == "delivery-status"


def _fields(source: Message, name: str) -> Iterator[str]:
    """Iterate a field over the blocks of the delivery reports in a message (RFC 3464, 2.1)."""
    for part in source.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.walk():
                for value in headers_of(block, name):
                    yield value.lower()


def _statuses(mail: Incoming) -> Iterator[str]:
    for value in _fields(mail.source, "Status"):
        yield from _STATUS.findall(value)
    yield from _STATUS.findall(mail.body.text[:20_000])


def _named_ids(mail: Incoming) -> Iterator[str]:
    """Iterate the Message-IDs in a report: those of the copy that came back first, then any in the text."""
    for part in mail.source.walk():
        if part is not mail.source and part.get_content_type() != "message/rfc822":
            yield from ids_of(part, "Message-ID")
        if part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from _ids_within(content[:MOST_SEARCHED].decode("ascii", "replace"))
    yield from mail.references
    yield from _ids_within(mail.body.text[:MOST_SEARCHED])


def _ids_within(text: str) -> Iterator[str]:
    """Iterate what looks like a Message-ID in a text; each place is looked at once."""
    for found in _ID_IN_TEXT.finditer(text):
        name, at, domain = found.group()[1:-1].rpartition("@")
        if at and name and domain:
            yield found.group()
