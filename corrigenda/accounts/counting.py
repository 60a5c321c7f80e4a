"""Counts attempts to sign in, in the database: a few are free, then each makes the next one wait longer."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from corrigenda.models import Member, SignInCount

SLOTS: Final = 131_072
"""Rows for each scope. Two of a thousand busy networks share a row with a chance of one in 131."""
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
"""At this pace one name gets 96 guesses a day, from however many networks they come."""
FORGIVEN_EVERY: Final = timedelta(hours=1)
"""One attempt is forgiven in this time. It is longer than LONGEST_WAIT, or the waits would not grow."""
_MOST_OVER: Final = 10
"""How far a level rises above what is free: after a long attack a network is as before within a day."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Something that attempts are counted by."""

    number: int
    """Which part of the table its rows are in."""
    free: int
    """How many attempts may be made before the first wait."""
    is_own: bool
    """Whether the right password clears the count. Where many people share a count it gives one back only."""


# The numbers are a trade: an editor mistypes a few times, a house behind one address has many editors, and an
# attacker gets what they get. A wait never becomes a lock.
PAIR: Final = Scope(0, free=5, is_own=True)  # one name from one network
NAME: Final = Scope(1, free=20, is_own=False)  # one name from all networks
NETWORK: Final = Scope(2, free=10, is_own=False)  # all names from one network
DEVICE: Final = Scope(3, free=10, is_own=True)  # one browser that signed in to this account before
CHANGE: Final = Scope(4, free=5, is_own=True)  # the present password, asked for before it is changed
SCOPES: Final = (PAIR, NAME, NETWORK, DEVICE, CHANGE)
AGE: Final = (max(scope.free for scope in SCOPES) + _MOST_OVER) * FORGIVEN_EVERY
"""After this time without an attempt every count is zero again, and its row is deleted."""


@dataclass(frozen=True, slots=True)
class Key:
    """One count: its scope, and the row of a keyed hash."""

    scope: Scope
    slot: int


@dataclass(frozen=True, slots=True)
class Spent:
    """One attempt that was counted, with what is needed to give it back."""

    key: Key
    before: datetime | None
    until: datetime | None


class MustWaitError(Exception):
    """An attempt came too early; it was not counted."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Wait for {seconds} seconds.")
        self.seconds = seconds


def key_of(scope: Scope, *parts: bytes) -> Key:
    """Return the count of something in a scope; who lacks the secret key cannot tell which one it is."""
    secret = salted_hmac("corrigenda.accounts.counting", "", algorithm="sha256").digest()
    digest = hashlib.blake2b(key=secret, digest_size=8, salt=bytes([scope.number]))
    for part in parts:
        digest.update(len(part).to_bytes(4) + part)
    return Key(scope, scope.number * SLOTS + int.from_bytes(digest.digest()) % SLOTS)


def spend(keys: Sequence[Key]) -> list[Spent]:
    """Count one attempt under every key at once, before its password is looked at.

    Raises MustWaitError, and counts nothing, where one of the counts makes it wait. Attempts that come at the
    same time are counted one after the other: the rows are locked until the count is committed.
    """
    slots = sorted(key.slot for key in keys)
    _refuse_if_early(SignInCount.objects.filter(slot__in=slots), timezone.now())
    # A row that is there when rows are made may be gone when they are locked: a right password cleared it.
    # In a new transaction: making rows while others are locked lets two attempts wait for each other.
    while (spent := _counted(keys, slots)) is None:
        pass
    return spent


def give_back(spent: Iterable[Spent]) -> None:
    """Take back what was counted for an attempt whose password was not looked at."""
    _settle(spent, clear_own=False)


def settle(spent: Iterable[Spent]) -> None:
    """Clear the counts of somebody who knew the password; give one attempt back where many share a count."""
    _settle(spent, clear_own=True)


def forget(keys: Iterable[Key]) -> None:
    """Set counts to zero."""
    SignInCount.objects.filter(slot__in=[key.slot for key in keys]).delete()


def sweep(limit: int) -> int:
    """Delete at most `limit` counts that are zero by now; return how many."""
    old = (
        SignInCount.objects.filter(at__lt=timezone.now() - AGE).order_by("at").values_list("slot", flat=True)
    )
    slots = list(old[:limit])
    if slots:
        SignInCount.objects.filter(slot__in=slots, at__lt=timezone.now() - AGE).delete()
    return len(slots)


def _refuse_if_early(rows: Iterable[SignInCount], now: datetime) -> None:
    waits = [row.until - now for row in rows if row.until is not None]
    # A longer wait was written before the clock was set back.
    if ahead := [wait for wait in waits if timedelta() < wait <= LONGEST_WAIT]:
        raise MustWaitError(max(1, math.ceil(max(ahead).total_seconds())))


def _counted(keys: Sequence[Key], slots: Sequence[int]) -> list[Spent] | None:
    """Count one attempt under every key, in one transaction; None where a row went before it was locked."""
    with transaction.atomic():
        # Only a row that is there can be locked. Sorted, so that two attempts never wait for each other.
        SignInCount.objects.bulk_create(
            [SignInCount(slot=slot, at=timezone.now()) for slot in slots], ignore_conflicts=True
        )
        rows = SignInCount.objects.select_for_update().filter(slot__in=slots).order_by("slot")
        found = {row.slot: row for row in rows}
        if len(found) < len(set(slots)):
            return None
        now = timezone.now()
        _refuse_if_early(found.values(), now)
        spent = [_raise(found[key.slot], key, now) for key in keys]
        _write(found.values())
    return spent


def _raise(row: SignInCount, key: Key, now: datetime) -> Spent:
    before = row.until
    row.level = min(_level(row, now) + 1, key.scope.free + _MOST_OVER)
    row.at = now
    over = round(row.level) - key.scope.free  # rounded: a second later a little is forgiven already
    row.until = now + min(FIRST_WAIT * 2**over, LONGEST_WAIT) if over >= 0 else None
    return Spent(key, before, row.until)


def _level(row: SignInCount, now: datetime) -> float:
    return max(0.0, row.level - max(now - row.at, timedelta()) / FORGIVEN_EVERY)


def _settle(spent: Iterable[Spent], *, clear_own: bool) -> None:
    counted = {one.key.slot: one for one in spent}
    own = [slot for slot, one in counted.items() if clear_own and one.key.scope.is_own]
    with transaction.atomic():
        if own:
            SignInCount.objects.filter(slot__in=own).delete()
        rows = list(
            SignInCount.objects.select_for_update()
            .filter(slot__in=counted.keys() - set(own))
            .order_by("slot")
        )
        now = timezone.now()
        for row in rows:
            one = counted[row.slot]
            row.level, row.at = max(0.0, _level(row, now) - 1), now
            # Another attempt may have come since; then the wait is that one's, unless it is free now.
            row.until = one.before if row.until == one.until else row.until
            if round(row.level) < one.key.scope.free:
                row.until = None
        if rows:
            _write(rows)


def _write(rows: Iterable[SignInCount]) -> None:
    SignInCount.objects.bulk_create(
        list(rows), update_conflicts=True, unique_fields=["slot"], update_fields=["level", "at", "until"]
    )


def network_key(network: bytes) -> Key:
    """Return the count of all attempts from one network, given as `web.networks.network_of` gives it."""
    return key_of(NETWORK, network)


def name_keys(login: str, network: bytes, member: Member | None) -> list[Key]:
    """Return the counts of a name or e-mail address as typed; `member` is whom it found, if anybody."""
    return [key_of(PAIR, folded(login), network), name_key(login, member)]


def name_key(login: str, member: Member | None = None) -> Key:
    """Return the count of a member from all networks, or that of a name that found nobody.

    A member has a name and an e-mail address, and is guessed at as often by both as by one.
    """
    return key_of(NAME, b"m%d" % member.pk if member is not None else b"n" + folded(login))


def folded(login: str) -> bytes:
    """Return a name so that all spellings that a database may take for the same one are one.

    It is coarser than the comparison of SQLite (ASCII) and of PostgreSQL (upper case): a spelling that finds
    the account must not find a fresh count.
    """
    return login.strip().upper().casefold().encode("utf-8", "surrogatepass")
