"""The only writer of a case's state: open, advance, note, post; every move leaves an entry."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from corrigenda.flow import ENDED, State, check_move
from corrigenda.models import Article, Case, Delivery, Entry, Member, Reply, Site


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes an entry: a room, and the member who asked it to, if a person did."""

    room: str
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry tells beside the move: the words before and after, and the rows it speaks of.

    Personal data has no place here: words are the article's or the editor's, readers are named by row.
    """

    verb: str = ""
    before: str = ""
    after: str = ""
    rows: dict[str, int] = field(default_factory=dict)


class Facts(TypedDict, total=False):
    """What a move may set on the case beside its state."""

    article: Article
    silent_seconds: float


class StaleCaseError(Exception):
    """Somebody else has moved the case meanwhile; nothing was written."""


def hold_member(member: Member) -> None:
    """Lock the row of a member for this transaction; PermissionDenied where the account is closed by now.

    A request knows the member as it began. Call it after the case is locked, so that none waits for another.
    """
    if not Member.objects.select_for_update(no_key=True).filter(pk=member.pk, is_active=True).exists():
        raise PermissionDenied


def open_case(*, site: Site, by: Actor, rows: dict[str, int]) -> Case:
    """Open a case in `received` and return it."""
    now = timezone.now()
    with transaction.atomic():
        case = Case.objects.create(site=site, state=State.RECEIVED, opened_at=now, changed_at=now)
        _write(case, by, Change(verb="opened", rows=rows), old="", new=State.RECEIVED, at=now)
    return case


def advance(
    case: Case,
    to: State,
    *,
    by: Actor,
    change: Change | None = None,
    not_before: datetime | None = None,
    **facts: Unpack[Facts],
) -> Case:
    """Move a case on and write the entry, in one transaction; `case` is brought up to date.

    The move is made only if the case still stands where it was read: IllegalMoveError where the flow does
    not allow it, StaleCaseError where another worker or editor was faster, PermissionDenied where the account
    of its member has been closed.
    """
    old = State(case.state)
    check_move(old, to)
    now = timezone.now()
    closed_at = now if to in ENDED else case.closed_at
    with transaction.atomic():
        moved = Case.objects.filter(pk=case.pk, state=old, changed_at=case.changed_at).update(
            state=to, not_before=not_before, changed_at=now, closed_at=closed_at, **facts
        )
        if not moved:
            message = f"{case} no longer stands in {old}."
            raise StaleCaseError(message)
        if by.member is not None:
            hold_member(by.member)
        _write(case, by, change or Change(), old=old, new=to, at=now)
    case.refresh_from_db()
    return case


def note(case: Case, *, by: Actor, change: Change) -> Entry:
    """Write an entry that moves nothing; PermissionDenied where its member's account has been closed."""
    with transaction.atomic():
        if by.member is not None:
            hold_member(by.member)
        return _write(case, by, change, old="", new="", at=timezone.now())


def post(*, case: Case, reply: Reply, by: Actor, sender_domain: str) -> Delivery | None:
    """Put the mail for a reply into the outbox; None where the reader left no address.

    Call it in the transaction of the move that causes it. The Message-ID is made here, once, so that a repeat
    after a crash bears the same identity (RFC 5322, 3.6.4).
    """
    return next(iter(post_all(case=case, replies=[reply], by=by, sender_domain=sender_domain)), None)


def post_all(*, case: Case, replies: Iterable[Reply], by: Actor, sender_domain: str) -> list[Delivery]:
    """Put the mails for many replies into the outbox, as `post` does; a few statements for thousands of them.

    On SQLite reports of other readers wait while this is written.
    """
    now = timezone.now()
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            case=case,
            reply=reply,
            contact=reply.report.contact,
            message_id=f"<{uuid.uuid4()}@{sender_domain}>",
            next_attempt_at=now,
        )
        for reply in replies
        if reply.report.contact is not None
    )
    Entry.objects.bulk_create(
        _entry(
            case,
            by,
            Change(verb="posted", rows={"delivery": delivery.pk, "report": delivery.reply.report_id}),
            at=now,
        )
        for delivery in deliveries
    )
    return deliveries


def _write(case: Case, by: Actor, change: Change, *, old: str, new: str, at: datetime) -> Entry:
    entry = _entry(case, by, change, old=old, new=new, at=at)
    entry.save(force_insert=True)
    return entry


def _entry(case: Case, by: Actor, change: Change, *, at: datetime, old: str = "", new: str = "") -> Entry:
    return Entry(
        case=case,
        at=at,
        room=by.room,
        member=by.member,
        verb=change.verb or new,
        old_state=old,
        new_state=new,
        before=change.before,
        after=change.after,
        rows=change.rows,
    )
