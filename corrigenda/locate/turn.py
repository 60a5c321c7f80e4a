"""Lets one worker at a time compare the texts of an article, so that two do not do the same work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

from corrigenda.web.sessions import session_lock

# Any number that no other lock of this database uses: the letters of "loca" as bytes.
_KEY: Final = 0x6C6F6361
_MOST: Final = 2**31


@contextmanager
def own_turn(article: int | None) -> Iterator[bool]:
    """Hold the turn at an article; yields False where another worker holds it.

    It only spares work: what may be written is decided under the lock of the case. SQLite has one worker. The
    turn dies with its connection, however that ends.
    """
    if article is None or connection.vendor != "postgresql":
        yield True
        return
    # Two articles 2,147,483,648 apart share a turn, and wait for each other at times.
    with session_lock(_KEY, article % _MOST) as held:
        yield held
