"""Reads the articles that reports wait for, and reads again those that somebody wants read again."""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from django.utils import timezone

from corrigenda.models import Address, Article, Site
from corrigenda.passage import OverfullError
from corrigenda.watch import actions, queries
from corrigenda.watch.answers import CrowdedError, ForgottenError, NotReadError, TryLaterError
from corrigenda.watch.reading import read_article

logger = logging.getLogger(__name__)

MOST_SECONDS: Final = 20.0
"""No new page is begun after so long: the other rooms wait for this one, and a site may be slow."""


HOST_SECONDS: Final = 6.0
"""After so long with one host its next addresses wait for the next round, and other hosts go on."""

CANDIDATES: Final = 10
"""So many times the limit is looked at, so that those of a slow host do not hide the others."""


SLOW: Final = 2.0
"""Seconds. A host of which one address took so long comes after the others …"""

SLOW_FOR: Final = 600.0
"""… for so many seconds: several slow hosts fill each round of `MOST_SECONDS`."""

_slow: Final[dict[str, float]] = {}
"""When each slow host was asked last, by `time.monotonic`."""


def run(limit: int = 50) -> int:
    """Read what is due, at most `limit` of each kind; return how many addresses were tried."""
    clock = _Clock()
    return clock.work(_new(limit), limit) + clock.work(_again(limit), limit)


class _Clock:
    """The time of one round, and how much of it each host has taken."""

    def __init__(self) -> None:
        self._end = time.monotonic() + MOST_SECONDS
        self._taken: dict[str, float] = {}

    def work(self, due: Iterable[tuple[Site, str]], limit: int) -> int:
        """Try addresses in order while there is time, at most `limit`; return how many were tried."""
        done = 0
        for site, url in due:
            begun, host = time.monotonic(), urlsplit(url).netloc
            if begun > self._end or done == limit:
                break
            if self._taken.get(host, 0.0) < HOST_SECONDS:
                done += _try(site, url)
                self._note(host, time.monotonic() - begun)
        return done

    def _note(self, host: str, seconds: float) -> None:
        self._taken[host] = self._taken.get(host, 0.0) + seconds
        if seconds >= SLOW:
            _slow[host] = time.monotonic()


def _slow_at(url: str) -> float:
    """Return when the host of an address was slow; 0 where it was not, or where that is long ago."""
    at = _slow.get(urlsplit(url).netloc, 0.0)
    return at if time.monotonic() - at < SLOW_FOR else 0.0


def _new(limit: int) -> Iterator[tuple[Site, str]]:
    sites = Site.objects.in_bulk()
    due = queries.addresses_to_read(limit * CANDIDATES)
    for site, url in sorted(due, key=lambda one: _slow_at(one[1])):
        yield sites[site], url


def _again(limit: int) -> Iterator[tuple[Site, str]]:
    """Yield the addresses of articles that are wanted again, asked for when it is their turn.

    Where the address that was reported has brought the article's text, the other is not read as well.
    """
    due = queries.articles_to_reread(limit * CANDIDATES)
    for article in sorted(due, key=lambda one: _slow_at(one.canonical_url)):
        for url in queries.addresses_of(article):
            if Article.objects.filter(pk=article.pk, reading_asked_at__lte=timezone.now()).exists():
                yield article.site, url


def _try(site: Site, url: str) -> bool:
    """Make one attempt; whatever goes wrong is kept with the address and does not stop the others."""
    is_crowded = queries.is_crowded(site, url)
    if is_crowded and queries.is_full(site, url):
        actions.put_off(site=site, url=url)
        return False
    address = actions.begin_attempt(site=site, url=url)
    if address is None:
        return False
    with suppress(ForgottenError):
        _read(address, url, is_crowded=is_crowded)
    return True


def _read(address: Address, url: str, *, is_crowded: bool) -> None:
    """Make a counted attempt; raises ForgottenError where the address was erased while it was made.

    Where many texts of the path were kept today, one more is kept only if a waiting reader quotes from it.
    Where many were doubted today, one more fails as they did, so that people see its reports; it is not kept.
    """
    if address.attempts > actions.MOST_ATTEMPTS and address.outcome in {
        Article.Outcome.UNREAD,
        Article.Outcome.READ,
    }:
        # Attempts were counted and none came to an end: reading this page has ended the worker each time.
        actions.keep_attempt(address=address, problem=queries.BROKEN_OFF)
        return
    try:
        reading = read_article(address.site, url)
        is_wanted = not is_crowded or queries.known_of(address.site, url).is_quoted(reading.text)
        actions.keep_reading(address=address, reading=reading, makes_articles=is_wanted)
    except ForgottenError:
        raise
    except CrowdedError:
        actions.put_off(site=address.site, url=url)
    except NotReadError as error:
        if error.doubted and (is_crowded or queries.has_enough_doubts(address.site, url)):
            error.doubted = ""
        actions.keep_failure(address=address, error=error)
    except TryLaterError as error:
        actions.keep_attempt(address=address, problem=str(error))
    except OverfullError as error:
        unreadable = NotReadError(Article.Outcome.UNREADABLE, str(error))
        actions.keep_failure(address=address, error=unreadable)
    except Exception:
        # What stands behind a question mark may be a reader's, whatever a page does with it.
        logger.exception("Reading %s failed.", url.partition("?")[0])
        actions.keep_attempt(address=address, problem="Reading this page failed unexpectedly.")
