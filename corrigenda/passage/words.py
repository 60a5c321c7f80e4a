"""Cuts text into words, numbers, white space and single marks: the units in which people see a change."""

import re
import unicodedata
from typing import Final


def _combining_marks() -> str:
    """The combining marks of the Unicode plane in use as a character class; `\\w` leaves them out."""
    ranges: list[str] = []
    first = last = -2
    for code in range(0x300, 0x10000):
        if unicodedata.category(chr(code)).startswith("M"):
            if code == last + 1:
                last = code
                continue
            ranges.append(f"{chr(first)}-{chr(last)}" if first > 0 else "")
            first = last = code
    ranges.append(f"{chr(first)}-{chr(last)}")
    return "".join(ranges)


# Joiners that show nothing stand inside words: soft hyphen, zero-width joiner and non-joiner, word joiner.
_INVISIBLE: Final = "\u00ad\u200c\u200d\u2060"
# Scripts written without spaces: each sign is a unit of its own, else a whole clause would be one word.
_UNSPACED: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER: Final = rf"(?:(?![{_UNSPACED}])[\w{_combining_marks()}{_INVISIBLE}])"
_APOSTROPHE: Final = "'’ʼ‘`´"
_HYPHEN: Final = "\\-‐‑"
# 10.8, 1,000, 10:30, 24/7, 1 000 000 with any kind of space, with a sign before it and a percent sign after
# it.
_NUMBER: Final = (
    r"(?:(?<!\w)[+\-−±])?"
    r"(?:(?<!\d)\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,:/]\d+)*)"
    rf"(?:[{_HYPHEN}]?{_LETTER}+|[%‰])?"
)
_WORD: Final = rf"{_LETTER}+(?:[{_APOSTROPHE}{_HYPHEN}.]{_LETTER}+)*"
TOKEN: Final = re.compile(rf"{_NUMBER}|{_WORD}|\n|[^\S\n]+|.", re.DOTALL)


def tokens(text: str) -> list[str]:
    """The text cut into units; joined again they are the text."""
    return TOKEN.findall(text)


def is_word(token: str) -> bool:
    """Whether a unit is a word or a number rather than white space or a mark."""
    return any(map(str.isalnum, token))
