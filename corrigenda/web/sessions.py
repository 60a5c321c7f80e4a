"""Advisory locks of PostgreSQL: held by a session, and gone with it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

logger = logging.getLogger(__name__)

NOT_OURS: Final = (
    "PostgreSQL is reached through a pool that hands a session on after each transaction: the lock that was"
    " taken could not be given back, and its work waits until the pool ends that session. Let the pool work"
    " in session mode, or reach PostgreSQL without it."
)


@contextmanager
def session_lock(*key: int) -> Iterator[bool]:
    """Hold the lock with a key of one or two numbers; yields False where another session holds it.

    No transaction is open for it.
    """
    places = ", ".join(["%s"] * len(key))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({places})", key)
        held = cursor.fetchone() == (True,)
        try:
            yield held
        finally:
            if held:
                cursor.execute(f"SELECT pg_advisory_unlock({places})", key)
                if cursor.fetchone() != (True,):
                    logger.error(NOT_OURS)
