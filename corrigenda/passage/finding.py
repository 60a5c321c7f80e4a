"""Finds a quoted passage in a text when no older revision of the text is known."""

from rapidfuzz.distance import Levenshtein

from corrigenda.passage.match import Match, MatchKind
from corrigenda.passage.selector import Selector


def find(text: str, selector: Selector, hint: int | None = None) -> Match:
    """The place in the text that the selector quotes, or a match of kind "gone".

    `hint` is the offset (code points) where the passage was seen before; it decides between equal copies.
    """
    best: tuple[float, int] | None = None
    exact = selector.exact
    at = text.find(exact) if exact else -1
    while at >= 0:
        before = text[max(at - len(selector.prefix), 0) : at]
        after = text[at + len(exact) : at + len(exact) + len(selector.suffix)]
        score = Levenshtein.normalized_similarity(before, selector.prefix)
        score += Levenshtein.normalized_similarity(after, selector.suffix)
        if hint is not None:
            score += 1 / (1 + abs(at - hint) / 1000)
        if best is None or score > best[0]:
            best = score, at
        at = text.find(exact, at + 1)
    if best is None:
        return Match("gone", None, None, 0.5)
    kind: MatchKind = "unchanged" if hint is None or best[1] == hint else "moved"
    return Match(kind, best[1], best[1] + len(exact), 0.9)
