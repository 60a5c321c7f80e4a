"""Joins each located case to an older one of the same passage, so that an editor decides once."""

import logging
from collections import defaultdict
from typing import Final

from django.db.models import Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Least

from corrigenda.decide.actions import merge_case
from corrigenda.decide.guards import JOINABLE, RefusedError
from corrigenda.flow import State
from corrigenda.ledger import StaleCaseError
from corrigenda.models import Case, Merge, Passage, Report
from corrigenda.passage.places import SAME_FROM
from corrigenda.web.parts import BESIDE_TEXT, KnownParts, PartWords

logger = logging.getLogger(__name__)

TAKES_IN: Final = JOINABLE - {State.UNLOCATED}
"""A case without a sure place takes no other case in by itself: its passage is a guess."""


def run(limit: int = 50) -> int:
    """Join at most `limit` cases; return how many were joined."""
    done = 0
    for case_id in [*_candidates(), *_candidates_beside()]:
        if done == limit:
            break
        try:
            done += _join(case_id)
        except Exception:
            # Whatever it was, the case still stands where it stood and is looked at again in the next round.
            logger.exception("Joining case %s failed.", case_id)
    return done


def _join(case_id: int) -> bool:
    """Join the case to the oldest one of its passage that nobody has called different."""
    case = Case.objects.get(pk=case_id)
    passage = case.passages.order_by("-id").first()
    older = _older_of_same_words(case) if passage is None else _older_of_same_passage(case, passage)
    for target in older:
        if are_different(case, target):
            continue
        try:
            merge_case(source_id=case.pk, target_id=target.pk, member=None)
        except (RefusedError, StaleCaseError):
            return False  # an editor was faster; the next round sees what is left to do
        return True
    return False


def are_different(case: Case, other: Case) -> bool:
    """Whether an editor has parted the two, or any two of the cases joined to them."""
    ours = [case.pk, *Merge.objects.joined_to(case)]
    theirs = [other.pk, *Merge.objects.joined_to(other)]
    either_way = Q(source__in=ours, target__in=theirs) | Q(source__in=theirs, target__in=ours)
    return Merge.objects.filter(either_way).exclude(undone_at=None).exists()


def _candidates() -> list[int]:
    """Return the located cases that share their passage with an older case and were never parted from it.

    Keys, all of them: a statement left open on SQLite would hold an old state of the tables, which the
    joining could not write to.
    """
    parted = Merge.objects.exclude(undone_at=None).filter(
        Q(source=OuterRef("case"), target=OuterRef(OuterRef("case")))
        | Q(source=OuterRef(OuterRef("case")), target=OuterRef("case"))
    )
    older = _overlapping(OuterRef("revision"), _outer("start"), _outer("end")).filter(
        ~Exists(parted), case__lt=OuterRef("case")
    )
    newest = _newest_passages().filter(Exists(older), case__state=State.LOCATED)
    # Not as a condition on the cases: PostgreSQL would compare each of 100,000 with each that was found.
    return list(newest.order_by("case").values_list("case", flat=True))


def _candidates_beside() -> list[int]:
    """Return the located cases of a headline or an image that has an older case of the same words."""
    reports = Report.objects.filter(
        part__in=BESIDE_TEXT, case__state__in=TAKES_IN, case__article__isnull=False
    )
    # Sorted here: asked for the order of the keys, SQLite would read every closed case.
    columns = ("case", "case__state", "case__article", "part", "exact", "image")
    rows = sorted(reports.order_by().values_list(*columns))
    older: dict[tuple[int | None, str], KnownParts] = defaultdict(KnownParts)
    found = []
    for case, state, article, part, exact, image in rows:
        about = PartWords(part, exact, image)
        if older[article, part].add(about) and case is not None and state == State.LOCATED:
            found.append(case)
    return found


def _older_of_same_words(case: Case) -> list[Case]:
    """Return the older cases of the same words in the same part beside the text, oldest first."""
    about = PartWords.of(case.report)
    if about.part not in BESIDE_TEXT or case.article_id is None:
        return []
    older = Report.objects.filter(
        part=about.part, case__article=case.article_id, case__state__in=TAKES_IN, case__lt=case.pk
    )
    reports = older.select_related("case").order_by("case")
    return [one.case for one in reports if one.case is not None and PartWords.of(one).is_same(about)]


def _older_of_same_passage(case: Case, passage: Passage) -> list[Case]:
    if passage.start is None or passage.end is None:
        return []
    older = _overlapping(passage.revision_id, passage.start, passage.end).filter(case__lt=case.pk)
    return [other.case for other in older.select_related("case").order_by("case")]


def _outer(name: str) -> Combinable:
    """Return a number of the outer query; bare, it could not be reckoned with."""
    return ExpressionWrapper(OuterRef(name), IntegerField())


def _newest_passages() -> QuerySet[Passage]:
    """Return the passages that count: of each case the newest."""
    newer = Passage.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    return Passage.objects.filter(~Exists(newer))


def _overlapping(
    revision: OuterRef | int, start: Combinable | int, end: Combinable | int
) -> QuerySet[Passage]:
    """Return the passages of a revision that share SAME_FROM or more of their union with a span."""
    shared = Least(F("end"), end) - Greatest(F("start"), start)
    union = Greatest(F("end"), end) - Least(F("start"), start)
    return (
        _newest_passages()
        .filter(revision=revision, case__state__in=TAKES_IN, start__lt=end, end__gt=start)
        .annotate(shared=shared, union=union)
        .filter(shared__gte=F("union") * SAME_FROM)
    )
