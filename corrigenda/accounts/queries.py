"""Reads members."""

from django.db.models import Q

from corrigenda.models import Member


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
