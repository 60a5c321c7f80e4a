"""Carries passages from one revision of an article to the next, both revisions being known."""

from bisect import bisect_right
from collections.abc import Sequence

from corrigenda.passage.diff import smallest_changes
from corrigenda.passage.match import Match


def carry(old: str, new: str, spans: Sequence[tuple[int, int]]) -> list[Match]:
    """Where the passages old[start:end] stand in `new`: one match a span, in the order given."""
    changes = smallest_changes(old, new)
    starts = [change.start for change in changes]
    shifts = [0]
    for change in changes:
        shifts.append(shifts[-1] + len(change.text) - (change.end - change.start))
    matches = []
    for start, end in spans:
        inside = [change for change in changes if change.start < end and start < change.end]
        kept = end - start - sum(min(c.end, end) - max(c.start, start) for c in inside)
        first, last = bisect_right(starts, start), bisect_right(starts, end - 1)
        new_start, new_end = start + shifts[first], end + shifts[last]
        if inside and inside[0].start < start:
            new_start = inside[0].start + shifts[bisect_right(starts, inside[0].start) - 1]
        if inside and inside[-1].end > end:
            new_end = inside[-1].end + shifts[bisect_right(starts, inside[-1].start)]
        if not inside and new[new_start:new_end] == old[start:end]:
            matches.append(Match("unchanged", new_start, new_end, 0.98))
        elif kept * 2 >= end - start:
            matches.append(Match("edited", new_start, new_end, 0.9))
        elif new_end > new_start and any(change.text.strip() for change in inside):
            matches.append(Match("replaced", new_start, new_end, 0.7))
        else:
            matches.append(Match("gone", None, None, 0.8))
    return matches
