"""Finds the cases that an editor may want to join with one: those of its passage, or of its part."""

from typing import Final

from django.db.models import F
from django.db.models.functions import Substr

from corrigenda.decide.guards import JOINABLE, OPEN_AT_DESK
from corrigenda.decide.labels import STATES
from corrigenda.decide.pages import NearbyCase
from corrigenda.flow import State
from corrigenda.models import Case, Passage, Report
from corrigenda.web.parts import BESIDE_TEXT
from corrigenda.web.plain import cut_middle, one_line, plain

MOST: Final = 20
"""Cases that are shown, the oldest."""


def view_nearby(case: Case, passage: Passage | None, report: Report | None) -> list[NearbyCase]:
    """Return the cases whose passage shares words with this one, or which are beside the text as it is."""
    if case.state not in JOINABLE:
        return []
    if report is not None and report.part in BESIDE_TEXT and case.article_id is not None:
        return _beside(case, report.part)
    if passage is None or passage.start is None:
        return []
    nearby = (
        Passage.objects.filter(revision=passage.revision_id, start__lt=passage.end, end__gt=passage.start)
        # What is joined to this case is in none of these states.
        .filter(case__article=case.article_id, case__state__in=JOINABLE)
        .exclude(case=case)
        .select_related("case__report")
        .annotate(words=Substr("revision__text", F("start") + 1, F("end") - F("start")))
        .order_by("case")[:MOST]
    )
    return [view for other in nearby if (view := _view_neighbour(case, other.case, other.words)) is not None]


def _beside(case: Case, part: str) -> list[NearbyCase]:
    reports = (
        Report.objects.filter(part=part, case__article=case.article_id, case__state__in=JOINABLE)
        .exclude(case=case)
        .select_related("case")
        .order_by("case")[:MOST]
    )
    views = [
        _view_neighbour(case, other.case, plain(other.exact)) for other in reports if other.case is not None
    ]
    return [view for view in views if view is not None]


def _view_neighbour(case: Case, other: Case, words: str) -> NearbyCase | None:
    pair = join_direction(case, other)
    if pair is None:
        return None
    return NearbyCase(
        case_id=other.pk,
        words=cut_middle(one_line(words), 160),
        state=other.state,
        state_label=str(STATES[State(other.state)]),
        concern_label=str(Report.Concern(other.report.concern).label),
        source_id=pair[0],
        target_id=pair[1],
    )


def join_direction(case: Case, other: Case) -> tuple[int, int] | None:
    """Return which of two cases would be joined to which, None where neither can be.

    An open one is joined to a decided one; of two open ones, the newer to the older.
    """
    both = sorted((case, other), key=lambda one: (one.state in OPEN_AT_DESK, one.pk))
    target, source = both
    if source.state not in OPEN_AT_DESK or target.state not in JOINABLE:
        return None
    return source.pk, target.pk
