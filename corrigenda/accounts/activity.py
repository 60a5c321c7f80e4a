"""Notes when a member last did something, so that a session that nobody uses ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from corrigenda.accounts.sessions import SessionStore
from corrigenda.models import DeskSession

_EVERY: Final = timedelta(minutes=1)
"""How exact the time is: one write a minute and session at most."""


class SessionActivity:
    """Middleware that notes activity, and tells a new session which browser it is in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, and note it where a member made it."""
        session = request.session
        if not isinstance(session, SessionStore):
            return self.get_response(request)
        session.agent = request.headers.get("User-Agent", "")
        response = self.get_response(request)
        if session.row is not None and session.row.member_id is not None and _is_activity(request):
            _note(session.row)
        return response


def _is_activity(request: HttpRequest) -> bool:
    """Whether a person did it.

    htmx asks for fragments by itself, every few seconds, also in a window that everybody has forgotten. So
    no fragment counts that is only read. Who works at the desk opens pages and sends forms as well.
    """
    return request.method not in {"GET", "HEAD"} or request.headers.get("HX-Request") != "true"


def _note(row: DeskSession) -> None:
    now = timezone.now()
    if now - row.active_at < _EVERY:
        return
    row.active_at = now
    DeskSession.objects.filter(pk=row.pk).update(active_at=now, expire_date=row.ends_at)
