"""A reader is erased while the worker reads the page that the reader named: nothing of it comes back."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError
from django.utils import timezone

from corrigenda.models import Address, Article, Report, Site
from corrigenda.report.privacy.stripping import erase_report
from corrigenda.report.step import run as take_up
from corrigenda.watch import reading, step
from corrigenda.watch.answers import NotReadError, TryLaterError
from tests.rooms.connectors.servers import Server
from tests.rooms.factories import make_report
from tests.rooms.watch.making import BRIDGE, html

NAMED = "quintanar"


def fails(url: str) -> None:
    raise NotReadError(Article.Outcome.MISSING, "There is nothing at this address.", canonical=url)


def waits(_url: str) -> None:
    raise TryLaterError("The server did not answer.")


def breaks(_url: str) -> None:
    raise DatabaseError


def reads(_url: str) -> None:
    """Let the page be read."""


@pytest.mark.parametrize("ends", [fails, waits, breaks, reads])
def test_what_was_erased_while_a_page_was_read_does_not_come_back(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch, ends: Callable[[str], None]
) -> None:
    path = f"/story1.html?who={NAMED}"
    server.answers[path] = server.answers["/story1.html"] = html(BRIDGE)
    report = make_report(site, exact="The bridge", url=server.url(path))
    take_up()
    read_article = reading.read_article

    def read(site: Site, url: str) -> reading.Reading:
        if NAMED in url:
            erase_report(report.pk, at=timezone.now())
            ends(url)
        return read_article(site, url)

    monkeypatch.setattr(step, "read_article", read)
    step.run()
    assert Report.objects.get().erased_at is not None
    assert not Address.objects.filter(url__contains=NAMED).exists()
    assert not Article.objects.filter(canonical_url__contains=NAMED).exists()
    step.run()
    assert [article.canonical_url for article in Article.objects.all()] == [server.url("/story1.html")]
