"""Answers preflights and refused reports, apart from the line: they never take the place of a report."""

import os
import threading
from typing import Final

from django.db import connection

from corrigenda.report.answers import Answer
from corrigenda.report.exchange import Environ, asked
from corrigenda.report.front.hand import Hand
from corrigenda.report.front.sites import SiteDirectory
from corrigenda.report.front.ticket import Ticket
from corrigenda.server.calling import Answered

MOST_ASKED: Final = 64
"""How many may wait for the database to say whose an origin is; it is asked at most five times a second."""


class Refused(Ticket):
    """A request whose answer is known, but for the headers that let a page of ours read it."""

    __slots__ = ("given",)

    def __init__(self, environ: Environ, given: Answer, answered: Answered, *, ours: bool) -> None:
        super().__init__(environ, b"", answered, ours=ours)
        self.given = given

    def give_up(self) -> None:
        """Answer by what is known of the origin by now."""
        self.settle(self.given)
        self.send()


class Refusals:
    """Knows what each of them is told before anybody is asked; only the headers depend on the origin.

    Most are answered at once from the sites that are known. Where an origin may be new, or a known one may be
    gone, a thread asks the database; further ones than MOST_ASKED are answered by what was known last.
    """

    def __init__(self, sites: SiteDirectory, *, most_asked: int = MOST_ASKED) -> None:
        self._sites = sites
        self._most_asked = most_asked
        self._hand = Hand[Refused]("refusals", self._handle, fail=self._let_all_go, leave=_leave_the_database)
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._gate = threading.Lock()
        self._asked = 0
        self._closed = False

    def answer(self, environ: Environ, given: Answer, answered: Answered) -> Refused:
        """Give a request the answer that it gets unread. Never waits, and never asks the database itself."""
        origin = origin_in(environ)
        ticket = Refused(environ, given, answered, ours=self._sites.was_ours(origin))
        if self._sites.is_certain(origin) or not self._enter(ticket):
            ticket.give_up()
        return ticket

    def close(self, seconds: float) -> None:
        """Ask nothing more; what comes later is answered by what is known."""
        with self._gate:
            self._closed = True
        self._hand.close(seconds)

    def _enter(self, ticket: Refused) -> bool:
        with self._gate:
            if self._closed or self._asked >= self._most_asked:
                return False
            self._asked += 1
            self._hand.give(ticket)
        return True

    def _handle(self, tickets: list[Refused]) -> None:
        for ticket in tickets:
            ticket.ours = asked(self._sites.is_ours, ticket.environ)
        self._let_all_go(tickets)

    def _let_all_go(self, tickets: list[Refused]) -> None:
        with self._gate:
            self._asked -= len(tickets)
        for ticket in tickets:
            ticket.give_up()


def origin_in(environ: Environ) -> str:
    """Return the Origin header of a request, empty where it has none."""
    return str(environ.get("HTTP_ORIGIN", ""))


def _leave_the_database() -> None:
    # Each thread has a connection of its own behind this name.
    connection.close()
