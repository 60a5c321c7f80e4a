"""Reads what is published, to prove that a fix is live."""

from corrigenda.connectors.fetch import FetchError
from corrigenda.models import Site
from corrigenda.passage import OverfullError, plain_text
from corrigenda.web.published import NotCssError, article_html, fetch_published


class NotSeenError(Exception):
    """The published article could not be read; the message is a sentence for the desk."""


def published_text(site: Site, url: str) -> str:
    """Return the article's text as every reader of its page sees it now; raises NotSeenError."""
    try:
        page = fetch_published(site, url)
        if not 200 <= page.status < 300:
            raise NotSeenError(f"The article's page answers with status {page.status}.")
        html = article_html(page.html, site)
        if html is None:
            raise NotSeenError("The article's page has no element that holds an article.")
        return plain_text(html)
    except (FetchError, OverfullError, NotCssError) as error:
        raise NotSeenError(str(error)) from error
