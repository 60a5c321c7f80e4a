"""Tidies the links between two revisions: drops coincidences, pairs respelt words, slides borders."""

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from corrigenda.passage.units import Pair, Side
from corrigenda.passage.weights import (
    COINCIDENCE,
    LONG_RUN,
    MOST_LETTERS,
    MOST_LIKENESS_PAIRS,
    SAME_WORD,
    SOLID_RUN,
)

# Sliding further than this finds no better border: a sentence rarely has more units.
_FURTHEST = 60
# Runs of so many words may stand elsewhere by chance and are moved beside their neighbours.
_SHORT_RUN = 3
# A gap with more units than this is rewritten, and its marks say nothing.
_WIDEST = 200


def drop_coincidences(pair: Pair) -> None:
    """Takes away runs of linked words that are light against rewritten text on both sides of them."""
    for _ in range(3):
        if not _drop_once(pair):
            return


def _drop_once(pair: Pair) -> bool:
    old, new, weight = pair.old, pair.new, pair.weight
    words = [u for u, number in enumerate(old.ids) if weight[number]]
    new_words = [u for u, number in enumerate(new.ids) if weight[number]]
    rank = {u: at for at, u in enumerate(new_words)}
    dropped = False
    at = 0
    while at < len(words):
        if old.match[words[at]] < 0:
            at += 1
            continue
        new_at = new_end = rank[old.match[words[at]]]
        end, heft = at, 0.0
        while end < len(words) and rank.get(old.match[words[end]]) == new_end:
            heft += pair.rarity[old.ids[words[end]]]
            end, new_end = end + 1, new_end + 1
        if heft < SOLID_RUN and end - at < LONG_RUN:
            before = _free_heft(pair, old, words, at - 1, -1) + _free_heft(
                pair, new, new_words, new_at - 1, -1
            )
            after = _free_heft(pair, old, words, end, 1) + _free_heft(pair, new, new_words, new_end, 1)
            if heft * COINCIDENCE < min(before, after):
                for u in words[at:end]:
                    pair.unlink(u)
                dropped = True
        at = end
    return dropped


def seat(pair: Pair) -> None:
    """Moves short runs of linked words beside their neighbours where the same words stand there too.

    Of several equal words a comparison that counts words may take any: "The" at the far end of what was
    inserted serves it as well as the one before the noun.
    """
    old, new, weight = pair.old, pair.new, pair.weight
    words = [u for u, number in enumerate(old.ids) if weight[number]]
    new_words = [u for u, number in enumerate(new.ids) if weight[number]]
    rank = {u: at for at, u in enumerate(new_words)}
    # Ranks of the linked words, old and new, with a fence at either end.
    links = [(at, rank[old.match[u]]) for at, u in enumerate(words) if old.match[u] >= 0]
    links = [(-1, -1), *links, (len(words), len(new_words))]
    first = 1
    while first < len(links) - 1:
        last = first
        while last + 1 < len(links) - 1 and links[last + 1] == (links[last][0] + 1, links[last][1] + 1):
            last += 1
        before, after = links[first - 1], links[last + 1]
        at, new_at = links[first]
        length = last - first + 1
        if length <= _SHORT_RUN and before[1] < new_at < after[1] <= before[1] + _WIDEST:
            says = [old.ids[u] for u in words[at : at + length]]
            best = _skew(at, new_at, length, before, after), new_at
            for to in range(before[1] + 1, after[1] - length + 1):
                seats = new_words[to : to + length]
                if [new.ids[v] for v in seats] == says and all(
                    new.match[v] < 0 or new_at <= rank[v] < new_at + length for v in seats
                ):
                    best = min(best, (_skew(at, to, length, before, after), to))
            if best[1] != new_at:
                _reseat(pair, words[at : at + length], new_words[best[1] : best[1] + length])
                links[first : last + 1] = [(at + step, best[1] + step) for step in range(length)]
        first = last + 1


def _skew(at: int, new_at: int, length: int, before: tuple[int, int], after: tuple[int, int]) -> int:
    """How many words more or fewer part a run from its nearer linked neighbour than in the old text."""
    left = abs((new_at - before[1]) - (at - before[0]))
    right = abs((after[1] - new_at - length) - (after[0] - at - length))
    return min(left, right)


def _reseat(pair: Pair, words: Sequence[int], new_words: Sequence[int]) -> None:
    for u in words:
        pair.unlink(u)
    for u, v in zip(words, new_words, strict=True):
        pair.link(u, v)


def _free_heft(pair: Pair, side: Side, words: Sequence[int], at: int, step: int) -> float:
    """The rarity of the free words from `at` on, in one direction, no further than any run could need."""
    heft = 0.0
    while 0 <= at < len(words) and heft < SOLID_RUN * COINCIDENCE + 2 and side.match[words[at]] < 0:
        heft += pair.rarity[side.ids[words[at]]]
        at += step
    return heft


def fill(pair: Pair) -> None:
    """Links marks, line feeds and respelt words between linked neighbours."""
    old, new = pair.old, pair.new
    i, size = 0, len(old.ids)
    while i < size:
        if old.match[i] >= 0:
            i += 1
            continue
        j = old.free_until(i, size)
        k = old.match[i - 1] + 1 if i else 0
        m = old.match[j] if j < size else len(new.ids)
        if k < m <= k + _WIDEST and new.free_until(k, m) == m:
            _fill_gap(pair, i, j, k, m)
        i = j


def _fill_gap(pair: Pair, i: int, j: int, k: int, m: int) -> None:
    i, j, k, m = _match_ends(pair, i, j, k, m)
    feeds = [u for u in range(i, j) if pair.old.ids[u] == pair.line_feed]
    new_feeds = [u for u in range(k, m) if pair.new.ids[u] == pair.line_feed]
    if len(feeds) != len(new_feeds):
        feeds = new_feeds = []
    for p, q in zip([*feeds, j], [*new_feeds, m], strict=True):
        span = _match_ends(pair, i, p, k, q)
        _match_alike(pair, pair.free_words(pair.old, *span[:2]), pair.free_words(pair.new, *span[2:]))
        if p < j:
            pair.link(p, q)
        i, k = p + 1, q + 1


def _match_ends(pair: Pair, i: int, j: int, k: int, m: int) -> tuple[int, int, int, int]:
    ids, new_ids = pair.old.ids, pair.new.ids
    while i < j and k < m and ids[i] == new_ids[k]:
        pair.link(i, k)
        i, k = i + 1, k + 1
    while i < j and k < m and ids[j - 1] == new_ids[m - 1]:
        pair.link(j - 1, m - 1)
        j, m = j - 1, m - 1
    return i, j, k, m


def _match_alike(pair: Pair, words: Sequence[int], new_words: Sequence[int]) -> None:
    """Links words that are spelt alike, in order, so that their likeness adds up to the most."""
    if not words or not new_words or len(words) * len(new_words) > MOST_LIKENESS_PAIRS:
        return
    likeness = [[_likeness(pair.old.says(u), pair.new.says(v)) for v in new_words] for u in words]
    if not any(map(any, likeness)):
        return
    best = [[0.0] * (len(new_words) + 1) for _ in range(len(words) + 1)]
    for p in range(len(words) - 1, -1, -1):
        for q in range(len(new_words) - 1, -1, -1):
            paired = best[p + 1][q + 1] + likeness[p][q] if likeness[p][q] else 0.0
            best[p][q] = max(best[p + 1][q], best[p][q + 1], paired)
    p = q = 0
    while p < len(words) and q < len(new_words):
        if best[p][q] == best[p + 1][q]:
            p += 1
        elif best[p][q] == best[p][q + 1]:
            q += 1
        else:
            pair.link(words[p], new_words[q])
            p, q = p + 1, q + 1


def _likeness(word: str, new_word: str) -> float:
    """How alike two words are, 0 below the threshold. Numbers are never alike: 31 is not 39 respelt."""
    if word[0].isdigit() or new_word[0].isdigit() or not 3 <= max(len(word), len(new_word)) <= MOST_LETTERS:
        return 0.0
    likeness = Levenshtein.normalized_similarity(word.lower(), new_word.lower(), score_cutoff=SAME_WORD)
    return likeness if likeness >= SAME_WORD else 0.0


def slide(pair: Pair) -> None:
    """Moves plain insertions and deletions so that they begin and end where sentences or lines do.

    "[It rained. ]It rained hard." and "It rained. [It rained. ]" are one insertion to a comparison of words;
    to a reader only whole sentences come and go.
    """
    for here, there in ((pair.new, pair.old), (pair.old, pair.new)):
        i, size = 0, len(here.ids)
        while i < size:
            if here.match[i] >= 0:
                i += 1
                continue
            j = here.free_until(i, size)
            if i > 0 and j < size and here.match[j] == here.match[i - 1] + 1:
                j += _slide_one(pair, here, there, i, j)
            i = max(j, i + 1)


def _slide_one(pair: Pair, here: Side, there: Side, i: int, j: int) -> int:
    """Slides the free units [i, j) to their best place; gives by how many units their end went on."""
    ids, match = here.ids, here.match
    best, shift = _border(pair, here, i, j), 0
    for step in (-1, 1):
        for far in range(1, _FURTHEST):
            out, into = (i - far, j - far) if step < 0 else (j + far - 1, i + far - 1)
            if not 0 <= out < len(ids) or match[out] < 0 or ids[out] != ids[into]:
                break
            if far > 1 and match[out] != match[out - step] + step:
                break
            worth = _border(pair, here, i + step * far, j + step * far)
            if worth > best:
                best, shift = worth, step * far
    for far in range(abs(shift)):
        out, into = (i - 1 - far, j - 1 - far) if shift < 0 else (j + far, i + far)
        partner = match[out]
        match[out], match[into] = -1, partner
        there.match[partner] = into
    return max(shift, 0)


def _border(pair: Pair, side: Side, i: int, j: int) -> float:
    """How good a stretch [i, j) is as something that came or went whole."""
    worth = _edge(pair, side, i) + _edge(pair, side, j)
    if i and side.ids[i - 1] == pair.line_feed:
        worth += 0.5
    for before, after in ((i - 1, i), (j - 1, j)):
        # Inside "a-b" or "it's".
        glued = before >= 0 and after < len(side.ids) and side.end[before] == side.start[after]
        if glued and pair.weight[side.ids[after]]:
            worth -= 0.3
    return worth


def _edge(pair: Pair, side: Side, unit: int) -> float:
    """How strong the border before a unit is: that of a line 3, of a sentence 2."""
    if not 0 < unit < len(side.ids) or pair.line_feed in (side.ids[unit - 1], side.ids[unit]):
        return 3.0
    return 2.0 if side.ids[unit - 1] in pair.sentence_ends else 0.0
