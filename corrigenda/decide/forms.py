"""What an editor fills in at the desk; what may be done with it is for the actions to say."""

from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from corrigenda.decide.desk import number_in
from corrigenda.decide.guards import Seen
from corrigenda.models import Decision, NoticeKind

LONGEST: Final = 10_000
"""Characters of a wording, a notice or a message: several times the longest passage, and no novel."""


class ProseField(forms.CharField):
    """Plain text of several lines, in the direction of its own first letter."""

    def __init__(self, *, rows: int, serif: bool = False, **kwargs: Any) -> None:
        attrs: dict[str, object] = {"rows": rows, "dir": "auto"}
        if serif:
            attrs["class"] = "serif"
        super().__init__(max_length=LONGEST, widget=forms.Textarea(attrs=attrs), **kwargs)


class SeenForm(forms.Form):
    """A form that remembers what its editor had on the screen."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)
    place = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def clean_seen(self) -> datetime:
        """Read the moment at which the case had last changed."""
        try:
            seen = datetime.fromisoformat(self.cleaned_data["seen"])
            # In UTC at once: near the first and the last year that is no moment a database can be asked for.
            moment = seen.astimezone(UTC) if seen.tzinfo is not None else None
        except (ValueError, OverflowError):
            moment = None
        if moment is None:
            raise forms.ValidationError(_("This page is out of date. Load it again."))
        return moment

    def what_was_seen(self) -> Seen:
        """Return what the editor had on the screen; call it on a valid form."""
        return Seen(changed_at=self.cleaned_data["seen"], place=self.cleaned_data["place"])

    def typed(self) -> list[tuple[str, str]]:
        """Return what was written into the visible text fields, with their labels."""
        fields = [field for field in self.visible_fields() if isinstance(field.field.widget, forms.Textarea)]
        return [(str(field.label), str(field.value() or "")) for field in fields if field.value()]


class _KindForm(SeenForm):
    kind = forms.ChoiceField(
        label=_("Kind of the notice"), choices=NoticeKind.choices, widget=forms.RadioSelect
    )

    def chosen_kind(self) -> NoticeKind:
        """Return the kind; call it on a valid form."""
        return NoticeKind(self.cleaned_data["kind"])


class AcceptForm(_KindForm):
    """Change the words, and say so in public."""

    wording = ProseField(
        label=_("New wording"),
        required=False,
        rows=3,
        serif=True,
        help_text=_("Replaces the marked words in the article; left empty, they are taken out."),
    )
    notice_text = ProseField(
        label=_("Public notice"),
        required=False,
        rows=4,
        help_text=_(
            "Stands on the article page and in the corrections log. Empty, the usual sentence is taken."
        ),
    )
    usual = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST)
    message = ProseField(
        label=_("Message to the readers"),
        required=False,
        rows=2,
        help_text=_("Added to the answer that each of them gets."),
    )
    field_order = ("seen", "place", "usual", "wording", "kind", "notice_text", "message")

    def own_notice(self) -> str:
        """Return the notice that the editor wrote; empty where it is still the sentence that was offered."""
        text = str(self.cleaned_data["notice_text"])
        same = " ".join(text.split()) == " ".join(str(self.cleaned_data["usual"]).split())
        return "" if same else text


class NoteForm(_KindForm):
    """Leave the words, and publish a note about them."""

    notice_text = ProseField(
        label=_("Public note"),
        error_messages={"required": _("Write the note.")},
        rows=4,
        help_text=_("Stands on the article page and in the corrections log."),
    )
    message = ProseField(
        label=_("Message to the readers"),
        required=False,
        rows=2,
        help_text=_("Added to the answer that each of them gets."),
    )


class DeclineForm(SeenForm):
    """Leave everything as it is, and say why."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=Decision.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason: the readers are told.")},
    )
    message = ProseField(
        label=_("Message to the readers"),
        required=False,
        rows=2,
        help_text=_("Added to the answer that each of them gets."),
    )

    def chosen_reason(self) -> Decision.Reason:
        """Return the reason; call it on a valid form."""
        return Decision.Reason(self.cleaned_data["reason"])


class PlaceForm(SeenForm):
    """Say which words of the article are meant."""

    words = ProseField(
        label=_("The words in the article"),
        rows=2,
        serif=True,
        help_text=_("Copy them from the article page, exactly as they stand there."),
    )
    start = forms.TypedChoiceField(
        label=_("Which place?"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )

    def offer_places(self, places: list[tuple[int, str]]) -> None:
        """Let the editor choose among several places, each shown in its sentence."""
        self.fields["start"].choices = places  # type: ignore[attr-defined]  # a choice field, above
        self.fields["start"].required = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = str(self.data.get(self.add_prefix("start"), "")) if self.is_bound else ""
        if chosen:
            self.offer_places([(number_in(chosen), "")])
