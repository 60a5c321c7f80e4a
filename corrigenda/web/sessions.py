"""Advisory locks of PostgreSQL: held by a session, and gone with it."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

NOT_OURS: Final = (
    "PostgreSQL is reached through a pool that hands a session on after each transaction: the lock that was"
    " taken could not be given back, and its work waits until the pool ends that session. Let the pool work"
    " in session mode, or reach PostgreSQL without it."
)


POOLED: Final = (
    "PostgreSQL is reached through a pool that hands a session on after each transaction. Workers take turns"
    " by locks of a session. Let the pool work in session mode (PgBouncer: pool_mode = session), or reach"
    " PostgreSQL without it."
)


def are_sessions_shared() -> bool:
    """Whether a pool gives the session of one connection to another one that is open at the same time.

    Such a pool has a free session when the first statement is done, and the second connection gets it. A pool
    with much to do may give another one: what goes wrong then is logged (`session_lock`).
    """
    with closing(connection.copy()) as other:
        return _session(connection) == _session(other)


def _session(of: BaseDatabaseWrapper) -> int:
    with of.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


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
