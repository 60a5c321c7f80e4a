"""What is settled about passages, published notices and public declines, and where each stands now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Greatest, Substr
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import Decision, Notice, Report
from corrigenda.passage import ASK_BELOW, Selector, find, find_copy, is_near
from corrigenda.passage.places import is_same_passage
from corrigenda.web.notices import standing_selector
from corrigenda.web.parts import PartWords

CONTEXT: Final = 64
"""Characters on either side by which the words of a decline are found again; a notice keeps as many."""

NEAR: Final = 400
"""Characters on either side of a passage that are looked at before the whole article is."""

MOST: Final = 500
"""Notices, and as many declines, that are looked through at once, the newest."""

PRIVATE_REASONS: Final = (Decision.Reason.UNCLEAR.value,)
"""Reasons that speak of one report and not of the passage: they say nothing to whoever reports it next."""


MOST_COMPARED: Final = 40
"""Settled things near one passage whose words are compared, the newest.

A comparison takes about a millisecond, and a passage has one notice or two, hardly ever more.
"""


_ABOUT: Final = ("case__report__part", "case__report__exact", "case__report__image")


@dataclass(frozen=True, slots=True)
class Settled:
    """A published notice, or a decline without one."""

    decision: Decision
    notice: Notice | None
    at: datetime
    """When the notice was published, or the decline decided."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something settled stands in an article: what is compared before any row is fetched for it."""

    decision: int
    case: int
    is_notice: bool
    at: datetime
    about: PartWords
    """What its reader reported."""
    words: Selector | None
    """The words of the text that it stands by; None where none are left, and beside the text."""

    def stands_in(self, text: str) -> tuple[int, int] | None:
        """Return where its words stand in a text, None unless that is sure.

        A notice is followed through later edits of its words; a decline spoke of them as they were.
        """
        if self.words is None:
            return None
        found = find_copy(text, self.words)
        if found is None and self.is_notice:
            found = find(text, self.words)
        return found.span if found is not None and found.confidence >= ASK_BELOW else None

    def stands_at(self, text: str, start: int, end: int) -> bool:
        """Whether its words stand at a passage of a text, by the rule that joins cases."""
        span = self.stands_in(text)
        return span is not None and is_same_passage(span, (start, end))


def settled_of(articles: Iterable[int], *, most: int = MOST) -> dict[int, list[Mark]]:
    """Return what is settled about articles, the newest first, by article; three queries for all of them.

    Of notices and of declines `most` each are looked at.
    """
    wanted = list(articles)
    found: dict[int, list[Mark]] = defaultdict(list)
    for article, mark in [*_published(wanted, most), *_declined(wanted, most)]:
        found[article].append(mark)
    for marks in found.values():
        marks.sort(key=lambda mark: mark.at, reverse=True)
    return found


def read_settled(marks: Iterable[Mark]) -> dict[int, Settled]:
    """Return the decisions and notices behind marks, by decision; one query."""
    at = {mark.decision: mark.at for mark in marks}
    decisions = Decision.objects.select_related("notice__article__site").filter(pk__in=at) if at else []
    return {decision.pk: Settled(decision, _notice_of(decision), at[decision.pk]) for decision in decisions}


def settled_at(marks: Iterable[Mark], text: str, start: int, end: int) -> Mark | None:
    """Return the newest that stands at a passage of the whole text of the article; None where none does."""
    low, high = max(start - NEAR, 0), end + NEAR
    near = settled_around(marks, text[low:high], start - low, end - low)
    # Looking around the passage is cheap; only what stands there is worth the whole article.
    return next((mark for mark in near if mark.stands_at(text, start, end)), None)


def settled_around(marks: Iterable[Mark], around: str, start: int, end: int) -> Iterator[Mark]:
    """Iterate what stands at a passage of the text around it, the newest first, MOST_COMPARED of them."""
    left = MOST_COMPARED
    for mark in marks:
        if mark.words is None or not left:
            continue
        likely = mark.words.exact in around or (mark.is_notice and is_near(around, mark.words))
        left -= likely
        if likely and mark.stands_at(around, start, end):
            yield mark


def settled_beside(marks: Sequence[Mark], about: PartWords) -> Mark | None:
    """Return the newest about the same words in the same part beside the text; None where there is none."""
    return next((mark for mark in marks if mark.about.is_same(about)), None)


def _published(articles: list[int], most: int) -> list[tuple[int, Mark]]:
    notices = Notice.objects.filter(article__in=articles, status=Notice.Status.PUBLISHED)
    rows = notices.order_by("-published_at", "-pk").values_list(
        "article",
        "decision",
        "case",
        "published_at",
        "decision__outcome",
        "old",
        "new",
        "prefix",
        "suffix",
        *_ABOUT,
    )
    return [
        (article, Mark(decision, case, True, at, _about(*about), standing_selector(outcome, *words)))
        for article, decision, case, at, outcome, *words, part, exact, image in rows[:most]
        for about in [(part, exact, image)]
    ]


def _declined(articles: list[int], most: int) -> list[tuple[int, Mark]]:
    """Return the declines that cannot be undone any more, each with the text around its passage."""
    public = Q(case__state=State.CLOSED) | Q(
        Q(case__not_before=None) | Q(case__not_before__lte=timezone.now()), case__state=State.DECLINED
    )
    declined = Decision.objects.filter(
        public, case__article__in=articles, outcome=Decision.Outcome.DECLINE, undone_at=None
    ).exclude(reason__in=PRIVATE_REASONS)
    # Apart: SQLite would cut the text out of the revisions of all of them, and then drop most.
    keys = list(declined.order_by("-pk").values_list("pk", flat=True)[:most])
    start, end = F("passage__start"), F("passage__end")
    rows = (
        Decision.objects.filter(pk__in=keys)
        .annotate(
            window=Substr(
                "passage__revision__text", Greatest(start - CONTEXT, 0) + 1, end - start + 2 * CONTEXT
            )
        )
        .order_by("-pk")
        .values_list(
            "case__article",
            "pk",
            "case",
            "decided_at",
            "passage__start",
            "passage__end",
            "passage__confidence",
            "window",
            *_ABOUT,
        )
    )
    return [
        (article, Mark(decision, case, False, at, _about(*about), _words_declined(*words)))
        for article, decision, case, at, *words, part, exact, image in rows
        for about in [(part, exact, image)]
    ]


def _words_declined(
    start: int | None, end: int | None, confidence: float | None, window: str | None
) -> Selector | None:
    if start is None or end is None or confidence is None or confidence < ASK_BELOW or window is None:
        return None
    first = min(start, CONTEXT)
    last = first + end - start
    return Selector(window[first:last], window[:first], window[last : last + CONTEXT])


def _about(part: str | None, exact: str | None, image: str | None) -> PartWords:
    return PartWords(part or Report.Part.BODY, exact or "", image or "")


def _notice_of(decision: Decision) -> Notice | None:
    notice: Notice | None = getattr(decision, "notice", None)
    return notice
