"""Reads one article: its page as the server sees it, and its text from the CMS or else from that page."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import turbohtml
from django.conf import settings
from django.utils import timezone
from turbohtml import SelectorSyntaxError

from corrigenda.connectors.addresses import amp_of, canonical_of, clean_url
from corrigenda.connectors.article import headline_of, is_paywalled, language_of
from corrigenda.connectors.cms import CmsError, StoredArticle
from corrigenda.connectors.fetch import (
    FetchError,
    Page,
    RefusedError,
    UnreachableError,
    UnsuitableError,
    fetch,
)
from corrigenda.connectors.registry import ConnectorError, connect
from corrigenda.models import Article, Revision, Site
from corrigenda.passage import article_root, plain_text
from corrigenda.watch import queries

logger = logging.getLogger(__name__)

MISSING: Final = frozenset({404, 410})
SHUT: Final = frozenset({401, 402, 403, 451})
"""Statuses of a page that is there, and not for us."""

CUT: Final = 0.5
"""A page with the sign of a paywall and less than this share of the former text has been cut off by it."""

STUB: Final = 0.1
"""Less than this share of the former text is no article, with or without a sign."""

_WALLS: Final = ("paywall", "regwall", "pay-wall", "metered-wall", "subscriber-only", "premium-wall")
"""Parts of class names and ids that publishers give to what hides the rest of an article."""


class NotReadError(Exception):
    """There was no text to be had; the message is a sentence for the desk, `outcome` says what that means."""

    def __init__(self, outcome: Article.Outcome, sentence: str, *, canonical: str = "") -> None:
        super().__init__(sentence)
        self.outcome = outcome
        self.canonical = canonical
        """Which article it would have been, where that is known."""


class TryLaterError(Exception):
    """It did not work this time; the message is a sentence for the desk."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it was read."""

    begun_at: datetime
    canonical: str
    amp: str | None
    html: str
    """The inside of the article root."""
    text: str
    source: Revision.Source
    headline: str
    language: str


def read_article(site: Site, url: str) -> Reading:
    """Read the article behind an address of the site.

    Raises NotReadError (missing, unreadable, failed for good) and TryLaterError.
    """
    begun_at = timezone.now()
    page, canonical = _canonical_page(site, url)
    headline, language = headline_of(page.html), language_of(page.html)
    amp = amp_of(page.html, page.url, site.fetch_hosts)
    stored = _stored(site, canonical)
    if stored is not None:
        return Reading(
            begun_at=begun_at,
            canonical=canonical,
            amp=amp,
            html=stored.html,
            text=plain_text(stored.html),
            source=Revision.Source.CONNECTOR,
            headline=stored.headline or headline,
            language=stored.language or language or site.language,
        )
    html = _inside(page.html, site, canonical)
    text = plain_text(html)
    if problem := shut_problem(page.html, text, former=queries.newest_text(canonical)):
        raise NotReadError(Article.Outcome.UNREADABLE, problem, canonical=canonical)
    return Reading(
        begun_at=begun_at,
        canonical=canonical,
        amp=amp,
        html=html,
        text=text,
        source=Revision.Source.PAGE,
        headline=headline,
        language=language or site.language,
    )


def _stored(site: Site, canonical: str) -> StoredArticle | None:
    try:
        cms = connect(site.connector, site.connector_options, root_selectors=site.root_selectors)
        return cms.read(canonical)
    except (CmsError, ConnectorError) as error:
        shown = canonical.partition("?")[0]
        logger.warning("The CMS could not read %s: %s The page is read instead.", shown, error)
        return None


def shut_problem(page: str, text: str, *, former: str) -> str:
    """Say why a page's text is not the whole article; empty where it is.

    A page that declares itself shut is believed until it has once been read whole; an unknown page is better
    asked about than taken for a third of an article.
    """
    declared = is_paywalled(page)
    if not text:
        return "The article on the page is empty."
    if not former:
        return "The page says that it is not free to read." if declared else ""
    share = len(text) / len(former)
    if share < STUB:
        return "The page now holds hardly any text."
    if share < CUT and (declared or has_wall(page)):
        return "The page was cut off by a paywall."
    return ""


def has_wall(page: str) -> bool:
    """Whether a page's markup holds what publishers put before the rest of an article."""
    tests = ", ".join(f"[class*='{wall}' i], [id*='{wall}' i]" for wall in _WALLS)
    return turbohtml.parse(page).select_one(tests) is not None


def _canonical_page(site: Site, url: str) -> tuple[Page, str]:
    """Return the page of the article's canonical address, and that address.

    Where the reported page names another canonical address, that page is the one read: an AMP page's text is
    not the article's. What the second page names in turn does not count: two that name each other would never
    end. Where the second cannot be had, the first speaks for itself.
    """
    page = _fetch(site, url)
    own = clean_url(page.url)
    canonical = canonical_of(page.html, page.url, site.fetch_hosts)
    if canonical == own:
        return page, own
    try:
        second = _fetch(site, canonical)
    except (NotReadError, TryLaterError):
        return page, own
    return second, clean_url(second.url)


def _fetch(site: Site, url: str) -> Page:
    try:
        page = fetch(
            url,
            hosts=site.fetch_hosts,
            private_hosts=site.private_hosts,
            timeout=settings.OPTIONS.fetch_seconds,
            max_bytes=settings.OPTIONS.fetch_bytes,
            contact=settings.PUBLIC_URL,
        )
    except UnreachableError as error:
        raise TryLaterError(str(error)) from error
    except RefusedError as error:
        raise NotReadError(Article.Outcome.FAILED, str(error)) from error
    except (UnsuitableError, FetchError) as error:
        raise NotReadError(Article.Outcome.UNREADABLE, str(error)) from error
    if page.status in MISSING:
        raise NotReadError(
            Article.Outcome.MISSING, f"There is no page at this address (status {page.status})."
        )
    if page.status in SHUT:
        raise NotReadError(
            Article.Outcome.UNREADABLE, f"The page is not open to this desk (status {page.status})."
        )
    if not 200 <= page.status < 300:
        raise TryLaterError(f"The server answered with status {page.status}.")
    return page


def _inside(page: str, site: Site, canonical: str) -> str:
    """Return the inside of the article root; without one the page is unreadable: menus are no article."""
    document = turbohtml.parse(page)
    try:
        if not any(document.select_one(selector) for selector in site.root_selectors):
            raise NotReadError(
                Article.Outcome.UNREADABLE,
                "The page has no element that holds an article (see the site's root selectors).",
                canonical=canonical,
            )
        start, end = article_root(page, site.root_selectors)
    except (SelectorSyntaxError, ValueError) as error:
        raise NotReadError(
            Article.Outcome.FAILED, "One of the site's root selectors is not CSS.", canonical=canonical
        ) from error
    return page[start:end]
