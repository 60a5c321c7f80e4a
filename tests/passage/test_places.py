"""Where a quotation stands when the revisions of the article are known."""

import time

import pytest

from corrigenda.passage import MatchKind, Selector
from corrigenda.passage.confidence import ASK_BELOW
from corrigenda.passage.places import (
    LOST,
    MOST_HOPS,
    Place,
    carry_through,
    hops,
    is_same_passage,
    kind_since,
    locate_quote,
)

FIRST = "The ferry left at nine. Forty people were aboard.\nThe harbour was calm."
FIXED = "The ferry left at nine. Fourteen people were aboard.\nThe harbour was calm."
LONGER = (
    "Updated at noon.\nThe ferry left at nine. Fourteen people were aboard.\nNobody fell ill.\n"
    "The harbour was calm."
)


def test_a_quotation_in_the_newest_text_is_found_there() -> None:
    place = locate_quote([FIRST, LONGER], Selector("The harbour was calm."), position=None)
    assert place.words(LONGER) == "The harbour was calm."
    assert place.is_sure
    assert place.kind == "unchanged"


def test_words_that_were_changed_since_are_found_through_the_older_text() -> None:
    place = locate_quote([FIRST, FIXED, LONGER], Selector("Forty people"), position=None)
    assert place.words(LONGER) == "Fourteen people"
    assert place.kind in {"unchanged", "moved", "edited"}  # what the last revision did to them


@pytest.mark.parametrize(
    "quoted", ["Forty people", "  Forty \n people ", "“Forty people”", '"Forty people"', "„Forty people“"]
)
def test_words_without_their_surroundings_are_found_where_they_stand_once(quoted: str) -> None:
    place = locate_quote([FIRST], Selector(quoted), position=None)
    assert place.words(FIRST) == "Forty people"
    assert place.is_sure


@pytest.mark.parametrize("quoted", ["Forty", "ferry", "The"])
def test_a_bare_word_and_a_bare_copy_are_guesses(quoted: str) -> None:
    place = locate_quote([FIRST], Selector(quoted), position=None)
    assert place.words(FIRST) == quoted
    assert not place.is_sure


def test_surroundings_tell_copies_apart() -> None:
    text = "The ferry came. Then the ferry left. In the end the ferry sank."
    place = locate_quote([text], Selector("the ferry", "came. Then ", " left. In the end"), position=None)
    assert place.start == text.index("the ferry left")
    assert place.is_sure


@pytest.mark.long
def test_twice_a_million_copies_cost_no_more_than_thrice() -> None:
    assert cost_of_copies(2_000_000) < 3 * cost_of_copies(1_000_000)


def cost_of_copies(number: int) -> float:
    """Return the seconds of processor time, at best, that so many copies of a quotation cost."""
    text = "a" * number
    costs = []
    for _ in range(5):
        began = time.process_time()
        assert not locate_quote([text], Selector("a"), position=None).is_sure
        costs.append(time.process_time() - began)
    return min(costs)


def test_words_that_no_text_holds_are_gone() -> None:
    place = locate_quote([FIRST, FIXED], Selector("The zeppelin burst over the cathedral"), position=None)
    assert place.start is None
    assert not place.is_sure


def test_the_position_counts_utf_16_units() -> None:
    text = "🚢🚢🚢 the ship. " + "Nothing else happened on that long day. " * 40 + "the ship."
    second = text.rindex("the ship")
    selector = Selector("the ship")
    assert locate_quote([text], selector, position=second + 3).start == second
    assert locate_quote([text], selector, position=7).start == text.index("the ship")


def test_a_position_beyond_the_text_is_no_error() -> None:
    assert locate_quote([FIRST], Selector("Forty people"), position=10**9).words(FIRST) == "Forty people"


def test_places_are_carried_through_each_revision_in_turn() -> None:
    start = FIRST.index("Forty")
    calm = FIRST.index("The harbour")
    places = [
        Place("unchanged", start, start + len("Forty people"), 0.95),
        Place("unchanged", calm, calm + len("The harbour was calm."), 0.95),
    ]
    people, harbour = carry_through([FIRST, FIXED, LONGER], places)
    assert people.words(LONGER) == "Fourteen people"
    assert harbour.words(LONGER) == "The harbour was calm."


def test_words_that_are_cut_and_put_back_are_found_again() -> None:
    cut = "The ferry left at nine. Forty people were aboard."
    calm = FIRST.index("The harbour")
    place = Place("unchanged", calm, len(FIRST), 0.95)
    assert carry_through([FIRST, cut], [place])[0].kind == "gone"
    assert carry_through([FIRST, cut, FIRST], [place])[0].words(FIRST) == "The harbour was calm."


def test_a_hundred_harmless_revisions_do_not_make_a_place_doubtful() -> None:
    texts = [f"Updated {n} times.\n{FIRST}" for n in range(100)]
    start = texts[0].index("Forty people")
    place = carry_through(texts, [Place("unchanged", start, start + 12, 0.95)])[0]
    assert place.words(texts[-1]) == "Forty people"
    assert place.confidence >= ASK_BELOW


def test_a_doubtful_place_stays_doubtful_however_sure_the_carrying_is() -> None:
    place = carry_through([FIRST, FIRST + "\nMore."], [Place("unchanged", 0, 9, 0.3)])[0]
    assert place.confidence <= 0.3
    assert not place.is_sure


def test_a_place_that_is_lost_cannot_be_carried() -> None:
    assert carry_through([FIRST, FIXED], [LOST]) == [LOST]


@pytest.mark.parametrize(
    ("first", "words", "former", "now", "expected"),
    [
        ("forty", "forty", "unchanged", "moved", "moved"),
        ("forty", "fourteen", "unchanged", "edited", "edited"),
        ("forty", "fourteen", "edited", "unchanged", "edited"),
        ("forty", "a few", "replaced", "moved", "replaced"),
        ("forty", "forty", "edited", "edited", "unchanged"),
        ("forty", "", "edited", "gone", "gone"),
    ],
)
def test_the_kind_speaks_of_the_words_that_the_reader_saw(
    first: str, words: str, former: str, now: MatchKind, expected: str
) -> None:
    assert kind_since(first, words, former=former, now=now) == expected


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ((10, 20), True),
        ((10, 30), True),
        ((10, 31), False),
        ((15, 20), True),
        ((16, 20), False),
        ((0, 10), False),
        ((20, 30), False),
        ((12, 12), False),
    ],
)
def test_passages_are_the_same_from_half_of_their_union_on(other: tuple[int, int], same: bool) -> None:
    assert is_same_passage((10, 20), other) is same
    assert is_same_passage(other, (10, 20)) is same


def test_hundreds_of_revisions_are_compared_a_few_times() -> None:
    assert hops(3, 6) == [3, 4, 5, 6]
    for first in (0, 150):
        chosen = hops(first, 199)
        assert (chosen[0], chosen[-2:]) == (first, [198, 199])
        assert len(chosen) - 1 <= MOST_HOPS
        assert chosen == sorted(set(chosen))


def test_words_of_the_first_of_many_revisions_are_carried_to_the_last() -> None:
    texts = [FIRST, *(FIXED.replace("calm", f"calm, {number} people say") for number in range(60)), LONGER]
    place = locate_quote(texts, Selector("Forty people"), position=None)
    assert place.words(LONGER) == "Fourteen people"
