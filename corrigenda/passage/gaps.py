"""Matches the words of a stretch of old text with those of the new text that stands in its place."""

from collections.abc import Sequence

from rapidfuzz.distance import Indel, LCSseq

from corrigenda.passage.units import Pair, Side, heaviest_in_order
from corrigenda.passage.weights import MOST_LINE_PAIRS, MOST_WORD_PAIRS, SAME_LINE


def match_gap(pair: Pair, i: int, j: int, k: int, m: int) -> None:
    """Links words of old units [i, j) and new units [k, m): by line where lines are alike, then the rest."""
    lines, new_lines = _lines(pair, pair.old, i, j), _lines(pair, pair.new, k, m)
    alike: list[tuple[int, int]] = []
    if 1 < len(lines) * len(new_lines) <= MOST_LINE_PAIRS:
        alike = _alike_lines(pair, lines, new_lines)
    for p, q in alike:
        _match(pair, *lines[p], *new_lines[q])
    at, new_at = i, k
    for p, q in alike:
        _match(pair, at, lines[p][0], new_at, new_lines[q][0])
        at, new_at = lines[p][1], new_lines[q][1]
    _match(pair, at, j, new_at, m)


def _lines(pair: Pair, side: Side, start: int, end: int) -> list[tuple[int, int]]:
    lines, at = [], start
    for unit in range(start, end):
        if side.ids[unit] == pair.line_feed:
            lines.append((at, unit))
            at = unit + 1
    lines.append((at, end))
    return lines


def _alike_lines(
    pair: Pair, lines: Sequence[tuple[int, int]], new_lines: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Pairs of lines (by index) that share most of their words, in the order of both texts."""
    words = [[pair.old.ids[u] for u in pair.free_words(pair.old, *line)] for line in lines]
    new_words = [[pair.new.ids[u] for u in pair.free_words(pair.new, *line)] for line in new_lines]
    found = []
    for p, line in enumerate(words):
        if not line:
            continue
        # Falling q, so that a line is not chosen twice: the choice below must rise in both places.
        for q in range(len(new_words) - 1, -1, -1):
            if new_words[q]:
                likeness = Indel.normalized_similarity(line, new_words[q], score_cutoff=SAME_LINE)
                if likeness >= SAME_LINE:
                    found.append((p, q, likeness * (len(line) + len(new_words[q]))))
    return [found[index][:2] for index in heaviest_in_order(found)]


def _match(pair: Pair, i: int, j: int, k: int, m: int) -> None:
    """Links what both stretches share at their start and end, then their words."""
    old, new = pair.old, pair.new
    while i < j and k < m and old.ids[i] == new.ids[k] and old.match[i] < 0 and new.match[k] < 0:
        pair.link(i, k)
        i, k = i + 1, k + 1
    while (
        i < j and k < m and old.ids[j - 1] == new.ids[m - 1] and old.match[j - 1] < 0 and new.match[m - 1] < 0
    ):
        pair.link(j - 1, m - 1)
        j, m = j - 1, m - 1
    if i < j and k < m:
        match_words(pair, pair.free_words(old, i, j), pair.free_words(new, k, m))


def match_words(pair: Pair, words: Sequence[int], new_words: Sequence[int]) -> None:
    """Links words in order: runs that stand once in either list, and between them the longest common list.

    The plain subsequence counts words and does not see that some stand side by side; unique runs do that for
    it.
    """
    says, new_says = [pair.old.ids[u] for u in words], [pair.new.ids[u] for u in new_words]
    anchors: list[tuple[int, int]] = []
    for length in (4, 2):
        anchors = _anchors(says, new_says, length)
        if anchors:
            break
    at, new_at = 0, 0
    for p, q in [*anchors, (len(words), len(new_words))]:
        _common(pair, words[at:p], new_words[new_at:q])
        if p < len(words):
            pair.link(words[p], new_words[q])
        at, new_at = p + 1, q + 1


def _anchors(says: Sequence[int], new_says: Sequence[int], length: int) -> list[tuple[int, int]]:
    """Places of words in runs of `length` that stand once in either list, in the order of both."""
    runs, new_runs = _unique_runs(says, length), _unique_runs(new_says, length)
    found = sorted((p, new_runs[run], 1.0) for run, p in runs.items() if run in new_runs)
    anchors: list[tuple[int, int]] = []
    for index in heaviest_in_order(found):
        p, q, _ = found[index]
        for step in range(length):
            if not anchors or (p + step > anchors[-1][0] and q + step > anchors[-1][1]):
                anchors.append((p + step, q + step))
    return anchors


def _unique_runs(says: Sequence[int], length: int) -> dict[tuple[int, ...], int]:
    runs: dict[tuple[int, ...], int] = {}
    for at in range(len(says) - length + 1):
        run = tuple(says[at : at + length])
        runs[run] = -1 if run in runs else at
    return {run: at for run, at in runs.items() if at >= 0}


def _common(pair: Pair, words: Sequence[int], new_words: Sequence[int]) -> None:
    if not words or not new_words or len(words) * len(new_words) > MOST_WORD_PAIRS:
        return
    says, new_says = [pair.old.ids[u] for u in words], [pair.new.ids[u] for u in new_words]
    for run in LCSseq.editops(says, new_says).as_matching_blocks():
        for step in range(run.size):
            pair.link(words[run.a + step], new_words[run.b + step])
