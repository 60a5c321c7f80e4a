"""Seals: what is ours, how old it is, and what their absence means for whom."""

import time
from typing import Any

import pytest
from msgspec.structs import replace

from corrigenda.report.drafts import ReportDraft
from corrigenda.report.spam.seals import make_seal, seal_age, with_doubts

DRAFT = ReportDraft(url="https://courier.example/a", concern="fact")
NOW = 1_790_000_000.0


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The time, to be moved."""
    now = {"now": NOW}
    monkeypatch.setattr(time, "time", lambda: now["now"])
    return now


def test_a_seal_tells_its_age_for_ever(clock: dict[str, float]) -> None:
    seal = make_seal()
    for age in (0.0, 1.5, 3600.0, 400 * 86_400.0):
        clock["now"] = NOW + age
        assert seal_age(seal) == pytest.approx(age, abs=0.01)


def test_a_clock_may_be_a_little_behind_and_no_more(clock: dict[str, float]) -> None:
    seal = make_seal()
    clock["now"] = NOW - 30
    assert seal_age(seal) == pytest.approx(-30, abs=0.01)
    clock["now"] = NOW - 90
    assert seal_age(seal) is None


def test_what_is_not_ours_has_no_age(settings: Any) -> None:
    seal = make_seal()
    moment, _, signature = seal.partition(".")
    forged = [
        "",
        ".",
        moment,
        f"{moment}.",
        f".{signature}",
        f"{int(moment, 16) - 5000:x}.{signature}",
        f"{moment}.{signature[:-1]}",
        f"{moment}.{signature}0",
        f" {seal}",
        seal.upper(),
        "é" * 20,
        "\ud800.x",
        "0" * 5000 + seal,
        seal + "." + seal,
    ]
    assert [text for text in forged if seal_age(text) is not None] == []
    settings.SECRET_KEY = "another"
    assert seal_age(seal) is None


def test_doubts_of_a_request(clock: dict[str, float]) -> None:
    sealed = replace(DRAFT, seal=make_seal())
    for draft, is_browser, doubts in (
        (DRAFT, False, ""),
        (DRAFT, True, "unsealed"),
        (replace(DRAFT, seal="nonsense"), True, "unsealed"),
        (replace(DRAFT, seal="nonsense"), False, ""),
        (sealed, True, "fast"),
        (sealed, False, "fast"),
        (replace(DRAFT, website="https://pills.example"), False, "honeypot"),
        (replace(DRAFT, website=" \t"), False, ""),
        (replace(sealed, website="x"), True, "honeypot fast"),
    ):
        assert with_doubts(draft, is_browser=is_browser).doubts == doubts
    clock["now"] = NOW + 2.1
    assert with_doubts(sealed, is_browser=True) is sealed
