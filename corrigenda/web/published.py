"""A site's published pages, as the room that reads articles and the one that proves a fix look at them."""

from django.conf import settings
from turbohtml import SelectorSyntaxError

from corrigenda.connectors.fetch import Page, fetch
from corrigenda.models import Site
from corrigenda.passage import article_root, bounded


class NotCssError(Exception):
    """A root selector cannot be read; the message is a sentence for the desk."""

    def __init__(self) -> None:
        super().__init__("One of the site's root selectors is not CSS.")


def fetch_published(site: Site, url: str) -> Page:
    """Fetch a page of a site within its limits; raises `connectors.fetch.FetchError` and its kinds."""
    return fetch(
        url,
        hosts=site.fetch_hosts,
        private_hosts=site.private_hosts,
        timeout=settings.OPTIONS.fetch_seconds,
        max_bytes=settings.OPTIONS.fetch_bytes,
        contact=settings.PUBLIC_URL,
    )


def article_html(page: str, site: Site) -> str | None:
    """Return the inside of the article root; None where none of the site's root selectors finds one.

    Raises NotCssError, and `passage.OverfullError` for a page of too many nodes.
    """
    document = bounded.parse(page)
    try:
        if not any(document.select_one(selector) for selector in site.root_selectors):
            return None
        start, end = article_root(page, site.root_selectors)
    except (SelectorSyntaxError, ValueError) as error:
        raise NotCssError from error
    return page[start:end]
