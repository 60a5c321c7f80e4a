"""Passages with the text around them, fetched without the rest of their articles."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.db.models.functions import Greatest, Substr

from corrigenda.models import Passage
from corrigenda.passage import sentence_at
from corrigenda.web.plain import cut_after, cut_before, cut_middle

WINDOW: Final = 400
"""Characters on either side of a passage that are fetched for its sentence, instead of whole articles."""
AROUND: Final = 140
"""Characters of the sentence that a row shows on either side of the passage."""
LONGEST: Final = 280
"""Characters of the passage that a row shows."""


@dataclass(frozen=True, slots=True)
class Window:
    """A passage and the text around it, without the rest of the article."""

    pk: int
    kind: str
    text: str
    start: int
    end: int

    @property
    def words(self) -> str:
        """The passage itself."""
        return self.text[self.start : self.end]

    def in_sentence(self) -> tuple[str, str, str]:
        """Return the passage between what stands before and after it in its sentence, all cut short."""
        first, last = sentence_at(self.text, self.start, self.end)
        return (
            cut_before(self.text[first : self.start], AROUND),
            cut_middle(self.words, LONGEST),
            cut_after(self.text[self.end : last], AROUND),
        )


def passages_with_windows(keys: Iterable[int | None]) -> dict[int, Window]:
    """Return the placed ones of these passages by their case; one query, a few hundred characters each."""
    start = Greatest(F("start") - WINDOW, 0)
    passages = (
        Passage.objects.filter(pk__in=[key for key in keys if key is not None], start__isnull=False)
        .annotate(window=Substr("revision__text", start + 1, F("end") - start + WINDOW))
        .values_list("case", "pk", "kind", "window", "start", "end")
    )
    windows = {}
    for case, pk, kind, text, first, last in passages:
        if first is not None and last is not None:
            at = min(first, WINDOW)
            windows[case] = Window(pk, kind, text, at, at + last - first)
    return windows
