"""Reads the history of a case: in short for its page, and whole, a stretch at a time."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Q, QuerySet

from corrigenda.decide.labels import VERBS
from corrigenda.decide.moments import Moment
from corrigenda.decide.pages import History, HistoryLine, HistoryPage
from corrigenda.models import Case, Entry

ALIKE: Final = ("joined", "posted", "delivered", "unwanted", "addressless", "abandoned", "carried")
"""What a case with many readers, or a live page, writes down again and again."""
MOST_ALIKE: Final = 10
"""So many entries of one such kind stand in lines of their own; more are one line with their number."""
MOST_LINES: Final = 60
"""Entries on the page of a case, the newest."""
MOST_SINCE: Final = 10
"""Entries that tell what has happened since an editor opened a page."""
PAGE: Final = 100
"""Entries on a page of the whole history."""


def view_history(case: Case) -> History:
    """Return what has happened to a case, oldest first, in a number of lines that does not grow for ever."""
    alike = case.entries.filter(verb__in=ALIKE).order_by().values_list("verb")
    counted = {verb: (times, last) for verb, times, last in alike.annotate(Count("pk"), Max("pk"))}
    many = {verb: times for verb, (times, _last) in counted.items() if times > MOST_ALIKE}
    kept = case.entries.exclude(verb__in=many)
    if many:
        kept = case.entries.filter(~Q(verb__in=many) | Q(pk__in=[counted[verb][1] for verb in many]))
    newest = list(_newest_first(kept)[: MOST_LINES + 1])
    lines: list[HistoryLine] = []
    for entry in reversed(newest[:MOST_LINES]):
        line = _line(entry)
        if entry.verb in many:
            lines.append(replace(line, times=many[entry.verb], other_case=0))
        elif lines and entry.verb == "carried" and not line.before and _is_same(lines[-1], line):
            lines[-1] = replace(line, times=lines[-1].times + 1)
        else:
            lines.append(line)
    return History(lines=lines, is_short=bool(many) or len(newest) > MOST_LINES)


def view_since(case: Case, since: datetime) -> list[HistoryLine]:
    """Return what has happened since a moment, oldest first: the newest few entries."""
    newest = _newest_first(case.entries.filter(at__gt=since))[:MOST_SINCE]
    return [_line(entry) for entry in reversed(newest)]


def read_history_page(case: Case, *, after: int) -> HistoryPage:
    """Return a stretch of the whole history; `after` is the entry that it follows, 0 for the beginning."""
    entries = case.entries.filter(pk__gt=after).select_related("member").order_by("pk")
    found = list(entries[: PAGE + 1])
    return HistoryPage(
        case_id=case.pk,
        lines=[_line(entry) for entry in found[:PAGE]],
        is_beginning=not after,
        next_after=found[PAGE - 1].pk if len(found) > PAGE else 0,
    )


def _newest_first(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    return entries.select_related("member").order_by("-pk")


def _line(entry: Entry) -> HistoryLine:
    changed = entry.before != entry.after
    return HistoryLine(
        label=str(VERBS.get(entry.verb, entry.verb.replace("_", " "))),
        who=str(entry.member) if entry.member else "",
        at=Moment(entry.at),
        before=entry.before if changed else "",
        after=entry.after if changed else "",
        other_case=entry.rows.get("case", 0),
    )


def _is_same(one: HistoryLine, other: HistoryLine) -> bool:
    return (one.label, one.who, one.before, one.after) == (other.label, other.who, other.before, other.after)
