"""Says how much two texts have in common: shares that tell an edited article from another page."""

from collections import Counter
from itertools import pairwise

from corrigenda.passage.words import is_word, tokens


def likeness(one: str, other: str) -> float:
    """Return the share, 0 to 1, of the longer text's pairs of neighbouring words that both texts have.

    Case does not count, nor does the order of the pairs: a text whose paragraphs were moved is the same text.
    The longer text is the measure, so that a list of all articles is not taken for one of them. Two texts
    without a word are alike. The work is linear in both lengths.
    """
    return _share(one, other, longer=True)


def overlap(one: str, other: str) -> float:
    """Return the same share of the shorter text: 1 where an article has only grown, or was cut."""
    return _share(one, other, longer=False)


def _share(one: str, other: str, *, longer: bool) -> float:
    if one == other:
        return 1.0
    pairs, others = _pairs(one), _pairs(other)
    measure = (max if longer else min)(pairs.total(), others.total())
    return (pairs & others).total() / measure if measure else float(not longer or pairs == others)


def _pairs(text: str) -> Counter[tuple[str, str]]:
    words = [token for token in tokens(text.casefold()) if is_word(token)]
    # The empty words at the edges give a text of one word a pair too.
    return Counter(pairwise(["", *words, ""])) if words else Counter()
