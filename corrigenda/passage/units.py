"""Cuts two revisions into units to match: unchanged lines and sentences, and words where they changed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from corrigenda.passage.weights import MOST_LINES, MOST_OPEN_TEXT, MOVED_WORDS, SOLID_RUN
from corrigenda.passage.words import Span, unit_spans

# Begins at the first of several stops and gives nothing back, so that a million stops cost a million steps.
# Behind the stops of some scripts no space need follow.
_SENTENCE_END = re.compile(
    r"(?<![.!?…؟۔।॥])[.!?…؟۔।॥]++[\"'”’»)\]]*+(?=\s)|(?<![。！？｡។။])[。！？｡។။]++[\"'”’」』）)]*+"
)
_ENDS: Final = ".!?…؟۔।॥。！？｡។။\n"
# Where no space is found within so many characters, a text without spaces is cut as it comes.
_LONGEST_WORD: Final = 100


class Side:
    """One revision as units: `start` and `end` offsets, what each says as a number in `ids`, its `match`.

    A match is the index of a unit of the other revision, -1 where there is none.
    """

    __slots__ = ("end", "ids", "match", "start", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.start: list[int] = []
        self.end: list[int] = []
        self.ids: list[int] = []
        self.match: list[int] = []

    def add(self, start: int, end: int, number: int) -> int:
        """Appends a unit and gives its index."""
        self.start.append(start)
        self.end.append(end)
        self.ids.append(number)
        self.match.append(-1)
        return len(self.ids) - 1

    def says(self, unit: int) -> str:
        """The text of a unit."""
        return self.text[self.start[unit] : self.end[unit]]

    def free_until(self, unit: int, end: int) -> int:
        """The first linked unit from `unit` on, or `end`."""
        match = self.match
        while unit < end and match[unit] < 0:
            unit += 1
        return unit


class Pair:
    """Two revisions as units, with links. Units that say the same, but for case, share a number.

    `weight` of a number counts its letters, 0 for marks and line feeds; `rarity` is about 1 for a long word
    that stands once in either text, and less for short and common ones. `backbone` are the lines and
    sentences that stand unchanged, in the order of both texts, `whole` the old units among them; `turned` are
    old units whose links run against the order of most.
    """

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = Side(old), Side(new)
        self.weight: list[int] = []
        self.rarity: list[float] = []
        self.line_feed = -1
        self.sentence_ends: frozenset[int] = frozenset()
        self.backbone: list[Span] = []
        self.whole: frozenset[int] = frozenset()
        self.turned: frozenset[int] = frozenset()
        self.closed: frozenset[int] = frozenset()
        self.new_closed: frozenset[int] = frozenset()
        _Cutter(self).cut()

    def link(self, i: int, k: int) -> None:
        """Links unit i of the old text to unit k of the new one."""
        self.old.match[i], self.new.match[k] = k, i

    def unlink(self, i: int) -> None:
        """Takes the link of unit i of the old text away."""
        self.new.match[self.old.match[i]] = -1
        self.old.match[i] = -1

    def turn(self) -> None:
        """Fills `turned` from the links."""
        match, weight, ids = self.old.match, self.weight, self.old.ids
        runs: list[tuple[int, int, float]] = []
        lengths: list[int] = []
        for unit, partner in enumerate(match):
            if partner < 0:
                continue
            heft = float(weight[ids[unit]] or 1)
            if runs and unit == runs[-1][0] + lengths[-1] and partner == runs[-1][1] + lengths[-1]:
                runs[-1] = (*runs[-1][:2], runs[-1][2] + heft)
                lengths[-1] += 1
            else:
                runs.append((unit, partner, heft))
                lengths.append(1)
        straight = set(heaviest_in_order(runs))
        self.turned = frozenset(
            unit
            for index, ((first, _, _), length) in enumerate(zip(runs, lengths, strict=True))
            if index not in straight
            for unit in range(first, first + length)
        )

    def free_words(self, side: Side, start: int, end: int) -> list[int]:
        """The units in [start, end) that are words and have no link."""
        ids, match, weight = side.ids, side.match, self.weight
        return [unit for unit in range(start, end) if match[unit] < 0 and weight[ids[unit]]]


def heaviest_in_order(pairs: Sequence[tuple[int, int, float]]) -> list[int]:
    """Indices of the heaviest choice of (old, new, weight) in which both places rise; sorted by old place."""
    ranks = {place: rank for rank, place in enumerate(sorted({new for _, new, _ in pairs}), start=1)}
    size = len(ranks)
    # A Fenwick tree of the best sums: [rank] holds the best choice that ends at or before it.
    tree: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    before = [-1] * len(pairs)
    best = (0.0, -1)
    for index, (_, new, weight) in enumerate(pairs):
        rank = ranks[new]
        top, at = (0.0, -1), rank - 1
        while at > 0:
            top, at = max(top, tree[at]), at & (at - 1)
        before[index] = top[1]
        here = (top[0] + weight, index)
        best = max(best, here)
        while rank <= size:
            tree[rank], rank = max(tree[rank], here), rank + (rank & -rank)
    chosen = []
    index = best[1]
    while index >= 0:
        chosen.append(index)
        index = before[index]
    return chosen[::-1]


def _lines(text: str) -> list[Span]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _SENTENCE_END.finditer(text, start, end):
        yield start, match.end()
        start = match.end()
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def shared_start(a: str, b: str) -> int:
    """How many characters two texts share at the start, by halving: slices compare faster than characters."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


class _Cutter:
    """Fills a Pair: whole lines, then whole sentences of other lines, then words of other sentences."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.texts = pair.old.text, pair.new.text
        self.numbers: dict[str, int] = {}
        self.lines = _lines(self.texts[0]), _lines(self.texts[1])
        # Spans of the old text that stand unchanged, each with its place in the new one.
        self.kept: dict[Span, Span] = {}
        # Spans of either text that are too long to cut.
        self.closed: tuple[set[Span], set[Span]] = (set(), set())

    def cut(self) -> None:
        """Cuts both texts and links what stands as it was."""
        pair = self.pair
        pair.line_feed = self._number("\n")
        pair.sentence_ends = frozenset(self._number(mark) for mark in _ENDS)
        if max(map(len, self.lines)) > MOST_LINES:
            self.lines = ([(0, len(self.texts[0]))], [(0, len(self.texts[1]))])
        self._keep(*self.lines)
        self._grow()
        taken = set(self.kept.values())
        open_lines = self._close_long(
            [span for span in self.lines[0] if span not in self.kept],
            [span for span in self.lines[1] if span not in taken],
        )
        old, new = ([s for line in open_lines[n] for s in _sentences(self.texts[n], *line)] for n in (0, 1))
        self._keep(old, new)
        units, new_units = (
            self._units(pair.old, set(self.kept)),
            self._units(pair.new, set(self.kept.values())),
        )
        self._link(units, new_units)
        pair.closed = frozenset(units[span] for span in self.closed[0] if span in units)
        pair.new_closed = frozenset(new_units[span] for span in self.closed[1] if span in new_units)
        self._rate(pair.old.ids[unit] for unit in units.values())

    def _close_long(self, *lines: list[Span]) -> tuple[list[Span], ...]:
        """The lines to cut into words: all, or the shortest where that is too much."""
        rest: list[list[Span]] = []
        for number in (0, 1):
            room = MOST_OPEN_TEXT
            long = []
            for span in sorted(lines[number], key=lambda span: span[1] - span[0]):
                room -= span[1] - span[0]
                if room < 0:
                    long.append(span)
            rest.append(sorted(long))
        too_long = set(rest[0]), set(rest[1])
        open_lines = tuple([span for span in lines[n] if span not in too_long[n]] for n in (0, 1))
        if rest[0] and len(rest[0]) == len(rest[1]):
            rest = self._keep_ends(*rest)
        self.closed = set(rest[0]), set(rest[1])
        return open_lines

    def _keep(self, old: Sequence[Span], new: Sequence[Span]) -> None:
        """Keeps spans that say the same and stand once in either text; out of order only long ones."""
        a, b = self.texts
        says_old, says_new = [a[s:e] for s, e in old], [b[s:e] for s, e in new]
        count_old, count_new = Counter(says_old), Counter(says_new)
        place = dict(zip(says_new, new, strict=True))
        found = {
            span: place[says]
            for span, says in zip(old, says_old, strict=True)
            if count_old[says] == 1 and count_new.get(says) == 1 and says.strip()
        }
        ranked = [(s, t, 1.0 + a.count(" ", s, e)) for (s, e), (t, _) in (self.kept | found).items()]
        ranked.sort()
        in_order = {ranked[index][0] for index in heaviest_in_order(ranked)}
        self.kept |= {
            span: to
            for span, to in found.items()
            if span[0] in in_order or a.count(" ", *span) + 1 >= MOVED_WORDS
        }

    def _grow(self) -> None:
        """Keeps equal lines beside lines that are kept, such as short or repeated ones."""
        a, b = self.texts
        lines, new_lines = self.lines
        index = {span: i for i, span in enumerate(lines)}
        new_index = {span: k for k, span in enumerate(new_lines)}
        taken = set(self.kept.values())
        for span, to in list(self.kept.items()):
            for step in (1, -1):
                i, k = index[span] + step, new_index[to] + step
                while 0 <= i < len(lines) and 0 <= k < len(new_lines):
                    here, there = lines[i], new_lines[k]
                    if here in self.kept or there in taken or a[slice(*here)] != b[slice(*there)]:
                        break
                    self.kept[here] = there
                    taken.add(there)
                    i, k = i + step, k + step

    def _keep_ends(self, *long: list[Span]) -> list[list[Span]]:
        """Keeps what long lines share at both ends, pair by pair; gives what lies between."""
        parts: tuple[dict[Span, list[Span]], ...] = ({}, {})
        for old, new in zip(*long, strict=True):
            head, tail = self._shared_ends(old, new)
            for number, (start, end) in enumerate((old, new)):
                parts[number][start, end] = [
                    (start, start + head),
                    (start + head, end - tail),
                    (end - tail, end),
                ]
            for mine, theirs in zip(parts[0][old][::2], parts[1][new][::2], strict=True):
                self.kept[mine] = theirs
        self.lines = (
            [part for line in self.lines[0] for part in parts[0].get(line, [line])],
            [part for line in self.lines[1] for part in parts[1].get(line, [line])],
        )
        return [[part[1] for part in parts[number].values()] for number in (0, 1)]

    def _shared_ends(self, old: Span, new: Span) -> tuple[int, int]:
        """How many characters two long lines share at the start and at the end, in whole words."""
        a, b = self.texts[0][slice(*old)], self.texts[1][slice(*new)]
        head = shared_start(a, b)
        tail = shared_start(a[head:][::-1], b[head:][::-1])
        head = max(a.rfind(" ", 0, head) + 1, head - _LONGEST_WORD, 0)
        space = a.find(" ", len(a) - tail)
        return head, min(tail, max(len(a) - space if space >= 0 else 0, tail - _LONGEST_WORD))

    def _units(self, side: Side, kept: set[Span]) -> dict[Span, int]:
        """Appends a text's units; gives the index of each that is a whole line or sentence."""
        text, whole = side.text, {}
        number = 0 if side is self.pair.old else 1
        lines, whole_spans = self.lines[number], kept | self.closed[number]
        for line, following in zip(lines, [*lines[1:], None], strict=True):
            spans = [line] if line in whole_spans else list(_sentences(text, *line))
            for span in spans:
                if span in whole_spans:
                    if span[0] < span[1]:
                        whole[span] = side.add(*span, self._fresh(span[1] - span[0]))
                else:
                    self._words(side, span)
            if following is not None and following[0] > line[1]:
                side.add(line[1], line[1] + 1, self.pair.line_feed)
        return whole

    def _words(self, side: Side, span: Span) -> None:
        numbers = self.numbers
        text = side.text
        found = unit_spans(text, *span)
        side.start += [start for start, _ in found]
        side.end += [end for _, end in found]
        says = [text[start:end] for start, end in found]
        side.ids += [numbers[said] if said in numbers else self._number(said) for said in says]
        side.match += [-1] * len(found)

    def _link(self, units: dict[Span, int], new_units: dict[Span, int]) -> None:
        pair = self.pair
        old, new, line_feed = pair.old, pair.new, pair.line_feed
        for span, to in self.kept.items():
            if span[0] == span[1]:
                continue
            i, k = units[span], new_units[to]
            new.ids[k] = old.ids[i]
            pair.link(i, k)
            if (
                i + 1 < len(old.ids)
                and k + 1 < len(new.ids)
                and old.ids[i + 1] == new.ids[k + 1] == line_feed
            ):
                pair.link(i + 1, k + 1)
        ranked = sorted(
            (i, old.match[i], float(pair.weight[old.ids[i]])) for i in units.values() if old.match[i] >= 0
        )
        pair.backbone = [ranked[index][:2] for index in heaviest_in_order(ranked)]
        pair.whole = frozenset(i for i, _ in pair.backbone)

    def _rate(self, whole: Iterable[int]) -> None:
        pair = self.pair
        counts = Counter(pair.old.ids)
        counts.update(pair.new.ids)
        # Letters beyond the eighth tell nothing more; a word that stands n times in both texts weighs 1 /
        # sqrt(n).
        pair.rarity = [
            min(weight, 8) / 8 / (max(counts[number], 1) / 2) ** 0.5
            for number, weight in enumerate(pair.weight)
        ]
        for number in whole:
            pair.rarity[number] = SOLID_RUN * 4

    def _fresh(self, weight: int) -> int:
        self.pair.weight.append(weight)
        return len(self.pair.weight) - 1

    def _number(self, says: str) -> int:
        folded = says.casefold()
        number = self.numbers.get(folded)
        if number is None:
            number = self._fresh(len(says) if says[:1].isalnum() or says[:1] == "_" else 0)
            self.numbers[folded] = number
        self.numbers[says] = number
        return number
