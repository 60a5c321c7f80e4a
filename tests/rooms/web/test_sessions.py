"""Locks that belong to a session of PostgreSQL, and a pool that hands sessions on."""

from contextlib import closing

import pytest
from django.db import connection

from corrigenda.web.sessions import are_sessions_shared, session_lock

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Locks of PostgreSQL."),
]
KEY = (7, 11)


def test_one_session_holds_a_lock() -> None:
    other = connection.copy()
    with session_lock(*KEY) as held, closing(other), other.cursor() as cursor:
        assert held
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", KEY)
        assert cursor.fetchone() == (False,)
    with session_lock(*KEY) as held:
        assert held


def test_a_lock_that_another_session_of_a_pool_has_taken_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with session_lock(*KEY), connection.cursor() as cursor:
        # As the session that takes the statement to unlock sees it, where it is not the one that locked.
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", KEY)
    assert "session mode" in caplog.text
    caplog.clear()
    with session_lock(*KEY):
        pass
    assert caplog.text == ""


def test_each_connection_has_a_session_of_its_own() -> None:
    assert not are_sessions_shared()
