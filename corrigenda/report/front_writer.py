"""The writer of the front door: one thread a process, which commits whatever waits, and only then says so."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from multiprocessing.util import Finalize
from queue import Empty, SimpleQueue
from typing import Final

from django.db import DataError, IntegrityError, connection
from django.db import Error as DatabaseFailure

from corrigenda.report.door import (
    MissingRowError,
    Order,
    SiteGoneError,
    Stored,
    UnavailableError,
    look_up,
    store,
    store_alone,
    what_failed,
)
from corrigenda.report.exchange import BusyError

logger = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 10.0
"""How long a request waits for the commit of its report."""
DRAIN_SECONDS: Final = 10.0
"""How long a process that ends waits for the reports that it has taken."""

Outcome = Stored | None | SiteGoneError | UnavailableError


class _Ticket:
    """An order that waits; the lock opens when its outcome is there.

    A bare lock, used once: a Future or an Event costs five times as much, on the way of every report.
    """

    __slots__ = ("abandoned", "opened", "order", "outcome")

    def __init__(self, order: Order) -> None:
        self.order = order
        self.outcome: Outcome = None
        self.abandoned = False
        self.opened = threading.Lock()
        self.opened.acquire()

    def settle(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.opened.release()


class Writer:
    """Stores orders in batches: while one commits the next gathers, so that no report waits for company.

    The thread starts with the first order, in the process that got it: a process that is forked off later has
    one of its own. It has its own database connection, as every thread of Django's.
    """

    def __init__(
        self,
        *,
        most_waiting: int,
        carry_out: Callable[[Sequence[Order]], list[Stored | None]] = store,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._most_waiting = most_waiting
        self._carry_out = carry_out
        self._answer_seconds = answer_seconds
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        self._gate = threading.Lock()
        self._waiting: SimpleQueue[_Ticket | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._inside = 0
        self._closed = False

    def carry_out(self, order: Order) -> Stored | None:
        """Return what stands under the order's key once that is on the disk; None for an unknown key.

        Raises BusyError where too many wait already, SiteGoneError where the report's site was deleted
        meanwhile, UnavailableError where the database fails or does not answer in time.
        """
        ticket = _Ticket(order)
        with self._gate:
            # The queue by itself too: it may hold orders that nobody waits for any longer.
            if self._closed or max(self._inside, self._waiting.qsize()) >= self._most_waiting:
                raise BusyError
            if self._thread is None:
                self._start()
            self._inside += 1
            self._waiting.put(ticket)
        try:
            return self._outcome_of(ticket)
        finally:
            with self._gate:
                self._inside -= 1

    def _outcome_of(self, ticket: _Ticket) -> Stored | None:
        if not ticket.opened.acquire(timeout=self._answer_seconds):
            ticket.abandoned = True
            raise UnavailableError("no answer in time")
        if isinstance(ticket.outcome, Exception):
            raise ticket.outcome
        return ticket.outcome

    def close(self, seconds: float = DRAIN_SECONDS) -> None:
        """Take no more orders, and wait until those that were taken are stored."""
        with self._gate:
            self._closed = True
            thread = self._thread
        if thread is not None and thread.is_alive():
            self._waiting.put(None)
            thread.join(seconds)

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="reports", daemon=True)
        self._thread.start()
        # Server processes are forked by multiprocessing and never run atexit; this runs in both kinds.
        Finalize(self, Writer.close, args=(self,), exitpriority=100)

    def _run(self) -> None:
        ends = False
        try:
            while not ends:
                batch, ends = self._next_batch()
                try:
                    self._store(batch)
                except BaseException:
                    # Whatever it was: nobody may wait in vain, and the next batch may do.
                    logger.exception("A batch of reports failed.")
                    _fail(batch, "the writer failed")
        finally:
            connection.close()

    def _next_batch(self) -> tuple[list[_Ticket], bool]:
        """Wait for an order, then take all that have come; and whether no more will."""
        batch: list[_Ticket] = []
        ticket = self._waiting.get()
        while ticket is not None:
            if not ticket.abandoned:
                batch.append(ticket)
            try:
                ticket = self._waiting.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _store(self, batch: list[_Ticket]) -> None:
        if not batch:
            return
        try:
            outcomes = self._tried_twice([ticket.order for ticket in batch])
        except (IntegrityError, DataError, MissingRowError):
            # One of them is at fault; the others are not to suffer for it.
            _store_one_by_one(batch)
        except DatabaseFailure as error:
            connection.close()
            _fail(batch, what_failed(error))
        else:
            for ticket, outcome in zip(batch, outcomes, strict=True):
                ticket.settle(outcome)

    def _tried_twice(self, orders: list[Order]) -> list[Stored | None]:
        held = connection.connection
        try:
            return self._carry_out(orders)
        except DatabaseFailure:
            # Django has replaced a connection that broke, as where the server was restarted since the last
            # batch. Should the commit have got through nevertheless, the keys are found.
            if held is None or (connection.connection is held and connection.is_usable()):
                raise
            return self._carry_out(orders)


def _store_one_by_one(batch: list[_Ticket]) -> None:
    """Give each order a transaction of its own; savepoints would not do: foreign keys fail at the commit."""
    for ticket in batch:
        ticket.settle(_alone(ticket.order))


def _alone(order: Order) -> Outcome:
    try:
        known = look_up([order.key]).get(order.key)
        if known is not None or order.parcel is None:
            return known
        return store_alone(order.parcel)
    except SiteGoneError as error:
        return error
    except DatabaseFailure as error:
        logger.warning("The database refuses a report: %s", what_failed(error))
        return UnavailableError(what_failed(error))


def _fail(batch: list[_Ticket], reason: str) -> None:
    for ticket in batch:
        if ticket.opened.locked():
            ticket.settle(UnavailableError(reason))
