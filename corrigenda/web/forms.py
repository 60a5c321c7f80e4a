"""The form of a site at the desk; what is right is for the actions to say."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from corrigenda.models import DEFAULT_ROOT_SELECTORS, Site


class LinesField(forms.CharField):
    """A list of strings, one a line."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "dir": "ltr", "class": "mono"})
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the lines that hold something."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def prepare_value(self, value: object) -> object:
        """Show a stored list as lines."""
        return "\n".join(value) if isinstance(value, list) else value


class SiteForm(forms.Form):
    """What a member may say about a site; private hosts and connectors are for the shell."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As readers know the publication."))
    slug = forms.CharField(
        label=_("Short name"),
        max_length=60,
        help_text=_("Stands in the addresses of its corrections log, such as daily-herald."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none", "dir": "ltr"}),
    )
    origins = LinesField(
        rows=2,
        label=_("Origins"),
        help_text=_("Scheme and host of its pages, one a line: https://www.example.org"),
    )
    fetch_hosts = LinesField(
        rows=2,
        required=False,
        label=_("Hosts that may be fetched"),
        help_text=_("One a line. Left empty for a new site, they are those of the origins."),
    )
    root_selectors = LinesField(
        rows=3,
        label=_("Where the article stands on a page"),
        initial=list(DEFAULT_ROOT_SELECTORS),
        help_text=_("CSS selectors, one a line; the first that finds something counts."),
    )
    languages = LinesField(
        rows=2,
        label=_("Languages"),
        initial=["en"],
        help_text=_("Codes such as en or uk, one a line, the usual one first."),
    )
    corrections_policy = forms.CharField(
        label=_("Corrections policy"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Plain text, shown above the corrections log."),
    )

    def add_problems(self, problems: dict[str, str]) -> None:
        """Show the sentences of a SiteError at their fields."""
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)


FORM_FIELDS: Final = tuple(SiteForm.base_fields)


def initial_of(site: Site) -> dict[str, object]:
    """Return what the form of an existing site starts with."""
    stored: dict[str, object] = {name: getattr(site, name) for name in FORM_FIELDS if name != "origins"}
    return {**stored, "origins": [origin.origin for origin in site.origins.all()]}
