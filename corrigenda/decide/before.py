"""Finds what was settled about the passage of an open case before: "corrected before", "declined before"."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from corrigenda.decide.guards import OPEN_AT_DESK
from corrigenda.decide.pages import Before
from corrigenda.decide.windows import Window
from corrigenda.models import Case, Decision, Passage, Report
from corrigenda.web.answers import reason_sentence
from corrigenda.web.notices import date_text, notice_url
from corrigenda.web.parts import PartWords
from corrigenda.web.plain import cut_after, one_line, plain
from corrigenda.web.settled import (
    Mark,
    Settled,
    read_settled,
    settled_around,
    settled_at,
    settled_beside,
    settled_of,
)

IN_A_ROW: Final = 160
"""Characters of a notice that the queue shows."""


def settled_before(cases: Iterable[Case], windows: Mapping[int, Window]) -> dict[int, Settled]:
    """Return what was settled before about the passages of open cases, by case; five queries at most.

    `windows` are their passages with the text around; whole articles are read only where that promises a hit.
    """
    waiting = [case for case in cases if case.state in OPEN_AT_DESK and case.article_id is not None]
    settled = settled_of({case.article_id for case in waiting if case.article_id}) if waiting else {}
    found: dict[int, Mark] = {}
    likely: dict[int, Window] = {}
    for case in waiting:
        things, window = settled.get(case.article_id or 0, []), windows.get(case.pk)
        if window is None:
            report: Report | None = getattr(case, "report", None)
            one = settled_beside(things, PartWords.of(report)) if report is not None else None
            if one is not None:
                found[case.pk] = one
        elif any(settled_around(things, window.text, window.start, window.end)):
            likely[case.pk] = window
    for passage in _whole(likely.values()):
        things = settled[passage.revision.article_id]
        hit = settled_at(things, passage.revision.text, passage.start or 0, passage.end or 0)
        if hit is not None:
            found[passage.case_id] = hit
    rows = read_settled(found.values())
    return {case: rows[mark.decision] for case, mark in found.items()}


def settled_before_one(case: Case, passage: Passage | None, report: Report | None) -> Settled | None:
    """Return the same for one case, whose newest passage is at hand with its revision."""
    if case.state not in OPEN_AT_DESK or case.article_id is None:
        return None
    things = settled_of([case.article_id]).get(case.article_id, [])
    mark = None
    if passage is not None and passage.start is not None and passage.end is not None:
        mark = settled_at(things, passage.revision.text, passage.start, passage.end)
    elif report is not None:
        mark = settled_beside(things, PartWords.of(report))
    return read_settled([mark])[mark.decision] if mark is not None else None


def view_before(settled: Settled | None, *, room: int = 0) -> Before | None:
    """Return it as the desk shows it; `room` is how many characters of a notice there are, 0 for all."""
    if settled is None:
        return None
    notice, decision = settled.notice, settled.decision
    text = plain(notice.text).strip() if notice is not None else reason_sentence(decision)
    return Before(
        label=_label(decision),
        on=date_text(settled.at, get_language() or ""),
        text=cut_after(one_line(text), room) if room else text,
        language=notice.language if notice is not None else "",
        url=notice_url(notice) if notice is not None else "",
        case_id=decision.case_id,
    )


def _label(decision: Decision) -> str:
    if decision.outcome == Decision.Outcome.ACCEPT:
        return _("Corrected before:")
    return _("Noted before:") if decision.outcome == Decision.Outcome.NOTE else _("Declined before:")


def _whole(windows: Iterable[Window]) -> list[Passage]:
    keys = [window.pk for window in windows]
    return list(Passage.objects.filter(pk__in=keys).select_related("revision")) if keys else []
