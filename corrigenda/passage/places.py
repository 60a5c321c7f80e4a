"""Decides where a quotation stands in an article whose revisions are known: pure functions over texts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from corrigenda.passage.carrying import carry
from corrigenda.passage.confidence import ASK_BELOW
from corrigenda.passage.edges import cut_off, widen
from corrigenda.passage.finding import find, find_copy
from corrigenda.passage.folding import Folded, fold
from corrigenda.passage.match import Match, MatchKind
from corrigenda.passage.reading import collapse
from corrigenda.passage.selector import Selector, from_utf16
from corrigenda.passage.typed import copies, near_copies, typed, typed_copies
from corrigenda.passage.words import Span

BARE_ONCE: Final = ASK_BELOW
"""Two words or more, quoted without their surroundings, that stand in the article exactly once.

Such quotations come from the plain form: its reader copied them from the page a moment ago.
"""

BARE_WORD: Final = 0.75
"""A single bare word that stands there once: it may live on elsewhere after the one meant was changed."""

BARE_COPIES: Final = 0.5
"""One of several copies, nothing but the reader's position telling which: a guess, for a human to confirm."""

QUOTATION_MARKS: Final = " \n\"'“”„«»‘’‚"

MOST_HOPS: Final = 12
"""Comparisons of two revisions for one passage; one of a long live blog takes a second or more."""

SAME_WORDS: Final[frozenset[MatchKind]] = frozenset({"unchanged", "moved"})

SAME_FROM: Final = 0.5
"""From this share of their union on, two passages of one revision are the same one.

Two readers who mean the same mistake rarely mark the same letters: one takes the number, the other its
clause. Below a half, the longer one speaks mostly of something else.
"""


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

    @property
    def has_words(self) -> bool:
        """Whether any words stand there."""
        return self.start is not None and self.end is not None and self.start < self.end

    def words(self, text: str) -> str:
        """Return the words that stand there; empty when gone."""
        return "" if self.start is None else text[self.start : self.end]


LOST: Final = Place("gone", None, None, 0.0)


def is_same_passage(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two spans of one text share SAME_FROM or more of their union; empty ones are no passages."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared > 0 and shared >= SAME_FROM * (max(one[1], other[1]) - min(one[0], other[0]))


def locate_quote(texts: Sequence[str], selector: Selector, *, position: int | None) -> Place:
    """Say where in the newest text a reader's quotation stands; `texts` are the revisions, oldest first.

    `position` is where the reader saw it, in UTF-16 units of a text that may differ from all of ours. Where
    the newest text does not hold the quoted words for sure, an older one that does is found and its place
    carried forward: knowing both revisions beats searching for the quotation, which may live on elsewhere.
    """
    newest = find_quote(texts[-1], selector, position=position)
    if newest.is_sure and newest.kind in SAME_WORDS:
        return newest
    for index in range(len(texts) - 2, -1, -1):
        former = find_words(texts[index], selector, position=position)
        if former is not None:
            return carry_through([texts[hop] for hop in hops(index, len(texts) - 1)], [former])[0]
    return newest


def find_quote(text: str, selector: Selector, *, position: int | None) -> Place:
    """Say where a quotation stands in one text; `position` is in UTF-16 units, as for `locate_quote`."""
    hint = _hint(text, position)
    return _find_words(text, selector, hint) or Place.of(find(text, selector, hint))


def find_words(text: str, selector: Selector, *, position: int | None) -> Place | None:
    """Say where the quoted words stand letter for letter; None unless that is sure. No words are compared."""
    place = _find_words(text, selector, _hint(text, position))
    return place if place is not None and place.is_sure else None


def hops(first: int, last: int) -> list[int]:
    """Return the revisions through which a place is carried, by their index: all, or MOST_HOPS of them.

    The steps are twice as long each time, counted from the newest revision: what changed last is followed
    most closely.
    """
    if last - first <= MOST_HOPS:
        return list(range(first, last + 1))
    chosen = {first, last} | {last - (1 << step) + 1 for step in range(1, MOST_HOPS)}
    return sorted(hop for hop in chosen if hop >= first)


def carry_through(texts: Sequence[str], places: Sequence[Place]) -> list[Place]:
    """Carry places in the first text through each later one in turn; one result a place, for the last text.

    Words that are cut in one revision and put back in a later one are found again, because the comparison
    then starts from the last text that held them. The least confidence along the way counts: multiplied, a
    hundred harmless revisions of a live page would make any place look doubtful.
    """
    standing = [(0, place) for place in places]
    result = list(places)
    for number, text in enumerate(texts[1:], start=1):
        for base in {base for base, place in standing if place.has_words}:
            chosen = [i for i, (b, place) in enumerate(standing) if b == base and place.has_words]
            spans = [(standing[i][1].start or 0, standing[i][1].end or 0) for i in chosen]
            for i, match in zip(chosen, carry(texts[base], text, spans), strict=True):
                place = Place.of(match)
                result[i] = replace(place, confidence=min(place.confidence, standing[i][1].confidence))
        standing = [
            (number, place) if place.has_words else former
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


def _find_words(text: str, selector: Selector, hint: int | None) -> Place | None:
    if not selector.prefix and not selector.suffix:
        folded = Folded.of(text)
        bare = _find_bare(folded.text, fold(selector.exact), hint)
        if bare is not None:
            return Place.of(folded.back(bare))
    copy = find_copy(text, selector, hint)
    return Place.of(copy) if copy is not None else None


def _find_bare(text: str, quoted: str, hint: int | None) -> Match | None:
    """Find words that came without their surroundings; None where the text has none like them.

    People copy line breaks along, put what they quote between quotation marks, and type it with their own
    keyboard. Words within others, such as "ferry" in "ferryman", are a guess at most.
    """
    lines, words = collapse(quoted), " ".join(quoted.split())
    said = (quoted, lines, words, lines.strip(QUOTATION_MARKS), words.strip(QUOTATION_MARKS))
    within: Match | None = None
    for search in (copies, typed_copies, near_copies):
        for exact in dict.fromkeys(said):
            found = search(text, exact)
            whole = [span for span in found if cut_off(text, *span) == ("", "")]
            if whole:
                return _bare_match(text, exact, whole, hint)
            if found and within is None:
                within = Match("edited", *widen(text, *_nearest(found, hint)), BARE_WORD)
    return within


def _bare_match(text: str, exact: str, found: Sequence[Span], hint: int | None) -> Match:
    """Return the place of bare words: of several the nearest to where the reader saw them."""
    start, end = _nearest(found, hint)
    kind: MatchKind = "unchanged" if typed(text[start:end]) == typed(exact) else "edited"
    if len(found) > 1:
        return Match(kind, start, end, BARE_COPIES)
    same_figures = _digits(text[start:end]) == _digits(exact)
    return Match(kind, start, end, BARE_ONCE if same_figures and len(exact.split()) > 1 else BARE_WORD)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _nearest(found: Sequence[Span], hint: int | None) -> Span:
    return min(found, key=lambda span: abs(span[0] - (hint or 0)))


def _hint(text: str, position: int | None) -> int | None:
    """The reader's position as code points of this text; None where this text is too short for it."""
    if position is None:
        return None
    try:
        return from_utf16(text, position)
    except ValueError:
        return None
