"""Between many short transactions of the worker others get to write on SQLite."""

import pytest
from django.db import connection, transaction

from corrigenda.web.sharing import LONGEST_LOOK, Turns
from tests.rooms.unlocked import others_can_write

pytestmark = pytest.mark.usefixtures("committed_db")

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows")


class Clock:
    """A clock that moves by hand and by pauses; it notes whether others could write in them."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []
        self.looks: list[bool] = []

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.looks.append(others_can_write())
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> Turns:
    return Turns(clock=clock, pause=clock.pause)


def write(turns: Turns, clock: Clock, seconds: float) -> None:
    with turns.transaction():
        assert others_can_write() is (connection.vendor != "sqlite")
        clock.now += seconds


@on_sqlite
def test_the_lock_is_left_for_as_long_as_others_need_to_see_it(turns: Turns, clock: Clock) -> None:
    for _ in range(20):
        write(turns, clock, LONGEST_LOOK * 0.6)
    assert clock.pauses == [LONGEST_LOOK] * 10
    assert all(clock.looks)


@on_sqlite
def test_no_pause_where_the_lock_was_free_for_long(turns: Turns, clock: Clock) -> None:
    for _ in range(20):
        write(turns, clock, LONGEST_LOOK / 2)
        clock.now += LONGEST_LOOK
    assert not clock.pauses


@on_sqlite
def test_a_transaction_that_fails_leaves_the_lock_too(turns: Turns, clock: Clock) -> None:
    def fail() -> None:
        with turns.transaction():
            clock.now += LONGEST_LOOK * 2
            raise OSError("The disk is full.")

    with pytest.raises(OSError, match="full"):
        fail()
    assert clock.looks == [True]


def test_no_pause_within_a_longer_transaction(turns: Turns, clock: Clock) -> None:
    with transaction.atomic():
        write(turns, clock, 1.0)
    assert not clock.pauses


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one lock")
def test_no_pause_on_postgresql(turns: Turns, clock: Clock) -> None:
    write(turns, clock, 1.0)
    assert not clock.pauses
