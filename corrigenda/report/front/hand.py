"""A thread that takes up whatever waits for it, all at once."""

import logging
import os
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Hand(Generic[T]):
    """Handles things in batches: while one is in hand the next gathers, so that nothing waits for company.

    The thread starts with the first thing given, in the process where that is: one that is forked off later
    starts its own. `handle` gets every batch; where it raises, `fail` gets it too, and the next batch is as
    good as any. `leave` is called in the thread when it ends.
    """

    def __init__(
        self,
        name: str,
        handle: Callable[[list[T]], None],
        *,
        fail: Callable[[list[T]], None],
        leave: Callable[[], None],
    ) -> None:
        self._name = name
        self._handle = handle
        self._fail = fail
        self._leave = leave
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        self._gate = threading.Lock()
        self._waiting: SimpleQueue[T | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def give(self, thing: T) -> None:
        """Put a thing to what waits."""
        if self._thread is None:
            self._start()
        self._waiting.put(thing)

    def close(self, seconds: float) -> None:
        """Let the thread handle what waits, and end; who calls this gives nothing any more."""
        if self._thread is not None and self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join(seconds)

    def _start(self) -> None:
        with self._gate:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        ends = False
        try:
            while not ends:
                batch, ends = self._next_batch()
                if batch:
                    self._handle_or_fail(batch)
        finally:
            self._leave()

    def _handle_or_fail(self, batch: list[T]) -> None:
        try:
            self._handle(batch)
        except BaseException:
            # Whatever it was: nobody may wait in vain, and the next batch may do.
            logger.exception("A batch of reports failed.")
            self._fail(batch)

    def _next_batch(self) -> tuple[list[T], bool]:
        """Wait for something, then take all that has come; and whether no more will."""
        batch: list[T] = []
        thing = self._waiting.get()
        while thing is not None:
            batch.append(thing)
            try:
                thing = self._waiting.get_nowait()
            except Empty:
                return batch, False
        return batch, True
