"""Mails that came in, what each became, and what was kept of them; personal data, as in the reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from corrigenda.models.deliveries import Delivery
from corrigenda.models.reports import Report


class Mail(models.Model):
    """One mail that was taken in; the same mail again, by whatever way, finds this row."""

    class Way(models.TextChoices):
        IMAP = "imap", _("fetched from a mailbox")
        LMTP = "lmtp", _("delivered by LMTP")
        PIPE = "pipe", _("piped in")

    class Outcome(models.TextChoices):
        REPORT = "report", _("a report")
        FOLLOW_UP = "follow_up", _("a follow-up to a report")
        BOUNCE = "bounce", _("a letter of ours that came back")
        AUTOMATIC = "automatic", _("written by a program")
        ASIDE = "aside", _("set aside")
        GONE = "gone", _("set aside, and deleted")

    key = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of the Message-ID and of what its sender wrote."
    )
    way = models.CharField(max_length=10, choices=Way)
    outcome = models.CharField(max_length=20, choices=Outcome)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was set aside or passed over.")
    about = models.CharField(
        max_length=130, blank=True, help_text="Sender and subject of a mail that was set aside."
    )
    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, blank=True, related_name="mails")
    delivery = models.ForeignKey(
        Delivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="bounces"
    )
    text = models.TextField(blank=True, help_text="The text as it came, history and signature included.")
    text_bytes = models.PositiveIntegerField(
        default=0, help_text="Bytes of the text in UTF-8; 0 for mails from before they were counted."
    )
    left_out = models.JSONField(default=list, blank=True, help_text="What was not kept: [{name, why}].")
    raw = models.BinaryField(null=True, blank=True, help_text="The bytes of a mail that was set aside.")
    taken_at = models.DateTimeField(auto_now_add=True)
    emptied_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since then its text, bytes and files are gone; the key knows it again.",
    )

    class Meta:
        ordering = ("id",)
        indexes = (
            # Both columns, so that the sizes of texts are added up without a look at the texts.
            models.Index(fields=["report", "text_bytes"], name="mail_text_bytes"),
            models.Index(fields=["id"], condition=models.Q(outcome="aside"), name="mail_aside"),
            models.Index(
                fields=["taken_at"],
                condition=models.Q(emptied_at=None),
                name="mail_to_empty",
            ),
        )

    def __str__(self) -> str:
        return f"mail {self.pk}"


class FollowUp(models.Model):
    """What a reader adds to a report by answering a letter."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="follow_ups")
    mail = models.OneToOneField(Mail, on_delete=models.CASCADE, related_name="follow_up")
    comment = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"follow-up {self.pk}"


class Attachment(models.Model):
    """A file that came with a mail; its bytes lie in the data folder under their digest."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=150, blank=True)
    media_type = models.CharField(max_length=40, help_text="By its content, whatever its sender said.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256, hexadecimal.", db_index=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["mail", "digest"], name="one_attachment_a_content"),)

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class Mailbox(models.Model):
    """How far a mailbox has been fetched; UIDs count within one UIDVALIDITY (RFC 3501, 2.3.1.1)."""

    name = models.CharField(max_length=400, unique=True, help_text="user@host:port/folder.")
    validity = models.BigIntegerField()
    last_uid = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "mailboxes"
        ordering = ("name",)

    def __str__(self) -> str:
        return f"mailbox {self.pk}"


class Unfetched(models.Model):
    """A mail that its mailbox did not hand over, or did not let be marked, and how often that was tried."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="unfetched")
    uid = models.BigIntegerField()
    is_kept = models.BooleanField(default=False, help_text="It was taken in; only its mark is missing.")
    tries = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(help_text="When it was tried for the first time.")
    mail = models.OneToOneField(
        Mail,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="unfetched",
        help_text="The row that the desk shows once it is passed over.",
    )

    class Meta:
        verbose_name_plural = "unfetched"
        ordering = ("mailbox", "tries", "uid")
        constraints = (models.UniqueConstraint(fields=["mailbox", "uid"], name="one_unfetched_a_uid"),)

    def __str__(self) -> str:
        return f"unfetched {self.pk}"
