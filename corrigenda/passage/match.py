"""What the engine answers when it is asked where a passage is now."""

from dataclasses import dataclass
from typing import Literal

MatchKind = Literal["unchanged", "moved", "edited", "replaced", "gone"]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a passage stands in the new text.

    `kind` is "unchanged" (the same words at their place), "moved" (the same words, elsewhere), "edited" (at
    least half of the words are still there), "replaced" (other words at the same place) or "gone". `start`
    and `end` are code point offsets in the new text, None when gone. `confidence` is 0..1 and calibrated: of
    the matches that say 0.9, nine in ten are right.
    """

    kind: MatchKind
    start: int | None
    end: int | None
    confidence: float

    @property
    def span(self) -> tuple[int, int] | None:
        """Start and end, or None when gone."""
        if self.start is None or self.end is None:
            return None
        return self.start, self.end
