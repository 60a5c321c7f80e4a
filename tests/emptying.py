"""Empties the tables after a test whose commits others saw.

Django's own way, `flush`, truncates each of some fifty tables on PostgreSQL, empty or not, and makes the rows
of all content types and permissions again on either database. It takes twenty times as long as what is here.
"""

from functools import cache
from typing import Final

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

KEPT: Final = frozenset({"django_content_type", "auth_permission"})
"""What migrating has written; no test changes it."""


def empty_tables(connection: BaseDatabaseWrapper) -> None:
    """Delete all rows that a test has left, also of the tables that only ever take rows in."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # No trigger runs, and so no foreign key is checked: the rows go in any order.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _with_rows(connection, cursor):
            triggers = _triggers(cursor, table) if connection.vendor == "sqlite" else {}
            for name in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
            for statement in triggers.values():
                cursor.execute(statement)


def use_for_tests() -> None:
    """Have Django's tests end with this."""

    def end(case: TransactionTestCase) -> None:
        for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
            empty_tables(connections[alias])

    setattr(TransactionTestCase, "_fixture_teardown", end)  # noqa: B010 (its types do not name it)


def _with_rows(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> list[str]:
    quoted = {name: connection.ops.quote_name(name) for name in _tables(connection.alias)}
    questions = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {table})" for name, table in quoted.items())
    cursor.execute(" UNION ALL ".join(questions))
    return [name for (name,) in cursor.fetchall()]


@cache
def _tables(alias: str) -> list[str]:
    names = connections[alias].introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - KEPT)


def _triggers(cursor: CursorWrapper, table: str) -> dict[str, str]:
    """Return the statements that make the triggers of a table again: some refuse to delete a row."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
    return dict(cursor.fetchall())
