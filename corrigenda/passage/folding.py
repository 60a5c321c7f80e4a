"""Texts as they are compared: composed, and without signs that show nothing. Offsets can be carried back.

A hyphenation plug-in puts soft hyphens into every word, a tool that marks texts puts variation selectors
between letters (C2PA), and one system writes é as one sign where another writes two. Readers see none of it.
"""

import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Final

import regex

from corrigenda.passage.edges import whole_signs
from corrigenda.passage.match import Match

_UNSEEN: Final = (
    r"[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    r"\U000e0000-\U000e0fff]"
)
"""Soft hyphen, joiners, marks of direction, variation selectors, tags: what Unicode lets a program ignore."""

_UNSEEN_SIGN: Final = regex.compile(_UNSEEN)
_UNSEEN_LAST: Final = regex.compile(rf"{_UNSEEN}+$")
# What may be written in another way: a sign with marks or with what shows nothing, a Hangul syllable.
_CLUSTER: Final = regex.compile(
    rf"(?:[\u1100-\u1112]{_UNSEEN}*[\u1161-\u1175]|[\uac00-\ud7a3])(?:{_UNSEEN}*[\u11a8-\u11c2])(?:{_UNSEEN}|\p{{M}})*"
    rf"|[\u1100-\u1112]{_UNSEEN}*[\u1161-\u1175](?:{_UNSEEN}|\p{{M}})*"
    rf"|[^\p{{M}}]?(?:{_UNSEEN}|\p{{M}})+|[\u2126\u212a\u212b\uf900-\ufaff\u1f00-\u1fff]",
    regex.DOTALL,
)


class Folded:
    """A text as it is compared, with the place of each of its characters in the text as it is."""

    __slots__ = ("_ends", "_starts", "_whole", "text")

    def __init__(self, text: str) -> None:
        self._starts: array[int] | None = None
        self._ends: array[int] | None = None
        self.text = self._whole = text
        if not is_folded(text):
            self._fold(text)

    @classmethod
    @lru_cache(maxsize=2)
    def of(cls, text: str) -> "Folded":
        """A folded text; the last two are remembered, for each is asked about several passages.

        Two, because a long text whose offsets differ takes eight bytes more for each of its characters.
        """
        return cls(text)

    def _fold(self, text: str) -> None:
        starts, ends = array("I"), array("I")
        said: list[str] = []
        done = 0
        for match in _CLUSTER.finditer(text):
            start, end = match.span()
            starts.extend(range(done, start))
            ends.extend(range(done + 1, start + 1))
            seen = unicodedata.normalize("NFC", _UNSEEN_SIGN.sub("", match.group()))
            starts.extend([start] * len(seen))
            ends.extend([start + len(_UNSEEN_LAST.sub("", match.group()))] * len(seen))
            said += text[done:start], seen
            done = end
        starts.extend(range(done, len(text)))
        ends.extend(range(done + 1, len(text) + 1))
        self._starts, self._ends = starts, ends
        self.text = "".join([*said, text[done:]])

    def into(self, start: int, end: int) -> tuple[int, int]:
        """The span of `text` for a span of the text as it is; empty where it holds nothing that shows."""
        if self._starts is None or self._ends is None:
            return start, end
        first = bisect_right(self._ends, start)
        return first, max(bisect_left(self._starts, end), first)

    def place(self, offset: int) -> int:
        """The offset in the text as it is for one in `text`; what shows nothing is the sign before's."""
        if self._starts is None or offset == 0:
            return offset
        return self._starts[offset] if offset < len(self._starts) else len(self._whole)

    def back(self, match: Match) -> Match:
        """A match in `text` as one in the text as it is, with whole signs (grapheme clusters) at its ends."""
        start, end = match.start, match.end
        if start is None or end is None or start == end:
            return match
        if self._starts is not None and self._ends is not None:
            start, end = self._starts[start], self._ends[end - 1]
        return Match(match.kind, *whole_signs(self._whole, start, end), match.confidence)


def is_folded(text: str) -> bool:
    """Whether a text is compared as it is."""
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and _UNSEEN_SIGN.search(text) is None)


def fold(text: str) -> str:
    """A text as it is compared."""
    return Folded(text).text
