"""Twice as many rows take at most two and a half times the CPU time: `make long`."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from tests.growth.work import GROWING, WORKER, Work

pytestmark = [pytest.mark.django_db, pytest.mark.long]

MOST: float = 2.5
ROUNDS: int = 5


@pytest.fixture(autouse=True)
def _as_often_as_it_likes(settings: pytest.FixtureRequest) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"report_limit": 0})  # type: ignore[attr-defined]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("work", GROWING, ids=[work.name for work in GROWING])
def test_twice_the_rows_take_no_more_than_twice_the_time(work: Work) -> None:
    once, twice = (best_of(work, size) for size in (work.size, 2 * work.size))
    # Below a millisecond the clock tells more about itself than about the work.
    assert twice <= MOST * max(once, 0.001), f"{work.name}: {once:.4f} s, then {twice:.4f} s"


def best_of(work: Work, size: int) -> float:
    """Return the least CPU seconds of this process that the work took in five rounds.

    What writes rows begins each round with those that it had at first.
    """
    makes = ROUNDS if work in WORKER else 1
    took: list[float] = []
    for _ in range(makes):
        with undone():
            do = work.make(size)
            took += [seconds_of(do) for _ in range(ROUNDS // makes)]
    return min(took)


@contextmanager
def undone() -> Iterator[None]:
    """Take everything back that is stored inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seconds_of(do: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    do()
    return time.process_time() - began
