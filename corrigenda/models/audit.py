"""What happened to accounts: sign-ins, failures, ended sessions, changes of members. Append-only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from corrigenda.models.members import Member


class AuditEvent(models.Model):
    """One event; the same failed attempt several times within a minute; or what a member did often on a day.

    The database refuses to change an event, but for one more repetition where `fold` names what is repeated,
    and to delete it before `kept_until` (migrations/0016). No network address is kept, and no name that is
    nobody's here: keyed hashes tell whether two events have the same.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        FAILED = "failed", _("sign-in failed")
        FAILED_CLOSED = "failed_closed", _("sign-in to a closed account")
        FAILED_PRESENT = "failed_present", _("wrong present password")
        FAILED_MORE = "failed_more", _("more failed sign-ins")
        SIGNED_OUT = "signed_out", _("signed out")
        SESSION_ENDED = "session_ended", _("session ended")
        PASSWORD_CHANGED = "password_changed", _("new password")
        MEMBER_ADDED = "member_added", _("member added")
        MEMBER_CLOSED = "member_closed", _("account closed")
        MEMBER_OPENED = "member_opened", _("account opened")
        ROLE_CHANGED = "role_changed", _("new role")

    class By(models.TextChoices):
        MEMBER = "member", _("a member")
        SHELL = "shell", _("the shell")
        VISITOR = "visitor", _("a visitor")

    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()
    last_at = models.DateTimeField(help_text="The last repetition of a failure; else the same as `at`.")
    times = models.PositiveIntegerField(default=1)
    fold = models.CharField(  # noqa: DJ001 (many are empty, and no two others may be the same)
        max_length=32, unique=True, null=True, help_text="What counts as the same failure; empty for others."
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="audit_events", help_text="Whose account."
    )
    login_hash = models.CharField(max_length=16, blank=True, help_text="Of a name that no account has.")
    by = models.CharField(max_length=10, choices=By)
    by_member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    network_hash = models.CharField(max_length=16, blank=True)
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=60, blank=True, help_text="Roles before and after; sessions ended.")
    kept_until = models.DateTimeField(help_text="The database refuses to delete it before.")

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["kind", "id"], name="audit_kind"),
            models.Index(fields=["kept_until"], name="audit_kept_until"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by="member") | models.Q(by_member=None), name="audit_by_is_whole"
            )
        ]

    def __str__(self) -> str:
        return f"audit event {self.pk}"
