"""Writes what was read: articles, their addresses and revisions, and what went wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from corrigenda.models import Address, Article, Revision, Site
from corrigenda.passage import likeness
from corrigenda.watch import moving
from corrigenda.watch.answers import CrowdedError, NotReadError
from corrigenda.watch.identity import SAME_TEXT, digest_of
from corrigenda.watch.queries import AGAIN_AFTER
from corrigenda.watch.reading import Reading

MOST_ATTEMPTS: Final = 5
"""After so many failures in a row a human is asked: 4 + 16 + 64 + 256 seconds after the first."""

SETTLED_ATTEMPTS: Final = 6
"""A missing or unreadable page is tried again as seldom as one that failed so often: first after an hour."""

ASKED_ATTEMPTS: Final = 12
"""A reading that was asked for, and failed for now, is tried again until so many attempts failed."""

PUT_OFF: Final = timedelta(hours=1)
CROWDED: Final = "So many addresses of this page were read today that this one has to wait."

LONGEST_WAIT: Final = timedelta(days=1)
_PROBLEM_CHARACTERS: Final = 300
_SETTLED: Final = frozenset({Article.Outcome.MISSING, Article.Outcome.UNREADABLE, Article.Outcome.FAILED})


def ask_reading(*, article: Article) -> None:
    """Have the article read again as soon as possible, whatever failed before."""
    with transaction.atomic():
        Article.objects.filter(pk=article.pk).update(reading_asked_at=timezone.now())
        addresses = Address.objects.filter(Q(url=article.canonical_url) | Q(article=article))
        addresses.exclude(attempts=0, next_attempt_at=None).update(attempts=0, next_attempt_at=None)


def begin_attempt(*, site: Site, url: str) -> Address | None:
    """Count an attempt to read an address before it is made: one that kills the worker is counted too.

    An early attempt, made for a new report, does not count where the address was settled: strangers must not
    be able to make the next one wait longer. None where another worker has made it a moment ago.
    """
    now = timezone.now()
    with transaction.atomic():
        address, _made = Address.objects.select_for_update().get_or_create(url=url, defaults={"site": site})
        is_early = address.next_attempt_at is not None and address.next_attempt_at > now
        if is_early and address.tried_at is not None and address.tried_at > now - AGAIN_AFTER:
            return None
        if not is_early or address.outcome not in _SETTLED:
            address.attempts += 1
        if address.article is None:
            address.article = Article.objects.filter(canonical_url=url, site=site).first()
        address.tried_at = now
        address.save(update_fields=["attempts", "article", "tried_at"])
    return address


def put_off(*, site: Site, url: str) -> None:
    """Have an address wait that cannot be read today; this is no attempt and does not move the next one."""
    now = timezone.now()
    with transaction.atomic():
        row, _made = Address.objects.select_for_update().get_or_create(url=url, defaults={"site": site})
        row.tried_at, row.problem, row.attempts = now, CROWDED, 0
        if row.next_attempt_at is None or row.next_attempt_at <= now:
            row.next_attempt_at = now + PUT_OFF
        row.save(update_fields=["tried_at", "problem", "attempts", "next_attempt_at"])


def keep_reading(*, address: Address, reading: Reading, makes_articles: bool = True) -> Article:
    """Store what was read: the article (one row a canonical URL), its addresses, a revision of a new text.

    Raises NotReadError where the canonical URL is another site's article, TryLaterError where another worker
    has changed since which article the address leads to, ForgottenError where it was erased, and
    CrowdedError where it is an article of its own and `makes_articles` is false.
    """
    now = timezone.now()
    digest = digest_of(reading.text)
    with transaction.atomic():
        article = moving.article_for(address, reading)
        if not makes_articles and not article.revisions.exists():
            raise CrowdedError
        article.headline = reading.headline
        article.language = reading.language
        article.outcome = Article.Outcome.READ
        if article.reading_asked_at is not None and article.reading_asked_at <= reading.begun_at:
            article.reading_asked_at = None
        article.read_at = now
        article.save()
        newest = article.revisions.only("number", "digest").order_by("-number").first()
        if newest is None or newest.digest != digest:
            Revision.objects.create(
                article=article,
                number=newest.number + 1 if newest else 1,
                source=reading.source,
                html=reading.html,
                text=reading.text,
                digest=digest,
                headline=reading.headline,
                read_at=now,
            )
        moving.join_addresses(article, address=address, reading=reading)
    return article


def keep_failure(*, address: Address, error: NotReadError) -> None:
    """Store that an address gave no text, and what that means; a later attempt is made, seldom.

    Raises ForgottenError where the address has been erased since.
    """
    doubt = _doubt_at(address, error.doubted)
    with transaction.atomic():
        article = address.article
        if article is None and error.canonical:
            article = moving.named_article(address, error.canonical)
        urls = {address.url, error.canonical} if article and error.canonical else {address.url}
        for url in sorted(urls):
            row, _made = moving.lock_address(url, of=address, defaults={"site_id": address.site_id})
            if row.site_id != address.site_id or (url != address.url and row.article not in {None, article}):
                continue
            row.article = article
            if url == address.url:
                row.leads_to = error.leads_to
                _keep_doubt(row, doubt)
            _fail(row, error.outcome, str(error), attempts=max(address.attempts, SETTLED_ATTEMPTS))
        if article is not None:
            again = error.again and address.attempts < ASKED_ATTEMPTS
            _settle(article, error.outcome, address=address, again=again)


def keep_attempt(*, address: Address, problem: str) -> None:
    """Store that an attempt failed; after the last one the address has, and its article if it is known.

    Raises ForgottenError where the address has been erased since.
    """
    with transaction.atomic():
        moving.lock_address(address.url, of=address, defaults={})
        given_up = address.attempts >= MOST_ATTEMPTS
        outcome = Article.Outcome.FAILED if given_up else Article.Outcome(address.outcome)
        _fail(address, outcome, problem, attempts=address.attempts)
        if given_up and address.article is not None:
            _settle(address.article, outcome, address=address)


def _fail(address: Address, outcome: Article.Outcome, problem: str, *, attempts: int) -> None:
    now = timezone.now()
    at = now + min(timedelta(seconds=4 ** min(attempts, 10)), LONGEST_WAIT)
    if address.next_attempt_at is not None and address.next_attempt_at > now:
        at = min(at, address.next_attempt_at)  # an early attempt leaves the next one where it was
    address.outcome = outcome
    address.problem = problem[:_PROBLEM_CHARACTERS]
    address.attempts = attempts
    address.next_attempt_at = at
    address.save(
        update_fields=[
            "article",
            "outcome",
            "problem",
            "attempts",
            "next_attempt_at",
            "leads_to",
            "doubted_text",
            "doubted_at",
        ]
    )


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A text that was not believed, compared with the one that was kept before."""

    text: str
    former: str
    since: datetime | None
    """Since when the former text has been there; None where there is none."""
    is_same: bool


def _doubt_at(address: Address, text: str) -> _Doubt | None:
    """Compare a text that was not believed with the one before it; None without a text.

    With no row locked: two long texts take a second.
    """
    if not text:
        return None
    kept = Address.objects.filter(pk=address.pk).values_list("doubted_text", "doubted_at").first()
    if kept is None:
        return None  # erased since it was read, which `keep_failure` tells
    former, since = kept
    return _Doubt(text, former, since, since is not None and likeness(former, text) >= SAME_TEXT)


def _keep_doubt(address: Address, doubt: _Doubt | None) -> None:
    """Keep a text that was not believed, since when it has been there; another text begins again.

    Where another worker has kept or dropped one since they were compared, its answer counts.
    """
    if doubt is None or doubt.is_same:
        return
    if (address.doubted_text, address.doubted_at) == (doubt.former, doubt.since):
        address.doubted_text, address.doubted_at = doubt.text, timezone.now()


def _settle(article: Article, outcome: Article.Outcome, *, address: Address, again: bool = False) -> None:
    """Note on the article that it could not be read; its revisions stay, and nobody waits any longer.

    An address beside the one that it is kept under says nothing about an article that has been read. Where it
    is likely to get better by itself, whoever asked for the reading goes on waiting.
    """
    rows = Article.objects.filter(pk=article.pk)
    if address.url != article.canonical_url and article.revisions.exists():
        return
    rows.update(outcome=outcome) if again else rows.update(outcome=outcome, reading_asked_at=None)
