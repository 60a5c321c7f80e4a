"""Reads the folder of held reports: a fixed number of queries, however many reports are held."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from corrigenda.models import Address, Report, SetAside
from corrigenda.report.held.pages import Choice, Flood, Folder, HeldRow
from corrigenda.report.spam.doubts import Doubt
from corrigenda.web.plain import cut_middle

PAGE: Final = 25
LONGEST: Final = 120
"""Characters of an address that stand for an article whose headline is not known."""
MOST_FLOODS: Final = 200
"""Addresses that are looked at for floods, those with the most reports first."""
MOST_DIGITS: Final = 18


class Tab(StrEnum):
    """The parts of the folder; the names are those of Report.Held."""

    SPAM = Report.Held.SPAM.value
    FLOOD = Report.Held.FLOOD.value
    ASIDE = Report.Held.ASIDE.value


TAB_NAMES: Final = {
    Tab.SPAM: _("Suspected spam"),
    Tab.FLOOD: _("Floods"),
    Tab.ASIDE: _("Set aside"),
}
EMPTY: Final = {
    Tab.SPAM: _("Nothing is suspected to be spam."),
    Tab.FLOOD: _("No article is flooded with reports."),
    Tab.ASIDE: _("Nothing has been set aside."),
}
REASONS: Final = {
    Doubt.HONEYPOT: _("a field that people do not see was filled in"),
    Doubt.FAST: _("sent within two seconds"),
    Doubt.UNSEALED: _("sent by a browser that had not loaded the form"),
    Doubt.MARKUP: _("links written as HTML or BBCode"),
    Doubt.LINKS: _("three links or more"),
    Doubt.STUFFED: _("hardly a word beside the links"),
    Doubt.REPEATED: _("the same text came about several other passages within a day"),
    Doubt.COPIED: _("the same text came about ten other passages or more within a day"),
    Doubt.MAILED_OFTEN: _("the same mailbox has sent very many reports today"),
    Doubt.MAILED_MANY: _("very many reports have come by mail today"),
    Doubt.BEYOND_SHARE: _("its network had sent many reports within minutes"),
}
ONE_OF_MANY: Final = _("one of very many reports at the same time")


@dataclass(frozen=True, slots=True)
class Filter:
    """What an editor wants to see of the folder; it stands in the address.

    A flood is named by its article, or by the reported address where the article is not known.
    """

    tab: Tab = Tab.SPAM
    article: int = 0
    url_reported: str = ""
    after: int = 0

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Filter":
        """Read the filter from an address or a form; what makes no sense is left out."""
        tab = values.get("tab", "")
        return cls(
            tab=Tab(tab) if tab in set(Tab) else Tab.SPAM,
            article=number_in(values.get("article", "")),
            url_reported=values.get("url", "")[:2000].replace("\x00", ""),
            after=number_in(values.get("after", "")),
        )

    def url(self) -> str:
        """Return the address of the folder so narrowed."""
        values = {"tab": self.tab, "article": self.article, "url": self.url_reported, "after": self.after}
        given = {key: value for key, value in values.items() if value and value != Tab.SPAM}
        return reverse("report:held") + (f"?{urlencode(given)}" if given else "")

    @property
    def is_one_flood(self) -> bool:
        """Whether the reports of one flood are asked for, and not the list of floods."""
        return self.tab == Tab.FLOOD and bool(self.article or self.url_reported)


def number_in(text: str) -> int:
    """Return the row that an address or a field names; 0 for whatever cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


def held_reports(*held: str) -> QuerySet[Report]:
    """Return the reports that are held for one of these reasons."""
    # Said twice: the index holds the held ones alone, which SQLite takes from these words and no others.
    return Report.objects.exclude(held=Report.Held.NOT).filter(held__in=held)


def count_waiting() -> int:
    """Return how many reports wait for an editor."""
    return held_reports(Tab.SPAM, Tab.FLOOD).count()


def reports_of_flood(wanted: Filter) -> QuerySet[Report]:
    """Return the held reports of one flood."""
    reports = held_reports(Tab.FLOOD)
    if wanted.article:
        return reports.filter(url__in=Address.objects.filter(article=wanted.article).values("url"))
    return reports.filter(url=wanted.url_reported)


def read_folder(wanted: Filter) -> Folder:
    """Return the stretch of the folder that a filter asks for."""
    counted = dict(held_reports(*Tab).values_list("held").annotate(Count("pk")).order_by())
    reports = [] if wanted.tab == Tab.FLOOD and not wanted.is_one_flood else _stretch(wanted)
    more, reports = len(reports) > PAGE, reports[:PAGE]
    beginning = replace(wanted, after=0)
    rows = _rows(reports)
    return Folder(
        tab=wanted.tab.value,
        tabs=[
            Choice(tab, str(TAB_NAMES[tab]), Filter(tab).url(), tab == wanted.tab, counted.get(tab, 0))
            for tab in Tab
        ],
        title=str(TAB_NAMES[wanted.tab]),
        empty=str(EMPTY[wanted.tab]),
        rows=rows,
        floods=read_floods() if wanted.tab == Tab.FLOOD and not wanted.is_one_flood else [],
        flood=_flood_shown(wanted, rows),
        first_url=beginning.url() if wanted.after else "",
        next_url=replace(wanted, after=reports[-1].pk).url() if more else "",
    )


def read_floods() -> list[Flood]:
    """Return the articles that are flooded with reports, the largest flood first."""
    groups = list(
        held_reports(Tab.FLOOD)
        .values("url", "site__name")
        .annotate(reports=Count("pk"), since=Min("created_at"), last=Max("pk"))
        .order_by("-reports", "url")[:MOST_FLOODS]
    )
    known = _addresses(group["url"] for group in groups)
    floods: dict[str, Flood] = {}
    for group in groups:
        address = known.get(group["url"])
        found = Filter(Tab.FLOOD, url_reported=group["url"])
        if address is not None and address.article is not None:
            found = Filter(Tab.FLOOD, article=address.article.pk)
        flood = Flood(
            url=found.url(),
            headline=_headline(group["url"], known),
            site=group["site__name"],
            reports=group["reports"],
            since=group["since"],
            article=found.article,
            url_reported=found.url_reported,
            upto=group["last"],
        )
        floods[flood.url] = _together(floods[flood.url], flood) if flood.url in floods else flood
    return sorted(floods.values(), key=lambda flood: (-flood.reports, flood.since))


def _together(one: Flood, other: Flood) -> Flood:
    return replace(
        one,
        reports=one.reports + other.reports,
        since=min(one.since, other.since),
        upto=max(one.upto, other.upto),
    )


def _flood_shown(wanted: Filter, rows: list[HeldRow]) -> Flood | None:
    """Return the flood whose reports are shown; None where none is left, or where floods are listed."""
    if not wanted.is_one_flood or not rows:
        return None
    found = reports_of_flood(wanted).aggregate(reports=Count("pk"), since=Min("created_at"), last=Max("pk"))
    return Flood(
        url=replace(wanted, after=0).url(),
        headline=rows[0].headline,
        site=rows[0].site,
        reports=found["reports"],
        since=found["since"],
        article=wanted.article,
        url_reported=wanted.url_reported,
        upto=found["last"],
    )


def _stretch(wanted: Filter) -> list[Report]:
    """One report more than a page, so that one sees whether there is a next page."""
    reports = reports_of_flood(wanted) if wanted.is_one_flood else held_reports(wanted.tab)
    # What waits is shown oldest first, what is done newest first.
    newest_first = wanted.tab == Tab.ASIDE
    if wanted.after:
        reports = reports.filter(pk__lt=wanted.after) if newest_first else reports.filter(pk__gt=wanted.after)
    return list(reports.select_related("site").order_by("-pk" if newest_first else "pk")[: PAGE + 1])


def _rows(reports: list[Report]) -> list[HeldRow]:
    known = _addresses(report.url for report in reports)
    aside = {
        found.report_id: found
        for found in SetAside.objects.filter(report__in=reports, undone_at=None).select_related("member")
    }
    return [_row(report, known, aside.get(report.pk)) for report in reports]


def _row(report: Report, known: Mapping[str, Address], aside: SetAside | None) -> HeldRow:
    held = aside.was if aside else report.held
    return HeldRow(
        report_id=report.pk,
        quote=report.exact,
        image=report.image,
        url=report.url,
        headline=_headline(report.url, known),
        site=report.site.name,
        suggestion=report.suggestion,
        comment=report.comment,
        concern=str(Report.Concern(report.concern).label),
        channel=str(Report.Channel(report.channel).label),
        language=report.language,
        reasons=reasons_of(report.doubts, is_flood=held == Report.Held.FLOOD),
        received=report.created_at,
        aside_by=str(aside.member) if aside else "",
        aside_at=aside.at if aside else None,
    )


def reasons_of(doubts: str, *, is_flood: bool) -> list[str]:
    """Return in words why a report waits."""
    reasons = [str(REASONS[Doubt(name)]) for name in doubts.split()]
    return [str(ONE_OF_MANY), *reasons] if is_flood else reasons


def _addresses(urls: Iterable[str]) -> dict[str, Address]:
    found = Address.objects.filter(url__in=set(urls)).select_related("article")
    return {address.url: address for address in found}


def _headline(url: str, known: Mapping[str, Address]) -> str:
    address = known.get(url)
    return (address.article.headline if address and address.article else "") or cut_middle(url, LONGEST)
