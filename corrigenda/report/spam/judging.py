"""Whether a report may have its case: what its own words and those of the last day speak against it.

Each report costs the same few questions, all of them to an index, however many reports there are.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from corrigenda.flow import OPEN, State
from corrigenda.models import Address, Article, Report, Trace
from corrigenda.passage import collapse
from corrigenda.report.spam.doubts import Doubt, is_suspected, repeat_doubts, telling_text, text_doubts
from corrigenda.web.limits import share_of_flood

REPEAT_SPAN: Final = timedelta(days=1)
"""How long a text is remembered."""
MOST_COMPARED: Final = 200
"""Earlier reports of the same text that are looked at."""
LIVE: Final = OPEN | {State.ACCEPTED, State.NOTED}
"""The states in which a case takes another voice in."""
_PURGED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a report: a case, or a reason to wait; and the trace that it leaves."""

    doubts: str
    held: Report.Held
    trace: Trace | None
    """None for a further voice on an open case that says nothing which is counted."""


def judge(report: Report) -> Judgement:
    """Judge a report that has no case yet; nothing is written."""
    article = _article_at(report.url)
    url = article.canonical_url if article else report.url
    # A sender who adds another query to an address that has not been read must not get another count for it.
    page = _digest(url if article else url.partition("?")[0]) if url else None
    place = str(_digest(url) if url else None)
    has_words = bool(report.exact.strip() or report.image)
    quote = _digest(place, *_passage_of(report)) if has_words else _digest(place, report.token)
    written = telling_text(report.suggestion, report.comment)
    text = _digest(written) if written else None

    said_of = _passages_said_of(text, report) if text is not None else set()
    doubts = [*report.doubts.split(), *text_doubts(f"{report.suggestion}\n{report.comment}", url=report.url)]
    doubts += repeat_doubts(len(said_of - {quote})) if said_of else []
    names = " ".join(dict.fromkeys(doubts))
    if is_suspected(names.split()):
        # It counts for no flood: else spam would shut an article to its readers.
        trace = Trace(page=None, quote=quote, text=text, opened=False, at=report.created_at)
        return Judgement(names, Report.Held.SPAM, trace)
    if has_words and _joins(report, article, quote):
        # A further voice counts for no flood either; its text counts once for each passage.
        trace = Trace(page=None, quote=quote, text=text, opened=False, at=report.created_at)
        return Judgement(names, Report.Held.NOT, None if text is None or quote in said_of else trace)
    most = settings.OPTIONS.flood_reports
    if page is not None and Doubt.BEYOND_SHARE in doubts:
        # Counted by itself, or one network could shut an article to the readers of all others. Every address
        # of the article counts here; the door, which notes the doubt, does not know which these are.
        page, most = _digest(str(page), Doubt.BEYOND_SHARE), share_of_flood(most)
    held = Report.Held.FLOOD if page is not None and _is_flooded(page, report, most) else Report.Held.NOT
    trace = Trace(page=page, quote=quote, text=text, opened=not held, at=report.created_at)
    return Judgement(names, held, trace)


def purge_traces() -> None:
    """Delete traces that nothing is compared with any more, some at a time."""
    span = max(REPEAT_SPAN, _flood_span())
    old = Trace.objects.filter(at__lt=timezone.now() - span).order_by("at").values_list("pk", flat=True)
    if keys := list(old[:_PURGED_AT_ONCE]):
        Trace.objects.filter(pk__in=keys).delete()


def _article_at(url: str) -> Article | None:
    if not url:
        return None
    known = Address.objects.select_related("article").filter(url=url).first()
    return known.article if known else None


def _passage_of(report: Report) -> tuple[str, ...]:
    """Return what says which passage is meant.

    Words alone do not: a common one stands in a hundred places, and each of them gets a case of its own.
    """
    words = (collapse(text).strip() for text in (report.exact, report.prefix, report.suffix))
    return (report.part, report.image, *words, str(report.position))


def _passages_said_of(text: int, report: Report) -> set[int]:
    """Return the passages that the same text was said of lately."""
    earlier = Trace.objects.filter(text=text, at__gt=report.created_at - REPEAT_SPAN).order_by("-at")
    return set(earlier.values_list("quote", flat=True)[:MOST_COMPARED])


def _joins(report: Report, article: Article | None, quote: int) -> bool:
    """Whether the report will join a case of the same passage.

    What was located is known from the article's cases; what was not located joins nothing, however often it
    comes. Before the article is read, only the traces tell of a case.
    """
    if article is not None:
        states = _states_of_the_same(report, article)
        if states:
            return states != {State.UNLOCATED}
    return Trace.objects.filter(quote=quote, at__gt=report.created_at - _flood_span(), opened=True).exists()


def _states_of_the_same(report: Report, article: Article) -> set[str]:
    """Return the states of the article's live cases that quote the same passage.

    Its position does not matter here: a passage is located by its words and what surrounds them.
    """
    same = Report.objects.filter(
        case__article=article,
        case__state__in=LIVE,
        part=report.part,
        image=report.image,
        exact=report.exact,
        prefix=report.prefix,
        suffix=report.suffix,
    )
    return set(same.order_by().values_list("case__state", flat=True).distinct())


def _is_flooded(page: int, report: Report, most: int) -> bool:
    if not most:
        return False
    lately = Trace.objects.filter(page=page, at__gt=report.created_at - _flood_span())
    return len(lately.order_by("at").values_list("pk", flat=True)[:most]) == most


def _flood_span() -> timedelta:
    return timedelta(seconds=settings.OPTIONS.flood_seconds)


def _digest(*texts: str) -> int:
    """Return the first 64 bits of a keyed hash of texts, as the databases have integers."""
    key = _key(settings.SECRET_KEY)
    digest = hashlib.blake2b("\0".join(texts).encode(), key=key, digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return salted_hmac("corrigenda.report.spam.judging", "", secret=secret, algorithm="sha256").digest()
