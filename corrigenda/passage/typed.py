"""Finds words as people type them: with their keyboard's quotes, dashes and spaces, and one wrong letter."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from corrigenda.passage.units import shared_start
from corrigenda.passage.words import Span

LEAST_LETTERS: Final = 8
"""Shorter words, with one wrong letter, are too often other words."""

MOST_COPIES: Final = 1000
"""Of a letter that a text repeats a million times, the first thousand places will do for a guess."""

# One character for one, so that a place in the one text is the same place in the other.
_LIKE_KEYBOARDS: Final = str.maketrans(
    {
        **dict.fromkeys("“”„«»‟″", '"'),
        **dict.fromkeys("‘’‚‛ʼ`´′", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys(
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\n",
            " ",
        ),
    }
)


@lru_cache(maxsize=2)
def typed(text: str) -> str:
    """A text as a keyboard has it, in small letters; each character keeps its place."""
    text = text.translate(_LIKE_KEYBOARDS)
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def copies(text: str, exact: str) -> list[Span]:
    """The spans of the words letter for letter, not more than MOST_COPIES of them."""
    return [(at, at + len(exact)) for at in _places(text, exact)]


def typed_copies(text: str, quoted: str) -> list[Span]:
    """The spans of the words, whatever their quotes, dashes, spaces and case are."""
    return copies(typed(text), typed(quoted))


def near_copies(text: str, quoted: str) -> list[Span]:
    """The spans of the words with one letter more, less or other, forgiven the same.

    One half of the quotation is right then, so only the places of either half are compared.
    """
    if len(quoted) < LEAST_LETTERS:
        return []
    text, quoted = typed(text), typed(quoted)
    half = len(quoted) // 2
    left, right = quoted[:half], quoted[half:]
    found = set()
    for at in _places(text, left):
        begin = at + half
        length = _one_off(right, text[begin : begin + len(right) + 1])
        if length is not None:
            found.add((at, begin + length))
    backwards = left[::-1]
    for at in _places(text, right):
        length = _one_off(backwards, text[max(at - half - 1, 0) : at][::-1])
        if length is not None:
            found.add((at - length, at + len(right)))
    return sorted(found)


def _places(text: str, exact: str) -> Iterator[int]:
    at = text.find(exact) if exact else -1
    for _ in range(MOST_COPIES):
        if at < 0:
            return
        yield at
        at = text.find(exact, at + 1)


def _one_off(said: str, says: str) -> int | None:
    """How many characters of a text say the same but for one letter; None where it says something else."""
    same = shared_start(said, says)
    if same == min(len(said), len(says)):
        return None  # the words themselves, or the end of the text
    for more, less in ((1, 1), (0, 1), (1, 0)):
        rest = said[same + more :]
        if says[same + less : same + less + len(rest)] == rest:
            return same + less + len(rest)
    return None
