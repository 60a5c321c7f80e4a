"""Following passages from one revision to the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrigenda.passage import Match, carry
from corrigenda.passage.confidence import CARRIED

STORY = (
    "Harbour reopens after the storm\n"
    "The harbour of Port Meridian reopened on Tuesday after the storm. "
    "Officials said 31 of 39 moorings had held.\n"
    "WATCH: How the storm came in\n"
    "The repairs will cost 10.8 million crowns, the port authority said. Fishing boats left at dawn.\n"
    "WATCH: How the storm came in\n"
    "Mayor Ilse Brandt thanked the crews. She will open the new breakwater in May.\n"
    "Divers found two wrecks near the old pier, the harbour master reported on Monday evening."
)


def follow(new: str, words: str, old: str = STORY, nth: int = 0) -> tuple[Match, str | None]:
    """What became of the nth copy of some words: the match and what stands there now."""
    at = -1
    for _ in range(nth + 1):
        at = old.index(words, at + 1)
    match = carry(old, new, [(at, at + len(words))])[0]
    return match, None if match.span is None else new[slice(*match.span)]


@pytest.mark.parametrize(
    "words", ["31", "harbour of Port Meridian", "Tuesday after the storm. Officials", "M"]
)
def test_nothing_changed(words: str) -> None:
    match, now = follow(STORY, words)
    at = STORY.index(words)
    assert (match.kind, match.start, now) == ("unchanged", at, words)
    assert match.confidence >= 0.95


def test_text_added_before_only_moves_offsets() -> None:
    match, now = follow("New: a picture gallery.\n" + STORY, "10.8 million")
    assert (match.kind, now) == ("unchanged", "10.8 million")


def test_a_paragraph_that_moved_is_followed() -> None:
    lines = STORY.split("\n")
    new = "\n".join([lines[0], lines[6], *lines[1:6]])
    match, now = follow(new, "two wrecks near the old pier")
    assert (match.kind, now) == ("moved", "two wrecks near the old pier")


def test_a_sentence_that_moved_and_was_edited_is_followed() -> None:
    moved = "She will open the breakwater in early May."
    new = STORY.replace(" She will open the new breakwater in May.", "").replace(
        "Fishing boats", moved + " Fishing boats"
    )
    match, now = follow(new, "open the new breakwater in May")
    assert (match.kind, now) == ("edited", "open the breakwater in early May")


def test_words_fixed_in_place_are_replaced() -> None:
    match, now = follow(STORY.replace("31 of 39", "35 of 39"), "31")
    assert (match.kind, now) == ("replaced", "35")


def test_the_correction_note_does_not_draw_the_passage() -> None:
    new = "Correction: An earlier version said “Officials said 31 of 39 moorings”.\n" + STORY.replace(
        "31 of", "35 of"
    )
    match, now = follow(new, "31")
    assert (match.kind, now) == ("replaced", "35")
    assert match.start is not None
    assert match.start > new.index("Harbour reopens")


def test_a_typo_mended_is_an_edit() -> None:
    match, now = follow(STORY, "moorngs had", STORY.replace("moorings", "moorngs"))
    assert (match.kind, now) == ("edited", "moorings had")


def test_an_edge_word_replaced_is_taken_in() -> None:
    match, now = follow(STORY.replace("on Tuesday after", "on Wednesday after"), "reopened on Tuesday")
    assert (match.kind, now) == ("edited", "reopened on Wednesday")


def test_a_paragraph_cut_is_gone() -> None:
    lines = STORY.split("\n")
    match, _ = follow("\n".join(lines[:3] + lines[4:]), "10.8 million")
    assert match.kind == "gone"
    assert match.span is None


def test_a_word_that_lives_on_elsewhere_is_still_gone() -> None:
    match, _ = follow(STORY.replace(" Fishing boats left at dawn.", "") + "\nMore boats may follow.", "boats")
    assert match.kind == "gone"


@pytest.mark.parametrize("nth", [0, 1])
def test_of_two_copies_each_keeps_its_own(nth: int) -> None:
    match, _ = follow(STORY, "WATCH: How the storm", nth=nth)
    assert match.start == [m for m in range(len(STORY)) if STORY.startswith("WATCH:", m)][nth]


def test_of_two_copies_the_one_cut_is_gone() -> None:
    lines = STORY.split("\n")
    cut = "\n".join(lines[:2] + lines[3:])
    assert follow(cut, "WATCH: How the storm", nth=0)[0].kind == "gone"
    assert follow(cut, "WATCH: How the storm", nth=1)[0].kind == "unchanged"


def test_a_copy_added_as_a_pull_quote_draws_nobody() -> None:
    quote = "She will open the new breakwater in May."
    new = STORY.replace("WATCH", quote + "\nWATCH", 1)
    match, _ = follow(new, "breakwater in May")
    assert match.start == new.rindex("breakwater in May")


def test_an_added_sentence_keeps_its_whole_self() -> None:
    new = STORY.replace("thanked the crews.", "thanked the crews. The mayor thanked the crews of both tugs.")
    assert follow(new, "Brandt thanked the crews.")[1] == "Brandt thanked the crews."


def test_ten_reports_in_an_edited_article() -> None:
    new = (
        STORY.replace("31 of", "35 of")
        .replace("million", "m")
        .replace("\nWATCH: How the storm came in", "", 1)
    )
    words = [
        "31",
        "Port Meridian",
        "Tuesday",
        "moorings",
        "crowns",
        "dawn",
        "Ilse Brandt",
        "May",
        "two wrecks",
        "pier",
    ]
    spans = [(STORY.index(word), STORY.index(word) + len(word)) for word in words]
    matches = carry(STORY, new, spans)
    assert [match.kind for match in matches] == ["replaced", *["unchanged"] * 9]
    assert [new[slice(*(match.span or (0, 0)))] for match in matches] == ["35", *words[1:]]


@pytest.mark.parametrize("span", [(-1, 2), (3, 3), (5, 4), (0, len(STORY) + 1)])
def test_a_span_that_is_none_is_an_error(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="span"):
        carry(STORY, STORY, [span])


def test_empty_texts() -> None:
    assert carry("", "anything", []) == []
    assert carry("a", "", [(0, 1)])[0].kind == "gone"


LINES = st.lists(st.sampled_from([*STORY.split("\n"), "", "a", ". .", "31", "31 31 31"]), max_size=8).map(
    "\n".join
)


@given(LINES, LINES, st.data())
def test_answers_are_always_within_the_text(old: str, new: str, data: st.DataObject) -> None:
    if not old:
        return
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    match = carry(old, new, [(start, end)])[0]
    assert match.confidence in {*CARRIED.values()}
    assert (match.kind == "gone") == (match.span is None)
    if match.start is not None and match.end is not None:
        assert 0 <= match.start < match.end <= len(new)
    if match.kind in {"unchanged", "moved"}:
        assert match.span is not None
        assert new[slice(*match.span)] == old[start:end]


@given(LINES, st.data())
def test_an_unchanged_text_changes_no_answer(text: str, data: st.DataObject) -> None:
    if not text.strip():
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    match = carry(text, text, [(start, end)])[0]
    assert (match.kind, match.span) == ("unchanged", (start, end))
