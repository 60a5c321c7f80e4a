"""Lets one process at a time send mail, so that two workers never post the same letter at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.db import connection

from corrigenda.web.sessions import session_lock

# Any number that no other lock of this database uses: the letters of "send" as bytes.
_KEY: Final = 0x73656E64


@contextmanager
def own_turn() -> Iterator[bool]:
    """Hold the turn to send; yields False where another process holds it.

    The turn dies with its process, however that ends, so that nothing waits for a lease to run out. No
    transaction is open meanwhile: a slow mail server must not keep the door from storing reports.
    """
    if connection.vendor == "postgresql":
        with session_lock(_KEY) as held:
            yield held
    else:
        with _file_lock(Path(f"{connection.settings_dict['NAME']}.send.lock")) as held:
            yield held


@contextmanager
def _file_lock(path: Path) -> Iterator[bool]:
    """SQLite serves one machine, so that a lock on a file beside the database is seen by every process."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
