"""Reads which addresses and articles are to be read now."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, Left, Length, RowNumber, StrIndex, Substr
from django.utils import timezone

from corrigenda.connectors.addresses import origin_of_clean
from corrigenda.flow import State
from corrigenda.models import Address, AddressChange, Article, Origin, Report, Revision, Site
from corrigenda.passage import overlap
from corrigenda.watch.identity import (
    COMMON,
    FEW_CHARACTERS,
    MOST_BYTES_OF_A_PATH,
    MOST_COPIES,
    MOST_DOUBTS,
    MOST_OF_A_PATH,
    STRANGE,
    Known,
    digest_of,
    quoted,
)

WAITING = (State.RECEIVED, State.UNLOCATED)
"""States of cases that a text could help on; an editor may already be looking at the second."""

BROKEN_OFF: Final = "Reading this page was broken off again and again."
"""The problem of an address whose page has ended the worker each time."""


AGAIN_AFTER: Final = timedelta(minutes=1)
"""A new report has its address tried again at once, but not sooner than this after the last attempt."""

MOST_AGAIN: Final = 30
"""No more than so many addresses of a site were tried in the last minute when one is tried again early."""

FORMER_TEXTS: Final = 5
"""So many of an article's last texts are compared: it may have been an error page for a while."""

MOST_QUOTES: Final = 20

RANKED: Final = 10
"""So many times the addresses that are wanted are put in order by their folders."""

LATELY: Final = timedelta(minutes=10)
MOST_LATELY: Final = 2000
"""Attempts of that time that are counted."""


def addresses_to_read(limit: int) -> list[tuple[int, str]]:
    """Return (site, url) of waiting reports whose address has not been read, each once.

    Hosts take turns. Of each, addresses that were tried less often come first (see `_two_lanes`).

    An address that failed waits for its next attempt, unless somebody has reported it since the last one.
    """
    now = timezone.now()
    known = Address.objects.filter(url=OuterRef("url"))
    is_read = Q(outcome=Article.Outcome.READ, article__revisions__isnull=False)
    settled = known.filter(is_read | Q(next_attempt_at__gt=now))
    named = Report.objects.exclude(url="")  # a mail may name no article
    waiting = named.filter(case__state__in=WAITING)
    due = _in_turn(waiting.filter(~Exists(settled)), limit)
    again = known.filter(_may_be_early(OuterRef("created_at")), next_attempt_at__gt=now)
    early = _in_turn(waiting.filter(Exists(again.exclude(outcome=Article.Outcome.READ))), limit)
    return [*due, *_within_budget(early)][:limit]


def _in_turn(reports: QuerySet[Report], limit: int) -> list[tuple[int, str]]:
    """Return addresses in turn: what failed before, and what there is much of, holds nobody else up.

    The hosts of all sites take turns.
    """
    tried = Address.objects.filter(url=OuterRef("url")).values("attempts")
    rows = reports.order_by().values("site", "url")
    rows = rows.annotate(first=Min("pk"), tried=Coalesce(Subquery(tried), 0))
    # The host of what `web_url` wrote is between two slashes and one.
    bare = Substr("url", StrIndex("url", Value("//")) + 2)
    host = Left(bare, StrIndex(bare, Value("/")))
    order = [F("tried"), F("first")]
    rows = rows.annotate(of_host=Window(RowNumber(), partition_by=[F("site"), host], order_by=order))
    named = rows.order_by("of_host", "first").values_list("site", "url", "first", "tried", named=True)
    hosts = defaultdict[tuple[int, str], list[_Wanted]](list)
    for row in named[: limit * RANKED]:
        hosts[row.site, origin_of_clean(row.url)].append(_Wanted(row.tried, row.first, row.url))
    lately = _tried_lately({site for site, _host in hosts})
    turns = [
        (turn, one.first, site, one.url)
        for (site, host), wanted in hosts.items()
        for turn, one in enumerate(_two_lanes(wanted, lately[site, host]))
    ]
    return [(site, url) for _turn, _first, site, url in sorted(turns)[:limit]]


class _Wanted(NamedTuple):
    """An address that reports wait for; one that is less than another comes first."""

    tried: int
    first: int
    """The number of its first report."""
    url: str


def _tried_lately(sites: Collection[int]) -> dict[tuple[int, str], Counter[str]]:
    """Return how often the pages of each site and host were tried lately, by their folders."""
    counts = defaultdict[tuple[int, str], Counter[str]](Counter)
    rows = Address.objects.filter(site__in=sites, tried_at__gt=timezone.now() - LATELY)
    for site, url in rows.order_by("-tried_at").values_list("site", "url")[:MOST_LATELY]:
        counts[site, origin_of_clean(url)][_folder(url)] += 1
    return counts


def _two_lanes(wanted: list[_Wanted], lately: Counter[str]) -> Iterator[_Wanted]:
    """Put the addresses of one host in order: by turns the oldest, and one of the folder tried least lately.

    Anybody can report any number of addresses of a search page that is slow. In the first lane alone, all
    other pages of its host would wait for these; in the second alone, those of a folder with many articles
    would wait for ever new folders.
    """
    counts, ranked = Counter(lately), []
    for one in sorted(wanted):
        folder = _folder(one.url)
        counts[folder] += 1
        ranked.append((one.tried, counts[folder], one))
    lanes = [iter(sorted(wanted)), iter([one for *_, one in sorted(ranked)])]
    given = set[str]()
    turn = lately.total()
    while len(given) < len(wanted):
        one = next(one for one in lanes[turn % 2] if one.url not in given)
        given.add(one.url)
        yield one
        turn += 1


def _folder(url: str) -> str:
    """Return what addresses that differ at their end alone share: the path before a query, or the folder."""
    path, has_query, _query = url.partition("?")
    return path if has_query else path.rpartition("/")[0]


def _may_be_early(asked: OuterRef) -> Q:
    """Addresses that were tried before `asked`, and not a moment ago; none that ends the worker."""
    rested = Q(tried_at__lt=timezone.now() - AGAIN_AFTER)
    return (Q(tried_at=None) | (Q(tried_at__lt=asked) & rested)) & ~Q(problem=BROKEN_OFF)


def _within_budget(early: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Keep so many early attempts that no site is asked more often than MOST_AGAIN in AGAIN_AFTER."""
    lately = Address.objects.filter(tried_at__gt=timezone.now() - AGAIN_AFTER)
    tried = Counter(lately.values_list("site", flat=True))
    kept = []
    for site, url in early:
        tried[site] += 1
        if tried[site] <= MOST_AGAIN:
            kept.append((site, url))
    return kept


def articles_to_reread(limit: int) -> list[Article]:
    """Return the articles that somebody wants read by now, longest waiting first, their sites fetched."""
    waiting = Address.objects.filter(url=OuterRef("canonical_url"), next_attempt_at__gt=timezone.now())
    again = waiting.filter(_may_be_early(OuterRef("reading_asked_at")))
    wanted = Article.objects.filter(reading_asked_at__lte=timezone.now()).select_related("site")
    wanted = wanted.order_by("reading_asked_at", "id")
    due = list(wanted.filter(~Exists(waiting))[:limit])
    early = {(row.site_id, row.canonical_url): row for row in wanted.filter(Exists(again))[:limit]}
    return [*due, *(early[key] for key in _within_budget(early))][:limit]


def addresses_of(article: Article) -> list[str]:
    """Return where an article is read again: first the address reported last, then the one it is kept under.

    The first says whether the article is still what readers see there. One that failed waits.
    """
    others = Address.objects.filter(article=article).exclude(url=article.canonical_url)
    ready = others.exclude(next_attempt_at__gt=timezone.now())
    reports = Report.objects.filter(site=article.site_id, url__in=ready.values("url"))
    return [*reports.order_by("-id").values_list("url", flat=True)[:1], article.canonical_url]


def known_of(site: Site, url: str) -> Known:
    """Return what is known of an address of a site before it is read."""
    address = Address.objects.filter(site=site, url=url).select_related("article").first()
    article = address.article if address is not None else None
    reports = Report.objects.filter(site=site, url=url, case__state__in=WAITING).exclude(exact="")
    revisions = Revision.objects.filter(article=article).order_by("-number") if article else None
    return Known(
        url=url,
        origins=tuple(site.origins.values_list("origin", flat=True)),
        article_id=article.pk if article else None,
        canonical=article.canonical_url if article else "",
        texts=tuple(revisions.values_list("text", flat=True)[:FORMER_TEXTS]) if revisions is not None else (),
        quotes=quoted(reports.order_by("-id").values_list("exact", flat=True)[:MOST_QUOTES]),
        doubted_text=address.doubted_text if address else "",
        doubted_at=address.doubted_at if address else None,
        is_confirmed=address is None or address.outcome != Article.Outcome.UNREAD,
    )


def is_of_another_site(site: Site, origin: str) -> bool:
    """Whether an origin is one of another site of this desk."""
    return Origin.objects.filter(origin=origin).exclude(site=site).exists()


def is_taken(article: int | None, canonical: str) -> bool:
    """Whether an article cannot move to an address: another is kept there, or a member undid that move."""
    others = Article.objects.filter(canonical_url=canonical).exclude(pk=article or 0)
    undone = AddressChange.objects.filter(article=article, new_url=canonical)
    return others.exists() or undone.exclude(undone_at=None).exists()


def is_common(site: int, *, text: str) -> bool:
    """Whether a text came in the place of so many different texts of a site that it says nothing about one.

    An article that was first read with it does not count, and all that were first read with one text count
    once: where a site ignores a part of the path, strangers can make any number of copies of its articles.
    """
    digest = digest_of(text)
    later = Revision.objects.filter(digest=digest, number__gt=1, article__site=site)
    first = Revision.objects.filter(article__in=later.values("article"), number=1).exclude(digest=digest)
    return first.order_by().values("digest").distinct().count() >= COMMON


def is_foreign(article: int | None, text: str) -> bool:
    """Whether a text has hardly anything in common with the one that an article was first read with."""
    first = Revision.objects.filter(article=article, number=1).values_list("text", flat=True).first()
    return first is not None and overlap(first, text) < STRANGE


def newest_text(canonical: str) -> str:
    """Return the newest text that is known of an article; empty where there is none."""
    revisions = Revision.objects.filter(article__canonical_url=canonical).order_by("-number")
    return revisions.values_list("text", flat=True).first() or ""


def same_at_path(site: Site, url: str, *, text: str, headline: str) -> str:
    """Return the address of the article at the same path that has the very same text; else `url` itself.

    Anybody can invent queries, and most servers ignore the ones that they do not know. A short text says too
    little: several pages of a newspaper may hold the same few words. Where the text is kept at MOST_COPIES
    paths of the site already, it is the oldest article of these.
    """
    if len(text) < FEW_CHARACTERS or Article.objects.filter(canonical_url=url).exists():
        return url
    path = url.partition("?")[0]
    newer = Revision.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
    same = Revision.objects.filter(~Exists(newer), digest=digest_of(text), headline=headline)
    at_path = Q(article__canonical_url=path) | Q(article__canonical_url__startswith=f"{path}?")
    urls = (
        same.filter(article__site=site).order_by("article").values_list("article__canonical_url", flat=True)
    )
    if found := urls.filter(at_path).first():
        return found
    copies = list(urls[:MOST_COPIES])
    return copies[0] if len(copies) == MOST_COPIES else url


def is_crowded(site: Site, url: str) -> bool:
    """Whether so many texts of a path were kept today that a further one has to be vouched for."""
    path, has_query, _ = url.partition("?")
    if not has_query or Address.objects.filter(url=url, article__isnull=False).exists():
        return False
    doubted = Address.objects.filter(
        site=site, doubted_at__gt=_yesterday(), url__startswith=f"{path}?"
    ).count()
    return _made_today(site, path).count() + doubted >= MOST_OF_A_PATH


def has_enough_doubts(site: Site, url: str) -> bool:
    """Whether so many texts that nobody vouches for were kept today of the site that this one is not kept.

    What leads to an article has its own place, and so has an address that holds such a text already.
    """
    own = Address.objects.filter(Q(article__isnull=False) | Q(doubted_at__isnull=False), url=url)
    kept = Address.objects.filter(site=site, article=None, doubted_at__gt=_yesterday())
    return not own.exists() and kept.count() >= MOST_DOUBTS


def is_full(site: Site, url: str) -> bool:
    """Whether the texts of a path that were kept today take so much room that no further one is read."""
    pages = Revision.objects.filter(article__in=_made_today(site, url.partition("?")[0]))
    held = pages.aggregate(characters=Sum(Length("html") + Length("text")))["characters"] or 0
    return held >= MOST_BYTES_OF_A_PATH


def _made_today(site: Site, path: str) -> QuerySet[Article]:
    return Article.objects.filter(
        site=site, first_seen_at__gt=_yesterday(), canonical_url__startswith=f"{path}?"
    )


def _yesterday() -> datetime:
    return timezone.now() - timedelta(days=1)


def twin_of(site: Site, url: str, twins: Sequence[str]) -> str:
    """Return the address under which the article behind `url` is kept already; `url` itself where it is new.

    `twins` are the other addresses of the same stored article.
    """
    known = Article.objects.filter(site=site, canonical_url__in=[url, *twins]).order_by("id")
    urls = list(known.values_list("canonical_url", flat=True))
    return url if url in urls or not urls else urls[0]
