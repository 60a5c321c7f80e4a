"""The word diff that people read: smallest changes at word borders, numbers whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrigenda.passage import Segment, word_diff
from corrigenda.passage.words import tokens


def shown(old: str, new: str) -> str:
    marks = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return "".join(marks[segment.kind].format(segment.text) for segment in word_diff(old, new))


@pytest.mark.parametrize(
    ("old", "new", "diff"),
    [
        ("31 of 39", "39 of 39", "[-31-]{+39+} of 39"),
        ("cost $1,000 now", "cost $1,200 now", "cost [-$1,000-]{+$1,200+} now"),
        ("10.8 million", "10.9 million", "[-10.8 million-]{+10.9 million+}"),
        ("68%", "70%", "[-68%-]{+70%+}"),
        ("10 800 грн", "10 900 грн", "[-10 800 грн-]{+10 900 грн+}"),
        ("10\u00a0800 km", "10\u00a0801 km", "[-10\u00a0800 km-]{+10\u00a0801 km+}"),
        ("at 9:30", "at 10:30", "at [-9:30-]{+10:30+}"),
        ("the dog ran.", "the big dog ran.", "the {+big +}dog ran."),
        ("the big dog ran.", "the dog ran.", "the [-big -]dog ran."),
        ("the quick brown fox", "a slow brown fox", "[-the quick-]{+a slow+} brown fox"),
        ("об'єднання є", "об’єднання є", "[-об'єднання-]{+об’єднання+} є"),
        ("don't go", "didn't go", "[-don't-]{+didn't+} go"),
        ("a well-known man", "a little-known man", "a [-well-known-]{+little-known+} man"),
        ("COVID-19 cases", "COVID-20 cases", "[-COVID-19-]{+COVID-20+} cases"),
        ("met Tuesday.", "met Tuesday, June 6.", "met Tuesday{+, June 6+}."),
        ("cafe\u0301 noir", "cafe noir", "[-cafe\u0301-]{+cafe+} noir"),
        ("हिन्दी में", "हिंदी में", "[-हिन्दी-]{+हिंदी+} में"),
        ("日本は大きい", "日本は小さい", "日本は[-大き-]{+小さ+}い"),
        ("one\ntwo", "one\nthree", "one\n[-two-]{+three+}"),
        ("", "a", "{+a+}"),
        ("a", "", "[-a-]"),
        ("same", "same", "same"),
    ],
)
def test_what_people_see(old: str, new: str, diff: str) -> None:
    assert shown(old, new) == diff


TEXTS = st.lists(st.sampled_from(["31", "1,000", " ", "drones", ".", "\n", "об’єднання", "10.8", "x"])).map(
    "".join
)


@given(TEXTS, TEXTS)
def test_the_segments_make_up_both_texts(old: str, new: str) -> None:
    segments = word_diff(old, new)
    assert "".join(s.text for s in segments if s.kind != "insert") == old
    assert "".join(s.text for s in segments if s.kind != "delete") == new
    for segment in segments:
        source = new[segment.new_start : segment.new_end]
        if segment.kind == "delete":
            source = old[segment.old_start : segment.old_end]
        assert segment.text == source


@given(TEXTS, TEXTS)
def test_no_unit_is_cut(old: str, new: str) -> None:
    borders = {0}
    for unit in tokens(old):
        borders.add(max(borders) + len(unit))
    assert all(segment.old_start in borders for segment in word_diff(old, new))


def test_texts_too_large_to_compare_are_one_change() -> None:
    old, new = "a b " * 20_000, "c d " * 20_000
    assert [segment.kind for segment in word_diff(old, new)] == ["delete", "insert", "equal"]


def test_a_segment_says_where_it_stands() -> None:
    assert word_diff("a 31 b", "a 39 b")[1:3] == [
        Segment("delete", "31", 2, 4, 2, 2),
        Segment("insert", "39", 4, 4, 2, 4),
    ]
