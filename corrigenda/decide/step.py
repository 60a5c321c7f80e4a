"""Joins each located case to an older one of the same passage, so that an editor decides once."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from corrigenda.decide.actions import merge_case
from corrigenda.decide.guards import JOINABLE, RefusedError
from corrigenda.flow import State
from corrigenda.ledger import StaleCaseError
from corrigenda.models import Case, Merge, Passage, Report
from corrigenda.passage.places import is_same_passage
from corrigenda.web.parts import BESIDE_TEXT, KnownParts, PartWords

logger = logging.getLogger(__name__)

TAKES_IN: Final = JOINABLE - {State.UNLOCATED}
"""A case without a sure place takes no other case in by itself: its passage is a guess."""


class Placed(NamedTuple):
    """The newest place of a case that takes others in, or may be taken in; offsets are code points."""

    start: int
    end: int
    case: int
    state: str
    may_differ: bool
    """Whether it was ever joined to another or another to it: only then may an editor have parted them."""


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
    """Whether an editor has parted the two, or any two of the cases joined to them.

    The other case may have thousands joined to it, so they are not read: what was parted from this one is
    followed to where it is joined now.
    """
    ours = Merge.objects.family(case)
    parted = Merge.objects.exclude(undone_at=None).select_related("source", "target")
    theirs = [merge.target for merge in parted.filter(source__in=ours)]
    theirs += [merge.source for merge in parted.filter(target__in=ours)]
    end = Merge.objects.end_of(other)
    return any(Merge.objects.end_of(one) == end for one in {one.pk: one for one in theirs}.values())


def _candidates() -> list[int]:
    """Return the located cases that share their passage with an older case and were never parted from it.

    Keys, all of them: a statement left open on SQLite would hold an old state of the tables, which the
    joining could not write to. Only open cases are read, however many were joined to them; compared in the
    order of their places, two thousand of one article take some hundredths of a second.
    """
    merged = Merge.objects.filter(Q(source=OuterRef("case")) | Q(target=OuterRef("case")))
    placed = _newest_passages().filter(case__state__in=TAKES_IN, start__lt=F("end"))
    columns = ("revision", "start", "end", "case", "case__state", "may_differ")
    by_revision: dict[int, list[Placed]] = defaultdict(list)
    for revision, *rest in placed.annotate(may_differ=Exists(merged)).order_by().values_list(*columns):
        by_revision[revision].append(Placed(*rest))
    several = [places for places in by_revision.values() if len(places) > 1]
    apart = _parted() if several else set()
    return sorted(case for places in several for case in _with_older(places, apart))


def _parted() -> set[frozenset[int]]:
    """Return the pairs of open cases that an editor has parted."""
    pairs = Merge.objects.exclude(undone_at=None).filter(
        source__state__in=TAKES_IN, target__state__in=TAKES_IN
    )
    return {frozenset(pair) for pair in pairs.values_list("source", "target")}


def _with_older(places: Iterable[Placed], apart: set[frozenset[int]]) -> set[int]:
    """Return the located cases of one revision that are the same passage as an older one.

    One that was found needs no comparing with further ones, unless it may be kept apart: two thousand
    readers of one passage are two thousand comparisons and not two million.
    """
    found: set[int] = set()
    under_way: list[Placed] = []
    for here in sorted(places):
        # The next one begins where this one does, or after it.
        under_way = [one for one in under_way if one.end > here.start]
        for one in under_way:
            older, newer = sorted((one, here), key=lambda place: place.case)
            is_new = newer.state == State.LOCATED and frozenset((older.case, newer.case)) not in apart
            if is_new and is_same_passage((one.start, one.end), (here.start, here.end)):
                found.add(newer.case)
        under_way = [one for one in [*under_way, here] if one.may_differ or one.case not in found]
    return found


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
    """Return the older cases of the same passage, oldest first; those that were joined are not read."""
    if passage.start is None or passage.end is None:
        return []
    older = Case.objects.filter(article=case.article_id, state__in=TAKES_IN, pk__lt=case.pk)
    placed = (
        _newest_passages()
        .filter(case__in=older, revision=passage.revision_id)
        .filter(start__lt=passage.end, end__gt=passage.start)
        .select_related("case")
    )
    span = (passage.start, passage.end)
    same = [one.case for one in placed if is_same_passage((one.start or 0, one.end or 0), span)]
    return sorted(same, key=lambda other: other.pk)


def _newest_passages() -> QuerySet[Passage]:
    """Return the passages that count: of each case the newest."""
    newer = Passage.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    return Passage.objects.filter(~Exists(newer))
