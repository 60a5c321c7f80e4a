"""Bare quotations, as readers type them into the plain form."""

import json
from pathlib import Path

import pytest

from corrigenda.passage import Selector, carry, find
from corrigenda.passage.confidence import ASK_BELOW
from corrigenda.passage.places import locate_quote

TEXT = (
    "The ship’s crew — all 31 of them – left with 12\u00a0500 euros. L’armateur said “no comment” to them.\n"
    "Nobody but the Fußballweltmeisterschaft was named. Kaptan Öztürk came at nine."
)
CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12 500 euros", "12\u00a0500 euros"),
        ("The ship's crew", "The ship’s crew"),
        ("the ship's crew", "The ship’s crew"),
        ("all 31 of them - left", "all 31 of them – left"),
        ('said "no comment" to', "said “no comment” to"),
        ("KAPTAN ÖZTÜRK", "Kaptan Öztürk"),
        ("The shop’s crew", "The ship’s crew"),
        ("Nobody bt the", "Nobody but the"),
        ("Nobody butt the", "Nobody but the"),
    ],
)
def test_what_keyboards_and_fingers_do_is_forgiven(typed: str, meant: str) -> None:
    place = locate_quote([TEXT], Selector(typed), position=None)
    assert place.words(TEXT) == meant
    assert place.is_sure


@pytest.mark.parametrize("length", range(12, 60, 4))
def test_one_wrong_letter_is_forgiven_at_every_length(length: int) -> None:
    text = "A man from the northern harbour carried seventeen boxes of fresh herring up the hill."
    meant = text[: text.index(" ", length)]
    place = locate_quote([text], Selector(meant.replace("from", "fron")), position=None)
    assert place.words(text) == meant


def test_a_wrong_digit_is_a_guess() -> None:
    place = locate_quote([TEXT], Selector("all 39 of them"), position=None)
    assert place.words(TEXT) == "all 31 of them"
    assert not place.is_sure


@pytest.mark.parametrize("typed", ["Fußball", "meisterschaft", "Fußballwelt"])
def test_a_part_of_a_word_is_never_sure(typed: str) -> None:
    place = locate_quote([TEXT], Selector(typed), position=None)
    assert place.words(TEXT) == "Fußballweltmeisterschaft"
    assert not place.is_sure


def test_a_context_that_ends_within_a_word_is_never_sure() -> None:
    match = find("There is a word at the end of the document", Selector("test", "end of the document"))
    assert match.confidence < ASK_BELOW


def test_a_passage_whose_halves_move_apart_is_not_sure() -> None:
    case = json.loads((CASES / "passage-half-moved.json").read_text())
    (match,) = carry(case["old"], case["new"], [(case["start"], case["end"])])
    assert match.confidence < ASK_BELOW
    assert match.span is not None
    assert not case["new"][slice(*match.span)].endswith("\n")


def test_a_place_takes_in_no_line_feed() -> None:
    case = json.loads((CASES / "place-ends-with-line-feed.json").read_text())
    (match,) = carry(case["old"], case["new"], [(case["start"], case["end"])])
    assert [match.kind, match.start, match.end, case["new"][slice(*(match.span or ()))]] == case["expected"]


def test_lines_too_long_to_compare_are_no_failure() -> None:
    words = "Some words are here. " * 14_300
    old = words[:300_001]
    new = f"{old[:150_000]}X{old[150_001:]}"
    assert carry(old, new, [(0, 20)])[0].span == (0, 20)
    two = f"{old}\n{old}"
    assert carry(two, f"{new}\n{new}", [(0, 20)])[0].span == (0, 20)
