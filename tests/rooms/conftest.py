"""Fixtures that the tests of several rooms share."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import Settings

APPEND_ONLY = {"entry_no_delete": "corrigenda_entry", "audit_no_delete": "corrigenda_auditevent"}


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """Hash passwords quickly: the slowness of the real hasher is its purpose, and not what is tested here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def committed_db(transactional_db: None) -> Iterator[None]:
    """The database with commits that other threads and processes see.

    Django empties the tables of such a test row by row on SQLite, where the append-only tables refuse it.
    """
    yield
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name, table in APPEND_ONLY.items():
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [name])
            (trigger,) = cursor.fetchone()
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(trigger)
