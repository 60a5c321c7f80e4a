"""What is said in public about a decision, and what is said to each reader."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from corrigenda.models.articles import Article
from corrigenda.models.cases import Case
from corrigenda.models.decisions import Decision, NoticeKind
from corrigenda.models.reports import Report


class Notice(models.Model):
    """A public notice; drafted before the fix goes out, public together with it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")  # the decision was undone before it was public

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="notice")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="notices")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    kind = models.CharField(max_length=20, choices=NoticeKind)
    language = models.CharField(max_length=35)
    headline = models.CharField(max_length=500, blank=True, help_text="The article's headline at that time.")
    text = models.TextField(help_text="Self-contained: says what was wrong and what is right.")
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    prefix = models.TextField(blank=True, help_text="Before the corrected words, to find them on the page.")
    suffix = models.TextField(blank=True)
    drafted_at = models.DateTimeField()
    placed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then it stands on the article page; empty where it does not."
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=["article", "status"], name="notice_of_article"),
            models.Index(fields=["-published_at", "-id"], name="notice_in_log"),
            # The worker asks every second for the few that are not public yet.
            models.Index(fields=["id"], condition=models.Q(status="draft"), name="notice_drafted"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    @property
    def anchor(self) -> str:
        """The id that the notice bears on the article page and in the log."""
        return f"correction-{self.pk}"


class Reply(models.Model):
    """The answer to one report; shown on the reader's status page, and mailed where an address was left."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="reply")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="replies")
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    created_at = models.DateTimeField()
    cleared_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since then nothing is kept of the report that identifies its reader.",
    )

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "replies"
        indexes = [
            # What may still have to be deleted: the answers of many years are not looked at for it.
            models.Index(fields=["created_at"], condition=models.Q(cleared_at=None), name="reply_to_clear")
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"
