"""Finding a quotation when only the new text is known."""

import pytest

from corrigenda.passage import Selector, find
from tests.passage.test_carry import STORY


def quote(words: str, text: str = STORY) -> Selector:
    at = text.index(words)
    return Selector.of(text, at, at + len(words))


def found(text: str, selector: Selector, hint: int | None = None) -> str | None:
    match = find(text, selector, hint)
    return None if match.span is None else text[slice(*match.span)]


@pytest.mark.parametrize("words", ["31", "Port Meridian", STORY, "M", "\n"])
def test_what_stands_there_is_found(words: str) -> None:
    match = find(STORY, quote(words))
    assert (match.kind, match.start) == ("unchanged", STORY.index(words))


def test_a_quotation_without_context_is_found_near_the_hint() -> None:
    places = [at for at in range(len(STORY)) if STORY.startswith("storm", at)]
    for place in places:
        assert find(STORY, Selector("storm"), place + 3).start == place


def test_context_tells_copies_apart() -> None:
    second = STORY.rindex("WATCH")
    assert find(STORY, Selector.of(STORY, second, second + 5)).start == second


def test_a_moved_paragraph_is_found() -> None:
    lines = STORY.split("\n")
    new = "\n".join([lines[0], lines[6], *lines[1:6]])
    assert found(new, quote("two wrecks near the old pier")) == "two wrecks near the old pier"


def test_an_edited_passage_is_found() -> None:
    new = STORY.replace("on Tuesday after the storm", "on Wednesday after a storm")
    assert found(new, quote("reopened on Tuesday after the storm")) == "reopened on Wednesday after a storm"


def test_a_fixed_word_is_replaced_even_where_a_note_quotes_it() -> None:
    note = "Correction: An earlier version said “Officials said 31 of 39 moorings”.\n"
    match = find(note + STORY.replace("31 of", "35 of"), quote("31"))
    assert match.kind == "replaced"
    assert found(note + STORY.replace("31 of", "35 of"), quote("31")) == "35"


def test_a_passage_that_was_cut_is_gone_though_its_word_lives_on() -> None:
    new = STORY.replace(" Fishing boats left at dawn.", "") + "\nMore boats may follow in the summer months."
    assert find(new, quote("boats")).kind == "gone"


@pytest.mark.parametrize(
    "selector", [Selector(""), Selector("nowhere at all"), Selector("zzz", "yyy", "xxx")]
)
def test_what_is_not_there_is_gone(selector: Selector) -> None:
    match = find(STORY, selector)
    assert match.kind == "gone"
    assert match.span is None


def test_an_empty_text_and_a_hint_beyond_it() -> None:
    assert find("", quote("31")).kind == "gone"
    assert found(STORY, quote("31"), 10**9) == "31"
    assert found(STORY, quote("31"), -5) == "31"
