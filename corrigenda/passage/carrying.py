"""Carries passages from one revision of an article to the next, both revisions being known."""

from collections.abc import Sequence

from corrigenda.passage.align import align
from corrigenda.passage.finding import find
from corrigenda.passage.following import Passage
from corrigenda.passage.match import Match
from corrigenda.passage.selector import Selector


def carry(old: str, new: str, spans: Sequence[tuple[int, int]]) -> list[Match]:
    """Where the passages old[start:end] stand in `new`: one match a span, in the order given.

    Offsets are code points. A span that is empty or lies outside the old text raises ValueError. Passages in
    lines too long to compare (see `weights.MOST_OPEN_TEXT`) are found by their quotation instead.
    """
    for start, end in spans:
        if not 0 <= start < end <= len(old):
            raise ValueError(f"the span {start}..{end} is empty or lies outside the old text")
    pair = align(old, new)
    matches = []
    for start, end in spans:
        passage = Passage(pair, start, end)
        matches.append(
            passage.match() if passage.is_compared else find(new, Selector.of(old, start, end), start)
        )
    return matches
