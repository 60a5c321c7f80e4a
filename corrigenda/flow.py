"""The states of a case and the moves allowed between them, as plain data."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a case stands; the room that takes cases out of a state stands behind it."""

    RECEIVED = "received"  # locate, once watch has read the article
    LOCATED = "located"  # decide
    UNLOCATED = "unlocated"  # decide: a human must say where, or that it does not matter
    MERGED = "merged"  # nobody: it follows the case it was joined to
    ACCEPTED = "accepted"  # fix
    NOTED = "noted"  # disclose: a notice, the text unchanged
    DECLINED = "declined"  # disclose: an answer, no notice
    FIXED = "fixed"  # disclose
    DISCLOSED = "disclosed"  # disclose, until echoes are looked for
    CLOSED = "closed"  # nobody


MOVES: Final[dict[State, frozenset[State]]] = {
    State.RECEIVED: frozenset({State.LOCATED, State.UNLOCATED}),
    State.LOCATED: frozenset({State.UNLOCATED, State.MERGED, State.ACCEPTED, State.NOTED, State.DECLINED}),
    State.UNLOCATED: frozenset({State.LOCATED, State.MERGED, State.NOTED, State.DECLINED}),
    State.MERGED: frozenset({State.LOCATED, State.UNLOCATED}),
    State.ACCEPTED: frozenset({State.FIXED, State.LOCATED, State.UNLOCATED}),
    State.NOTED: frozenset({State.DISCLOSED, State.LOCATED, State.UNLOCATED}),
    State.DECLINED: frozenset({State.CLOSED, State.LOCATED, State.UNLOCATED}),
    State.FIXED: frozenset({State.DISCLOSED}),
    State.DISCLOSED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}

OPEN: Final = frozenset({State.RECEIVED, State.LOCATED, State.UNLOCATED})
"""An editor has not decided yet: further reports of the same passage join such a case."""

DECIDED: Final = frozenset({State.ACCEPTED, State.NOTED, State.DECLINED})
"""An editor has decided, and the decision can still be undone until its not-before time."""

ENDED: Final = frozenset({State.CLOSED})


class IllegalMoveError(ValueError):
    """A move that MOVES does not allow; the message names both states."""


def check_move(old: State, new: State) -> None:
    """Raise IllegalMoveError unless MOVES allows a case to go from `old` to `new`."""
    if new not in MOVES[old]:
        message = f"A case cannot go from {old} to {new}."
        raise IllegalMoveError(message)
