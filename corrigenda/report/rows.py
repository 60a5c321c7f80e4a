"""The one INSERT of reports: every way in uses it, for one report or for a whole batch."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.db import connection

from corrigenda.models import Report

if TYPE_CHECKING:
    from psycopg import pq


class Row(msgspec.Struct, kw_only=True):
    """A report as the table has it, but for its number: one field a column, under the column's name.

    A plain struct and no model: a batch of models costs more than its commit. A test compares the two.
    """

    token: str
    idempotency_key: str
    site_id: int
    case_id: int | None = None
    channel: str
    url: str
    language: str
    concern: str
    part: str = Report.Part.BODY.value
    image: str = ""
    exact: str
    prefix: str
    suffix: str
    position: int | None
    suggestion: str
    comment: str
    doubts: str = ""
    held: str = ""
    contact_id: int | None = None
    erased_at: datetime | None = None
    expired_at: datetime | None = None
    created_at: datetime


_TABLE: Final = Report._meta.db_table  # noqa: SLF001 (Django documents it)
_COLUMNS: Final = ", ".join(f'"{name}"' for name in Row.__struct_fields__)
_KEY: Final = '"idempotency_key", "channel", "site_id"'
_ONCE: Final = f'ON CONFLICT ({_KEY}) DO NOTHING RETURNING {_KEY}, "id"'
# One parameter, and the same statement for every size of batch: binding sixteen values a row in Python costs
# five times as much. The column types are the table's own.
_FROM_JSON: Final = (
    f'INSERT INTO "{_TABLE}" ({_COLUMNS}) SELECT {_COLUMNS} '  # noqa: S608 (names of our own model)
    f'FROM json_populate_recordset(NULL::"{_TABLE}", $1::json) {_ONCE}'
)


def insert_rows(rows: Sequence[Row]) -> dict[tuple[str, str, int], int]:
    """Insert rows, leaving out keys that the table has; a transaction by itself where none is open.

    Returns the numbers of those that were inserted, by (idempotency key, channel, site). Raises
    django.db.Error with nothing inserted.
    """
    if not rows:
        return {}
    if connection.vendor != "postgresql":
        one = f"({', '.join(['%s'] * len(Row.__struct_fields__))})"
        return _inserted(
            f'INSERT INTO "{_TABLE}" ({_COLUMNS}) VALUES {", ".join([one] * len(rows))} {_ONCE}',  # noqa: S608
            [value for row in rows for value in _bound(row)],
        )
    written = msgspec.json.encode(rows)
    if connection.in_atomic_block:
        # The cursor begins the transaction, where nobody has yet.
        return _inserted(_FROM_JSON.replace("$1", "%s"), [written.decode()])
    return _inserted_at_once(written)


def _inserted(statement: str, parameters: list[Any]) -> dict[tuple[str, str, int], int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return {(key, channel, site): number for key, channel, site, number in cursor.fetchall()}


def _inserted_at_once(written: bytes) -> dict[tuple[str, str, int], int]:
    """Insert by libpq itself: the cursors of Django and psycopg cost more than all the rest of it."""
    connection.ensure_connection()
    # By way of Django: an import would take a tenth of the start of every command, also on SQLite.
    psycopg = connection.Database  # type: ignore[attr-defined]  # the stubs leave it out
    with connection.wrap_database_errors:
        server = connection.connection.pgconn
        result = server.exec_params(_FROM_JSON.encode(), [written])
        if server.status != psycopg.pq.ConnStatus.OK:
            raise psycopg.OperationalError(server.get_error_message())
        if result.status != psycopg.pq.ExecStatus.TUPLES_OK:
            raise psycopg.errors.error_from_result(result)
    return dict(_numbered(result, line) for line in range(result.ntuples))


def _numbered(result: "pq.abc.PGresult", line: int) -> tuple[tuple[str, str, int], int]:
    key, channel, site, number = (result.get_value(line, column) or b"" for column in range(4))
    return (key.decode(), channel.decode(), int(site)), int(number)


def _bound(row: Row) -> list[Any]:
    """Return the values as SQLite has them; its times are text in UTC."""
    values = list(msgspec.structs.astuple(row))
    created_at = row.created_at.astimezone(UTC)
    values[_CREATED_AT] = connection.ops.adapt_datetimefield_value(created_at)
    return values


_CREATED_AT: Final = Row.__struct_fields__.index("created_at")
