"""Takes what was erased off the database's own files, where deleted rows stay readable for a time."""

from typing import Final

from django.db import OperationalError, connection

LOCK_SECONDS: Final = 10
"""How long PostgreSQL waits for a table that somebody reads; whoever comes behind waits as long."""

TABLES: Final = (
    "corrigenda_contact",
    "corrigenda_report",
    "corrigenda_mail",
    "corrigenda_followup",
    "corrigenda_attachment",
    "corrigenda_delivery",
    "corrigenda_address",
    "corrigenda_trace",
)
"""Those in which something of a person stands."""


def compact_database() -> bool:
    """Rewrite the files of the database without what was deleted; False where somebody was in the way.

    SQLite: the whole file, and its write-ahead log is emptied, which needs a moment without readers. Others
    wait meanwhile, some seconds for each gigabyte. PostgreSQL: the tables of readers, each locked while it is
    copied. A plain VACUUM would free the room of deleted rows and leave their bytes in it. What stands in
    PostgreSQL's own write-ahead log stays there until its segments are used again.

    Call it outside any transaction.
    """
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
                for table in TABLES:
                    cursor.execute(f"VACUUM (FULL) {table}")
                return True
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, *_pages = cursor.fetchone()
            return not is_busy
    except OperationalError:
        return False
