"""A site that shows one text for every address that is gone moves no article; mere copies hold no move up."""

import pytest
from django.utils import timezone

from corrigenda.models import AddressChange, Article, Revision, Site
from corrigenda.watch import identity
from tests.rooms.connectors.servers import Server
from tests.rooms.watch.making import BRIDGE, LOGIN, html, later, link, report, to, work

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


def reread() -> None:
    Article.objects.update(reading_asked_at=timezone.now())
    later(hours=25)
    work()


def move(server: Server, old: str, new: str, text: str, way: str) -> None:
    server.answers[new] = html(text)
    server.answers[old] = to(new, 301) if way == "redirect" else html(text, head=link(new))


@pytest.mark.parametrize("way", ["redirect", "canonical"])
@pytest.mark.parametrize("before", ["", "{} Edit {}.", "More soon."])
def test_copies_that_strangers_make_hold_up_no_move(
    site: Site, server: Server, way: str, before: str
) -> None:
    """The site ignores a part of the path; strangers report copies of an article, at each edit or later."""
    paths = ["/mill-101.html", *(f"/{word}-101.html" for word in "uvwxyz")]
    for number, path in enumerate(paths if before else []):
        server.answers[path] = html(before.format(BRIDGE, number), title="Just in")
        report(site, server.url(path))
    work()
    for path in paths:
        server.answers[path] = html(BRIDGE)
        report(site, server.url(path))
    work()
    reread()
    assert Revision.objects.filter(text=Revision.objects.latest("id").text).count() == len(paths)
    move(server, paths[0], "/museum/101.html", BRIDGE, way)
    Article.objects.filter(canonical_url=server.url(paths[0])).update(reading_asked_at=timezone.now())
    later(hours=2)
    work()
    moved = AddressChange.objects.get()
    assert (moved.old_url, moved.new_url) == (server.url(paths[0]), server.url("/museum/101.html"))
    case = report(site, server.url("/museum/101.html"))
    work()
    case.refresh_from_db()
    assert case.article == moved.article
    assert Article.objects.count() == len(paths)


@pytest.mark.parametrize("way", ["redirect", "canonical"])
def test_one_text_that_is_printed_at_many_addresses_moves_from_each(
    site: Site, server: Server, way: str
) -> None:
    places = range(identity.COMMON + 1)
    for number in places:
        server.answers[f"/{number}/agency.html"] = html(BRIDGE)
        report(site, server.url(f"/{number}/agency.html"))
    work()
    for number in places:
        move(server, f"/{number}/agency.html", f"/{number}/archive/agency.html", BRIDGE, way)
    reread()
    assert set(Article.objects.values_list("canonical_url", flat=True)) == {
        server.url(f"/{number}/archive/agency.html") for number in places
    }
