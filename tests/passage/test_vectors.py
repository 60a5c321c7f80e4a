"""The vectors shared with the widget: plain text, selectors and the two ways to count."""

import json
from pathlib import Path
from typing import Any

import pytest

from corrigenda.passage import Selector, find, plain_text, position_from_json, position_to_json
from corrigenda.passage.source import SourceMap

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
PLAIN_TEXT: list[dict[str, str]] = json.loads((VECTORS / "plain_text.json").read_text())
SELECTORS: list[dict[str, Any]] = json.loads((VECTORS / "selectors.json").read_text())


def test_there_are_vectors() -> None:
    assert len(PLAIN_TEXT) >= 40
    assert len(SELECTORS) >= 10


@pytest.mark.parametrize("vector", PLAIN_TEXT, ids=lambda vector: vector["name"])
def test_plain_text(vector: dict[str, str]) -> None:
    assert plain_text(vector["html"]) == vector["text"]


@pytest.mark.parametrize("vector", PLAIN_TEXT, ids=lambda vector: vector["name"])
def test_the_source_map_reads_the_same(vector: dict[str, str]) -> None:
    source = SourceMap(vector["html"])
    assert source.sound
    assert source.text == vector["text"]


@pytest.mark.parametrize("vector", SELECTORS, ids=lambda vector: vector["name"])
def test_selectors(vector: dict[str, Any]) -> None:
    text, (start, end) = vector["text"], vector["codepoints"].values()
    assert Selector.of(text, start, end).to_json() == vector["quote"]
    assert position_to_json(text, start, end) == vector["position"]
    assert position_from_json(text, vector["position"]) == (start, end)
    assert find(text, Selector.from_json(vector["quote"])).span == (start, end)
