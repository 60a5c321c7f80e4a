"""Finds what changed its place between two revisions: sentences anywhere, words within a sentence."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from rapidfuzz.distance import Indel, LCSseq, MatchingBlock

from corrigenda.passage.units import Pair, Side
from corrigenda.passage.weights import CROSSING, CROSSING_LETTERS, MOVED_RUN, MOVED_WORDS, SAME_MOVED

# Two words in a row that stand in more free sentences than this tell nothing about which one it is.
_MOST_HITS = 8
# How many candidates each sentence is compared with.
_CANDIDATES = 3
# Links to a place more than this many units from both neighbours are for whole sentences.
_NEIGHBOURHOOD = 8


def match_moved(pair: Pair) -> None:
    """Links sentences without a partner in their place with those like them elsewhere, most alike first."""
    old, new = pair.old, pair.new
    sentences = _free_sentences(pair, old)
    new_sentences = _free_sentences(pair, new) if sentences else []
    if not new_sentences:
        return
    said = [[old.ids[u] for u in words] for words in sentences]
    says = [[new.ids[u] for u in words] for words in new_sentences]
    found = []
    for p, q in _candidates(said, says):
        likeness = Indel.normalized_similarity(said[p], says[q])
        if likeness >= SAME_MOVED:
            found.append((-likeness * min(len(said[p]), len(says[q])), p, q))
    taken: set[int] = set()
    new_taken: set[int] = set()
    for _, p, q in sorted(found):
        if p not in taken and q not in new_taken:
            taken.add(p)
            new_taken.add(q)
            _match_sentences(pair, sentences[p], new_sentences[q])


def _candidates(said: list[list[int]], says: list[list[int]]) -> Iterator[tuple[int, int]]:
    """For each sentence those that share the most pairs of neighbouring words with it."""
    index: dict[tuple[int, int], list[int]] = defaultdict(list)
    for q, sentence in enumerate(says):
        for two in set(pairwise(sentence)):
            index[two].append(q)
    for p, sentence in enumerate(said):
        votes: Counter[int] = Counter()
        for two in set(pairwise(sentence)):
            hits = index.get(two, ())
            if len(hits) <= _MOST_HITS:
                votes.update(hits)
        for q, _ in votes.most_common(_CANDIDATES):
            yield p, q


def _free_sentences(pair: Pair, side: Side) -> list[list[int]]:
    """The free words of each sentence of which at least half is free."""
    found = []
    words: list[int] = []
    total = 0
    for unit, number in enumerate([*side.ids, pair.line_feed]):
        if number in pair.sentence_ends:
            if len(words) >= MOVED_WORDS and len(words) * 2 >= total:
                found.append(words)
            words, total = [], 0
        elif pair.weight[number]:
            total += 1
            if side.match[unit] < 0:
                words.append(unit)
    return found


def _match_sentences(pair: Pair, words: list[int], new_words: list[int]) -> None:
    """Links the common runs of two sentences: long ones, and short ones beside long ones."""
    says, new_says = [pair.old.ids[u] for u in words], [pair.new.ids[u] for u in new_words]
    runs = [run for run in LCSseq.editops(says, new_says).as_matching_blocks() if run.size]
    trusted = [run.size >= MOVED_RUN for run in runs]
    # Trust spreads to neighbours, first forwards and then backwards.
    for step in (1, -1):
        for index in range(len(runs))[::step]:
            before = index - step
            if 0 <= before < len(runs) and trusted[before] and _beside(runs[index], runs[before]):
                trusted[index] = True
    for run, trust in zip(runs, trusted, strict=True):
        if trust:
            for step in range(run.size):
                pair.link(words[run.a + step], new_words[run.b + step])


def _beside(run: MatchingBlock, other: MatchingBlock) -> bool:
    """Whether at most two words stand between two runs, in both texts."""
    first, second = sorted((run, other), key=lambda block: block.a)
    return second.a - first.a - first.size <= 2 and second.b - first.b - first.size <= 2


def match_crossed(pair: Pair) -> None:
    """Links words that stand free once in either text and have only changed places with their neighbours.

    "training and the R language" became "the R language and training": one of the two is left over by any
    comparison that keeps the order.
    """
    old, new = pair.old, pair.new
    free = _free_once(pair, old)
    new_free = _free_once(pair, new) if free else {}
    for number, u in free.items():
        v = new_free.get(number)
        if v is not None and _near(pair, u, v):
            pair.link(u, v)


def _free_once(pair: Pair, side: Side) -> dict[int, int]:
    """Long words that stand free exactly once, by what they say."""
    places: dict[int, int] = {}
    for unit, number in enumerate(side.ids):
        if side.match[unit] < 0 and pair.weight[number] >= CROSSING_LETTERS:
            places[number] = -1 if number in places else unit
    return {number: unit for number, unit in places.items() if unit >= 0}


def _near(pair: Pair, u: int, v: int) -> bool:
    """Whether new unit v stands where a linked neighbour of old unit u does, in the same line."""
    old, new = pair.old, pair.new
    before = u
    while before >= max(u - _NEIGHBOURHOOD, 0) and old.match[before] < 0:
        before -= 1
    after = old.free_until(u, min(u + _NEIGHBOURHOOD + 1, len(old.ids)))
    places = []
    if before < 0 or old.match[before] >= 0:
        places.append(old.match[before] if before >= 0 else 0)
    if after == len(old.ids) or old.match[after] >= 0:
        places.append(old.match[after] if after < len(old.ids) else len(new.ids))
    return any(
        abs(v - place) <= CROSSING and pair.line_feed not in new.ids[min(v, place) : max(v, place)]
        for place in places
    )
