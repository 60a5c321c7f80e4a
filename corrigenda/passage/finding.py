"""Finds a quoted passage in a text when no older revision of the text is known."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from corrigenda.passage.align import align
from corrigenda.passage.confidence import FOUND
from corrigenda.passage.edges import cut_off, widen
from corrigenda.passage.folding import Folded, fold
from corrigenda.passage.following import Passage
from corrigenda.passage.match import Match
from corrigenda.passage.selector import CONTEXT, Selector
from corrigenda.passage.weights import (
    BELIEF,
    CONTEXT_ALONE,
    CONTEXT_LETTERS,
    MOST_COPIES,
    SAYS_ITSELF,
    SEED,
    SEEDS,
    WINDOW,
)

# Votes are counted for stretches of so many characters; one that straddles a border votes for both
# neighbours.
_STRETCH = 64
# Copies of one seed beyond this many say nothing about the place.
_SEED_COPIES = 4


class _Copy(NamedTuple):
    """A place where the quotation stands word for word, and how much of its context stands around it."""

    context: int
    near_hint: int
    start: int


def find(text: str, selector: Selector, hint: int | None = None) -> Match:
    """The place in the text that the selector quotes, or a match of kind "gone".

    Exact copies are told apart by their context, then by `hint`, the offset (code points) where the passage
    stood before. A copy without its context is believed only if it is long, and not while the context stands
    elsewhere around other words: that is where the passage was changed, and the copy may be the correction
    note that quotes it. Without an exact copy the place is voted for by pieces of the quotation and its
    context, and compared word by word.

    The answer's kind is "unchanged", "edited", "replaced" or "gone"; only `carry` can tell that something
    moved. Signs that show nothing, and one letter written in two ways, are no difference (see `folding`). A
    quotation that begins or ends inside another word than its reader saw is never sure.
    """
    folded = Folded.of(text)
    return folded.back(find_folded(folded.text, _folded(selector), _hint(folded, hint)))


def find_folded(text: str, selector: Selector, hint: int | None) -> Match:
    """What `find` does in a text and with a selector that are folded."""
    if not selector.exact:
        return Match("gone", None, None, FOUND["gone"])
    return _find_copy(text, selector, hint) or _near(text, selector, hint)


def find_copy(text: str, selector: Selector, hint: int | None = None) -> Match | None:
    """The place where the quoted words stand letter for letter; None where `find` would not believe a copy.

    It compares no words, so it costs a few passes over the text, whatever the text and the quotation are.
    """
    folded = Folded.of(text)
    copy = _find_copy(folded.text, _folded(selector), _hint(folded, hint))
    return None if copy is None else folded.back(copy)


def _folded(selector: Selector) -> Selector:
    return Selector(fold(selector.exact), fold(selector.prefix), fold(selector.suffix))


def _hint(folded: Folded, hint: int | None) -> int | None:
    return None if hint is None else folded.into(hint, hint)[0]


def _find_copy(text: str, selector: Selector, hint: int | None) -> Match | None:
    exact, prefix, suffix = selector.exact, selector.prefix, selector.suffix
    if not exact:
        return None
    whole = prefix + exact + suffix
    at = text.find(whole)
    if at >= 0 and (prefix or suffix) and text.find(whole, at + 1) < 0:
        at += len(prefix)
        if min(len(prefix), len(suffix)) >= CONTEXT:  # the words at the edges are all there
            return Match("unchanged", at, at + len(exact), FOUND["whole"])
        return _copied(text, selector, at, FOUND["whole"])
    copy = _best_copy(text, selector, hint)
    if copy and copy.context >= len(prefix) + len(suffix):
        return _copied(text, selector, copy.start, FOUND["copies"])
    believed = copy is not None and (len(exact) >= SAYS_ITSELF or copy.context >= CONTEXT_LETTERS)
    if copy and believed and not _context_elsewhere(text, selector, copy.start):
        return _copied(text, selector, copy.start, FOUND["copy"])
    return None


def _copied(text: str, selector: Selector, start: int, sure: float) -> Match:
    """An exact copy as a match; where it cuts another word than its reader saw, that word, and unsure."""
    end = start + len(selector.exact)
    if _ends_as_quoted(text, selector, start, end):
        return Match("unchanged", start, end, sure)
    return Match("edited", *widen(text, start, end), FOUND["within a word"])


def _ends_as_quoted(text: str, selector: Selector, start: int, end: int) -> bool:
    """Whether a place ends in the words and figures that its reader saw, as far as the selector goes."""
    quoted, first = selector.prefix + selector.exact + selector.suffix, len(selector.prefix)
    said = cut_off(quoted, first, first + len(selector.exact))
    says = cut_off(text, start, end)
    return _is_part(said[0], says[0], first, -1) and _is_part(said[1], says[1], len(selector.suffix), 1)


def _is_part(said: str, says: str, context: int, side: int) -> bool:
    """Whether what a passage cuts off is what its reader saw, as far as the context of a selector reaches."""
    if said == says:
        return True
    reaches_end = len(said) == context and context >= CONTEXT
    return bool(said) and reaches_end and (says.endswith(said) if side < 0 else says.startswith(said))


def is_near(text: str, selector: Selector) -> bool:
    """Whether enough pieces of the quotation and its context stand in a text for `find` to compare its words.

    Where it says no, `find` finds nothing but a copy; the answer costs a few passes over the text.
    """
    folded = _folded(selector)
    quoted = folded.prefix + folded.exact + folded.suffix
    return _vote(Folded.of(text).text, quoted, None) is not None


def _best_copy(text: str, selector: Selector, hint: int | None) -> _Copy | None:
    """The exact copy with the most context that touches it, the nearest to the hint among equals."""
    exact, before, after = selector.exact, selector.prefix[::-1], selector.suffix
    best: _Copy | None = None
    for at in _places(text, exact, 0 if hint is None else hint):
        end = at + len(exact)
        context = _shared(text[max(at - len(before), 0) : at][::-1], before)
        context += _shared(text[end : end + len(after)], after)
        copy = _Copy(context, -at if hint is None else -abs(at - hint), at)
        best = copy if best is None else max(best, copy)
    return best


def _places(text: str, exact: str, hint: int) -> Iterator[int]:
    """Where the words stand, from the hint outwards on both sides, MOST_COPIES at most on either."""
    at = text.find(exact, hint)
    for _ in range(MOST_COPIES):
        if at < 0:
            break
        yield at
        at = text.find(exact, at + 1)
    at = text.rfind(exact, 0, max(hint + len(exact) - 1, 0))
    for _ in range(MOST_COPIES):
        if at < 0:
            break
        yield at
        at = text.rfind(exact, 0, at + len(exact) - 1)


def _shared(a: str, b: str) -> int:
    """How many characters two short texts share at the start."""
    if a == b:
        return len(a)
    for count, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return count
    return min(len(a), len(b))


def _context_elsewhere(text: str, selector: Selector, start: int) -> bool:
    """Whether prefix and suffix stand close together around other words, somewhere else than at `start`."""
    prefix, suffix = selector.prefix, selector.suffix
    if min(len(prefix), len(suffix)) < CONTEXT_LETTERS // 2:
        return False
    at = text.find(prefix)
    if at < 0 or at + len(prefix) == start:
        return False
    low = at + len(prefix)
    return text.find(suffix, low, low + 2 * len(selector.exact) + WINDOW) >= 0


def _near(text: str, selector: Selector, hint: int | None) -> Match:
    """The passage where most pieces of it and its context stand, if the words there bear it out."""
    quoted = selector.prefix + selector.exact + selector.suffix
    first, last = len(selector.prefix), len(selector.prefix) + len(selector.exact)
    gone = Match("gone", None, None, FOUND["gone"])
    place = _vote(text, quoted, None if hint is None else hint - first)
    if place is None:
        return gone
    slack = WINDOW + len(selector.exact) // 2
    low = max(place - _STRETCH - slack, 0)
    pair = align(quoted, text[low : place + _STRETCH + len(quoted) + slack])
    passage = Passage(pair, first, last)
    match = passage.match()
    if match.start is None or match.end is None:
        return gone
    kept = passage.kept
    around = [Passage(pair, *span).kept for span in ((0, first), (last, len(quoted))) if span[0] < span[1]]
    context = sum(around) / len(around) if around else 1.0
    if match.kind in {"replaced", "unchanged"}:
        if context < CONTEXT_ALONE:
            return gone
    elif kept + context < BELIEF:
        return gone
    kind = "unchanged" if match.kind == "moved" else match.kind
    sure = FOUND[kind if kept + context < BELIEF + 0.5 else f"{kind}, sure"]
    start, end = low + match.start, low + match.end
    if not _ends_as_quoted(text, selector, start, end):
        sure = min(sure, FOUND["within a word"])
    return Match(kind, start, end, sure)


def _vote(text: str, quoted: str, hint: int | None) -> int | None:
    """Where the quoted text would begin, by a vote of pieces of it that stand in the text."""
    votes: Counter[int] = Counter()
    step = max(SEED - 2, len(quoted) // SEEDS)
    for offset in range(0, max(len(quoted) - SEED, 0) + 1, step):
        seed = quoted[offset : offset + SEED]
        at = text.find(seed)
        for _ in range(_SEED_COPIES):
            if at < 0:
                break
            stretch = (at - offset) // _STRETCH
            votes[stretch] += 1
            votes[stretch + 1] += 1
            at = text.find(seed, at + 1)
    if not votes:
        return None
    wanted = None if hint is None else hint // _STRETCH
    stretch, count = max(
        votes.items(), key=lambda vote: (vote[1], 0 if wanted is None else -abs(vote[0] - wanted), -vote[0])
    )
    return stretch * _STRETCH if count > 1 else None
