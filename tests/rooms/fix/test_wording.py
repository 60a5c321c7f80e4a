"""A change is planned at the right place or not at all, and a page is believed only when it reads so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrigenda.fix.wording import Base, look_for, plan_change
from corrigenda.passage import CannotPatch, plain_text

TEXT = (
    "Night ferry\nThe ferry arrived on time in 31 of 39 crossings, the office says.\n"
    "The council says it arrived on time in 31 of 39 crossings, which is not much.\n"
    "On the wall it says that she arrived on time in 31 of 39 crossings.\nAsk about the goat."
)


def base(words: str, text: str = TEXT, *, nth: int = 0) -> Base:
    """The nth place of the words."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return Base(text, at, at + len(words))


def html(text: str) -> str:
    """The text as simple markup."""
    return "\n".join(f"<p>{line}</p>" for line in text.split("\n"))


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_a_change_at_its_own_place(nth: int) -> None:
    """Of three equal passages the one that was decided about."""
    place = base("31 of 39", nth=nth)
    plan = plan_change(html(TEXT), place, "34 of 39")
    expected = TEXT[: place.start] + "34 of 39" + TEXT[place.end :]
    assert (plan.status, plain_text(plan.html)) == ("change", expected)
    assert expected[plan.start : plan.end] == "34 of 39"


def test_a_change_in_a_text_that_has_moved_on() -> None:
    """Paragraphs added above, words changed elsewhere: the passage is followed."""
    newer = "A new first paragraph of some length.\n" + TEXT.replace("the office says", "an official said")
    plan = plan_change(html(newer), base("31 of 39", nth=1), "34 of 39")
    assert plan.status == "change"
    assert "council says it arrived on time in 34 of 39 crossings" in plain_text(plan.html)
    assert plain_text(plan.html).count("31 of 39") == 2


def test_what_is_there_already_is_done() -> None:
    """Nothing is changed, and the place is known."""
    fixed = TEXT.replace("in 31 of", "in 34 of", 1)
    plan = plan_change(html(fixed), base("31 of 39"), "34 of 39")
    assert (plan.status, plan.html) == ("done", html(fixed))
    assert fixed[plan.start : plan.end] == "34 of 39"


@pytest.mark.parametrize(
    ("words", "wording"),
    [("ferry arrived", "night ferry arrived"), ("the office", "the office of the harbour"), ("31", "2 + 31")],
)
def test_words_that_were_added_already_are_not_added_twice(words: str, wording: str) -> None:
    """Also where the old words stand inside the new ones."""
    place = base(words)
    fixed = plan_change(html(TEXT), place, wording).html
    assert plan_change(fixed, place, wording).status == "done"
    assert plain_text(fixed).count(wording) == 1


def test_a_note_beside_the_old_words_is_no_fix() -> None:
    """The wording stands on the page, and so do the words that it was to replace."""
    place = base("31 of 39")
    noted = TEXT.replace("31 of 39 crossings, the", "31 of 39 crossings (rightly, 34 of 39), the", 1)
    assert look_for(place, "34 of 39", noted).status == "stands"
    assert plan_change(html(noted), place, "34 of 39").status == "change"
    place = base("On the wall it says that she arrived on time in 31 of 39 crossings.")
    wording = "On a wall of the ticket hall somebody has written how often she was late."
    assert look_for(place, wording, f"{TEXT}\n{wording}").status == "stands"


@pytest.mark.parametrize(
    ("newer", "found"),
    [
        (TEXT.replace("in 31 of 39", "in 33 of 39", 1), "33 of 39"),
        (TEXT.replace("\nThe ferry arrived on time in 31 of 39 crossings, the office says.", ""), ""),
    ],
    ids=["changed", "cut"],
)
def test_words_that_changed_meanwhile_are_a_conflict(newer: str, found: str) -> None:
    """Also where the same words stand elsewhere: the wrong place is never changed."""
    plan = plan_change(html(newer), base("31 of 39"), "34 of 39")
    assert (plan.status, plan.found) == ("conflict", found)


def test_a_deletion_and_a_second_look_at_it() -> None:
    """Words taken out leave one space; where they are gone already there is nothing to do."""
    place = base(", which is not much")
    plan = plan_change(html(TEXT), place, "")
    assert plain_text(plan.html) == TEXT.replace(", which is not much", "")
    assert plan.start == plan.end == place.start
    assert plan_change(plan.html, place, "").status == "done"


def test_markup_that_cannot_take_it_says_why() -> None:
    """The reason goes to the editor."""
    with pytest.raises(CannotPatch, match="character that a web page cannot show"):
        plan_change(html(TEXT), base("31 of 39"), "34\0of 39")


@pytest.mark.parametrize(
    ("words", "wording", "nth"),
    [
        ("31 of 39", "34 of 39", 0),
        ("31 of 39", "34 of 39", 1),
        ("31 of 39", "34 of 39", 2),
        ("31", "34", 1),
        ("ferry", "night ferry", 1),
        ("arrived on time", "arrived", 1),
        ("The ferry arrived", "Ferry arrived", 0),
        ("Night ferry", "ferry", 0),
        ("Night ferry", "The night ferry", 0),
        ("Ask about the goat.", "Ask about the goat", 0),
        ("about the goat", "", 0),
        (", which is not much", "", 0),
        ("Night ferry", "", 0),
        ("Ask about the goat.", "", 0),
        ("office says", "office says, and it should know,", 0),
        ("The council says it arrived on time in 31 of 39 crossings, which is not much.", "Nobody knows.", 0),
        ("office says.\nThe council says", "office said.\nThe council thinks", 0),
        ("time in 31 of 39 crossings.\nAsk", "time.\nAsk", 0),
    ],
)
def test_a_page_shows_the_wording_or_the_old_words(words: str, wording: str, nth: int) -> None:
    """Additions and deletions at the edge of a passage, at the edge of the text, in equal passages."""
    place = base(words, nth=nth)
    fixed = plain_text(plan_change(html(TEXT), place, wording).html)
    assert look_for(place, wording, TEXT).status == "stands"
    assert look_for(place, wording, fixed).status == "live"
    if wording or 0 < place.start < place.end < len(TEXT) - 1:
        # What is new beside the edge of a text may have taken the place of what was taken out there.
        around = f"An announcement above.\n{fixed}\nAnd a line below."
        assert look_for(place, wording, around).status == "live"
    assert look_for(place, wording, f"An announcement above.\n{TEXT}\nAnd a line below.").status == "stands"


def test_a_change_at_another_of_the_equal_places_does_not_count() -> None:
    """The editor changed the wrong one."""
    other = TEXT[::-1].replace("31 of 39"[::-1], "34 of 39"[::-1], 1)[::-1]
    assert look_for(base("31 of 39"), "34 of 39", other).status == "stands"


@pytest.mark.parametrize(
    ("live", "status", "words"),
    [
        (TEXT.replace("31 of 39", "34 out of 39", 1), "other", "34 out of 39"),
        (TEXT.replace("31 of 39", "33 of 39", 1), "other", "33 of 39"),
        (TEXT.replace("in 31 of 39 crossings, the", "in 34 of 39 trips, an", 1), "live", ""),
        (TEXT.replace("\nThe ferry arrived on time in 31 of 39 crossings, the office says.", ""), "gone", ""),
        ("", "gone", ""),
        ("Subscribe to read on.", "gone", ""),
    ],
)
def test_what_else_a_page_may_show(live: str, status: str, words: str) -> None:
    """Another wording is told to the desk; a passage that is not there is not taken for a fixed one."""
    look = look_for(base("31 of 39"), "34 of 39", live)
    assert (look.status, look.words) == (status, words)


def test_white_space_is_not_wording_but_no_break_spaces_are() -> None:
    """A line break that became a space is the same; a no-break space was put there on purpose."""
    place = base("39 crossings", "In 39 crossings of the bay it was late.")
    assert look_for(place, "39\u00a0crossings", place.text).status == "stands"
    assert look_for(place, "39\u00a0crossings", place.text.replace("39 c", "39\u00a0c")).status == "live"
    assert look_for(place, "39\nferries", "In 39 ferries of the bay it was late.").status == "live"


WORDS = st.sampled_from(
    [
        "ferry",
        "harbour",
        "goat",
        "mole",
        "berth",
        "council",
        "night",
        "crown",
        "31",
        "39",
        "1908",
        "the",
        "of",
        "in",
    ]
)
SENTENCE = st.lists(WORDS, min_size=5, max_size=14).map(lambda words: " ".join(words) + ".")
ARTICLE = st.lists(SENTENCE, min_size=3, max_size=8, unique=True).map("\n".join)
NEW = st.lists(st.sampled_from(["lantern", "herring", "44", "twelve", "chair"]), min_size=1, max_size=4)


@settings(max_examples=200)
@given(ARTICLE, st.data(), NEW)
def test_any_new_words_are_seen_and_their_absence_too(
    article: str, data: st.DataObject, new: list[str]
) -> None:
    """Whatever is replaced: the fixed page is live, the old one is not."""
    spans = [(at, at + len(word)) for at, word in _words(article)]
    first = data.draw(st.integers(0, len(spans) - 1))
    last = data.draw(st.integers(first, min(first + 4, len(spans) - 1)))
    place = Base(article, spans[first][0], spans[last][1])
    wording = " ".join(new)
    fixed = article[: place.start] + wording + article[place.end :]
    assert look_for(place, wording, fixed).status == "live"
    assert look_for(place, wording, article).status == "stands"


def _words(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for word in text.replace("\n", " ").split(" "):
        found.append((at, word.rstrip(".")))
        at += len(word) + 1
    return found
