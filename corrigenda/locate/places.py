"""Decides where a quotation stands in an article whose revisions are known: pure functions over texts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from corrigenda.passage import Match, MatchKind, Selector, carry, find, from_utf16

ASK_BELOW: Final = 0.7
"""Below this confidence a human is asked.

Whoever decides sees the place beside the reader's quotation before anything is changed, so a wrong place
costs one look more; being asked costs a search through the article, some three times as much. Asking pays off
where fewer than about seven in ten places are right.
"""

SAME_WORDS: Final[frozenset[MatchKind]] = frozenset({"unchanged", "moved"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in a text; offsets are code points, None when it is gone."""

    kind: MatchKind
    start: int | None
    end: int | None
    confidence: float

    @classmethod
    def of(cls, match: Match) -> "Place":
        """Return the place of one match."""
        return cls(match.kind, match.start, match.end, match.confidence)

    @property
    def is_sure(self) -> bool:
        """Whether it may be shown as the place without asking a human."""
        return self.start is not None and self.confidence >= ASK_BELOW

    def words(self, text: str) -> str:
        """Return the words that stand there; empty when gone."""
        return "" if self.start is None else text[self.start : self.end]


LOST: Final = Place("gone", None, None, 0.0)


def locate_quote(texts: Sequence[str], selector: Selector, *, position: int | None) -> Place:
    """Say where in the newest text a reader's quotation stands; `texts` are the revisions, oldest first.

    `position` is where the reader saw it, in UTF-16 units of a text that may differ from all of ours. Where
    the newest text does not hold the quoted words for sure, an older one that does is found and its place
    carried forward: knowing both revisions beats searching for the quotation, which may live on elsewhere.
    """
    newest = _find(texts[-1], selector, position)
    if newest.is_sure and newest.kind in SAME_WORDS:
        return newest
    for index in range(len(texts) - 2, -1, -1):
        former = _find(texts[index], selector, position)
        if former.is_sure and former.kind in SAME_WORDS:
            return carry_through(texts[index:], [former])[0]
    return newest


def carry_through(texts: Sequence[str], places: Sequence[Place]) -> list[Place]:
    """Carry places in the first text through each later one in turn; one result a place, for the last text.

    Words that are cut in one revision and put back in a later one are found again, because the comparison
    then starts from the last text that held them. The least confidence along the way counts: multiplied, a
    hundred harmless revisions of a live page would make any place look doubtful.
    """
    standing = [(0, place) for place in places]
    result = list(places)
    for number, text in enumerate(texts[1:], start=1):
        for base in {base for base, place in standing if place.start is not None}:
            chosen = [i for i, (b, place) in enumerate(standing) if b == base and place.start is not None]
            spans = [(standing[i][1].start or 0, standing[i][1].end or 0) for i in chosen]
            for i, match in zip(chosen, carry(texts[base], text, spans), strict=True):
                place = Place.of(match)
                result[i] = replace(place, confidence=min(place.confidence, standing[i][1].confidence))
        standing = [
            (number, place) if place.start is not None else former
            for place, former in zip(result, standing, strict=True)
        ]
    return result


def kind_since(first_words: str, words: str, *, former: str, now: MatchKind) -> MatchKind:
    """Return the kind that is true of the words that were first located, not only of the last revision.

    Words edited in one revision stay edited although the next one leaves them alone; words that read again as
    they did at first are no longer edited.
    """
    if now == "gone":
        return now
    if words == first_words:
        return now if now in SAME_WORDS else "unchanged"
    if now in SAME_WORDS:
        return "replaced" if former == "replaced" else "edited"
    return now


def _find(text: str, selector: Selector, position: int | None) -> Place:
    return Place.of(find(text, selector, _hint(text, position)))


def _hint(text: str, position: int | None) -> int | None:
    """The reader's position as code points of this text; None where this text is too short for it."""
    if position is None:
        return None
    try:
        return from_utf16(text, position)
    except ValueError:
        return None
