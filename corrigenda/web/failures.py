"""What a failure of the database or the disk means for those who run the desk."""

import errno
import sqlite3
from enum import Enum, auto
from typing import Final

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError


class Failure(Enum):
    """What is wrong."""

    AWAY = auto()
    """The database was not reached, or it broke the connection off."""
    IN_THE_WAY = auto()
    """Another process holds what is needed; it may work the next time."""
    DISK = auto()
    """It is full, or it does not work."""
    OUTDATED = auto()
    """A table or a column is not there."""
    OTHER = auto()


# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL: Final = {
    "40P01": Failure.IN_THE_WAY,  # deadlock_detected
    "40001": Failure.IN_THE_WAY,  # serialization_failure
    "55P03": Failure.IN_THE_WAY,  # lock_not_available: lock_timeout is over
    "55006": Failure.IN_THE_WAY,  # object_in_use
    "53100": Failure.DISK,  # disk_full
    "58030": Failure.DISK,  # io_error
    "42P01": Failure.OUTDATED,  # undefined_table
    "42703": Failure.OUTDATED,  # undefined_column
    "53300": Failure.AWAY,  # too_many_connections
    "57P01": Failure.AWAY,  # admin_shutdown
    "57P02": Failure.AWAY,  # crash_shutdown
    "57P03": Failure.AWAY,  # cannot_connect_now
}
# https://www.sqlite.org/rescode.html: the lower byte is the kind.
_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: Failure.IN_THE_WAY,
    sqlite3.SQLITE_LOCKED: Failure.IN_THE_WAY,
    sqlite3.SQLITE_FULL: Failure.DISK,
    sqlite3.SQLITE_IOERR: Failure.DISK,  # also where its shared memory finds no room
    sqlite3.SQLITE_CANTOPEN: Failure.AWAY,
}
_NOT_THERE: Final = ("no such table", "no such column")
"""SQLite has one code for these and for every other mistake in a statement."""
_DISK_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def failure_of(error: DatabaseError | OSError) -> Failure:
    """Return what an error of Django's database layer, or one of the system, means."""
    if isinstance(error, OSError):
        return Failure.DISK if error.errno in _DISK_FULL else Failure.OTHER
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        if any(words in str(cause) for words in _NOT_THERE):
            return Failure.OUTDATED
        # Errors that the module raises by itself have no code.
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, Failure.OTHER)
    # PostgreSQL's client is not imported for this: each command would load it, also on SQLite.
    state = getattr(cause, "sqlstate", "")
    if state is None:
        # The client's own word: what the server says has a code.
        is_away = isinstance(error, OperationalError | InterfaceError)
        return Failure.AWAY if is_away else Failure.OTHER
    return _POSTGRESQL.get(state, Failure.OTHER)


def first_line(error: Exception) -> str:
    """Return the first line of what was said; further ones may quote what readers wrote."""
    said = str(error).strip().splitlines()
    return said[0] if said else type(error).__name__
