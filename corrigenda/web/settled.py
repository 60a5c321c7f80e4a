"""What is settled about passages, published notices and public declines, and where each stands now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Substr
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import Case, Decision, Notice, Report
from corrigenda.passage import ASK_BELOW, Selector, find
from corrigenda.passage.places import is_same_passage
from corrigenda.web.notices import standing_words
from corrigenda.web.parts import PartWords

CONTEXT: Final = 64
"""Characters on either side by which the words of a decline are found again; a notice keeps as many."""

NEAR: Final = 400
"""Characters on either side of a passage that are looked at before the whole article is."""

MOST: Final = 500
"""Notices, and as many declines, that are looked through at once, the newest."""

PRIVATE_REASONS: Final = (Decision.Reason.UNCLEAR.value,)
"""Reasons that speak of one report and not of the passage: they say nothing to whoever reports it next."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A published notice, or a decline without one."""

    decision: Decision
    notice: Notice | None
    at: datetime
    """When the notice was published, or the decline decided."""
    about: PartWords
    """What its reader reported."""
    words: Selector | None
    """The words of the text that it stands by; None where none are left, and beside the text."""

    def stands_at(self, text: str, start: int, end: int) -> bool:
        """Whether its words stand at a passage of a text, by the rule that joins cases.

        A notice is followed through later edits of its words; a decline spoke of them as they were.
        """
        if self.words is None:
            return False
        place = find(text, self.words)
        if place.start is None or place.end is None or place.confidence < ASK_BELOW:
            return False
        if self.notice is None and place.kind != "unchanged":
            return False
        return is_same_passage((place.start, place.end), (start, end))


def settled_of(articles: Iterable[int]) -> dict[int, list[Settled]]:
    """Return what is settled about articles, the newest first, by article; two queries for all of them."""
    wanted = list(articles)
    found: dict[int, list[Settled]] = defaultdict(list)
    for notice in _published(wanted):
        assert notice.published_at is not None  # noqa: S101 (only published ones are asked for)
        words = standing_words(notice)
        settled = Settled(notice.decision, notice, notice.published_at, _about(notice.case), words)
        found[notice.article_id].append(settled)
    for decision in _declined(wanted):
        settled = Settled(
            decision, None, decision.decided_at, _about(decision.case), _words_declined(decision)
        )
        found[decision.case.article_id or 0].append(settled)
    for one in found.values():
        one.sort(key=lambda settled: settled.at, reverse=True)
    return found


def settled_at(settled: Sequence[Settled], text: str, start: int, end: int) -> Settled | None:
    """Return the newest that stands at a passage of the whole text of the article; None where none does."""
    low, high = max(start - NEAR, 0), end + NEAR
    for one in settled:
        # Looking around the passage is cheap; only what stands there is worth the whole article.
        if one.stands_at(text[low:high], start - low, end - low) and one.stands_at(text, start, end):
            return one
    return None


def settled_beside(settled: Sequence[Settled], about: PartWords) -> Settled | None:
    """Return the newest about the same words in the same part beside the text; None where there is none."""
    return next((one for one in settled if one.about.is_same(about)), None)


def _published(articles: list[int]) -> QuerySet[Notice]:
    notices = Notice.objects.filter(article__in=articles, status=Notice.Status.PUBLISHED)
    rows = notices.select_related("decision", "article__site", "case__report")
    return rows.order_by("-published_at", "-pk")[:MOST]


def _declined(articles: list[int]) -> QuerySet[Decision]:
    """Return the declines that cannot be undone any more, each with the text around its passage."""
    public = Q(case__state=State.CLOSED) | Q(
        Q(case__not_before=None) | Q(case__not_before__lte=timezone.now()), case__state=State.DECLINED
    )
    start, end = F("passage__start"), F("passage__end")
    return (
        Decision.objects.filter(
            public, case__article__in=articles, outcome=Decision.Outcome.DECLINE, undone_at=None
        )
        .exclude(reason__in=PRIVATE_REASONS)
        .select_related("passage", "case__report")
        .annotate(
            window=Substr(
                "passage__revision__text", Greatest(start - CONTEXT, 0) + 1, end - start + 2 * CONTEXT
            )
        )
        .order_by("-pk")[:MOST]
    )


def _words_declined(decision: Decision) -> Selector | None:
    passage = decision.passage
    if passage is None or passage.start is None or passage.end is None or passage.confidence < ASK_BELOW:
        return None
    text = str(decision.window)  # type: ignore[attr-defined]  # annotated
    start = min(passage.start, CONTEXT)
    end = start + passage.end - passage.start
    return Selector(text[start:end], text[:start], text[end : end + CONTEXT])


def _about(case: Case) -> PartWords:
    report: Report | None = getattr(case, "report", None)
    return PartWords.of(report) if report is not None else PartWords(Report.Part.BODY, "")
