"""Reads what is known about a passage before a reader reports it; a fixed number of queries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from corrigenda.disclose.known_places import Seen, find_asked
from corrigenda.disclose.known_wire import Question
from corrigenda.flow import State
from corrigenda.models import Address, Article, Case, Merge, Passage, Report, Site
from corrigenda.passage import ASK_BELOW
from corrigenda.web.parts import PartWords
from corrigenda.web.settled import (
    MOST_COMPARED,
    Mark,
    Settled,
    read_settled,
    settled_at,
    settled_beside,
    settled_of,
)

OPEN: Final = (
    State.RECEIVED,
    State.LOCATED,
    State.UNLOCATED,
    State.ACCEPTED,
    State.NOTED,
    State.FIXED,
)
"""Something is still to come; a joined case speaks through the one that it follows."""

MOST_SETTLED: Final = 200
"""Notices, and as many declines, of an article that are looked through, the newest."""

MOST_BESIDE: Final = 200
"""Reports that are compared word by word."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An open case of a passage."""

    case: Case
    readers: int
    """Reports of the case and of those joined to it."""


def known_about(
    site: Site, url: str, question: Question, *, may_look_back: Callable[[], bool] = lambda: True
) -> Standing | Settled | None:
    """Return what a passage already has: an open case, else what was settled last, else None.

    Whole texts are never compared here: that takes seconds, and anybody may ask. `may_look_back` is asked
    before older revisions are read, which costs a few times as much as the newest one.
    """
    address = (
        Address.objects.filter(site=site, url=url, article__isnull=False).select_related("article").first()
    )
    article = address.article if address is not None else None
    # Of an article that was withdrawn nobody learns from here which words it holds.
    if article is None or not article.is_public:
        return None
    about = PartWords(question.part, question.exact, question.image)
    newest = article.revisions.defer("html").order_by("-number").first()
    places = find_asked(article, newest, question, may_look_back) if newest is not None else []
    case = next((one for seen in places if (one := _open_at(article, seen)) is not None), None)
    case = case or _open_by_words(article, about, question)
    if case is not None:
        return Standing(case, Merge.objects.count_readers(case))
    marks = settled_of([article.pk], most=MOST_SETTLED)[article.pk]
    found = next((mark for seen in places if (mark := _settled_at(marks, seen)) is not None), None)
    if found is None and question.part != Report.Part.BODY:
        found = settled_beside(marks, about)
    return read_settled([found])[found.decision] if found is not None else None


def _settled_at(marks: list[Mark], seen: Seen) -> Mark | None:
    """Return the newest settled thing of a passage whose words still stand in the newest revision."""
    if seen.is_newest:
        return settled_at(marks, seen.newest.text, *seen.span)
    start, end = seen.span
    stood = Passage.objects.filter(revision=seen.revision, start__lt=end, end__gt=start)
    stood = stood.filter(case__in=[mark.case for mark in marks], confidence__gte=ASK_BELOW)
    cases = {passage.case_id for passage in stood if seen.is_at(passage)}
    here = [mark for mark in marks if mark.case in cases]
    return next((mark for mark in here[:MOST_COMPARED] if mark.stands_in(seen.newest.text)), None)


def _open_cases() -> Q:
    undoable = Q(case__state=State.DECLINED, case__not_before__gt=timezone.now())
    return Q(case__state__in=OPEN) | undoable


def _open_at(article: Article, seen: Seen) -> Case | None:
    """Return the oldest open case that stands at a passage, or stood there in a former revision."""
    passages = seen.passages().filter(_open_cases(), case__article=article).select_related("case")
    return next((one.case for one in passages.order_by("case") if seen.is_at(one)), None)


def _open_by_words(article: Article, about: PartWords, question: Question) -> Case | None:
    """Return the oldest open case of the same words without a place: beside the text, or not located yet."""
    received = Q(case__state=State.RECEIVED, url__in=article.addresses.values("url"))
    reports = [*_reports_where(article, received)]
    if about.part != Report.Part.BODY:
        reports += _reports_where(article, _open_cases(), case__article=article, part=about.part)
    same = [one for one in reports if PartWords.of(one).is_same(about) and _is_there(one, question)]
    return min((one.case for one in same if one.case is not None), key=lambda case: case.pk, default=None)


def _reports_where(article: Article, *wanted: Q, **fields: object) -> QuerySet[Report]:
    # Two questions and not one with "or": that would read all reports, the oldest first.
    reports = Report.objects.filter(*wanted, site=article.site_id, **fields)
    return reports.select_related("case").order_by("case")[:MOST_BESIDE]


def _is_there(report: Report, question: Question) -> bool:
    """Whether equal words stand in the same place: within a text their surroundings say so."""
    if report.part != Report.Part.BODY:
        return True
    return (report.prefix, report.suffix) == (question.prefix, question.suffix)
