"""What was deleted leaves PostgreSQL's files, and where it cannot the person who erases is told."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import OperationalError, connection

from corrigenda.models import AddressChange, Article, Contact
from corrigenda.report.privacy import disk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Snapshots of PostgreSQL."),
]


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests beside this one write in other databases of the server, each in one long transaction."""
    monkeypatch.setattr(disk, "SNAPSHOT_SECONDS", 240)


def other_connection(**options: str) -> psycopg.Connection:
    """Another process's connection."""
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    parameters = {name: parameters[name] for name in names if name in parameters}
    return psycopg.connect(**{**parameters, **options})


def reader() -> psycopg.Connection:
    """A connection with a transaction that sees the rows of this moment."""
    other = other_connection()
    other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    other.execute("SELECT count(*) FROM django_migrations")
    return other


def writer_elsewhere() -> psycopg.Connection:
    """A connection to another database of the server, with a transaction that writes."""
    other = other_connection(dbname="postgres")
    other.execute("SELECT pg_current_xact_id()")
    return other


@pytest.mark.parametrize("other", [reader, writer_elsewhere])
def test_rows_that_an_older_transaction_sees_are_not_called_gone(
    other: Callable[[], psycopg.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = Contact.objects.create(email="olena@mail.example")
    with other():
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
