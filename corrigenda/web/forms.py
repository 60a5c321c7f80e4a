"""The form of a site at the desk; what is right is for the actions to say."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from corrigenda.models import DEFAULT_ROOT_SELECTORS, Site
from corrigenda.web.reach import FOLDERS, ORIGIN, allowed_folder


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


def _folder_field(label: Any) -> forms.CharField:
    widget = forms.TextInput(
        attrs={"spellcheck": "false", "autocapitalize": "none", "dir": "ltr", "class": "mono"}
    )
    return forms.CharField(label=label, max_length=1000, required=False, widget=widget)


class SiteForm(forms.Form):
    """What a member may say about a site; private hosts are for the shell."""

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
    connector = forms.ChoiceField(
        label=_("Where fixes go"),
        choices=Site.Connector.choices,
        initial=Site.Connector.BY_HAND,
        widget=forms.RadioSelect,
    )
    source = _folder_field(_("Folder of the stored articles"))
    public = _folder_field(_("Folder of the published articles"))
    origin = forms.ChoiceField(
        label=_("Origin of the folders"),
        required=False,
        help_text=_("Whose pages the folders hold. Pages of the other origins are read from the web."),
    )

    def __init__(self, *args: Any, site: Site | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._site = site
        self._offer_origins(site)
        allowed, field = allowed_folder(), self.fields["connector"]
        has_files = site is not None and site.connector == Site.Connector.FILES
        if allowed is None:
            del self.fields["source"], self.fields["public"]
            field.help_text = _(
                "Articles as files on this machine are set up from its shell: “corrigenda site”."
            )
        else:
            for name in FOLDERS:
                self.fields[name].help_text = _("For articles as files: a folder under %(folder)s.") % {
                    "folder": allowed
                }
        if allowed is None and not has_files and isinstance(field, forms.ChoiceField):
            field.choices = [(Site.Connector.BY_HAND.value, Site.Connector.BY_HAND.label)]

    def _offer_origins(self, site: Site | None) -> None:
        """Offer a choice of origins for the folders where there is one: with two or more and files."""
        origins = [row.origin for row in site.origins.all()] if site is not None else []
        field = self.fields[ORIGIN]
        if len(origins) < 2 or not isinstance(field, forms.ChoiceField):
            del self.fields[ORIGIN]
            return
        field.choices = [(origin, origin) for origin in origins]

    def changes(self) -> dict[str, Any]:
        """Return what was said, as the actions take it; folders only with the connector that has some."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in {*FOLDERS, ORIGIN}}
        if said["connector"] != Site.Connector.FILES:
            return {**said, "connector_options": {}}
        if "source" in self.fields:
            said["connector_options"] = {name: self.cleaned_data[name] for name in FOLDERS}
        elif ORIGIN in self.fields and self._site is not None:
            said["connector_options"] = {
                name: value for name, value in self._site.connector_options.items() if name != ORIGIN
            }
        if self.cleaned_data.get(ORIGIN) and "connector_options" in said:
            said["connector_options"][ORIGIN] = self.cleaned_data[ORIGIN]
        return said

    def add_problems(self, problems: dict[str, str]) -> None:
        """Show the sentences of a SiteError at their fields."""
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)


FORM_FIELDS: Final = tuple(name for name in SiteForm.base_fields if name not in {*FOLDERS, ORIGIN})


def initial_of(site: Site) -> dict[str, object]:
    """Return what the form of an existing site starts with."""
    stored: dict[str, object] = {name: getattr(site, name) for name in FORM_FIELDS if name != "origins"}
    folders = {name: site.connector_options.get(name, "") for name in (*FOLDERS, ORIGIN)}
    return {**stored, **folders, "origins": [origin.origin for origin in site.origins.all()]}
