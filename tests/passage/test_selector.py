"""Selectors in the W3C's JSON, and the two ways to count characters."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrigenda.passage import Selector, from_utf16, position_from_json, position_to_json, to_utf16


@given(st.text(), st.data())
def test_counting_there_and_back(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    units = to_utf16(text, offset)
    assert units == len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
    assert from_utf16(text, units) == offset


def test_an_offset_inside_a_pair_means_its_start() -> None:
    assert [from_utf16("a😀b", units) for units in range(5)] == [0, 1, 1, 2, 3]


@pytest.mark.parametrize("offset", [-1, 5])
def test_an_offset_outside_the_text_is_refused(offset: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        from_utf16("a😀b", offset)
    with pytest.raises(ValueError, match="outside"):
        to_utf16("a😀b", offset)


def test_there_and_back_in_json() -> None:
    selector = Selector.of("Of 39 drones 31 fell.", 13, 15)
    assert selector == Selector("31", "Of 39 drones ", " fell.")
    assert Selector.from_json(selector.to_json()) == selector
    position = position_to_json("😀 31", 2, 4)
    assert position == {"type": "TextPositionSelector", "start": 3, "end": 5}
    assert position_from_json("😀 31", position) == (2, 4)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, "object"),
        ([], "object"),
        ({"type": "TextPositionSelector", "exact": "a"}, "type"),
        ({"type": "TextQuoteSelector"}, "exact"),
        ({"type": "TextQuoteSelector", "exact": ""}, "exact"),
        ({"type": "TextQuoteSelector", "exact": 1}, "exact"),
        ({"type": "TextQuoteSelector", "exact": "a", "prefix": None}, "prefix"),
        ({"type": "TextQuoteSelector", "exact": "a", "suffix": 1}, "suffix"),
    ],
)
def test_a_bad_quote_names_its_field(value: Any, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        Selector.from_json(value)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"type": "TextQuoteSelector", "start": 0, "end": 1}, "type"),
        ({"type": "TextPositionSelector", "end": 1}, "start"),
        ({"type": "TextPositionSelector", "start": 0, "end": "1"}, "end"),
        ({"type": "TextPositionSelector", "start": True, "end": 1}, "start"),
        ({"type": "TextPositionSelector", "start": 0, "end": 9}, "end"),
        ({"type": "TextPositionSelector", "start": -1, "end": 2}, "start"),
        ({"type": "TextPositionSelector", "start": 2, "end": 1}, "before"),
    ],
)
def test_a_bad_position_names_its_field(value: Any, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        position_from_json("abc", value)
