"""The plain form for readers; what is right is for the door to say."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from corrigenda.models import Report
from corrigenda.report.drafts import RefusedError, ReportDraft, cleaned

_FIELD_OF: Final = {"exact": "quote", "idempotency_key": None}
"""Where the door's names and the form's differ; None is for the top of the form."""


class ReportForm(forms.Form):
    """What a reader fills in; the browser checks nothing of it, so that every sentence is ours."""

    url = forms.CharField(
        label=_("Address of the article"),
        error_messages={"required": _("Please give the address of the article.")},
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off", "dir": "ltr"}),
    )
    quote = forms.CharField(
        label=_("The words that are wrong"),
        required=False,
        strip=False,
        help_text=_("Copy them from the article, so that an editor finds the place."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "serif", "dir": "auto"}),
    )
    suggestion = forms.CharField(
        label=_("How should it read?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "serif", "dir": "auto"}),
    )
    concern = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(one.value, one.label) for one in Report.OFFERED],
        widget=forms.RadioSelect,
        required=True,
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        help_text=_("For example, how you know, or where we can check it."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    email = forms.CharField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("We use it only to tell you what was decided. It is never published."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    seal = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they are
        self.fields["concern"].error_messages = {
            "required": _("Please choose what is wrong."),
            "invalid_choice": _("Please choose what is wrong."),
        }

    def clean(self) -> None:
        """Let the door say at once everything that is wrong, beside what the fields have found themselves."""
        super().clean()
        try:
            cleaned(self.draft(language=""), quote_needed=False)
        except RefusedError as error:
            self.add_problems(
                {name: error.problems[name] for name in error.problems.keys() - self.errors.keys()}
            )

    def draft(self, *, language: str) -> ReportDraft:
        """Return what was typed as a draft; `language` is the one that the form was shown in."""
        typed: dict[str, str] = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return ReportDraft(
            url=typed["url"],
            language=language,
            concern=typed["concern"],
            # A browser sends line ends as CRLF; the article has none such.
            exact=typed["quote"].replace("\r\n", "\n").strip(),
            suggestion=typed["suggestion"],
            comment=typed["comment"],
            email=typed["email"],
            website=typed["website"],
            seal=typed["seal"],
        )

    def add_problems(self, problems: dict[str, str]) -> None:
        """Show the door's sentences at their fields."""
        for name, sentence in problems.items():
            self.add_error(_FIELD_OF.get(name, name), sentence)
