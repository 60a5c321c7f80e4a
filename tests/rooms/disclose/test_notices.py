"""What a notice says: its usual sentence in every shape, its label, its date, and how pages show it."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from corrigenda.models import Decision, NoticeKind
from corrigenda.web.notices import (
    LONGEST,
    date_text,
    headline_sentence,
    kind_label,
    public_notice,
    usual_sentence,
)
from corrigenda.web.plain import cut_after, cut_before, cut_middle, one_line, plain, spoken_language
from tests.rooms.disclose import hostile
from tests.rooms.disclose.making import make_decided, make_draft, make_fixed, make_notice

TEXT = "First one. The fire at 3 p.m. destroyed 31 houses in the old town. Then rain."


def say(kind: str, old: str, new: str, language: str = "en", **further: object) -> str:
    return usual_sentence(kind=kind, old=old, new=new, language=language, **further)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "old", "new", "sentence"),
    [
        (
            "correction",
            "The fire destroyed 31 houses.",
            "The fire destroyed 39 houses.",
            (
                "An earlier version of this article wrongly said “The fire destroyed 31 houses”. "
                "It should have said “The fire destroyed 39 houses”."
            ),
        ),
        (
            "correction",
            "The mayor was at the scene.",
            "",
            (
                "An earlier version of this article wrongly said “The mayor was at the scene”. "
                "Those words have been removed."
            ),
        ),
        (
            "correction",
            "The bridge is shut.",
            "The bridge is shut. The council disputes this account.",
            (
                "An earlier version of this article left out “The council disputes this account”. "
                "Those words have been added."
            ),
        ),
        (
            "clarification",
            "Prices fell by half a per cent",
            "Prices fell by half of one per cent",
            (
                "An earlier version of this article said “Prices fell by half a per cent”, which could be "
                "misunderstood. It now says “Prices fell by half of one per cent”."
            ),
        ),
        (
            "update",
            "Two people are still missing",
            "Everybody has been found alive",
            (
                "This article has been updated. It said “Two people are still missing”; it now says "
                "“Everybody has been found alive”."
            ),
        ),
        (
            "minor",
            "recieve",
            "receive",
            "A small slip in this article has been put right: “recieve” now reads “receive”.",
        ),
        (
            "minor",
            "the the",
            "the",
            "A small slip in this article has been put right: “the the” now reads “the”.",
        ),
    ],
)
def test_the_usual_sentence_names_what_was_wrong_and_what_is_right(
    kind: str, old: str, new: str, sentence: str
) -> None:
    assert say(kind, old, new) == sentence


@pytest.mark.parametrize(
    ("old", "shown"),
    [
        ("She called it “a disaster” on Monday", "“She called it ‘a disaster’ on Monday”"),
        ('She called it "a disaster" on Monday', "“She called it ‘a disaster’ on Monday”"),
        ("She called it « a disaster » on Monday", "“She called it ‘a disaster’ on Monday”"),
        ("„One“ and „two“ on Monday, then", "“‘One’ and ‘two’ on Monday, then”"),
        ('A 5" nail and don’t bend it', '“A 5" nail and don’t bend it”'),
        ("It’s half “a quotation on Monday", "“It’s half “a quotation on Monday”"),
    ],
)
def test_what_is_quoted_within_a_quotation_has_inner_marks(old: str, shown: str) -> None:
    assert shown in say("correction", old, "something else that was said")


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "fr", "pl", "pt", "uk"])
def test_inner_marks_are_those_of_the_language(language: str) -> None:
    sentence = say("clarification", "She said “one two three” and", "five six seven eight", language)
    at = sentence.index("one two three")
    inner = (sentence[at - 1], sentence[at + len("one two three")])
    assert inner in {("‘", "’"), ("‚", "‘"), ("“", "”"), ("«", "»")}
    opening = sentence[: at - 1].rpartition("She said")[0].rstrip()[-1]
    assert opening in "“„«"
    assert opening != inner[0]


@pytest.mark.parametrize("kind", NoticeKind.values)
def test_a_headline_has_a_sentence_for_every_kind(kind: str) -> None:
    sentence = headline_sentence(kind=kind, old="A “fire”\nin town", new="No fire", language="en")
    assert "headline" in sentence
    assert "“A ‘fire’ in town”" in sentence
    assert "“No fire”" in sentence


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "fr", "pl", "pt", "uk"])
@pytest.mark.parametrize("kind", NoticeKind.values)
@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("one two three four", "five six seven eight", {"one two three four", "five six seven eight"}),
        ("one two three four", "", {"one two three four"}),
        ("", "five six seven eight", {"five six seven eight"}),
    ],
)
def test_every_kind_has_a_sentence_of_its_own_for_every_shape(
    kind: str, language: str, old: str, new: str, shown: set[str]
) -> None:
    sentence = say(kind, old, new, language)
    assert all(words in sentence for words in shown)
    others = {say(other, old, new, language) for other in NoticeKind.values if other != kind}
    assert sentence not in others
    assert sentence != say(kind, old, new, "uk" if language == "en" else "en")
    assert sentence.endswith(".")
    assert not sentence.endswith("..")


def test_few_words_come_with_their_sentence() -> None:
    at = TEXT.index("31")
    around = {"before": TEXT[:at], "after": TEXT[at + 2 :]}
    assert say("correction", "31", "39", **around) == (
        "An earlier version of this article wrongly said “The fire at 3 p.m. destroyed 31 houses in the old "
        "town”. It should have said “The fire at 3 p.m. destroyed 39 houses in the old town”."
    )
    gone = say("correction", "not", "", before="He was ", after=" guilty, the court said.")
    assert "“He was not guilty, the court said”" in gone
    assert "“He was guilty, the court said”" in gone


def test_a_long_passage_is_cut_at_word_borders_around_what_changed() -> None:
    start, end = "alpha bravo " * 40, " yankee zulu" * 40
    sentence = say("correction", f"{start}31{end}", f"{start}39{end}")
    old, new = sentence.split("“")[1].split("”")[0], sentence.split("“")[2].split("”")[0]
    assert old.replace("31", "39") == new
    assert len(old) <= LONGEST + 4
    assert old.startswith("… ")
    assert old.endswith(" …")
    assert set(old.split()) <= {"…", "alpha", "bravo", "31", "yankee", "zulu"}


def test_a_note_leaves_the_text_as_it_is() -> None:
    assert say("clarification", "31 houses", "", changed=False) == (
        "This note concerns the words “31 houses” in this article. The text is unchanged."
    )
    assert say("correction", "31 houses", "39 houses", changed=False) == (
        "This article wrongly says “31 houses”. It should say “39 houses”."
    )
    assert say("correction", "", "", changed=False) == (
        "This note concerns this article. The text is unchanged."
    )


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="blunder"):
        say("blunder", "a", "b")
    with pytest.raises(ValueError, match="blunder"):
        kind_label("blunder", "en")


@given(
    old=st.text(max_size=400),
    new=st.text(max_size=400),
    before=st.text(max_size=60),
    kind=st.sampled_from(NoticeKind.values),
)
def test_any_words_make_one_plain_line(old: str, new: str, before: str, kind: str) -> None:
    sentence = say(kind, old, new, before=before, after=before[::-1])
    assert sentence == one_line(sentence)
    assert len(sentence) < 2 * LONGEST + 250


def test_placeholders_typed_by_people_stay_as_they_are() -> None:
    assert "%(new)s %d {x}" in say("minor", "%(new)s %d {x}", "%s")


def test_labels_and_dates_speak_the_articles_language(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Kyiv"
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    assert kind_label("correction", "en") == "Correction"
    assert kind_label("minor", "uk-UA") == "Дрібне виправлення"
    written = {
        "ar": "1 مارس 2026، 14:30",
        "de": "1. März 2026, 14:30 Uhr",
        "en": "1 March 2026, 14:30",
        "es": "1 de marzo de 2026, 14:30",
        "fr": "1 mars 2026 à 14:30",
        "pl": "1 marca 2026, 14:30",
        "pt": "01/03/2026, 14:30",
        "uk": "1 березня 2026 р., 14:30",
    }
    assert {language: date_text(moment, language) for language in written} == {
        language: f"{text}\u00a0EET" for language, text in written.items()
    }


@pytest.mark.parametrize("code", ["", "xx", "../../etc", "<script>", "x" * 600, "uk\x00", "i-klingon"])
def test_a_language_nobody_speaks_is_passed_over(code: str) -> None:
    assert spoken_language(code) == "en"
    assert spoken_language(code, "uk_UA") == "uk"


@pytest.mark.django_db
def test_a_page_shows_the_same_notice_at_each_writing(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://desk.example"
    decision = make_decided()
    fix = make_fixed(decision)
    notice = make_draft(decision)
    shown = public_notice(notice)
    assert shown == public_notice(notice)
    assert shown.anchor == f"correction-{notice.pk}"
    assert shown.label == "Correction"
    assert shown.text == notice.text
    assert datetime.fromisoformat(shown.date) == fix.prepared_at.replace(microsecond=0)
    assert shown.date_text.endswith("UTC")
    assert shown.url == f"https://desk.example/log/courier/{notice.pk}/"
    notice.published_at = timezone.now()
    assert datetime.fromisoformat(public_notice(notice).date) == notice.published_at.replace(microsecond=0)


@pytest.mark.django_db
def test_a_note_marks_the_words_it_speaks_of() -> None:
    decision = make_decided(outcome=Decision.Outcome.NOTE)
    shown = public_notice(make_notice(decision))
    assert shown.passage is not None
    assert shown.passage.exact == "31 houses"


def test_plain_text_has_no_controls_and_no_turns() -> None:
    cleaned = plain(hostile.ALL)
    assert "evil" in cleaned
    assert "\u200flive" in cleaned
    assert hostile.IMAGE in cleaned
    assert not set(cleaned) & set("\x07\x0b\x0c\x1b\x1f\x7f\x85\u2028\u202e\u2066\u2069\ufffe\r")
    assert plain("a\r\nb\rc\u2029d") == "a\nb\nc\nd"


@given(st.text(max_size=300), st.integers(1, 80))
def test_cuts_keep_within_their_room(text: str, room: int) -> None:
    for cut, marks in ((cut_after, 2), (cut_before, 2), (cut_middle, 4)):
        assert len(cut(text, room)) <= max(room + marks, len(text) if len(text) <= room else 0)
        if len(text) <= room:
            assert cut(text, room) == text


def test_cuts_never_part_a_letter_from_its_accent() -> None:
    text = "e\u0301" * 50
    assert not cut_after(text, 11).removesuffix(" …").endswith("e")
    assert not cut_before(text, 11).removeprefix("… ").startswith("\u0301")
