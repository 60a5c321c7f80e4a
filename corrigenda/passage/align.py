"""Lays two revisions side by side: which unit of the old text is which unit of the new one."""

from corrigenda.passage.gaps import match_gap
from corrigenda.passage.moves import match_crossed, match_moved
from corrigenda.passage.settle import drop_coincidences, fill, seat, slide
from corrigenda.passage.units import Pair


def align(old: str, new: str) -> Pair:
    """The two revisions with every unit linked that lives on.

    What stands unchanged is linked whole. The stretches between are compared line with line and word with
    word; links that are mere coincidence are dropped; free sentences are looked for elsewhere; what lies
    between linked neighbours is filled in; and borders are slid to where sentences end. Links are one to one,
    so a second copy of a passage never draws the first one's readers.
    """
    pair = Pair(old, new)
    _match_between(pair)
    drop_coincidences(pair)
    match_moved(pair)
    _match_beside(pair)
    drop_coincidences(pair)
    seat(pair)
    fill(pair)
    slide(pair)
    match_crossed(pair)
    pair.turn()
    return pair


def _match_between(pair: Pair) -> None:
    """Matches the stretches between links that stand in the same order in both texts."""
    at = new_at = 0
    for i, k in [*pair.backbone, (len(pair.old.ids), len(pair.new.ids))]:
        if i > at and k > new_at:
            match_gap(pair, at, i, new_at, k)
        at, new_at = i + 1, k + 1


def _match_beside(pair: Pair) -> None:
    """Matches free stretches beside links, moved ones among them."""
    old, new = pair.old, pair.new
    i, size = 0, len(old.ids)
    while i < size:
        if old.match[i] >= 0:
            i += 1
            continue
        j = old.free_until(i, size)
        k = old.match[i - 1] + 1 if i else 0
        m = old.match[j] if j < size else len(new.ids)
        if k < m and new.free_until(k, m) == m:
            match_gap(pair, i, j, k, m)
        else:
            _grow_links(pair, i, j, k, m)
        i = j


def _grow_links(pair: Pair, i: int, j: int, k: int, m: int) -> None:
    """Links equal free units right after new unit k - 1 and right before new unit m."""
    old, new = pair.old, pair.new
    at = i
    while at < j and k < len(new.ids) and new.match[k] < 0 and old.ids[at] == new.ids[k]:
        pair.link(at, k)
        at, k = at + 1, k + 1
    while j > at and m > 0 and new.match[m - 1] < 0 and old.ids[j - 1] == new.ids[m - 1]:
        pair.link(j - 1, m - 1)
        j, m = j - 1, m - 1
