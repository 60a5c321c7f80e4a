"""What a server's answer is worth: a page, or a reason why there is no article to be read."""

from typing import Final

from corrigenda.connectors.article import is_paywalled
from corrigenda.connectors.fetch import (
    FetchError,
    Page,
    RefusedError,
    UnreachableError,
    UnsuitableError,
)
from corrigenda.models import Article, Site
from corrigenda.passage import OverfullError, bounded
from corrigenda.web import published

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

    def __init__(
        self,
        outcome: Article.Outcome,
        sentence: str,
        *,
        canonical: str = "",
        leads_to: str = "",
        again: bool = False,
        doubted: str = "",
    ) -> None:
        super().__init__(sentence)
        self.outcome = outcome
        self.canonical = canonical
        """Which article it would have been, where that is known."""
        self.leads_to = leads_to
        self.again = again
        """Whether it may get better by itself, so that a reading that was asked for is tried again."""
        self.doubted = doubted
        """The text that was not believed, so that a later answer can confirm it; empty: none is kept."""


class TryLaterError(Exception):
    """It did not work this time; the message is a sentence for the desk."""


class CrowdedError(Exception):
    """Nobody vouches for a text, and many of its path were kept today: the address waits."""


class ForgottenError(Exception):
    """The address was erased while its page was read: what stood in it may be a reader's. Nothing is kept."""


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
    return bounded.parse(page).select_one(tests) is not None


def fetch_page(site: Site, url: str) -> Page:
    try:
        page = published.fetch_published(site, url)
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
    try:
        bounded.check_nodes(page.html)
    except OverfullError as error:
        raise NotReadError(Article.Outcome.UNREADABLE, str(error)) from error
    return page


def article_html(page: str, site: Site, canonical: str) -> str:
    """Return the inside of the article root; without one the page is unreadable: menus are no article."""
    try:
        found = published.article_html(page, site)
    except published.NotCssError as error:
        raise NotReadError(Article.Outcome.FAILED, str(error), canonical=canonical) from error
    if found is None:
        raise NotReadError(
            Article.Outcome.UNREADABLE,
            "The page has no element that holds an article (see the site's root selectors).",
            canonical=canonical,
        )
    return found
