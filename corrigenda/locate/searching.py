"""Says where the words of cases are: the part of the step that may take seconds, with no row locked.

A question holds everything that its answer is computed from. Where the same question is asked once more under
the lock, the answer counts.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from django.db import DatabaseError, InterfaceError

from corrigenda.locate import queries
from corrigenda.locate.queries import Spot, Texts
from corrigenda.models import Case, Report
from corrigenda.passage import Selector
from corrigenda.passage.places import (
    LOST,
    MOST_HOPS,
    Place,
    carry_through,
    hops,
    kind_since,
    locate_quote,
)
from corrigenda.web.parts import BESIDE_TEXT

logger = logging.getLogger(__name__)

DATABASE_FAILURES: Final = (DatabaseError, InterfaceError)
"""What says nothing about a text: the case is for the next round."""


@dataclass(frozen=True, slots=True)
class Search:
    """Where is what a report quotes in the newest of these revisions?"""

    article: int
    revisions: tuple[int, ...]
    """All of the article, oldest first."""
    report: int
    selector: Selector
    position: int | None
    """In UTF-16 units, as the reader's page counted."""


@dataclass(frozen=True, slots=True)
class Following:
    """Where are the words of a passage in the newest revision?"""

    article: int
    revisions: tuple[int, ...]
    """From the one of the last sure place on, oldest first; all where there is no such place."""
    case: int
    former: Spot
    sure: Spot | None
    reference: Spot | None
    search: Search | None
    """What is asked instead where no place was sure."""


Question = Search | Following


@dataclass(frozen=True, slots=True)
class Answer:
    """A place, and the words that are there."""

    revision: int
    place: Place
    words: str
    former_words: str = ""
    """The words at the place that was followed."""


def search_for(report: Report) -> Search | None:
    """Ask for the words of a report; None where there is no text yet, or where they are not in one."""
    if report.part in BESIDE_TEXT:
        return None
    address = queries.address_of(report)
    if address is None or address.article_id is None:
        return None
    return _search_in(address.article_id, report)


def following_of(case: Case) -> Following | None:
    """Ask for the passage of a live case; None where it lies in the newest revision, or there is none."""
    former = queries.newest_spot(case)
    if former is None:
        return None
    article, number = queries.article_and_number(former.revision)
    if not queries.revisions_of(article, since=number + 1):
        return None
    sure = queries.last_sure_spot(case)
    since = queries.article_and_number(sure.revision)[1] if sure is not None else 0
    return Following(
        article=article,
        revisions=queries.revisions_of(article, since=since),
        case=case.pk,
        former=former,
        sure=sure,
        reference=queries.reference_spot(case),
        search=_search_in(article, case.report) if sure is None else None,
    )


def _search_in(article: int, report: Report) -> Search | None:
    revisions = queries.revisions_of(article)
    selector = Selector(report.exact, report.prefix, report.suffix)
    return Search(article, revisions, report.pk, selector, report.position) if revisions else None


class Answers:
    """Answers questions about one article; texts are compared once for all of them."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self._followings: dict[tuple[int, ...], list[Following]] = defaultdict(list)
        for question in questions:
            if isinstance(question, Following) and question.sure is not None:
                self._followings[question.revisions].append(question)
        self._carried: dict[int, Place] = {}
        # As many texts as the carrying of one passage needs at once.
        self._read = lru_cache(maxsize=MOST_HOPS + 1)(queries.text_of)

    def to(self, question: Question) -> Answer:
        """Return the answer to one of the questions."""
        newest = question.revisions[-1]
        if isinstance(question, Search):
            place = self._search(question)
            return Answer(newest, place, place.words(self._read(newest)))
        place = self._follow(question)
        words = place.words(self._read(newest))
        if question.sure is not None:
            first = self._words(question.reference)
            kind = kind_since(first, words, former=question.sure.kind, now=place.kind)
            place = replace(place, kind=kind)
        return Answer(newest, place, words, self._words(question.former))

    def _words(self, spot: Spot | None) -> str:
        return "" if spot is None or spot.start is None else self._read(spot.revision)[spot.start : spot.end]

    def _search(self, question: Search) -> Place:
        """Look for a quotation; a text that the engine cannot take is for a human, not a retry."""
        texts = Texts(question.revisions, self._read)
        try:
            return locate_quote(texts, question.selector, position=question.position)
        except DATABASE_FAILURES:
            raise
        except Exception:
            logger.exception("Looking for the quotation of report %s failed.", question.report)
            return LOST

    def _follow(self, question: Following) -> Place:
        if question.search is not None:
            return self._search(question.search)
        if question.case not in self._carried:
            revisions = question.revisions
            texts = [self._read(revisions[hop]) for hop in hops(0, len(revisions) - 1)]
            self._carried |= _carry(texts, self._followings[revisions])
        return self._carried[question.case]


def _carry(texts: Sequence[str], questions: Sequence[Following]) -> dict[int, Place]:
    """Carry the sure places of cases through texts; as above, a failure of the engine asks a human.

    Where it fails for several at once, each is tried by itself: one of them harms no other.
    """
    sure = [question.sure for question in questions if question.sure is not None]
    starts = [Place("unchanged", spot.start, spot.end, spot.confidence) for spot in sure]
    try:
        places = carry_through(texts, starts)
    except Exception:
        if len(questions) > 1:
            return {question.case: _carry(texts, [question])[question.case] for question in questions}
        logger.exception("Carrying the passage of case %s failed.", questions[0].case)
        places = [LOST]
    return {question.case: place for question, place in zip(questions, places, strict=True)}
