"""What the pages of the accounts show, a dataclass each."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from corrigenda.accounts.audit import FAILURES
from corrigenda.accounts.wording import client_in_words, detail_in_words, who_did
from corrigenda.models import Alert, AuditEvent, DeskSession, Member


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session, in words."""

    public_id: UUID
    client: str
    begun: datetime
    active: datetime
    ends: datetime
    is_kept: bool
    is_this: bool


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """A member's own sessions."""

    template: ClassVar[str] = "accounts/sessions.html"
    rows: list[SessionRow]
    has_others: bool


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert, in words."""

    kind: str
    at: datetime
    client: str
    by_shell: bool


@dataclass(frozen=True, slots=True)
class AlertsPart:
    """The alerts that a member has not seen; a fragment of every page of the desk."""

    template: ClassVar[str] = "accounts/alerts.html"
    alerts: list[AlertRow]
    upto: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of the audit log, in words."""

    at: datetime
    last_at: datetime
    times: int
    kind: str
    is_failure: bool
    member: str
    who: str
    detail: str
    client: str
    network: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The audit log, newest first, with its filter."""

    template: ClassVar[str] = "accounts/audit.html"
    rows: list[EventRow]
    members: list[Member]
    kinds: list[tuple[str, str]]
    member: str
    kind: str
    first_url: str
    next_url: str


def session_row(session: DeskSession, this: UUID | None) -> SessionRow:
    """Put a session into words."""
    return SessionRow(
        public_id=session.public_id,
        client=client_in_words(session.browser, session.system),
        begun=session.begun_at,
        active=session.active_at,
        ends=session.ends_at,
        is_kept=session.is_kept,
        is_this=session.public_id == this,
    )


def alert_row(alert: Alert) -> AlertRow:
    """Put an alert into words."""
    client = client_in_words(alert.browser, alert.system)
    return AlertRow(kind=alert.kind, at=alert.at, client=client, by_shell=alert.by_shell)


def event_row(event: AuditEvent) -> EventRow:
    """Put an event into words."""
    is_somewhere = event.by != AuditEvent.By.SHELL and event.kind != AuditEvent.Kind.FAILED_MORE
    return EventRow(
        at=event.at,
        last_at=event.last_at,
        times=event.times,
        kind=str(event.get_kind_display()),
        is_failure=event.kind in FAILURES,
        member=str(event.member) if event.member else "",
        who=who_did(event),
        detail=detail_in_words(event),
        client=client_in_words(event.browser, event.system) if is_somewhere else "",
        network=event.network_hash[:8],
    )
