"""Public ways to find a passage again, plainly written: what the engine is measured beside."""

import re
from collections.abc import Sequence
from importlib import import_module
from itertools import accumulate

from rapidfuzz.distance import LCSseq

from benchmarks.locate_data import Case, Span

Answers = list[Span | None]

# Published without types, so taken by name.
_DIFF_MATCH_PATCH = import_module("diff_match_patch").diff_match_patch
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


def nearest_exact(_old: str, new: str, cases: Sequence[Case]) -> Answers:
    """The copy of the quotation that is nearest to where it stood."""
    answers: Answers = []
    for case in cases:
        places = list(_places(new, case.exact))
        at = min(places, key=lambda place: abs(place - case.start), default=None)
        answers.append(None if at is None else (at, at + len(case.exact)))
    return answers


def word_lcs(old: str, new: str, cases: Sequence[Case]) -> Answers:
    """Offsets mapped through the longest common subsequence of words; replaced words are taken."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    at, to = [0, *accumulate(map(len, a))], [0, *accumulate(map(len, b))]
    steps = [
        (at[op.src_start], at[op.src_end], to[op.dest_start], to[op.dest_end], op.tag == "equal")
        for op in LCSseq.opcodes(a, b)
    ]
    joined = _joined(steps)
    return [_mapped(joined, case, takes_replaced=True) for case in cases]


def character_diff(old: str, new: str, cases: Sequence[Case]) -> Answers:
    """Offsets mapped through diff-match-patch's character diff with its semantic clean-up."""
    engine = _DIFF_MATCH_PATCH()
    diffs = engine.diff_main(old, new)
    engine.diff_cleanupSemantic(diffs)
    steps, at, to = [], 0, 0
    for kind, text in diffs:
        size = len(text)
        steps.append((at, at + size * (kind <= 0), to, to + size * (kind >= 0), kind == 0))
        at, to = steps[-1][1], steps[-1][3]
    joined = _joined(steps)
    return [_mapped(joined, case, takes_replaced=False) for case in cases]


def _joined(steps: Sequence[tuple[int, int, int, int, bool]]) -> list[tuple[int, int, int, int, bool]]:
    """Neighbouring deletions and insertions as one replacement."""
    joined: list[tuple[int, int, int, int, bool]] = []
    for step in steps:
        if joined and not step[4] and not joined[-1][4]:
            joined[-1] = (joined[-1][0], step[1], joined[-1][2], step[3], False)
        else:
            joined.append(step)
    return joined


def _mapped(
    steps: Sequence[tuple[int, int, int, int, bool]], case: Case, *, takes_replaced: bool
) -> Span | None:
    """From the first to the last surviving character where half survive; else what replaced them, or gone."""
    inside = [step for step in steps if step[0] < case.end and case.start < step[1]]
    kept = [step for step in inside if step[4]]
    shared = sum(min(step[1], case.end) - max(step[0], case.start) for step in kept)
    if 2 * shared >= case.end - case.start:
        first, last = kept[0], kept[-1]
        start = first[2] + max(case.start - first[0], 0)
        return start, last[2] + min(case.end, last[1]) - last[0]
    if takes_replaced and len(inside) == 1 and inside[0][2] < inside[0][3]:
        return inside[0][2], inside[0][3]
    return None


class QuoteSearch:
    """The search of the Hypothesis client (module match-quote): exact copies or the fewest errors, scored.

    Quotation 50, prefix 20, suffix 20, position 2.
    """

    # The threshold that suits these data best.
    STRICT = 0.74

    def __init__(self) -> None:
        self._last: list[tuple[float, Span] | None] = []

    def best(self, _old: str, new: str, cases: Sequence[Case]) -> Answers:
        """The best-scored place, however bad."""
        self._last = [_quoted(new, case) for case in cases]
        return [found[1] if found else None for found in self._last]

    def strict(self, _old: str, _new: str, _cases: Sequence[Case]) -> Answers:
        """The same answers, orphans where the score is below the threshold; asked right after `best`."""
        return [found[1] if found and found[0] >= self.STRICT else None for found in self._last]


def _quoted(text: str, case: Case) -> tuple[float, Span] | None:
    found = []
    for start, end, errors in _search(text, case.exact, min(256, len(case.exact) // 2)):
        before = text[max(start - len(case.prefix), 0) : start]
        after = text[end : end + len(case.suffix)]
        score = 50 * (1 - errors / len(case.exact))
        score += 20 * (_likeness(before, case.prefix) if case.prefix else 1)
        score += 20 * (_likeness(after, case.suffix) if case.suffix else 1)
        score += 2 * (1 - abs(start - case.start) / len(text))
        found.append((score / 92, (start, end)))
    return max(found, key=lambda scored: scored[0], default=None)


def _likeness(text: str, pattern: str) -> float:
    """How well the best stretch of a text fits the pattern, 0 to 1; only the errors count, not the place."""
    if not text:
        return 0.0
    if pattern in text:
        return 1.0
    found = _ends(text, pattern, len(pattern))
    return 1 - found[0][1] / len(pattern) if found else 0.0


def _search(text: str, pattern: str, most_errors: int) -> list[tuple[int, int, int]]:
    exact = [(at, at + len(pattern), 0) for at in _places(text, pattern)]
    if exact:
        return exact
    found = []
    for end, errors in _ends(text, pattern, most_errors):
        head = text[max(end - len(pattern) - errors, 0) : end]
        back = max((size for size, _ in _ends(head[::-1], pattern[::-1], errors)), default=len(pattern))
        found.append((end - back, end, errors))
    return found


def _ends(text: str, pattern: str, most_errors: int) -> list[tuple[int, int]]:
    """Where the matches with the fewest errors end: Myers' bit vectors, one wide integer each."""
    masks: dict[str, int] = {}
    for place, character in enumerate(pattern):
        masks[character] = masks.get(character, 0) | 1 << place
    size, top = len(pattern), 1 << (len(pattern) - 1)
    every = (1 << size) - 1
    plus, minus, errors = every, 0, size
    found: list[tuple[int, int]] = []
    for place, character in enumerate(text, start=1):
        mask = masks.get(character, 0)
        carry = (((mask & plus) + plus) ^ plus) | mask | minus
        up, down = minus | ~(carry | plus) & every, plus & carry
        errors += bool(up & top) - bool(down & top)
        up, down = up << 1 & every, down << 1 & every
        plus, minus = down | ~((mask | minus) | up) & every, up & (mask | minus)
        if errors <= most_errors:
            if errors < most_errors:
                found.clear()
                most_errors = errors
            found.append((place, errors))
    return found


def _places(text: str, words: str) -> list[int]:
    places, at = [], text.find(words)
    while at >= 0:
        places.append(at)
        at = text.find(words, at + 1)
    return places
