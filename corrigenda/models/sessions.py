"""The sessions of the desk: who is signed in, since when, and in which browser."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from corrigenda.models.members import Member


class DeskSessionQuerySet(models.QuerySet["DeskSession"]):
    """Reads of sessions."""

    def live(self) -> Self:
        """Keep the sessions that have not ended, by the limits as they are set now."""
        now = timezone.now()
        within = models.Q()
        for is_kept in (False, True):
            idle, whole = limits(is_kept=is_kept)
            within |= models.Q(is_kept=is_kept, active_at__gt=now - idle, begun_at__gt=now - whole)
        return self.filter(within, expire_date__gt=now)


class DeskSession(models.Model):
    """One browser that is signed in. `corrigenda/accounts/sessions.py` is the engine that writes it.

    The network that a session comes from is not kept (docs/adr/0014-sessions.md).
    """

    session_key = models.CharField(max_length=40, primary_key=True)
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True, help_text="When it ends, if nothing happens in it.")
    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, help_text="Names it in pages: the key is a secret."
    )
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="sessions")
    is_kept = models.BooleanField(default=False, help_text="The member asked to stay signed in.")
    begun_at = models.DateTimeField(default=timezone.now)
    active_at = models.DateTimeField(
        default=timezone.now, help_text="Last time that the member did something."
    )
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)

    objects = DeskSessionQuerySet.as_manager()

    class Meta:
        ordering = ("-active_at", "session_key")

    def __str__(self) -> str:
        return f"session {self.public_id}"

    @property
    def ends_at(self) -> datetime:
        """When it ends, if nothing more happens in it."""
        idle, whole = limits(is_kept=self.is_kept)
        return min(self.active_at + idle, self.begun_at + whole)


def limits(*, is_kept: bool) -> tuple[timedelta, timedelta]:
    """Return how long a session may be idle, and how long it may last in all."""
    options = settings.OPTIONS
    if is_kept:
        return timedelta(hours=options.kept_session_idle_hours), timedelta(days=options.kept_session_days)
    return timedelta(hours=options.session_idle_hours), timedelta(hours=options.session_hours)
