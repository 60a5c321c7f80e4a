"""What readers say is wrong, and how to answer them; personal data stands here and in the mails alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from corrigenda.models.cases import Case
from corrigenda.models.sites import Site


class Contact(models.Model):
    """The address a reader left for the answer."""

    email = models.EmailField(max_length=254)
    digest = models.CharField(
        max_length=40, blank=True, db_index=True, help_text="Keyed digest of the mailbox behind the address."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"contact {self.pk}"


class Report(models.Model):
    """One reader's report, as it was sent; nothing in it is trusted as HTML, header or address."""

    class Concern(models.TextChoices):
        FACT = "fact", _("wrong fact")
        UNCLEAR = "unclear", _("unclear or misleading")
        TYPO = "typo", _("typo")
        MISSING = "missing", _("something missing")
        OTHER = "other", _("other")
        SAME = "same", _("agrees with a report")

    class Part(models.TextChoices):
        BODY = "body", _("text")
        HEADLINE = "headline", _("headline")
        CAPTION = "caption", _("caption")
        IMAGE = "image", _("image")

    class Held(models.TextChoices):
        NOT = "", _("not held")
        SPAM = "spam", _("suspected spam")
        FLOOD = "flood", _("part of a flood")
        ASIDE = "aside", _("set aside as spam")

    OFFERED = (Concern.FACT, Concern.UNCLEAR, Concern.TYPO, Concern.MISSING, Concern.OTHER)
    """The concerns that a reader chooses from; to agree is a button of its own."""

    NO_WORDS = " "
    """The suggestion that the quoted words be deleted: a space stands in their place."""

    class Channel(models.TextChoices):
        WIDGET = "widget", _("marked in the article")
        FORM = "form", _("form")
        MAIL = "mail", _("mail")

    token = models.CharField(max_length=43, unique=True, help_text="Opens the reader's status page.")
    idempotency_key = models.CharField(
        max_length=100, help_text="Chosen by the sender; counts for its site and channel alone."
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="reports")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="report")
    channel = models.CharField(max_length=20, choices=Channel)
    url = models.URLField(
        max_length=2000,
        blank=True,
        help_text="As reported, tracking parameters dropped; empty where a mail names no article.",
    )
    language = models.CharField(max_length=35)
    concern = models.CharField(max_length=20, choices=Concern)
    part = models.CharField(
        max_length=20, choices=Part, default=Part.BODY, help_text="Where in the page the words stand."
    )
    image = models.CharField(
        max_length=2000, blank=True, help_text="Address of the reported image, as sent; never fetched."
    )
    exact = models.TextField(help_text="TextQuoteSelector: the quoted words.")
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    position = models.PositiveIntegerField(
        null=True, blank=True, help_text="TextPositionSelector start, UTF-16 units."
    )
    suggestion = models.TextField(blank=True, help_text="The wording the reader proposes; empty for none.")
    comment = models.TextField(blank=True)
    doubts = models.CharField(
        max_length=200, blank=True, help_text="Why it may be spam: names of signals with a space between."
    )
    held = models.CharField(
        max_length=10, choices=Held, blank=True, default=Held.NOT, help_text="Waits without a case, and why."
    )
    contact = models.OneToOneField(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="report"
    )
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then what its reader wrote is gone, at the reader's wish."
    )
    expired_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then what identifies its reader is gone: its time was over."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["idempotency_key", "channel", "site"], name="report_once"),
        )
        indexes = (
            models.Index(fields=["id"], condition=models.Q(case=None, held=""), name="report_waiting"),
            models.Index(fields=["held", "id"], condition=~models.Q(held=""), name="report_held"),
            # The worker asks in every round which of them are the same; nearly all are about the text.
            models.Index(
                fields=["case"],
                condition=models.Q(part__in=("headline", "image")),
                name="report_beside_text",
            ),
        )

    def __str__(self) -> str:
        return f"report {self.pk}"
