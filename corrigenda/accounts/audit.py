"""Writes what happened to accounts into the audit log; what gives access, in the same transaction."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import Error, IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from corrigenda.accounts.agents import NO_CLIENT, Client, client_of
from corrigenda.accounts.counting import folded
from corrigenda.accounts.sessions import SessionStore
from corrigenda.models import AuditEvent, Member
from corrigenda.web.networks import UNKNOWN, network_of

logger = logging.getLogger(__name__)

Kind = AuditEvent.Kind
By = AuditEvent.By

FAILURES: Final = (Kind.FAILED, Kind.FAILED_CLOSED, Kind.FAILED_PRESENT, Kind.FAILED_MORE)
MOST_A_MINUTE: Final = 10
"""Rows of failures a minute. More are one row with a number, so that nobody fills the table."""
REPEATED: Final = (Kind.SIGNED_IN, Kind.SIGNED_OUT, Kind.SESSION_ENDED, Kind.PASSWORD_CHANGED)
"""What a member, or somebody who knows the member's password, can do again and again."""
MOST_A_DAY: Final = 50
"""Rows of one of these kinds about one account that a member causes within a day (UTC). More are one row with
a number: at most 204 rows a day for what a member does to the own account, about 74,000 in the year that they
are kept."""
FAILURES_KEPT: Final = timedelta(days=30)
"""At most; with MOST_A_MINUTE this allows 475,200 rows, about 100 MB, under an attack that never ends."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who does something, and from where."""

    by: AuditEvent.By
    member: Member | None = None
    network_hash: str = ""
    client: Client = NO_CLIENT
    session: UUID | None = None


SHELL: Final = Origin(By.SHELL)
"""Somebody who may run commands on the server."""


def origin_of(request: HttpRequest | None) -> Origin:
    """Return where a request comes from. The address itself goes no further than this function."""
    if request is None:
        return SHELL
    network = network_of(request.META, settings.OPTIONS.trusted_proxies)
    # Before sign-in is over there may be no user yet.
    user = getattr(request, "user", None)
    member = user if isinstance(user, Member) else None
    session = getattr(request, "session", None)
    row = session.row if isinstance(session, SessionStore) else None
    return Origin(
        By.MEMBER if member else By.VISITOR,
        member,
        "" if network == UNKNOWN else _hash("network", network),
        client_of(request.headers.get("User-Agent", "")),
        row.public_id if row else None,
    )


def record(kind: AuditEvent.Kind, *, member: Member, origin: Origin, detail: str = "") -> None:
    """Add an event about a member's account.

    What one member does to it more than MOST_A_DAY times on one day is counted in one row. That row names no
    network, browser or detail, since there may be many. What another member does is counted by itself: a row
    names one who did it. What the shell does is always a row of its own.
    """
    now = timezone.now()
    day = day_of(now)
    if origin.by == By.SHELL or kind not in REPEATED:
        _add(kind, member=member, origin=origin, at=now, detail=detail)
        return
    who = origin.member.pk if origin.member else ""
    fold = _fold(kind, member.pk, day, origin.by, who)
    same = AuditEvent.objects.filter(
        member=member, kind=kind, at__gte=day, by=origin.by, by_member=origin.member
    )
    if same.count() < MOST_A_DAY:
        _add(kind, member=member, origin=origin, at=now, detail=detail)
    else:
        _add_or_count(fold, kind, member=member, origin=Origin(origin.by, origin.member), at=now)


def try_record(kind: AuditEvent.Kind, *, member: Member, origin: Origin, detail: str = "") -> None:
    """Add an event about what was taken away: a session, or an open account.

    It stays taken away where the event cannot be written; then the log says so. What gives access (a sign-in,
    a password, a role) uses `record`: it does not happen without its event.
    """
    try:
        with transaction.atomic():
            record(kind, member=member, origin=origin, detail=detail)
    except Error:
        if transaction.get_connection().in_atomic_block and transaction.get_rollback():
            # What is around it is lost with the event (no connection, say): nobody may take it for done.
            raise
        logger.exception("%s: %s, by %s: the audit log did not take it", *_named(kind, member, origin))


def record_failure(kind: AuditEvent.Kind, *, member: Member | None, login: str, origin: Origin) -> None:
    """Add a failed attempt, or count it with the same one of this minute.

    `login` is what was typed; it is kept as a keyed hash, and only where no account has it. Both cases ask
    and write the same.
    """
    now = timezone.now()
    minute = minute_of(now)
    login_hash = "" if member else _hash("login", folded(login))
    fold = _fold(kind, member.pk if member else login_hash, origin.network_hash, minute)
    if _count(fold, now):
        return
    if AuditEvent.objects.filter(at__gte=minute, kind__in=FAILURES).count() >= MOST_A_MINUTE:
        kind, member, login_hash, origin = Kind.FAILED_MORE, None, "", Origin(By.VISITOR)
        fold = _fold(kind, minute)
        if _count(fold, now):
            return
    _add_or_count(fold, kind, member=member, login_hash=login_hash, origin=origin, at=now)


def day_of(now: datetime) -> datetime:
    """Return the day that repeated events are counted together in: it begins at midnight UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def minute_of(now: datetime) -> datetime:
    """Return the minute that failures are counted together in."""
    return now.replace(second=0, microsecond=0)


def sweep(limit: int) -> int:
    """Delete at most `limit` events whose time has come; return how many."""
    old = AuditEvent.objects.filter(kept_until__lte=timezone.now()).order_by("kept_until")
    numbers = list(old.values_list("pk", flat=True)[:limit])
    if numbers:
        AuditEvent.objects.filter(pk__in=numbers).delete()
    return len(numbers)


def _count(fold: str, now: datetime) -> bool:
    # `now` may be before what the row has: it was read before the wait for the row, or the clock was set
    # back. A time that goes back is refused by the database (migrations/0016).
    return bool(
        AuditEvent.objects.filter(fold=fold).update(times=F("times") + 1, last_at=Greatest("last_at", now))
    )


def _add_or_count(
    fold: str,
    kind: AuditEvent.Kind,
    *,
    member: Member | None,
    origin: Origin,
    at: datetime,
    login_hash: str = "",
) -> None:
    """Count an event with the same ones, or add the first of them."""
    if _count(fold, at):
        return
    try:
        with transaction.atomic():
            _add(kind, member=member, login_hash=login_hash, origin=origin, at=at, fold=fold)
    except IntegrityError:
        # Another process has added it.
        if not _count(fold, at):
            raise


def _add(
    kind: AuditEvent.Kind,
    *,
    member: Member | None,
    origin: Origin,
    at: datetime,
    login_hash: str = "",
    detail: str = "",
    fold: str | None = None,
) -> None:
    kept = timedelta(days=settings.OPTIONS.audit_days)
    event = AuditEvent.objects.create(
        kind=kind,
        at=at,
        last_at=at,
        fold=fold,
        member=member,
        login_hash=login_hash,
        by=origin.by,
        by_member=origin.member,
        network_hash=origin.network_hash,
        browser=origin.client.browser,
        system=origin.client.system,
        detail=detail,
        kept_until=at + (min(kept, FAILURES_KEPT) if kind in FAILURES else kept),
    )
    transaction.on_commit(partial(_log, event))


def _log(event: AuditEvent) -> None:
    detail = f" {event.detail}" if event.detail else ""
    named = _named(event.kind, event.member, Origin(By(event.by), event.by_member))
    logger.info("%s: %s, by %s (event %d)%s", *named, event.pk, detail)


def _named(kind: str, member: Member | None, origin: Origin) -> tuple[str, str, str]:
    whose = member.get_username() if member else "no account"
    return kind, whose, origin.member.get_username() if origin.member else origin.by


def _fold(*parts: object) -> str:
    return hashlib.blake2b("\x00".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def _hash(what: str, value: bytes) -> str:
    key = salted_hmac("corrigenda.accounts.audit", "", algorithm="sha256").digest()
    return hashlib.blake2b(value, key=key, person=what.encode(), digest_size=8).hexdigest()
