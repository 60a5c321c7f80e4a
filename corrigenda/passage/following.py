"""Says what has become of one passage, given two revisions laid side by side."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from corrigenda.passage.confidence import CARRIED
from corrigenda.passage.edges import cut_off, widen
from corrigenda.passage.match import Match, MatchKind
from corrigenda.passage.units import Pair
from corrigenda.passage.weights import (
    EDGE,
    FEW_LETTERS,
    PARTED,
    PARTED_TURNED,
    SLOT_SENTENCES,
    SLOT_WORDS,
    SURVIVES,
)
from corrigenda.passage.words import Span

# Up to this share of a passage that lives on elsewhere says nothing.
REMNANT = 0.1
# White space at the ends of a passage that is compared.
_MOST_SPACES = 50
# What a mark or a line feed in a passage weighs beside a letter.
_MARK = 0.1


class Passage:
    """One passage of the old text, as the units [first, last) that it touches."""

    def __init__(self, pair: Pair, start: int, end: int) -> None:
        self.pair, self.start, self.end = pair, start, end
        self.first = bisect_right(pair.old.end, start)
        self.last = bisect_left(pair.old.start, end)

    def match(self) -> Match:
        """What has become of the passage; never less than whole words and figures where it was whole ones.

        "31" is another figure in "31.5", "$31" and "31 %", and "ferry" another word in "ferryman": however
        many of its letters live on, such a passage is not unchanged, and a human looks at it.
        """
        match = self._match()
        if match.start is None or match.end is None:
            return match
        said = cut_off(self.pair.old.text, self.start, self.end)
        says = cut_off(self.pair.new.text, match.start, match.end)
        if said == says:
            return match
        kind: MatchKind = "edited" if match.kind in {"unchanged", "moved"} else match.kind
        start, end = widen(self.pair.new.text, match.start, match.end)
        start = match.start if said[0] else start
        end = match.end if said[1] else end
        return Match(kind, start, end, min(match.confidence, CARRIED["edge changed"]))

    def _match(self) -> Match:
        if self.first >= self.last:
            return self._white_space()
        old, new = self.pair.old, self.pair.new
        survivors = [unit for unit in range(self.first, self.last) if old.match[unit] >= 0]
        kept = self.kept
        if survivors and kept >= SURVIVES:
            part = self._main_part(survivors)
            start, end = self._without_feeds(*self._hull(part))
            if start < end:
                said, says = old.text[self.start : self.end], new.text[start:end]
                if said == says:
                    kind: MatchKind = "moved" if self._is_turned(survivors) else "unchanged"
                    return Match(kind, start, end, CARRIED[self._sure_of_same(said)])
                sure = "parted" if self._is_parted(part) else self._sure_of_edit(kept, said, says)
                return Match("edited", start, end, CARRIED[sure])
        slot = self._slot()
        if slot is None:
            return Match("gone", None, None, CARRIED[self._sure_of_gone(kept)])
        single = " " not in new.text[slice(*slot)] and self.last - self.first == 1
        return Match("replaced", *slot, CARRIED["replaced, word for word" if single else "replaced"])

    def _white_space(self) -> Match:
        """A passage without a word or a mark stands behind the same unit as before, if it says the same."""
        old, new = self.pair.old, self.pair.new
        before = self.first - 1
        shift = 0
        if before >= 0:
            if old.match[before] < 0:
                return Match("gone", None, None, CARRIED["gone, quoted elsewhere"])
            shift = new.end[old.match[before]] - old.end[before]
        start, end = self.start + shift, self.end + shift
        if new.text[start:end] != old.text[self.start : self.end]:
            return Match("gone", None, None, CARRIED["gone, quoted elsewhere"])
        return Match("unchanged", start, end, CARRIED["same words, few"])

    @property
    def is_compared(self) -> bool:
        """Whether the passage lies in text that was compared word by word or stands unchanged."""
        return self.pair.closed.isdisjoint(range(self.first, self.last))

    @cached_property
    def kept(self) -> float:
        """The share of the passage's letters that live on."""
        match = self.pair.old.match
        total = kept = 0.0
        for unit, weight in zip(range(self.first, self.last), self._weights, strict=True):
            total += weight
            if match[unit] >= 0:
                kept += weight
        return kept / total if total else 0.0

    @cached_property
    def _weights(self) -> list[float]:
        """The letters of each unit that lie in the passage."""
        old, weight = self.pair.old, self.pair.weight
        weights = [weight[number] or _MARK for number in old.ids[self.first : self.last]]
        for unit in {self.first, self.last - 1} if weights else ():
            inside = min(old.end[unit], self.end) - max(old.start[unit], self.start)
            weights[unit - self.first] = min(weights[unit - self.first], inside)
        return weights

    def _is_parted(self, part: Sequence[int]) -> bool:
        """Whether more than a remnant of the passage lives on, but elsewhere than its main part."""
        chosen = sum(self._weights[unit - self.first] for unit in part)
        return self.kept - chosen / sum(self._weights) > REMNANT

    def _is_turned(self, survivors: Sequence[int]) -> bool:
        return not self.pair.turned.isdisjoint(survivors)

    def _sure_of_same(self, said: str) -> str:
        old, new = self.pair.old, self.pair.new
        whole, ids, feed = self.pair.whole, old.ids, self.pair.line_feed
        if all(unit in whole or ids[unit] == feed for unit in range(self.first, self.last)):
            return "kept, with a new copy" if new.text.count(said) > old.text.count(said) else "kept"
        return "same words" if len(said) >= FEW_LETTERS or self._neighbours() == 2 else "same words, few"

    def _sure_of_edit(self, kept: float, said: str, says: str) -> str:
        if kept < 0.6:
            return "edited heavily"
        if len(says) > 2 * len(said):
            return "edited, grown"
        return "edited" if kept < 0.9 else "edited lightly"

    def _sure_of_gone(self, kept: float) -> str:
        if kept > REMNANT:
            return "gone, with remnants"
        old, new = self.pair.old, self.pair.new
        return "gone, quoted elsewhere" if old.text[self.start : self.end] in new.text else "gone"

    def _neighbours(self) -> int:
        """On how many sides the unit beside the passage is linked to the one beside it in the new text."""
        old, new = self.pair.old, self.pair.new
        left = old.match[self.first - 1] if self.first else -1
        right = old.match[self.last] if self.last < len(old.ids) else len(new.ids)
        return (left + 1 == old.match[self.first]) + (right - 1 == old.match[self.last - 1])

    def _main_part(self, survivors: Sequence[int]) -> list[int]:
        """The survivors that lie together in the new text; where they are parted, the heaviest part."""
        old, new = self.pair.old, self.pair.new
        length = self.end - self.start
        parts: list[list[int]] = []
        for unit in sorted(survivors, key=old.match.__getitem__):
            if parts:
                last = parts[-1][-1]
                apart = new.start[old.match[unit]] - new.end[old.match[last]]
                if apart <= (PARTED + 2 * length if unit > last else PARTED_TURNED):
                    parts[-1].append(unit)
                    continue
            parts.append([unit])
        if len(parts) == 1:
            return parts[0]
        return max(parts, key=lambda part: sum(self._weights[unit - self.first] for unit in part))

    def _hull(self, part: Sequence[int]) -> Span:
        """From the first to the last survivor in the new text, with words replaced at its ends."""
        old, new = self.pair.old, self.pair.new
        head, foot = part[0], part[-1]
        start, end = new.start[old.match[head]], new.end[old.match[foot]]
        if head == self.first:
            start += self._inset(head, max(self.start - old.start[head], 0))
            before = new.text[max(start - _MOST_SPACES, 0) : start]
            start -= _shared_spaces(old.text[self.start : old.start[head]][::-1], before[::-1])
        elif self.first:
            start = self._replaced_before(head, start)
        if foot == self.last - 1:
            end += self._inset(foot, min(self.end - old.end[foot], 0))
            end += _shared_spaces(old.text[old.end[foot] : self.end], new.text[end : end + _MOST_SPACES])
        elif self.last < len(old.ids):
            end = self._replaced_after(foot, end)
        return max(start, 0), min(end, len(new.text))

    def _without_feeds(self, start: int, end: int) -> Span:
        """The span without line feeds taken in at its ends: words written there would join paragraphs."""
        old, new = self.pair.old.text, self.pair.new.text
        if old[self.start] != "\n":
            while start < end and new[start] == "\n":
                start += 1
        if old[self.end - 1] != "\n":
            while start < end and new[end - 1] == "\n":
                end -= 1
        return start, end

    def _inset(self, unit: int, by: int) -> int:
        """How far within a unit the passage ends, if the unit still says the same."""
        old, new = self.pair.old, self.pair.new
        return by if old.says(unit) == new.says(old.match[unit]) else 0

    def _replaced_before(self, head: int, start: int) -> int:
        """Where the words begin that took the place of the passage's first ones, if that can be told."""
        old, new = self.pair.old, self.pair.new
        before = old.match[self.first - 1]
        if 0 <= before < old.match[head]:
            gap = old.start[head] - old.end[self.first - 1]
            if new.start[old.match[head]] - new.end[before] <= 2 * gap + EDGE:
                return new.start[before + 1]
        return start

    def _replaced_after(self, foot: int, end: int) -> int:
        old, new = self.pair.old, self.pair.new
        after = old.match[self.last]
        if old.match[foot] < after:
            gap = old.start[self.last] - old.end[foot]
            if new.start[after] - new.end[old.match[foot]] <= 2 * gap + EDGE:
                return new.end[after - 1]
        return end

    def _slot(self) -> Span | None:
        """The words that now stand where the passage's did, between its surviving neighbours."""
        pair, old, new = self.pair, self.pair.old, self.pair.new
        before = self.first - 1
        while before >= 0 and old.match[before] < 0:
            before -= 1
        after = old.free_until(self.last, len(old.ids))
        low = old.match[before] + 1 if before >= 0 else 0
        high = old.match[after] if after < len(old.ids) else len(new.ids)
        if not all(new.match[u] < 0 or before < new.match[u] < after for u in range(low, high)):
            return None
        if not self.pair.new_closed.isdisjoint(range(low, high)):
            return None
        words = [u for u in range(before + 1, after) if pair.weight[old.ids[u]]]
        new_words = [u for u in range(low, high) if pair.weight[new.ids[u]]]
        if not words or not new_words:
            return None
        feeds = old.ids[self.first : self.last].count(pair.line_feed)
        inner = old.ids[words[0] : words[-1]].count(pair.line_feed)
        new_inner = new.ids[new_words[0] : new_words[-1]].count(pair.line_feed)
        if inner > feeds or new_inner > feeds:
            return None
        whole = self._are_sentences(old.ids, before, words, after) and self._are_sentences(
            new.ids, low - 1, new_words, high
        )
        if max(len(words), len(new_words)) > (SLOT_SENTENCES if whole else SLOT_WORDS):
            return None
        return new.start[new_words[0]], new.end[new_words[-1]]

    def _are_sentences(self, ids: Sequence[int], before: int, words: Sequence[int], after: int) -> bool:
        """Whether sentences end right before and right after the words."""
        ends = self.pair.sentence_ends
        starts = before < 0 or not ends.isdisjoint(ids[before : words[0]])
        return starts and (after >= len(ids) or not ends.isdisjoint(ids[words[-1] + 1 : after + 1]))


def _shared_spaces(said: str, says: str) -> int:
    """How many characters of white space two texts share at the start."""
    count = 0
    for one, other in zip(said, says, strict=False):
        if one != other or not one.isspace():
            break
        count += 1
    return count
