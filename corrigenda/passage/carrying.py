"""Carries passages from one revision of an article to the next, both revisions being known."""

from collections.abc import Sequence

from corrigenda.passage.align import align
from corrigenda.passage.confidence import CARRIED
from corrigenda.passage.finding import find_folded
from corrigenda.passage.folding import Folded
from corrigenda.passage.following import Passage
from corrigenda.passage.match import Match
from corrigenda.passage.selector import Selector


def carry(old: str, new: str, spans: Sequence[tuple[int, int]]) -> list[Match]:
    """Where the passages old[start:end] stand in `new`: one match a span, in the order given.

    Offsets are code points. A span that is empty or lies outside the old text raises ValueError. Passages in
    lines too long to compare (see `weights.MOST_OPEN_TEXT`) are found by their quotation instead. Signs that
    show nothing, and one letter written in two ways, are no difference (see `folding`); a match never ends
    within what is seen as one sign.
    """
    for start, end in spans:
        if not 0 <= start < end <= len(old):
            raise ValueError(f"the span {start}..{end} is empty or lies outside the old text")
    was, now = Folded.of(old), Folded.of(new)
    pair = align(was.text, now.text)
    matches = []
    for start, end in (was.into(*span) for span in spans):
        if start == end:  # nothing that shows
            matches.append(Match("gone", None, None, CARRIED["gone, quoted elsewhere"]))
            continue
        passage = Passage(pair, start, end)
        if passage.is_compared:
            match = passage.match()
        else:
            match = find_folded(now.text, Selector.of(was.text, start, end), start)
        matches.append(now.back(match))
    return matches
