"""Puts what the tables hold of browsers and events into words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corrigenda.models import AuditEvent, Member


def client_in_words(browser: str, system: str) -> str:
    """Return a browser and its system as an editor would say them."""
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if browser or system:
        return browser or _("a browser on %(system)s") % {"system": system}
    return _("an unknown browser")


def who_did(event: AuditEvent) -> str:
    """Return who caused an event."""
    return str(event.by_member) if event.by_member else str(event.get_by_display())


def detail_in_words(event: AuditEvent) -> str:
    """Return what else is known of an event: roles, or how many sessions."""
    if event.kind in {AuditEvent.Kind.MEMBER_ADDED, AuditEvent.Kind.ROLE_CHANGED}:
        labels = dict(Member.Role.choices)
        return " → ".join(str(labels.get(role, role)) for role in event.detail.split(" "))
    if event.kind == AuditEvent.Kind.SESSION_ENDED:
        return _sessions_in_words(event.detail)
    return event.detail


def _sessions_in_words(detail: str) -> str:
    ended, _between, most = detail.partition(" beyond ")
    if not ended.isdecimal():
        return detail
    number = int(ended)
    if most.isdecimal():
        said = ngettext(
            "%(number)d session: an account has at most %(most)d",
            "%(number)d sessions: an account has at most %(most)d",
            number,
        )
        return said % {"number": number, "most": int(most)}
    return ngettext("%(number)d session", "%(number)d sessions", number) % {"number": number}
