"""Reads what is known about a passage before a reader reports it; a fixed number of queries."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from corrigenda.disclose.known_wire import Question
from corrigenda.flow import State
from corrigenda.models import Address, Article, Case, Merge, Passage, Report, Revision, Site
from corrigenda.passage import ASK_BELOW, Selector
from corrigenda.passage.places import Place, is_same_passage, locate_quote
from corrigenda.web.parts import BESIDE_TEXT, PartWords
from corrigenda.web.settled import Settled, settled_at, settled_beside, settled_of

logger = logging.getLogger(__name__)

OPEN: Final = (
    State.RECEIVED,
    State.LOCATED,
    State.UNLOCATED,
    State.ACCEPTED,
    State.NOTED,
    State.FIXED,
)
"""Something is still to come; a joined case speaks through the one that it follows."""

FORMER: Final = 4
"""Older revisions that are looked through for words that a reader still sees in an old copy of the page."""

MOST_BESIDE: Final = 200
"""Reports that are compared word by word."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An open case of a passage."""

    case: Case
    readers: int
    """Reports of the case and of those joined to it."""


def known_about(site: Site, url: str, question: Question) -> Standing | Settled | None:
    """Return what a passage already has: an open case, else what was settled last, else None."""
    address = (
        Address.objects.filter(site=site, url=url, article__isnull=False).select_related("article").first()
    )
    article = address.article if address is not None else None
    if article is None:
        return None
    about = PartWords(question.part, question.exact, question.image)
    revision = article.revisions.order_by("-number").first()
    span = _span(article, revision, question)
    case = _open_at(revision, span) if revision is not None and span is not None else None
    case = case or _open_by_words(article, about, question)
    if case is not None:
        return Standing(case, _readers(case))
    settled = settled_of([article.pk])[article.pk]
    found = settled_at(settled, revision.text, *span) if revision is not None and span is not None else None
    return found if found or question.part == Report.Part.BODY else settled_beside(settled, about)


def _span(article: Article, revision: Revision | None, question: Question) -> tuple[int, int] | None:
    """Return where the quoted words stand in the newest revision; None where that is not sure."""
    if revision is None or question.part in BESIDE_TEXT or not question.exact.strip():
        return None
    place = _located([revision.text], question)
    if not place.is_sure:
        former = article.revisions.filter(number__lt=revision.number).order_by("-number")
        texts = list(former.values_list("text", flat=True)[:FORMER])
        place = _located([*reversed(texts), revision.text], question) if texts else place
    if not place.is_sure or place.start is None or place.end is None:
        return None
    return place.start, place.end


def _located(texts: list[str], question: Question) -> Place:
    selector = Selector(question.exact, question.prefix, question.suffix)
    try:
        return locate_quote(texts, selector, position=question.position)
    except Exception:
        # A text that the engine cannot stand is no reason to keep a reader from reporting it.
        logger.exception("Looking for a quotation that a page asked about failed.")
        return Place("gone", None, None, 0.0)


def _open_cases() -> Q:
    undoable = Q(case__state=State.DECLINED, case__not_before__gt=timezone.now())
    return Q(case__state__in=OPEN) | undoable


def _open_at(revision: Revision, span: tuple[int, int]) -> Case | None:
    """Return the oldest open case whose newest place, a sure one, is the passage."""
    newer = Passage.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    start, end = span
    passages = (
        Passage.objects.filter(_open_cases(), ~Exists(newer), revision=revision)
        .filter(start__lt=end, end__gt=start, confidence__gte=ASK_BELOW)
        .select_related("case")
        .order_by("case")
    )
    return next((one.case for one in passages if is_same_passage(_place(one), span)), None)


def _place(passage: Passage) -> tuple[int, int]:
    return passage.start or 0, passage.end or 0


def _open_by_words(article: Article, about: PartWords, question: Question) -> Case | None:
    """Return the oldest open case of the same words without a place: beside the text, or not located yet."""
    received = Q(case__state=State.RECEIVED, url__in=article.addresses.values("url"))
    wanted = received
    if about.part != Report.Part.BODY:
        wanted |= Q(case__article=article, part=about.part)
    reports: QuerySet[Report] = (
        Report.objects.filter(_open_cases(), wanted, site=article.site_id)
        .select_related("case")
        .order_by("case")[:MOST_BESIDE]
    )
    return next(
        (one.case for one in reports if PartWords.of(one).is_same(about) and _is_there(one, question)), None
    )


def _is_there(report: Report, question: Question) -> bool:
    """Whether equal words stand in the same place: within a text their surroundings say so."""
    if report.part != Report.Part.BODY:
        return True
    return (report.prefix, report.suffix) == (question.prefix, question.suffix)


def _readers(case: Case) -> int:
    family: Iterable[int] = Merge.objects.families([case])[case.pk]
    return Report.objects.filter(case__in=[case.pk, *family]).count()
