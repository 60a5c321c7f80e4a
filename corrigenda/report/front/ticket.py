"""A request that was handed in at the front door, and the one answer that it gets."""

import logging
import threading
from collections.abc import Callable

from django.utils import translation

from corrigenda.report import answers
from corrigenda.report.answers import Answer
from corrigenda.report.door import Order
from corrigenda.report.exchange import Environ, dressed, language_asked
from corrigenda.report.front.headers import send
from corrigenda.server.calling import Answered

logger = logging.getLogger(__name__)


class Ticket:
    """A request that waits for its answer."""

    __slots__ = (
        *(
            "abandoned",
            "answer",
            "answered",
            "body",
            "environ",
            "language",
            "once",
            "order",
            "ours",
            "refusal",
        ),
    )

    order: Order
    refusal: Answer | None
    """What is said to a report that may not be stored, unless its key is known."""

    def __init__(self, environ: Environ, body: bytes, answered: Answered, *, ours: bool) -> None:
        self.environ = environ
        self.body = body
        self.language = ""
        self.ours = ours
        self.refusal = None
        self.answer: Answer | None = None
        self.answered = answered
        self.abandoned = False
        self.once = threading.Lock()

    def settle(self, given: Answer) -> None:
        """Note the answer, once."""
        if self.answer is None:
            self.answer = dressed(given, self.environ, ours=self.ours)

    def send(self) -> None:
        """Send the answer that is there, unless one was sent already."""
        if self.answer is not None and self.once.acquire(blocking=False):
            send(self.answer, self.environ, self.answered)

    def give_up(self) -> None:
        """Say that nobody knows whether the report is stored, if nothing was said yet."""
        if not self.once.acquire(blocking=False):
            return
        self.abandoned = True
        logger.warning("A report has waited too long; its sender may send it again.")
        send(spoken(answers.unsure, self.environ, ours=self.ours), self.environ, self.answered)

    def say(self, make: Callable[[], Answer]) -> None:
        """Give an answer that is made in the language of the report."""
        language = self.language or language_asked(self.environ)
        with translation.override(language):
            given = make()
        given.headers["Content-Language"] = language
        self.settle(given)


def spoken(make: Callable[[], Answer], environ: Environ, *, ours: bool) -> Answer:
    """Return an answer in the language that a request asks for, with its headers."""
    with translation.override(language_asked(environ)):
        return dressed(make(), environ, ours=ours)
