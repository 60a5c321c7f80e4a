"""The newspapers that this desk serves, and the origins of their pages."""

from django.core.validators import MinLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

DEFAULT_ROOT_SELECTORS = ("[itemprop=articleBody]", "article", "main")


def default_root_selectors() -> list[str]:
    """Return a fresh list of the selectors that widget and server try, in this order."""
    return list(DEFAULT_ROOT_SELECTORS)


def default_languages() -> list[str]:
    """Return the languages of a new site."""
    return ["en"]


class Site(models.Model):
    """One publication: whose pages may be reported, how they are read, and where its fixes go."""

    class Connector(models.TextChoices):
        FILES = "files", _("files on this machine")
        BY_HAND = "by_hand", _("by hand in your own CMS")

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=200, validators=[MinLengthValidator(1)])
    fetch_hosts = models.JSONField(default=list, help_text="Hosts that may be fetched, as host or host:port.")
    private_hosts = models.JSONField(
        default=list, blank=True, help_text="Those of them that may stand at a private address, as host:port."
    )
    root_selectors = models.JSONField(default=default_root_selectors)
    languages = models.JSONField(
        default=default_languages, help_text="Language codes, the first is the default."
    )
    connector = models.CharField(max_length=20, choices=Connector, default=Connector.BY_HAND)
    connector_options = models.JSONField(default=dict, blank=True)
    corrections_policy = models.TextField(
        blank=True, help_text="Plain text, shown above the corrections log."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name

    @property
    def language(self) -> str:
        """The site's first language."""
        return str(self.languages[0]) if self.languages else "en"


class Origin(models.Model):
    """One origin (scheme, host, port) of a site; an origin belongs to one site only."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="origins")
    origin = models.CharField(
        max_length=300, unique=True, help_text="As a browser sends it: https://host[:port]."
    )

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.origin
