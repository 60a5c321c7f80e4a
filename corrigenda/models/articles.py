"""Articles, the addresses they are known by, and the revisions that were read of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from corrigenda.models.members import Member
from corrigenda.models.sites import Site


class Article(models.Model):
    """One article, one row: its canonical URL within the site's hosts."""

    class Outcome(models.TextChoices):
        UNREAD = "unread", _("not read yet")
        READ = "read", _("read")
        UNREADABLE = "unreadable", _("unreadable")  # a paywall or a page without an article: never "gone"
        MISSING = "missing", _("missing")
        FAILED = "failed", _("could not be reached")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="articles")
    canonical_url = models.URLField(max_length=2000, unique=True)
    headline = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=35, blank=True)
    first_seen_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.UNREAD)
    read_at = models.DateTimeField(null=True, blank=True)
    reading_asked_at = models.DateTimeField(null=True, blank=True, help_text="Someone wants it read again.")

    class Meta:
        ordering = ("id",)
        indexes = [
            # The worker asks every second, and hardly ever for more than a few of all articles.
            models.Index(
                fields=["reading_asked_at"],
                condition=models.Q(reading_asked_at__isnull=False),
                name="article_to_reread",
            ),
            # How many articles of one path are new today.
            models.Index(fields=["first_seen_at"], name="article_first_seen"),
        ]

    def __str__(self) -> str:
        return self.headline or self.canonical_url

    @property
    def is_public(self) -> bool:
        """Whether its page was open to everybody when the desk looked last.

        Of any other article strangers are shown nothing that the desk has stored: it may have been withdrawn.
        """
        return self.outcome == self.Outcome.READ


class Address(models.Model):
    """An address that readers reported (tracking parameters dropped), and the article that it leads to."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="addresses")
    url = models.URLField(max_length=2000, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="addresses")
    outcome = models.CharField(max_length=20, choices=Article.Outcome, default=Article.Outcome.UNREAD)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True, help_text="When the last attempt began.")
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    leads_to = models.URLField(
        max_length=2000, blank=True, help_text="Where its redirects ended last; empty where it has none."
    )
    doubted_text = models.TextField(
        blank=True, help_text="A text unlike the article's, kept until a later answer confirms it."
    )
    doubted_at = models.DateTimeField(null=True, blank=True, help_text="When that text was read first.")

    class Meta:
        ordering = ("id",)
        indexes = [
            # Asked before an address takes an article along; hardly any address redirects.
            models.Index(fields=["leads_to"], condition=~models.Q(leads_to=""), name="address_leads_to"),
            # How often a site was read in the last minute.
            models.Index(fields=["site", "tried_at"], name="address_tried"),
            # How many texts of one path are doubted today.
            models.Index(
                fields=["doubted_at"], condition=models.Q(doubted_at__isnull=False), name="address_doubted"
            ),
        ]

    def __str__(self) -> str:
        return self.url


class AddressChange(models.Model):
    """One change of the address that an article is kept under; a member may undo it."""

    class Evidence(models.TextChoices):
        REDIRECT = "redirect", _("permanent redirect")
        CANONICAL = "canonical", _("canonical link of the page")
        UNRECORDED = "unrecorded", _("reason not recorded")  # made before such changes were kept

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="address_changes")
    old_url = models.URLField(max_length=2000)
    new_url = models.URLField(max_length=2000)
    evidence = models.CharField(max_length=20, choices=Evidence)
    changed_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="address_changes_undone"
    )

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"address change {self.pk}"


class Revision(models.Model):
    """The text of an article as it was read once; the same text again makes no new row."""

    class Source(models.TextChoices):
        CONNECTOR = "connector", _("the CMS")
        PAGE = "page", _("the published page")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=20, choices=Source)
    html = models.TextField(help_text="The inside of the article root, as it was read.")
    text = models.TextField(help_text="plain_text(html).")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text, hexadecimal.")
    headline = models.CharField(max_length=500, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ("article", "number")
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_revision_a_number")]
        # Whether a text is there already, under another query of the same path.
        indexes = [models.Index(fields=["digest"], name="revision_digest")]

    def __str__(self) -> str:
        return f"{self.article} r{self.number}"
