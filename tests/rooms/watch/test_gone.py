"""A site that answers every address that is gone with one text and status 200 moves no article."""

import pytest
from django.utils import timezone

from corrigenda.models import AddressChange, Article, Revision, Site
from corrigenda.watch import identity
from tests.rooms.connectors.servers import Server
from tests.rooms.watch.test_identity import BRIDGE, LOGIN, html, later, link, report, to, work

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", ["redirect", "canonical"])
def test_a_text_at_many_addresses_moves_no_article(site: Site, server: Server, way: str) -> None:
    """The site answers every address that is gone with one text and status 200, for longer than a day."""
    paths = [f"/story{number}.html" for number in range(identity.COMMON)]
    for number, path in enumerate(paths):
        server.answers[path] = html(f"{BRIDGE} Part {number}.")
        report(site, server.url(path))
    work()
    gone = html(LOGIN, title="Gone")
    for _day in range(2):
        for path in paths:
            server.answers[path] = gone
            report(site, server.url(path), "words that nobody has written there")
        Article.objects.update(reading_asked_at=timezone.now())
        later(hours=25)
        work()
    assert Revision.objects.filter(headline="Gone").count() == len(paths)
    is_redirect = way == "redirect"
    server.answers["/new.html"] = gone
    server.answers[paths[0]] = (
        to("/new.html", 301) if is_redirect else html(LOGIN, title="Gone", head=link("/new.html"))
    )
    Article.objects.update(reading_asked_at=timezone.now())
    later(hours=25)
    work()
    assert set(Article.objects.values_list("canonical_url", flat=True)) == {
        server.url(path) for path in paths
    }
    assert not AddressChange.objects.exists()
