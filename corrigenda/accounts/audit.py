"""Writes what happened to accounts into the audit log, in the transaction of what it tells."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
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


def record(kind: AuditEvent.Kind, *, member: Member, origin: Origin, detail: str = "") -> AuditEvent:
    """Add an event about a member's account."""
    now = timezone.now()
    return _add(kind, member=member, login_hash="", origin=origin, at=now, detail=detail)


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
    try:
        with transaction.atomic():
            _add(kind, member=member, login_hash=login_hash, origin=origin, at=now, fold=fold)
    except IntegrityError:
        _count(fold, now)


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
    return bool(AuditEvent.objects.filter(fold=fold).update(times=F("times") + 1, last_at=now))


def _add(
    kind: AuditEvent.Kind,
    *,
    member: Member | None,
    login_hash: str,
    origin: Origin,
    at: datetime,
    detail: str = "",
    fold: str | None = None,
) -> AuditEvent:
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
    return event


def _log(event: AuditEvent) -> None:
    whose = event.member.get_username() if event.member else "no account"
    who = event.by_member.get_username() if event.by_member else event.by
    detail = f" {event.detail}" if event.detail else ""
    logger.info("%s: %s, by %s (event %d)%s", event.kind, whose, who, event.pk, detail)


def _fold(*parts: object) -> str:
    return hashlib.blake2b("\x00".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def _hash(what: str, value: bytes) -> str:
    key = salted_hmac("corrigenda.accounts.audit", "", algorithm="sha256").digest()
    return hashlib.blake2b(value, key=key, person=what.encode(), digest_size=8).hexdigest()
