"""The edits that decisions make in the CMS, from the intention to the proof that they are live."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from corrigenda.models.cases import Case
from corrigenda.models.decisions import Decision


class Fix(models.Model):
    """One edit of an article; written down before the CMS is touched, so that a repeat finds its own work."""

    class Status(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        APPLIED = "applied", _("applied, not yet visible")
        LIVE = "live", _("live")
        REFUSED = "refused", _("refused")  # the case went back to the desk

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="fixes")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="fix")
    status = models.CharField(max_length=20, choices=Status, default=Status.PREPARED)
    before_digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the stored text before."
    )
    after_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the stored text after.")
    start = models.PositiveIntegerField(null=True, blank=True, help_text="Of the new words, in the new text.")
    end = models.PositiveIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    found = models.TextField(blank=True, help_text="What the page reads there instead of the wording.")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    prepared_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    live_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "fixes"

    def __str__(self) -> str:
        return f"fix {self.pk}"
