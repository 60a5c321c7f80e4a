"""Writes what was read: articles, their addresses and revisions, and what went wrong."""

import hashlib
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from corrigenda.models import Address, Article, Revision, Site
from corrigenda.watch.reading import NotReadError, Reading

MOST_ATTEMPTS: Final = 5
"""After so many failures in a row a human is asked: 4 + 16 + 64 + 256 seconds after the first."""

SETTLED_ATTEMPTS: Final = 6
"""A missing or unreadable page is tried again as seldom as one that failed so often: first after an hour."""

LONGEST_WAIT: Final = timedelta(days=1)
_PROBLEM_CHARACTERS: Final = 300


def ask_reading(*, article: Article) -> None:
    """Have the article read again as soon as possible, whatever failed before."""
    with transaction.atomic():
        Article.objects.filter(pk=article.pk).update(reading_asked_at=timezone.now())
        Address.objects.filter(url=article.canonical_url).update(attempts=0, next_attempt_at=None)


def begin_attempt(*, site: Site, url: str) -> Address:
    """Count an attempt to read an address before it is made: one that kills the worker is counted too."""
    with transaction.atomic():
        address, _made = Address.objects.select_for_update().get_or_create(url=url, defaults={"site": site})
        address.attempts += 1
        if address.article is None:
            address.article = Article.objects.filter(canonical_url=url, site=site).first()
        address.save(update_fields=["attempts", "article"])
    return address


def keep_reading(*, address: Address, reading: Reading) -> Article:
    """Store what was read: the article (one row a canonical URL), its addresses, a revision of a new text.

    Raises NotReadError where the canonical URL is another site's article.
    """
    now = timezone.now()
    with transaction.atomic():
        article = _article_for(address, reading.canonical)
        if article.site_id != address.site_id:
            raise NotReadError(Article.Outcome.FAILED, "The page belongs to another site of this desk.")
        article.headline = reading.headline
        article.language = reading.language
        article.outcome = Article.Outcome.READ
        if article.reading_asked_at is not None and article.reading_asked_at <= reading.begun_at:
            article.reading_asked_at = None
        article.read_at = now
        article.save()
        newest = article.revisions.order_by("-number").first()
        digest = hashlib.sha256(reading.text.encode()).hexdigest()
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
        # Sorted, so that two workers lock the rows in the same order.
        for url in sorted({address.url, reading.canonical, reading.amp or reading.canonical}):
            _join(url, article)
    return article


def keep_failure(*, address: Address, error: NotReadError) -> None:
    """Store that an address gave no text, and what that means; a later attempt is made, seldom."""
    with transaction.atomic():
        article = address.article
        if article is None and error.canonical:
            named = _article_for(address, error.canonical)
            article = named if named.site_id == address.site_id else None
        urls = {address.url, error.canonical} if article and error.canonical else {address.url}
        for url in sorted(urls):
            row, _made = Address.objects.get_or_create(url=url, defaults={"site_id": address.site_id})
            row.article = article
            _fail(row, error.outcome, str(error), attempts=max(address.attempts, SETTLED_ATTEMPTS))
        if article is not None:
            _settle(article, error.outcome)


def keep_attempt(*, address: Address, problem: str) -> None:
    """Store that an attempt failed; after the last one the address has, and its article if it is known."""
    with transaction.atomic():
        given_up = address.attempts >= MOST_ATTEMPTS
        outcome = Article.Outcome.FAILED if given_up else Article.Outcome(address.outcome)
        _fail(address, outcome, problem, attempts=address.attempts)
        if given_up and address.article is not None:
            _settle(address.article, outcome)


def _fail(address: Address, outcome: Article.Outcome, problem: str, *, attempts: int) -> None:
    wait = min(timedelta(seconds=4 ** min(attempts, 10)), LONGEST_WAIT)
    address.outcome = outcome
    address.problem = problem[:_PROBLEM_CHARACTERS]
    address.attempts = attempts
    address.next_attempt_at = timezone.now() + wait
    address.save(update_fields=["article", "outcome", "problem", "attempts", "next_attempt_at"])


def _settle(article: Article, outcome: Article.Outcome) -> None:
    """Note on the article that it could not be read; its revisions stay, and nobody waits any longer."""
    Article.objects.filter(pk=article.pk).update(outcome=outcome, reading_asked_at=None)


def _article_for(address: Address, canonical: str) -> Article:
    """Return the article of a canonical URL, locked; made where there is none.

    The article that an address leads to moves along when its canonical URL changes, unless the new one is
    already another article: two that have become one are for a human to join.
    """
    standing = address.article
    if standing is not None and standing.canonical_url == address.url != canonical:
        if not Article.objects.filter(canonical_url=canonical).exists():
            Article.objects.filter(pk=standing.pk).update(canonical_url=canonical)
        canonical = Article.objects.values_list("canonical_url", flat=True).get(pk=standing.pk)
    Article.objects.get_or_create(canonical_url=canonical, defaults={"site_id": address.site_id})
    return Article.objects.select_for_update().get(canonical_url=canonical)


def _join(url: str, article: Article) -> None:
    Address.objects.update_or_create(
        url=url,
        defaults={
            "article": article,
            "outcome": Article.Outcome.READ,
            "problem": "",
            "attempts": 0,
            "next_attempt_at": None,
        },
        create_defaults={"site_id": article.site_id, "article": article, "outcome": Article.Outcome.READ},
    )
