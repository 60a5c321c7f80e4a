"""Reads what is published, to prove that a fix is live."""

from django.conf import settings

from corrigenda.connectors.fetch import FetchError, fetch
from corrigenda.models import Site
from corrigenda.passage import OverfullError, article_root, bounded, plain_text


class NotSeenError(Exception):
    """The published article could not be read; the message is a sentence for the desk."""


def published_text(site: Site, url: str) -> str:
    """Return the article's text as every reader of its page sees it now; raises NotSeenError."""
    try:
        page = fetch(
            url,
            hosts=site.fetch_hosts,
            private_hosts=site.private_hosts,
            timeout=settings.OPTIONS.fetch_seconds,
            max_bytes=settings.OPTIONS.fetch_bytes,
            contact=settings.PUBLIC_URL,
        )
    except FetchError as error:
        raise NotSeenError(str(error)) from error
    if not 200 <= page.status < 300:
        raise NotSeenError(f"The article's page answers with status {page.status}.")
    try:
        document = bounded.parse(page.html)
        if not any(document.select_one(selector) for selector in site.root_selectors):
            raise NotSeenError("The article's page has no element that holds an article.")
        start, end = article_root(page.html, site.root_selectors)
        return plain_text(page.html[start:end])
    except OverfullError as error:
        raise NotSeenError(str(error)) from error
    except ValueError as error:
        raise NotSeenError("One of the site's root selectors is not CSS.") from error
