"""Computes password hashes one after the other on a thread of their own, so that pages go on meanwhile."""

import itertools
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from queue import PriorityQueue
from typing import Any, Final, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import make_password, verify_password

T = TypeVar("T")

_NICENESS: Final = 10


class BusyError(Exception):
    """Too many hashes are waiting already."""


class HashRoom:
    """A few threads that compute, at a lower priority than the pages, and a short queue before them.

    A request waits for its hash on a thread that could make pages. `strangers` and `known` are how many may
    be inside, waiting or computing, when one more asks. Who is known may come in later and is served first.
    """

    def __init__(self, *, computing: int, strangers: int, known: int) -> None:
        self._computing = computing
        self._most = {False: strangers, True: known}
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        # After a fork there are no threads, and the old lock may be held by one that is gone.
        self._lock = threading.Lock()
        self._inside = 0
        self._threads = 0
        self._numbers = itertools.count()
        self._waiting: PriorityQueue[tuple[bool, int, Callable[[], Any], Future[Any]]] = PriorityQueue()

    def compute(self, work: Callable[[], T], *, is_known: bool) -> T:
        """Return what `work` returns; raises BusyError at once where too many are inside."""
        with self._lock:
            if self._inside >= self._most[is_known]:
                raise BusyError
            self._inside += 1
            if self._threads < self._computing:
                self._threads += 1
                threading.Thread(target=self._run, name="hashing", daemon=True).start()
        done: Future[T] = Future()
        try:
            self._waiting.put((not is_known, next(self._numbers), work, done))
            return done.result()
        finally:
            with self._lock:
                self._inside -= 1

    def _run(self) -> None:
        if sys.platform == "linux":
            # On Linux a thread has a niceness of its own; elsewhere the whole process would get slow.
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        waiting = self._waiting
        while True:
            *_, work, done = waiting.get()
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001 (it is raised where the result is awaited)
                done.set_exception(error)


@cache
def room() -> HashRoom:
    """Return the one of this process: half of its processors compute, a quarter of its threads may wait."""
    processors, threads = os.cpu_count() or 1, settings.OPTIONS.threads
    return HashRoom(
        computing=min(4, max(1, processors // 2)), strangers=max(1, threads // 4), known=max(2, threads // 2)
    )


def verify(password: str, encoded: str | None, *, is_known: bool) -> tuple[bool, bool]:
    """Return whether the password is right, and whether its hash should be made again.

    One hash is computed, also where there is no account (`encoded` is None) or no usable password.
    """

    def work() -> tuple[bool, bool]:
        if encoded is None:
            make_password(password)
            return False, False
        return verify_password(password, encoded)

    return room().compute(work, is_known=is_known)


def make(password: str) -> str:
    """Return the hash to store. Only members get here, so it is computed at once where the room is full."""
    try:
        return room().compute(lambda: make_password(password), is_known=True)
    except BusyError:
        return make_password(password)
