"""Reads one article: its page as the server sees it, and its text from the CMS or else from that page."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from corrigenda.connectors.addresses import (
    amp_of,
    canonical_of,
    clean_url,
    is_front,
    is_same_page,
    origin_of_clean,
)
from corrigenda.connectors.article import headline_of, language_of
from corrigenda.connectors.cms import CmsError, StoredArticle
from corrigenda.connectors.fetch import Page
from corrigenda.connectors.registry import ConnectorError, connect
from corrigenda.models import AddressChange, Article, Revision, Site
from corrigenda.passage import likeness, plain_text
from corrigenda.watch import queries
from corrigenda.watch.answers import NotReadError, TryLaterError, article_html, fetch_page, shut_problem
from corrigenda.watch.identity import SAME_TEXT, Known, is_other_text, leads_to_front
from corrigenda.web.places import is_harmless

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it was read."""

    begun_at: datetime
    canonical: str
    """The address that the article is to be kept under."""
    amp: str | None
    html: str
    """The inside of the article root."""
    text: str
    source: Revision.Source
    headline: str
    language: str
    evidence: str = ""
    """What says that the article is at another address than the one that was read; empty for nothing."""
    leads_to: str = ""
    """Where the address's redirects ended; empty where it has none."""
    known_article: int | None = None
    """The article that the address led to when the reading began."""
    is_apart: bool = False
    """The address turned out to be an article by itself."""
    is_foreign: bool = False
    """There is evidence, and the text has hardly anything in common with the article's first."""
    twins: tuple[str, ...] = ()
    """Other addresses of the same stored article."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page and the address that its article would be kept under."""

    page: Page
    canonical: str
    evidence: str = ""
    leads_to: str = ""
    is_detour: bool = False
    """It was reached by a temporary redirect: it may be any page, and does not say what the article is."""


def read_article(site: Site, url: str) -> Reading:
    """Read the article behind an address of the site.

    Raises NotReadError (missing, unreadable, failed for good) and TryLaterError.
    """
    begun_at = timezone.now()
    known = queries.known_of(site, url)
    page = fetch_page(site, url)
    first = _without_typed_query(site, known, _landed(site, known, page))
    second = None if first.is_detour else _named(site, known, first)
    if second is not None:
        try:
            reading = _read(site, known, second, begun_at=begun_at)
        except NotReadError:
            reading = None
        if reading is not None and _is_agreed(site, known, first, second, reading):
            _check_target(site, known, reading)
            return reading
    reading = _read(site, known, first, begun_at=begun_at)
    _check_doubts(known, first, reading)
    _check_target(site, known, reading)
    return reading


def _check_target(site: Site, known: Known, reading: Reading) -> None:
    """Raise NotReadError where an address that joins an article brings a text quite unlike that article's."""
    if known.canonical or reading.canonical == known.url or reading.source == Revision.Source.CONNECTOR:
        return
    if queries.known_of(site, reading.canonical).is_strange(reading.text):
        raise NotReadError(
            Article.Outcome.UNREADABLE,
            "The address leads to an article whose page holds quite another text than before.",
            leads_to=reading.leads_to,
            again=True,
        )


def _landed(site: Site, known: Known, page: Page) -> Found:
    """Say where an address led: which page, and what that makes of its identity.

    Only a permanent redirect to an address of the site's own says that an article has moved.
    """
    own = clean_url(page.url)
    leads_to = own if page.redirects and own != known.url else ""
    if leads_to and queries.is_of_another_site(site, origin_of_clean(own)):
        sentence = "The address leads to another publication of this desk."
        raise NotReadError(Article.Outcome.FAILED, sentence, leads_to=leads_to)
    if leads_to and leads_to_front(known.url, own):
        if page.is_moved:
            sentence = "The address leads to the front page: the article has been taken down."
            raise NotReadError(Article.Outcome.MISSING, sentence, leads_to=leads_to)
        sentence = "The address leads to the front page for now."
        raise NotReadError(Article.Outcome.UNREADABLE, sentence, leads_to=leads_to, again=True)
    is_ours = origin_of_clean(own) in known.origins
    if not leads_to or not is_ours:
        return Found(page, known.url, leads_to=leads_to, is_detour=bool(leads_to) and not page.is_moved)
    if page.is_moved:
        return Found(page, own, AddressChange.Evidence.REDIRECT, leads_to)
    if not known.canonical and is_same_page(known.url, own):
        return Found(page, own, "", leads_to)
    return Found(page, known.url, "", leads_to, is_detour=not is_same_page(known.url, own))


def _without_typed_query(site: Site, known: Known, found: Found) -> Found:
    """Return the page without its query where that is the same article and only a reader named the query.

    The address of an article is published, and readers type queries. What the page itself names is kept, and
    so is a query without which the server gives another text, or nothing.
    """
    bare = found.canonical.partition("?")[0]
    if known.canonical or found.is_detour or is_harmless(found.canonical) or is_front(bare):
        return found
    if canonical_of(found.page.html, bare, known.origins) != bare:
        return found
    try:
        page = fetch_page(site, bare)
        text, other = (plain_text(article_html(one.html, site, bare)) for one in (found.page, page))
    except (NotReadError, TryLaterError):
        return found
    if clean_url(page.url) != bare or likeness(text, other) < SAME_TEXT:
        return found
    return Found(page, bare, found.evidence, found.leads_to)


def _named(site: Site, known: Known, first: Found) -> Found | None:
    """Return the page that the first names as canonical, where that page says the same of itself.

    What it names in turn does not count, nor a page that it redirects to for a while: two that name each
    other, and chains, would make an article's identity depend on where one begins.
    """
    canonical = canonical_of(first.page.html, first.page.url, known.origins)
    if canonical in {first.canonical, clean_url(first.page.url)}:
        return None
    try:
        page = fetch_page(site, canonical)
    except (NotReadError, TryLaterError):
        return None
    own = clean_url(page.url)
    if not page.is_moved or leads_to_front(canonical, own) or origin_of_clean(own) not in known.origins:
        return None
    if own in {first.canonical, clean_url(first.page.url)}:
        return None
    if canonical_of(page.html, page.url, known.origins) != own:
        return None
    return Found(page, own, AddressChange.Evidence.CANONICAL, first.leads_to)


def _is_agreed(site: Site, known: Known, first: Found, second: Found, reading: Reading) -> bool:
    """Whether the canonical page holds the article: compared with its former texts, else with the first page.

    An AMP page may be an excerpt: it is believed where the canonical page names it as its AMP version.
    """
    if known.canonical and queries.is_taken(known.article_id, reading.canonical):
        return False
    if known.texts:
        if reading.canonical == known.canonical:
            return not known.is_strange(reading.text) and not known.is_cut(reading.text, second.page.html)
        return known.is_like(reading.text)
    if reading.amp in {known.url, clean_url(first.page.url)}:
        return True
    try:
        text = plain_text(article_html(first.page.html, site, first.canonical))
    except NotReadError:
        return True  # a page without an article of its own: all it does is name one
    return not text or likeness(text, plain_text(article_html(second.page.html, site, ""))) >= SAME_TEXT


def _check_doubts(known: Known, found: Found, reading: Reading) -> None:
    """Raise NotReadError where the page that an address led to is not the article that it was.

    What comes from the CMS itself is not doubted. A redirect to another text never is that article, however
    long it lasts; a page at the address itself is believed when it is confirmed.
    """
    if reading.source == Revision.Source.CONNECTOR:
        return
    is_elsewhere = found.is_detour or found.canonical not in {known.url, known.canonical}
    sentence = ""
    if is_elsewhere and known.texts:
        if not known.is_like(reading.text):
            raise NotReadError(
                Article.Outcome.UNREADABLE,
                "The address leads to another text now. The article is kept as it was.",
                leads_to=found.leads_to,
                again=True,
            )
    elif found.is_detour:
        sentence = "The address leads elsewhere for now (temporary redirect), perhaps to a login page."
    elif known.texts and known.is_confirmed:
        sentence = _doubt(known, found, reading)
    replaces = bool(known.texts) and not reading.is_apart
    if sentence and not known.is_believed(
        reading.text, reading.headline, now=reading.begun_at, replaces=replaces
    ):
        raise NotReadError(
            Article.Outcome.UNREADABLE,
            sentence,
            leads_to=found.leads_to,
            again=True,
            doubted=reading.text,
        )


def _doubt(known: Known, found: Found, reading: Reading) -> str:
    """Say why the page at an address itself is not taken at its word the first time."""
    if known.is_cut(reading.text, found.page.html):
        return "The page broke off before its end. It is read again."
    is_at_home = found.canonical == known.canonical
    if known.is_strange(reading.text) if is_at_home else not known.is_like(reading.text):
        return "The page holds quite another text than before. It is read again before that is believed."
    return ""


def _read(site: Site, known: Known, found: Found, *, begun_at: datetime) -> Reading:
    """Return the article's text at the place that was found, from the CMS or else from the page.

    What the CMS stores counts only while the page shows it to everybody: it may be a draft, or withdrawn.
    """
    page = found.page
    headline, language = headline_of(page.html), language_of(page.html)
    amp = amp_of(page.html, page.url, known.origins) if found.canonical in _urls(page) else None
    shown = article_html(page.html, site, found.canonical)
    shown_text = plain_text(shown)
    stored, twins = _stored(site, found.canonical) if _is_at_home(found) else (None, ())
    stored_text = plain_text(stored.html) if stored is not None else ""
    former = stored_text or queries.newest_text(found.canonical) or (known.texts[0] if known.texts else "")
    if problem := shut_problem(page.html, shown_text, former=former):
        named = "" if found.is_detour else found.canonical
        raise NotReadError(Article.Outcome.UNREADABLE, problem, canonical=named, leads_to=found.leads_to)
    if stored is not None and is_other_text(stored_text, shown_text):
        stored, twins = None, ()
    html, text = (shown, shown_text) if stored is None else (stored.html, stored_text)
    return Reading(
        begun_at=begun_at,
        canonical=queries.twin_of(site, found.canonical, twins),
        evidence=found.evidence,
        leads_to=found.leads_to,
        known_article=known.article_id,
        # Its own page says that it is an article by itself, whatever it was taken for.
        is_apart=bool(known.texts)
        and not found.leads_to
        and found.canonical == known.url != known.canonical
        and not known.is_like(text),
        is_foreign=bool(found.evidence) and queries.is_foreign(known.article_id, text),
        amp=amp,
        html=html,
        text=text,
        source=Revision.Source.PAGE if stored is None else Revision.Source.CONNECTOR,
        headline=(stored.headline if stored else "") or headline,
        language=(stored.language if stored else "") or language or site.language,
        twins=twins,
    )


def _is_at_home(found: Found) -> bool:
    """Whether the page was served at the address itself: only then may the CMS say what its text is.

    A redirect to a login page or to another host says that readers do not see what is stored.
    """
    return not found.is_detour and is_same_page(clean_url(found.page.url), found.canonical)


def _urls(page: Page) -> tuple[str, str]:
    return page.url, clean_url(page.url)


def _stored(site: Site, canonical: str) -> tuple[StoredArticle | None, tuple[str, ...]]:
    """Return what the CMS stores behind an address, and the other addresses of the same stored article."""
    try:
        cms = connect(site.connector, site.connector_options, root_selectors=site.root_selectors)
        stored = cms.read(canonical)
        return stored, tuple(cms.twins(canonical)) if stored is not None else ()
    except (CmsError, ConnectorError) as error:
        shown = canonical.partition("?")[0]
        logger.warning("The CMS could not read %s: %s The page is read instead.", shown, error)
        return None, ()
