"""Reads the articles that reports wait for, and reads again those that somebody wants read again."""

import logging

from corrigenda.models import Article, Site
from corrigenda.watch import actions, queries
from corrigenda.watch.reading import NotReadError, TryLaterError, read_article

logger = logging.getLogger(__name__)


def run(limit: int = 50) -> int:
    """Read what is due, at most `limit` of each kind; return how many addresses were tried."""
    done = 0
    sites = Site.objects.in_bulk()
    for site, url in queries.addresses_to_read(limit):
        done += _try(sites[site], url)
    for article in queries.articles_to_reread(limit):
        done += _try(article.site, article.canonical_url)
    return done


def _try(site: Site, url: str) -> bool:
    """Make one attempt; whatever goes wrong is kept with the address and does not stop the others."""
    address = actions.begin_attempt(site=site, url=url)
    if address.attempts > actions.MOST_ATTEMPTS and address.outcome in {
        Article.Outcome.UNREAD,
        Article.Outcome.READ,
    }:
        # Attempts were counted and none came to an end: reading this page has ended the worker each time.
        actions.keep_attempt(address=address, problem="Reading this page was broken off again and again.")
        return True
    try:
        actions.keep_reading(address=address, reading=read_article(address.site, url))
    except NotReadError as error:
        actions.keep_failure(address=address, error=error)
    except TryLaterError as error:
        actions.keep_attempt(address=address, problem=str(error))
    except Exception:
        logger.exception("Reading %s failed.", url)
        actions.keep_attempt(address=address, problem="Reading this page failed unexpectedly.")
    return True
