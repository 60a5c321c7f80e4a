"""Notices to members about their own accounts: a sign-in from a new browser, a new password."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corrigenda.models.members import Member


class Alert(models.Model):
    """Tells a member what happened to the account; mailed, or shown at the desk until it was seen.

    It is written in the transaction of what it tells. A repeated mail has the same Message-ID.
    """

    class Kind(models.TextChoices):
        NEW_BROWSER = "new_browser", _("sign-in from a new browser")
        NEW_PASSWORD = "new_password", _("new password")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    by_shell = models.BooleanField(default=False)
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    session = models.UUIDField(null=True, help_text="The session that caused it: it is not shown there.")
    seen_at = models.DateTimeField(null=True)
    is_mailed = models.BooleanField(help_text="Whether a mail is sent; else the desk alone shows it.")
    message_id = models.CharField(max_length=250, unique=True, default=uuid.uuid4)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(is_mailed=True, delivered_at=None, abandoned_at=None),
                name="alert_due",
            ),
            models.Index(fields=["at"], name="alert_at"),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"
