"""Shows what changed between two wordings, word by word: for the desk, for the mails and for `patch`."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from rapidfuzz.distance import LCSseq

from corrigenda.passage.folding import Folded
from corrigenda.passage.words import parts, tokens

# The comparison keeps a bit for each pair of units: 4e8 of them take 50 MB and a second or so. Beyond that a
# stretch counts as rewritten, after what both ends share and equal lines have been taken out.
_MOST_PAIRS: Final = 400_000_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a word diff. Offsets are code points; a deletion has an empty span in the new text."""

    kind: Literal["equal", "delete", "insert"]
    text: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int


class Hunk(NamedTuple):
    """Units [a, b) of the old text became units [c, d) of the new one."""

    a: int
    b: int
    c: int
    d: int


class Change(NamedTuple):
    """Characters [start, end) of the old text became `text`."""

    start: int
    end: int
    text: str


def _compare(old: list[str], new: list[str], most: int = _MOST_PAIRS) -> list[Hunk]:
    """The differing stretches of two lists of units by their longest common subsequence."""
    head, tail = _shared_ends(old, new)
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    if not a and not b:
        return []
    if not a or not b or len(a) * len(b) > most:
        return [Hunk(head, head + len(a), head, head + len(b))]
    found: list[Hunk] = []
    for code in LCSseq.opcodes(a, b):
        if code.tag == "equal":
            continue
        hunk = Hunk(code.src_start + head, code.src_end + head, code.dest_start + head, code.dest_end + head)
        if found and found[-1].b == hunk.a and found[-1].d == hunk.c:
            found[-1] = Hunk(found[-1].a, hunk.b, found[-1].c, hunk.d)
        else:
            found.append(hunk)
    return found


def _settle(hunks: list[Hunk], old: list[str], new: list[str]) -> list[Hunk]:
    """Moves a plain insertion or deletion off the space before it: "the [big ]dog", not "the[ big] dog"."""
    settled = []
    for hunk in hunks:
        a, b, c, d = hunk
        side, start, end = (new, c, d) if a == b else (old, a, b)
        if (a == b or c == d) and end < len(side) and side[start].isspace() and side[end] == side[start]:
            hunk = Hunk(a + 1, b + 1, c + 1, d + 1)  # noqa: PLW2901
        settled.append(hunk)
    return settled


def _join(hunks: list[Hunk], old: list[str]) -> list[Hunk]:
    """Joins changes that only a space keeps apart: people read "the quick" -> "a slow" as one."""
    joined: list[Hunk] = []
    for hunk in hunks:
        if joined:
            last = joined[-1]
            between = old[last.b : hunk.a]
            if len(between) == 1 and between[0].isspace() and between[0] != "\n":
                joined[-1] = Hunk(last.a, hunk.b, last.c, hunk.d)
                continue
        joined.append(hunk)
    return joined


def _offsets(units: list[str]) -> list[int]:
    offsets = [0]
    for unit in units:
        offsets.append(offsets[-1] + len(unit))
    return offsets


def smallest_changes(old: str, new: str) -> list[Change]:
    """The changes that make `new` of `old`, each as small as whole words and numbers allow, in order."""
    a, b = tokens(old), tokens(new)
    places = _offsets(a)
    hunks = _settle(_compare(a, b), a, b)
    return [_without_shared_parts(places[h.a], a[h.a : h.b], b[h.c : h.d]) for h in hunks]


def _without_shared_parts(start: int, old: list[str], new: list[str]) -> Change:
    """A change less what both wordings of it share at their ends: "million" keeps the emphasis around it."""
    said = [part for token in old for part in parts(token)]
    says = [part for token in new for part in parts(token)]
    head, tail = _shared_ends(said, says)
    start += len("".join(said[:head]))
    kept = "".join(said[head : len(said) - tail])
    return Change(start, start + len(kept), "".join(says[head : len(says) - tail]))


def _units(text: str) -> tuple[list[str], list[str]]:
    """The units of a text as they are, and as they are compared: signs that show nothing are no change."""
    folded = Folded.of(text)
    says = tokens(folded.text)
    if folded.text == text:
        return says, says
    borders = [folded.place(offset) for offset in _offsets(says)]
    return [text[start:end] for start, end in pairwise(borders)], says


def _shared_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many units two lists share at the start, and at the end of the rest."""
    most = min(len(old), len(new))
    head = 0
    while head < most and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def word_diff(old: str, new: str, *, most_pairs: int = _MOST_PAIRS) -> list[Segment]:
    """Old and new wording as a list of equal, deleted and inserted stretches, in reading order.

    The texts of the equal and deleted ones make up `old`, those of the equal and inserted ones `new`, but for
    signs that show nothing (see `folding`). Changes lie at word borders and never halve a figure; a deletion
    comes before the insertion that takes its place. Where what lies between the shared ends has more than
    `most_pairs` pairs of units, it counts as rewritten: the rest is linear work.
    """
    (a, said), (b, says) = _units(old), _units(new)
    left, right = _offsets(a), _offsets(b)
    segments: list[Segment] = []

    def add(kind: Literal["equal", "delete", "insert"], span: Hunk) -> None:
        o, p, n, q = left[span.a], left[span.b], right[span.c], right[span.d]
        text = new[n:q] if kind == "insert" else old[o:p]
        if text:
            segments.append(Segment(kind, text, o, p, n, q))

    last = Hunk(0, 0, 0, 0)
    for hunk in _join(_settle(_compare(said, says, most_pairs), a, b), a):
        add("equal", Hunk(last.b, hunk.a, last.d, hunk.c))
        add("delete", Hunk(hunk.a, hunk.b, hunk.c, hunk.c))
        add("insert", Hunk(hunk.b, hunk.b, hunk.c, hunk.d))
        last = hunk
    add("equal", Hunk(last.b, len(a), last.d, len(b)))
    return segments
