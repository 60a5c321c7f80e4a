"""The line behind the front door: one thread reads what came in, commits it, and only then answers."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from multiprocessing.util import Finalize
from typing import Final

from django.db import DataError, IntegrityError, connection
from django.db import Error as DatabaseFailure

from corrigenda.models import Report
from corrigenda.report import answers
from corrigenda.report.answers import Answer
from corrigenda.report.door import (
    MissingRowError,
    Order,
    SiteGoneError,
    Stored,
    answer_language,
    key_for,
    key_of_row,
    look_up,
    receipt_of,
    refused_address,
    store,
    store_alone,
    what_failed,
)
from corrigenda.report.exchange import (
    Environ,
    asked,
    draft_of,
    key_or_refusal,
    parcel_or_refusal,
)
from corrigenda.report.front.hand import Hand
from corrigenda.report.front.refusals import Refusals, origin_in
from corrigenda.report.front.sites import SiteDirectory
from corrigenda.report.front.ticket import Ticket, spoken
from corrigenda.server.calling import Answered

logger = logging.getLogger(__name__)

DRAIN_SECONDS: Final = 10.0
"""How long a process that ends waits for the reports that it has taken."""

CarryOut = Callable[[Sequence[Order]], list[Stored | None]]


class Line:
    """Takes reports from many threads through one: what Python does for them is done in one place, in a row.

    Thirty threads that check a report each pass the interpreter to and fro, which costs more than the checks.
    """

    def __init__(
        self,
        *,
        most_waiting: int,
        sites: SiteDirectory,
        carry_out: CarryOut = store,
    ) -> None:
        self._most_waiting = most_waiting
        self.sites = sites
        self._carry_out = carry_out
        self._refusals = Refusals(sites)
        self._hand = Hand("reports", self._handle, fail=self._fail, leave=_leave_the_database)
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        self._gate = threading.Lock()
        self._pending = 0
        self._opened = False
        self._closed = False

    def take(self, environ: Environ, body: bytes, answered: Answered) -> Ticket:
        """Take in a report that may be read; 201 says that it is on the disk. Never waits."""
        # Until the database is asked, in the thread.
        ticket = Ticket(environ, body, answered, ours=self.sites.was_ours(origin_in(environ)))
        if not self._enter(ticket):
            ticket.answer = spoken(answers.busy, environ, ours=ticket.ours)
            ticket.send()
        return ticket

    def refuse(self, environ: Environ, given: Answer, answered: Answered) -> Ticket:
        """Give a request the answer that it gets unread. Never waits.

        It takes no place of a report, and waits behind none: see Refusals.
        """
        return self._refusals.answer(environ, given, answered)

    def close(self, seconds: float = DRAIN_SECONDS) -> None:
        """Take nothing more, and wait until what was taken is stored."""
        with self._gate:
            self._closed = True
        self._refusals.close(seconds)
        self._hand.close(seconds)

    def _enter(self, ticket: Ticket) -> bool:
        with self._gate:
            if self._closed or self._pending >= self._most_waiting:
                return False
            if not self._opened:
                self._opened = True
                # Server processes are forked by multiprocessing and never run atexit: this runs in both.
                Finalize(self, Line.close, args=(self,), exitpriority=100)
            self._pending += 1
            self._hand.give(ticket)
        return True

    def _handle(self, tickets: list[Ticket]) -> None:
        self._store([ticket for ticket in tickets if not ticket.abandoned and self._is_ready(ticket)])
        self._let_all_go(tickets)

    def _fail(self, tickets: list[Ticket]) -> None:
        _tell_failure(tickets)
        self._let_all_go(tickets)

    def _let_all_go(self, tickets: list[Ticket]) -> None:
        with self._gate:
            self._pending -= len(tickets)
        for ticket in tickets:
            ticket.send()

    def _is_ready(self, ticket: Ticket) -> bool:
        try:
            return self._is_prepared(ticket)
        except BaseException:
            # No report that nobody has thought of may take its batch with it.
            logger.exception("A report could not be read.")
            ticket.say(answers.unsure)
            return False

    def _is_prepared(self, ticket: Ticket) -> bool:
        """Make a ticket's order; False where its answer is there already."""
        ticket.ours = asked(self.sites.is_ours, ticket.environ)
        draft = draft_of(ticket.environ, ticket.body)
        if isinstance(draft, Answer):
            ticket.settle(draft)
            return False
        ticket.language = answer_language(draft.language, None)
        key = key_or_refusal(draft, ticket.environ)
        if isinstance(key, Answer):
            ticket.settle(key)
            return False
        try:
            made = parcel_or_refusal(draft, key, find_site=self.sites.site_of_origin)
        except DatabaseFailure as error:
            logger.warning("A report could not be stored: %s", what_failed(error))
            ticket.say(answers.unsure)
            return False
        if not isinstance(made, Answer):
            ticket.order = Order(key_of_row(made.row), made)
            return True
        # A key that is known on this site gets its receipt again, whatever else is wrong with the report.
        known = key_for(draft, key, Report.Channel.WIDGET, find_site=self.sites.site_of_origin)
        if known is None:
            ticket.settle(made)
            return False
        ticket.order, ticket.refusal = Order(known), made
        return True

    def _store(self, tickets: list[Ticket]) -> None:
        if not tickets:
            return
        try:
            found = self._tried_twice([ticket.order for ticket in tickets])
        except (IntegrityError, DataError, MissingRowError):
            # One of them is at fault; the others are not to suffer for it.
            _store_one_by_one(tickets)
        except DatabaseFailure as error:
            connection.close()
            logger.warning("%s reports could not be stored: %s", len(tickets), what_failed(error))
            _tell_failure(tickets)
        else:
            for ticket, stored in zip(tickets, found, strict=True):
                _tell(ticket, stored)

    def _tried_twice(self, orders: list[Order]) -> list[Stored | None]:
        held = connection.connection
        try:
            return self._carry_out(orders)
        except DatabaseFailure:
            if held is None or (connection.connection is held and connection.is_usable()):
                raise
            # It broke, or Django has replaced it already, as where the server was restarted since the last
            # batch. Should the commit have got through nevertheless, the keys are found.
            connection.close()
            return self._carry_out(orders)


def _leave_the_database() -> None:
    # Each thread has a connection of its own behind this name.
    connection.close()


def _store_one_by_one(tickets: list[Ticket]) -> None:
    """Give each order a transaction of its own; savepoints would not do: foreign keys fail at the commit."""
    for ticket in tickets:
        key, parcel = ticket.order.key, ticket.order.parcel
        try:
            stored = look_up([key]).get(key)
            _tell(ticket, store_alone(parcel) if stored is None and parcel is not None else stored)
        except SiteGoneError:
            ticket.say(lambda: answers.refused(refused_address()))
        except DatabaseFailure as error:
            logger.warning("The database refuses a report: %s", what_failed(error))
            ticket.say(answers.unsure)


def _tell(ticket: Ticket, stored: Stored | None) -> None:
    if stored is not None:
        ticket.settle(answers.accepted(receipt_of(stored)))
    elif ticket.refusal is not None:
        ticket.settle(ticket.refusal)
    else:
        ticket.say(answers.unsure)


def _tell_failure(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        ticket.say(answers.unsure)
