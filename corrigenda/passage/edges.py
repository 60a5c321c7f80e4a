"""Says which word or figure a place in a text cuts, so that no passage comes to hold half of one."""

import re
from typing import Final

import regex

from corrigenda.passage.words import HANGUL, Span, spans

_LONGEST: Final = 200
"""Characters of a unit on one side of a place that are looked at."""

# A figure spreads over spaces only as far as its magnitude and unit reach.
_FIGURE_BEFORE: Final = 30
_FIGURE_AFTER: Final = 5
_FIGURE: Final = re.compile(r"[\d½¼¾⅓⅔⅛]")
_OPENING: Final = frozenset('([{«„“"')
_CLOSING: Final = frozenset(',;!?)]}»”"…')
_MARK: Final = regex.compile(r"[^\p{L}\p{M}\p{N}\p{Cf}]")
# Between two letters a space always parts two units.
_BORDER: Final = re.compile(r"(?<=[^\W\d_])\s(?=[^\W\d_])")
_GRAPHEME: Final = regex.compile(r"\X")


def cut(text: str, at: int) -> Span:
    """The unit of words (see `words`) that the place between text[at - 1] and text[at] cuts.

    (at, at) where it cuts none, as between two syllables of Korean, which joins a name and its particle.
    """
    if _is_border(text, at):
        return at, at
    low = max(at - _LONGEST, 0)
    low = max(text.rfind("\n", low, at) + 1, low)
    feed = text.find("\n", at, at + _LONGEST)
    high = feed if feed >= 0 else min(len(text), at + _LONGEST)
    border = _BORDER.search(text, low, at - _FIGURE_BEFORE) if at - low > _FIGURE_BEFORE else None
    for start, end in spans(text, border.end() if border else low, high):
        if start < at < end:
            return start, end
        if start >= at:
            break
    return at, at


def _is_border(text: str, at: int) -> bool:
    """Whether a place surely lies between two units; a quick look that spares most places the cutting."""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if before == "\n" or after == "\n":
        return True
    if _FIGURE.search(text, max(at - _FIGURE_BEFORE, 0), at + _FIGURE_AFTER):
        return False
    if HANGUL.match(text, at - 1) and HANGUL.match(text, at):
        return True
    return (before == " " or after == " " or before in _OPENING or after in _CLOSING) and after.isascii()


def widen(text: str, start: int, end: int) -> Span:
    """The span with the whole of the figures and words that it cuts, but not across a mark within a word.

    "full" becomes no "full-time", but "31" becomes "31.5" and "ferry" becomes "ferryman".
    """
    return _whole(text, cut(text, start), start)[0], _whole(text, cut(text, end), end)[1]


def _whole(text: str, unit: Span, at: int) -> Span:
    """The part of a unit around a place up to the marks in it; all of a figure."""
    start, end = unit
    if _FIGURE.search(text, start, end) is None:
        for mark in _MARK.finditer(text, start, end):
            if mark.end() <= at:
                start = mark.end()
            elif mark.start() >= at:
                end = mark.start()
                break
    return start, end


def cut_off(text: str, start: int, end: int) -> tuple[str, str]:
    """What the units that a span cuts have before it and after it; empty where it cuts none."""
    return text[cut(text, start)[0] : start], text[end : cut(text, end)[1]]


def are_edges_same(old: str, span: Span, new: str, new_span: Span) -> bool:
    """Whether two spans end in the same words and figures, what lies outside of the spans included."""
    return cut_off(old, *span) == cut_off(new, *new_span)


def whole_signs(text: str, start: int, end: int) -> Span:
    """The span with the whole of the grapheme clusters (UAX 29) that it cuts."""
    return _sign_around(text, start)[0], _sign_around(text, end)[1]


def cuts_sign(text: str, at: int) -> bool:
    """Whether a place lies within a grapheme cluster."""
    return _sign_around(text, at) != (at, at)


def _sign_around(text: str, at: int) -> Span:
    if not 0 < at < len(text) or (text[at].isascii() and text[at - 1].isascii()):
        return at, at
    low = at
    # A cluster begins at the latest with the ASCII sign before it.
    while low > 0 and at - low < _LONGEST and not text[low - 1].isascii():
        low -= 1
    for match in _GRAPHEME.finditer(text, max(low - 1, 0), min(len(text), at + _LONGEST)):
        start, end = match.span()
        if start < at < end:
            return start, end
        if start >= at:
            break
    return at, at
