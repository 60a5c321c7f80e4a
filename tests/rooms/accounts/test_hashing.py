"""Hashes are computed a few at a time, and pages go on."""

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import pytest
from django.test import Client

from corrigenda.accounts import actions, hashing
from corrigenda.accounts.hashing import BusyError, HashRoom
from corrigenda.models import SignInCount
from tests.rooms.accounts.guessing import PASSWORD, WRONG, attempt, is_signed_in
from tests.rooms.factories import make_member


class Occupied:
    """A room whose only thread computes until it is told to go on."""

    def __init__(self, room: HashRoom) -> None:
        self.room = room
        self.is_computing, self.may_end = threading.Event(), threading.Event()
        self.order: list[str] = []
        self._threads = [self.come("first", is_known=False, work=self._hold)]
        assert self.is_computing.wait(30)

    def _hold(self) -> None:
        self.is_computing.set()
        assert self.may_end.wait(60)

    def come(self, name: str, *, is_known: bool, work: Callable[[], None] = lambda: None) -> threading.Thread:
        """Let somebody come in; they wait inside."""

        def compute() -> None:
            work()
            self.order.append(name)

        thread = threading.Thread(target=lambda: self.room.compute(compute, is_known=is_known))
        before = self.room._inside
        thread.start()
        while self.room._inside == before:
            thread.join(0.001)
        return thread

    def also(self, name: str, *, is_known: bool) -> None:
        """Let somebody come in, to be awaited at the end."""
        self._threads.append(self.come(name, is_known=is_known))

    def end(self) -> None:
        """Let all go on, and wait for them."""
        self.may_end.set()
        for thread in self._threads:
            thread.join(60)


def test_strangers_beyond_the_queue_are_sent_away_at_once_and_the_known_go_first() -> None:
    occupied = Occupied(HashRoom(computing=1, strangers=2, known=4))
    occupied.also("stranger", is_known=False)
    with pytest.raises(BusyError):
        occupied.room.compute(lambda: None, is_known=False)
    occupied.also("known", is_known=True)
    occupied.also("known too", is_known=True)
    with pytest.raises(BusyError):
        occupied.room.compute(lambda: None, is_known=True)
    occupied.end()
    assert occupied.order == ["first", "known", "known too", "stranger"]
    assert occupied.room.compute(lambda: 7, is_known=False) == 7


def test_an_error_reaches_who_asked_and_the_room_goes_on() -> None:
    room = HashRoom(computing=1, strangers=1, known=1)
    with pytest.raises(ZeroDivisionError):
        room.compute(lambda: 1 // 0, is_known=False)
    assert room.compute(lambda: 7, is_known=False) == 7


def _in_a_child(room: HashRoom, sender: "Connection[Any, Any]") -> None:
    sender.send(room.compute(lambda: 7, is_known=False))


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_computes_for_itself() -> None:
    room = HashRoom(computing=1, strangers=1, known=1)
    assert room.compute(lambda: 1, is_known=False) == 1
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_in_a_child, args=(room, sender))
    child.start()
    assert receiver.poll(30)
    assert receiver.recv() == 7
    child.join(30)


@pytest.mark.django_db
def test_a_member_gets_a_new_password_also_where_the_room_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    member = make_member()
    occupied = Occupied(HashRoom(computing=1, strangers=1, known=1))
    monkeypatch.setattr(hashing, "room", lambda: occupied.room)
    actions.set_password(member=member, password="another long passphrase")
    occupied.end()
    assert is_signed_in(attempt("ed", "another long passphrase"))


@pytest.mark.django_db
def test_a_stranger_is_told_when_to_try_again_and_loses_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    make_member()
    known = Client()
    assert is_signed_in(attempt("ed", PASSWORD, browser=known))
    known.post("/accounts/logout/")
    occupied = Occupied(HashRoom(computing=1, strangers=1, known=2))
    monkeypatch.setattr(hashing, "room", lambda: occupied.room)
    for _ in range(9):
        answer = attempt("ed", WRONG)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "try again in 5 seconds" in answer.content.decode()
    assert 'value="ed"' in answer.content.decode()
    assert {round(row.level) for row in SignInCount.objects.all()} == {0}
    occupied.end()
    assert is_signed_in(attempt("ed", PASSWORD, browser=known))
    assert is_signed_in(attempt("ed", PASSWORD))
