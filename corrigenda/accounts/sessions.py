"""The engine of sessions: Django's own, over a table that knows the member, the browser and the limits.

SESSION_ENGINE names this module. The desk has no asynchronous view, so only the synchronous half is extended.
"""

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import IntegrityError
from django.utils import timezone

from corrigenda.accounts.agents import client_of
from corrigenda.models import DeskSession


class SessionStore(db.SessionStore):
    """One session. The server ends it by the limits, whatever the age of the browser's cookie."""

    agent: str = ""
    """The User-Agent header of the request that a new session begins with."""
    row: DeskSession | None = None
    """The row that was loaded or made; None for a visitor without a session."""

    @classmethod
    def get_model_class(cls) -> type[DeskSession]:  # type: ignore[override]  # the stubs ask for Django's table
        """Return the table."""
        return DeskSession

    @classmethod
    def clear_expired(cls) -> None:
        """Delete the sessions that have ended (`corrigenda manage clearsessions`); the worker does it too."""
        DeskSession.objects.exclude(pk__in=DeskSession.objects.live().values("pk")).delete()

    def _get_session_from_db(self) -> DeskSession | None:
        self.row = DeskSession.objects.live().filter(session_key=self.session_key or "").first()
        if self.row is None:
            self._session_key = None
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> DeskSession:  # type: ignore[override]  # as above
        """Return the row of a session that begins now."""
        client = client_of(self.agent)
        row = DeskSession(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]  # not in the stubs
            session_data=self.encode(data),
            member_id=_member_of(data),
            is_kept=not self.get_expire_at_browser_close(),
            browser=client.browser,
            system=client.system,
        )
        row.expire_date = row.ends_at
        self.row = row
        return row

    def save(self, must_create: bool = False) -> None:
        """Store the data. A session that was ended while the request was under way stays ended."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # not in the stubs
        if must_create:
            super().save(must_create=True)
            return
        row = self.row or DeskSession.objects.filter(session_key=self.session_key).first()
        if row is None:
            raise UpdateError
        member = _member_of(data)
        if row.member_id is None and member is not None:
            # The limits count from the sign-in.
            row.begun_at = row.active_at = timezone.now()
        row.member_id, row.is_kept = member, not self.get_expire_at_browser_close()
        changed = DeskSession.objects.filter(session_key=self.session_key).update(
            session_data=self.encode(data),
            member_id=row.member_id,
            is_kept=row.is_kept,
            begun_at=row.begun_at,
            expire_date=row.ends_at,
        )
        if not changed:
            raise UpdateError
        self.row = row

    def cycle_key(self) -> None:
        """Give the session another key; it stays the same session, with the same beginning.

        One of a member that has been ended since gets none, so that it is not saved either.
        """
        data, former = self._session, self.session_key  # type: ignore[attr-defined]  # not in the stubs
        if former is None or self.row is None:
            super().cycle_key()
            return
        key = cast("str", self._get_new_session_key())  # type: ignore[attr-defined]  # not in the stubs
        try:
            is_moved = DeskSession.objects.filter(session_key=former).update(session_key=key)
        except IntegrityError:
            is_moved = 0
        if not is_moved:
            if self.row.member_id is None:
                super().cycle_key()
            return
        self._session_key, self.row.session_key, self._session_cache = key, key, data
        self.modified = True


def _member_of(data: dict[str, Any]) -> int | None:
    return int(data[SESSION_KEY]) if SESSION_KEY in data else None
