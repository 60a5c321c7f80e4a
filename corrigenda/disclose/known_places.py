"""Finds where the words that a page asks about stand, at a cost that no text and no question can raise."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length

from corrigenda.disclose.known_wire import Question
from corrigenda.models import Article, Passage, Revision
from corrigenda.passage import ASK_BELOW, Selector, find
from corrigenda.passage.places import find_quote, find_words, is_same_passage
from corrigenda.web.parts import BESIDE_TEXT

logger = logging.getLogger(__name__)

FORMER: Final = 4
"""Older revisions that are looked through for words that a reader still sees in an old copy of the page."""

MOST_LETTERS: Final = 400_000
"""Characters of older revisions that are read for one question: the four of a page of 90,000, or fewer."""

CONTEXT: Final = 64
"""Characters on either side of a quotation that are compared; the widget sends half as many."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the words stand for sure in one revision; offsets are code points."""

    revision: Revision
    span: tuple[int, int]
    newest: Revision

    @property
    def is_newest(self) -> bool:
        """Whether that is the newest revision."""
        return self.revision == self.newest

    def passages(self) -> QuerySet[Passage]:
        """Return the sure places of cases that overlap with it, of cases whose newest place is sure too.

        The worker has followed each of them to the newest revision and written down where it is, so that
        nothing needs to be compared for a question.
        """
        start, end = self.span
        here = Passage.objects.filter(
            revision=self.revision, start__lt=end, end__gt=start, confidence__gte=ASK_BELOW
        )
        if self.is_newest:
            newer = Passage.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
            return here.filter(~Exists(newer))
        sure = Passage.objects.filter(start__isnull=False, confidence__gte=ASK_BELOW, revision=self.newest)
        return here.filter(Exists(sure.filter(case=OuterRef("case"))))

    def is_at(self, passage: Passage) -> bool:
        """Whether a place in the same revision is the same passage."""
        return is_same_passage((passage.start or 0, passage.end or 0), self.span)


def find_asked(
    article: Article, newest: Revision, question: Question, may_look_back: Callable[[], bool]
) -> list[Seen]:
    """Return where the quoted words stand for sure: in the newest revision, else in some before it.

    `may_look_back` is asked before older revisions are read.
    """
    if question.part in BESIDE_TEXT or not question.exact.strip():
        return []
    selector = Selector(question.exact, question.prefix[-CONTEXT:], question.suffix[:CONTEXT])
    try:
        place = find_quote(newest.text, selector, position=question.position)
        if place.is_sure and place.start is not None and place.end is not None:
            return [Seen(newest, (place.start, place.end), newest)]
        if not may_look_back():
            return []
        former = [
            seen
            for revision in _former(article, newest)
            for seen in _seen(revision, selector, question.position, newest)
        ]
        return [*_carried(former, newest), *former]
    except Exception:
        # A text that the engine cannot stand is no reason to keep a reader from reporting it.
        logger.exception("Looking for a quotation that a page asked about failed.")
        return []


def _former(article: Article, newest: Revision) -> QuerySet[Revision]:
    """Return the revisions before the newest one that may be read, without their HTML, the newest first."""
    former = article.revisions.filter(number__lt=newest.number).order_by("-number")
    sizes = list(former.annotate(letters=Length("text")).values_list("pk", "letters")[:FORMER])
    sums = accumulate(letters for _pk, letters in sizes)
    keys = [pk for (pk, _letters), letters in zip(sizes, sums, strict=True) if letters <= MOST_LETTERS]
    return former.defer("html").filter(pk__in=keys)


def _seen(revision: Revision, selector: Selector, position: int | None, newest: Revision) -> Iterator[Seen]:
    place = find_words(revision.text, selector, position=position)
    if place is not None and place.start is not None and place.end is not None:
        yield Seen(revision, (place.start, place.end), newest)


def _carried(former: list[Seen], newest: Revision) -> Iterator[Seen]:
    """Look for the words of the newest of these revisions in the newest text, by what stands around them.

    Comparing the two texts would find more, and take seconds.
    """
    for seen in former[:1]:
        start, end = seen.span
        now = find(newest.text, Selector.of(seen.revision.text, start, end, CONTEXT), start)
        if now.span is not None and now.confidence >= ASK_BELOW:
            yield Seen(newest, now.span, newest)
