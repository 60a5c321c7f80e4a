"""Takes what was erased off the database's own files, where deleted rows stay readable for a time."""

import re
import time
from typing import TYPE_CHECKING, Final

from django.db import OperationalError, connection

from corrigenda.web.failures import Failure, failure_of

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic

LOCK_SECONDS: Final = 10
"""How long PostgreSQL waits for a table that somebody reads; whoever comes behind waits as long."""
SNAPSHOT_SECONDS: Final = 30
"""How long PostgreSQL is asked again while an older transaction can still see the deleted rows."""

TABLES: Final = (
    "corrigenda_contact",
    "corrigenda_report",
    "corrigenda_mail",
    "corrigenda_followup",
    "corrigenda_attachment",
    "corrigenda_delivery",
    "corrigenda_address",
    "corrigenda_addresschange",
    # It was kept under the address that a reader typed.
    "corrigenda_article",
    "corrigenda_trace",
)
"""Those in which something of a person stands."""


def compact_database() -> bool:
    """Rewrite the files of the database without what was deleted; False where somebody was in the way.

    SQLite: the whole file, and its write-ahead log is emptied, which needs a moment without readers. Others
    wait for it, some seconds for each gigabyte. PostgreSQL: the tables of readers, each locked while it is
    copied. A plain VACUUM would free the room of deleted rows and leave their bytes in it. What stands in
    PostgreSQL's own write-ahead log stays there until its segments are used again.

    Call it outside any transaction. Raises OperationalError where something else is wrong: the disk is full,
    or the role may not rewrite a table.
    """
    try:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
            until = time.monotonic() + SNAPSHOT_SECONDS
            return all(_is_rewritten(table, until) for table in TABLES)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, *_pages = cursor.fetchone()
            return not is_busy
    except OperationalError as error:
        if failure_of(error) is not Failure.IN_THE_WAY:
            raise
        return False


def _is_rewritten(table: str, until: float) -> bool:
    """Rewrite one table of PostgreSQL, again until `until` while deleted rows go into the new file too.

    They do while any transaction of the database is older than the deletion, even one that only reads, or
    autovacuum's own, and while an older one writes in any database of the server: this one's own snapshot
    reaches back to it.
    """
    while _rows_kept(table):
        if time.monotonic() > until:
            return False
        time.sleep(0.5)  # pause: nothing tells when the last older transaction ends
    return True


def _rows_kept(table: str) -> int:
    """Rewrite one table of PostgreSQL; return how many deleted rows its new file holds.

    The server says so in the detail of a notice, in its own language: the count is its first number.
    """
    kept: list[int] = []

    def read(notice: "Diagnostic") -> None:
        if found := re.search(r"\d+", notice.message_detail or ""):
            kept.append(int(found[0]))

    with connection.cursor() as cursor:
        server = cursor.connection
        server.add_notice_handler(read)
        try:
            cursor.execute(f"VACUUM (FULL, VERBOSE) {table}")
        finally:
            server.remove_notice_handler(read)
    # A table that this role may not rewrite is passed over with a warning that has no detail.
    if not kept:
        raise OperationalError(f"{table} was not rewritten.")
    return max(kept)
