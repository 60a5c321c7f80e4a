"""Whether the disk has room for reports: looked at ten times a second at most, however many arrive."""

import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.1
"""In a second thousands of reports may come in, which is more than a small disk has left."""


def free_bytes() -> int:
    """Return how many bytes are free for the data folder and for SQLite's file.

    Of two disks the fuller one counts. Where PostgreSQL keeps its files is not known here. Raises OSError.
    """
    folders = [settings.OPTIONS.data_dir]
    if connection.vendor == "sqlite":
        folders.append(Path(str(connection.settings_dict["NAME"])).parent)
    return min(shutil.disk_usage(folder).free for folder in folders)


class Disk:
    """Knows whether less is free than CORRIGENDA_REPORT_FREE_BYTES; says in the log when that changes."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Look when asked next."""
        self._looked_at = float("-inf")
        self._is_full = False

    def is_full(self) -> bool:
        """Whether no report may be taken in now."""
        now = self._clock()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._look()
        return self._is_full

    def _look(self) -> None:
        least = settings.OPTIONS.report_free_bytes
        try:
            is_full = least > 0 and free_bytes() < least
        except OSError:
            # What is wrong with it is said where something is written.
            is_full = False
        if is_full and not self._is_full:
            logger.warning(
                "The disk has less free than CORRIGENDA_REPORT_FREE_BYTES: reports are answered 503 "
                "until it has more."
            )
        elif self._is_full and not is_full:
            logger.warning("The disk has room for reports again.")
        self._is_full = is_full


DISK: Final = Disk()
"""The disk as this process has seen it last."""
