"""The attacks are whole, and their judges can say no."""

import re

from tests.attack.families import ATTACKS
from tests.attack.measuring import Asked, Figures, quantile
from tests.attack.registry import HELD
from tests.attack.running import Outcome
from tests.attack.table import table_of


def figures(*milliseconds: float, status: int = 200) -> Figures:
    return Figures.of([Asked(0, "reader", "form", status, one / 1000) for one in milliseconds])


def outcome(attacked: Figures, faults: list[str]) -> Outcome:
    quiet = figures(20, 30)
    return Outcome(
        attack=next(iter(ATTACKS.values())),
        database="sqlite",
        proxy="none",
        seconds=1.0,
        quiet={"reader": quiet, "editor": quiet},
        attacked={"reader": attacked, "editor": quiet},
        megabytes=(100.0, 101.0),
        desk_seconds=1.0,
        own_seconds=1.0,
        faults=faults,
        notes=[],
    )


def test_every_fault_of_the_review_is_attacked() -> None:
    assert {one.fault for one in ATTACKS.values()} == {HELD, *map(str, range(1, 18))}
    assert all(re.fullmatch("[a-z]+-[a-z0-9]+", name) and one.id == name for name, one in ATTACKS.items())
    assert all(re.fullmatch(r"[A-Z0-9].*[^.]", one.sentence) for one in ATTACKS.values())


def test_the_aim_is_missed_by_what_is_slow() -> None:
    quiet = figures(20, 30)
    assert not figures(20, 250).misses(quiet)
    assert figures(20, 251).misses(quiet)
    assert not figures(900).misses(figures(190))
    assert figures(1001).misses(figures(900)), "never above a second"


def test_failures_are_counted_by_what_failed() -> None:
    assert figures(20, 30, status=503).failures == {"form 503": 2}
    assert figures(20).failures == {}


def test_quantiles() -> None:
    times = [float(number) for number in range(1, 101)]
    assert [quantile(times, share) for share in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert quantile([], 0.5) == 0


def test_the_table_shows_what_was_missed_and_what_did_not_hold() -> None:
    slow = table_of([outcome(figures(2000), [])], "make attack")
    assert "2000 MISS" in slow
    assert "| yes |" in slow
    broken = table_of([outcome(figures(20), ["a forged report passed"])], "make attack")
    assert "| **no** |" in broken
    assert "a forged report passed" in broken
    assert "MISS |" not in broken
