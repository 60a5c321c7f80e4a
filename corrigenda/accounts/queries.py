"""Reads members, their sessions and the audit log."""

from django.db.models import Q, QuerySet

from corrigenda.models import AuditEvent, DeskSession, Member


def find_member(login: str) -> Member | None:
    """Return the member with this user name or e-mail address, in one query; None where it is not one alone.

    A user name goes before an e-mail address. Two members with one address sign in by their names.
    """
    found = list(
        Member.objects.filter(Q(username__iexact=login) | Q(email__iexact=login)).order_by("pk")[:10]
    )
    same = [member for member in found if member.username == login]
    named = [member for member in found if member.username.casefold() == login.casefold()]
    for some in (same, named, found):
        if some:
            return some[0] if len(some) == 1 else None
    return None


def all_members() -> list[Member]:
    """Return every member, open or closed, by name."""
    return list(Member.objects.order_by("username"))


def sessions_of(member: Member) -> list[DeskSession]:
    """Return a member's sessions that have not ended, the one used last first."""
    return list(DeskSession.objects.live().filter(member=member))


def events(*, member: str = "", kind: str = "", before: int | None = None) -> QuerySet[AuditEvent]:
    """Return audit events, the newest first; of a user name, of a kind, before a number."""
    found = AuditEvent.objects.select_related("member", "by_member").order_by("-id")
    if member:
        found = found.filter(member__username=member)
    if kind:
        found = found.filter(kind=kind)
    return found.filter(pk__lt=before) if before is not None else found
