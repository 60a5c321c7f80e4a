"""Reads the queue: a fixed number of queries, however many cases, reports and joined cases there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from corrigenda.decide.before import IN_A_ROW, settled_before, view_before
from corrigenda.decide.beside import part_label
from corrigenda.decide.desk import number_in
from corrigenda.decide.labels import EMPTY, NEWEST_FIRST, OUTCOMES, STATES, TAB_NAMES, TABS, TO_CONFIRM, Tab
from corrigenda.decide.moments import Moment
from corrigenda.decide.queue_pages import Choice, Queue, QueueRow
from corrigenda.decide.windows import LONGEST, Window, passages_with_windows
from corrigenda.flow import State
from corrigenda.models import Case, Decision, Merge, Passage, Report, Site
from corrigenda.web.plain import cut_middle, one_line

PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class Filter:
    """What an editor wants to see of the queue; it stands in the address."""

    tab: Tab = Tab.DECIDE
    site: str = ""
    concern: str = ""
    after: int = 0

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Filter":
        """Read the filter from an address; what makes no sense is left out."""
        tab, concern, after = values.get("tab", ""), values.get("concern", ""), values.get("after", "")
        return cls(
            tab=Tab(tab) if tab in set(Tab) else Tab.DECIDE,
            site=values.get("site", "")[:60].replace("\x00", ""),
            concern=concern if concern in Report.Concern.values else "",
            after=number_in(after),
        )

    def url(self) -> str:
        """Return the address of the queue so narrowed."""
        values = {"tab": self.tab, "site": self.site, "concern": self.concern, "after": self.after}
        given = {key: value for key, value in values.items() if value and value != Tab.DECIDE}
        return reverse("decide:queue") + (f"?{urlencode(given)}" if given else "")


def read_queue(wanted: Filter) -> Queue:
    """Return the stretch of the queue that a filter asks for."""
    sites = list(Site.objects.order_by("name", "slug"))
    counts = dict(_narrowed(wanted).values_list("state").annotate(Count("pk")).order_by())
    cases = _stretch(wanted)
    more, cases = len(cases) > PAGE, cases[:PAGE]
    beginning = replace(wanted, after=0)
    return Queue(
        tabs=[
            Choice(
                key=tab,
                label=str(TAB_NAMES[tab]),
                url=replace(beginning, tab=tab).url(),
                is_current=tab == wanted.tab,
                count=sum(counts.get(state, 0) for state in TABS[tab]),
            )
            for tab in Tab
        ],
        sites=_choices(beginning, "site", [(site.slug, site.name) for site in sites]),
        concerns=_choices(beginning, "concern", Report.Concern.choices),
        rows=_rows(cases),
        title=str(TAB_NAMES[wanted.tab]),
        empty=str(EMPTY[wanted.tab]),
        being_located=counts.get(State.RECEIVED, 0) if wanted.tab == Tab.DECIDE else 0,
        is_narrowed=bool(wanted.site or wanted.concern),
        all_url=replace(beginning, tab=Tab.ALL).url(),
        first_url=beginning.url() if wanted.after else "",
        next_url=replace(wanted, after=cases[-1].pk).url() if more else "",
        fragment_url=wanted.url(),
    )


def _narrowed(wanted: Filter) -> QuerySet[Case]:
    cases = Case.objects.all()
    if wanted.site:
        cases = cases.filter(site__slug=wanted.site)
    if wanted.concern:
        # A joined case counts, and one joined to that; longer chains would need a recursive query. By keys:
        # asked of each case, the question takes minutes where there are 100,000 of them.
        standing = Merge.objects.standing()
        near = standing.filter(source__report__concern=wanted.concern).values("target")
        far = standing.filter(source__in=near).values("target")
        cases = cases.filter(Q(report__concern=wanted.concern) | Q(pk__in=near) | Q(pk__in=far))
    return cases


def _stretch(wanted: Filter) -> list[Case]:
    """One case more than a page, so that one sees whether there is a next page."""
    cases = _narrowed(wanted).filter(state__in=TABS[wanted.tab])
    newest_first = wanted.tab in NEWEST_FIRST
    if wanted.after:
        cases = cases.filter(pk__lt=wanted.after) if newest_first else cases.filter(pk__gt=wanted.after)
    newest = Passage.objects.filter(case=OuterRef("pk")).order_by("-id").values("pk")[:1]
    outcome = Decision.objects.filter(case=OuterRef("pk"), undone_at=None).values("outcome")[:1]
    cases = cases.annotate(newest=Subquery(newest), outcome=Subquery(outcome))
    cases = cases.select_related("site", "article", "report")
    return list(cases.order_by("-id" if newest_first else "id")[: PAGE + 1])


def _rows(cases: list[Case]) -> list[QueueRow]:
    voices = Merge.objects.voices(cases)
    passages = passages_with_windows(case.newest for case in cases)  # type: ignore[attr-defined]  # annotated
    settled = settled_before(cases, passages)
    rows = [_row(case, passages.get(case.pk), voices[case.pk]) for case in cases]
    return [replace(row, before_this=view_before(settled.get(row.case_id), room=IN_A_ROW)) for row in rows]


def _row(case: Case, passage: Window | None, voices: Mapping[str, int]) -> QueueRow:
    report: Report | None = getattr(case, "report", None)  # absent for a moment, until it is set
    before, words, after = passage.in_sentence() if passage else ("", "", "")
    state = State(case.state)
    outcome = case.outcome if state in {State.CLOSED, State.DISCLOSED} else None  # type: ignore[attr-defined]
    return QueueRow(
        case_id=case.pk,
        before=before,
        words=words,
        after=after,
        quoted="" if words or report is None else cut_middle(one_line(report.exact), LONGEST),
        part=part_label(report),
        before_this=None,
        language=case.article.language if case.article else "",
        is_changed=passage is not None and passage.kind in {"edited", "replaced"},
        concerns=[(value, str(Report.Concern(value).label)) for value in voices],
        reports=sum(voices.values()),
        headline=case.article.headline if case.article else (report.url if report else ""),
        site=case.site.name,
        state=state,
        state_label=_state_label(state, outcome, is_guess=bool(words)),
        opened=Moment(case.opened_at),
    )


def _state_label(state: State, outcome: str | None, *, is_guess: bool) -> str:
    if outcome:
        return str(OUTCOMES[Decision.Outcome(outcome)])
    return str(TO_CONFIRM if state == State.UNLOCATED and is_guess else STATES[state])


def _choices(wanted: Filter, field: str, options: Iterable[tuple[str, object]]) -> list[Choice]:
    return [
        Choice(
            key=key,
            label=str(label),
            url=replace(wanted, **{field: key}).url(),  # type: ignore[arg-type]  # a field of texts
            is_current=getattr(wanted, field) == key,
        )
        for key, label in [("", _("all")), *options]
    ]
