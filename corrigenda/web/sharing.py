"""Short transactions of the worker, many in a row: on SQLite others get to write in between."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

LONGEST_LOOK: Final = 0.1
"""Seconds. Who waits for SQLite's lock looks for it so often in the end (sqliteDefaultBusyCallback).

A lock that is free for a moment between two transactions is hardly ever seen to be: of reports that arrived
while 600 cases were located one in twenty waited for three seconds.
"""


class Turns:
    """Leaves the lock for as long as everybody needs to see it free, each time it was held for as long.

    So a writer who waits has it after two tenths of a second, and the worker is half as quick at worst.
    """

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._pause = pause
        self._held = 0.0
        self._free_since = 0.0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold a transaction, and let others write after it."""
        begun = self._clock()
        if begun - self._free_since >= LONGEST_LOOK:
            self._held = 0.0
        try:
            with transaction.atomic():
                yield
        finally:
            self._free_since = self._clock()
            self._held += self._free_since - begun
            is_free = connection.vendor == "sqlite" and not connection.in_atomic_block
            if is_free and self._held >= LONGEST_LOOK:
                self._held = 0.0
                self._pause(LONGEST_LOOK)  # pause: SQLite does not tell whether anybody waits


TURNS: Final = Turns()
"""Those of this process."""
