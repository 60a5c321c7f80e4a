"""What was deleted leaves PostgreSQL's files, and where it cannot the person who erases is told."""

import psycopg
import pytest
from django.db import OperationalError, connection

from corrigenda.models import AddressChange, Article, Contact
from corrigenda.report.privacy import disk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Snapshots of PostgreSQL."),
]


def reader() -> psycopg.Connection:
    """Another process's connection, with a transaction that sees the rows of this moment."""
    parameters = connection.get_connection_params()
    parameters = {
        name: parameters[name]
        for name in ("dbname", "user", "password", "host", "port")
        if name in parameters
    }
    other = psycopg.connect(**parameters)
    other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    other.execute("SELECT count(*) FROM django_migrations")
    return other


def test_rows_that_an_older_transaction_sees_are_not_called_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    contact = Contact.objects.create(email="olena@mail.example")
    with reader():
        contact.delete()
        with monkeypatch.context() as patched:
            patched.setattr(disk, "SNAPSHOT_SECONDS", 0)
            assert not disk.compact_database()
    # Autovacuum may see the rows for a moment more: that is waited for.
    assert disk.compact_database()


def test_a_table_that_may_not_be_rewritten_is_not_called_gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE stranger")
        cursor.execute("SET ROLE stranger")
        try:
            with pytest.raises(OperationalError, match="was not rewritten"):
                disk.compact_database()
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE stranger")


def test_what_kept_a_typed_address_is_written_anew() -> None:
    def files() -> list[str]:
        with connection.cursor() as cursor:
            tables = [model._meta.db_table for model in (Article, AddressChange)]
            cursor.execute("SELECT pg_relation_filepath(name) FROM unnest(%s::text[]) name", [tables])
            return [path for (path,) in cursor.fetchall()]

    before = files()
    assert disk.compact_database()
    assert not set(before) & set(files())
