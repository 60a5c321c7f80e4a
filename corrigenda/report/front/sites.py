"""The sites as the front door knows them: read again every other second, kept when the database fails."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from django.db import Error as DatabaseFailure
from django.db import connection

from corrigenda.models import Origin, Site
from corrigenda.report.door import what_failed
from corrigenda.web.cors import may_be_origin

logger = logging.getLogger(__name__)

KNOWN_SECONDS: Final = 2.0
"""How long a site that was changed or deleted is still taken as it was."""
UNKNOWN_SECONDS: Final = 0.2
"""How long an origin asked for in vain stays unknown; a flood of them costs five queries a second."""


class SiteDirectory:
    """Which site has an origin, in memory; a new site is known after a fifth of a second at the latest."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sites: dict[str, Site] = {}
        self._read_at = float("-inf")
        self._is_read = False
        self._reading = threading.Lock()

    def site_of_origin(self, origin: str) -> Site | None:
        """Return the site that has an origin.

        Raises django.db.Error where the database has never answered; once it has, what it said then counts
        until it answers again, so that browsers may read what the door says of the failure.
        """
        if not self._is_read or self._age() >= KNOWN_SECONDS:
            self._read()
        site = self._sites.get(origin)
        if site is None and may_be_origin(origin) and self._age() >= UNKNOWN_SECONDS:
            self._read()
            site = self._sites.get(origin)
        return site

    def is_ours(self, origin: str) -> bool:
        """Whether an Origin header names the pages of a site."""
        return may_be_origin(origin) and self.site_of_origin(origin) is not None

    def was_ours(self, origin: str) -> bool:
        """Whether an Origin header named the pages of a site when the sites were last read."""
        return origin in self._sites

    def is_certain(self, origin: str) -> bool:
        """Whether the database need not be asked again about an Origin header."""
        if not may_be_origin(origin):
            return True
        return self._age() < (KNOWN_SECONDS if origin in self._sites else UNKNOWN_SECONDS)

    def _age(self) -> float:
        return self._clock() - self._read_at

    def _read(self) -> None:
        # One thread reads; the others go on with what is known, if anything is.
        if not self._reading.acquire(blocking=not self._is_read):
            return
        try:
            if not self._is_read or self._age() >= UNKNOWN_SECONDS:
                self._ask_the_database()
        finally:
            self._reading.release()

    def _ask_the_database(self) -> None:
        has_connection = connection.connection is not None
        try:
            origins = Origin.objects.select_related("site")
            self._sites = {row.origin: row.site for row in origins}
            self._is_read = True
        except DatabaseFailure as error:
            if not self._is_read:
                raise
            logger.warning("The sites could not be read again: %s", what_failed(error))
        finally:
            self._read_at = self._clock()
            if not has_connection:
                # A thread of the server's, of which there may be more than the database has connections.
                connection.close()
