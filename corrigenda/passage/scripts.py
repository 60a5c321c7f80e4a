"""Cuts text of scripts without spaces between words by ICU's dictionaries: Thai, Lao, Khmer, Burmese."""

from typing import Final

from icu4py.breakers import WordBreaker

JOINED: Final = r"[[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]--\p{Nd}]"
"""Their letters and marks, as a set of the `regex` module (version 1)."""


def words_of(run: str) -> list[str]:
    """Cut a run of such letters into words; joined again they are the run. The work is linear.

    The cuts are the word borders of UAX 29 by ICU's dictionaries, which browsers use, too.
    """
    return list(WordBreaker(run, "en"))
