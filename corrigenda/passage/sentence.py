"""Finds the sentences around a passage, so that people see words in their context."""

import re
from bisect import bisect_right
from typing import Final

# A full stop after these ends no sentence. A missing one shows a shorter context, no more.
_ABBREVIATIONS: Final = frozenset(
    """
    mr mrs ms dr prof sr jr st gen col lt sgt capt rep sen gov no vs etc inc ltd co corp dept est approx fig
    vol jan feb mar apr jun jul aug sep sept oct nov dec al cf ca resp bzw usw vgl str abs nr art mme mlle
    вул буд кв обл р рр м ст см т тис млн млрд ім ред напр грн коп д п пп гл стор с г гг ул
    """.split()  # noqa: SIM905 - a list would take a screen
)
_END = re.compile(r"(?<![.!?…。！？])[.!?…。！？]++[\"'”’»)\]]*+(?=\s)|(?<![。！？])[。！？]++[”’」』)]*+|\n")
_LAST_WORD = re.compile(r"(\w+(?:\.\w+)*)\.$")
# Possessive throughout: two runs of white space that share their signs out anew take quadratic time.
_NEXT = re.compile(r"\s*+(?:[\"'“‘«„(\[—–-]++\s*+)?(\S)")


def sentence_starts(text: str) -> list[int]:
    """Where sentences begin, 0 first. A line feed ends one; the stop of an abbreviation does not."""
    starts = [0]
    for match in _END.finditer(text):
        end = match.end()
        if match.group() != "\n":
            following = _NEXT.match(text, end)
            if following is None or following.group(1).islower():
                continue
            if match.group() == "." and not _ends(text, end):
                continue
            while end < len(text) and text[end] == " ":
                end += 1
        if starts[-1] < end < len(text):
            starts.append(end)
    return starts


def _ends(text: str, end: int) -> bool:
    """Whether the full stop before `end` closes a sentence, given that no small letter follows."""
    word = _LAST_WORD.search(text, max(end - 40, 0), end)
    if word is None:
        return True
    last = word.group(1)
    # An initial ("J. Smith"), an abbreviation with stops inside ("U.S."), an ordinal ("3. Mai").
    return not (len(last) == 1 or "." in last or last.isdigit() or last.lower() in _ABBREVIATIONS)


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the whole sentences that hold [start, end), without white space at its ends."""
    starts = sentence_starts(text)
    first = starts[bisect_right(starts, start) - 1]
    index = bisect_right(starts, max(end - 1, start))
    last = starts[index] if index < len(starts) else len(text)
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last
