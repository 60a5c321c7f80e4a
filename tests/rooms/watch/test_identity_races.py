"""Two workers read the same article at once while its identity changes: one article and one change."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connections

from corrigenda.models import Address, AddressChange, Article, Revision, Site
from corrigenda.watch import actions, moving, reading
from corrigenda.watch.answers import TryLaterError
from tests.rooms.connectors.servers import Server
from tests.rooms.factories import make_member, make_site
from tests.rooms.watch.making import BRIDGE, html, link, report, to, work


@pytest.fixture
def paper(committed_db: None, server: Server) -> Site:
    """The newspaper, in a database that all threads see."""
    return make_site(origin=f"http://{server.place}", private_hosts=[server.place])


def at_once(*jobs: Callable[[threading.Barrier], None]) -> None:
    """Run the jobs in threads; each waits at the barrier between its reading and its writing."""
    together = threading.Barrier(len(jobs), timeout=60)

    def run(job: Callable[[threading.Barrier], None]) -> None:
        try:
            job(together)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result()


def reads(site: Site, url: str) -> Callable[[threading.Barrier], None]:
    def job(together: threading.Barrier) -> None:
        address = actions.begin_attempt(site=site, url=url)
        assert address is not None
        read = reading.read_article(site, url)
        together.wait()
        with suppress(TryLaterError):
            actions.keep_reading(address=address, reading=read)

    return job


def test_one_change_whoever_was_faster(paper: Site, server: Server) -> None:
    server.answers["/story1.html"] = html(BRIDGE)
    report(paper, server.url("/story1.html"))
    work()
    server.answers["/story1.html"] = to("/moved.html", 301)
    server.answers["/moved.html"] = html(BRIDGE + " New.", head=link("/moved.html"))
    at_once(*[reads(paper, server.url("/story1.html")) for _ in range(4)])
    article = Article.objects.get()
    assert article.canonical_url == server.url("/moved.html")
    assert AddressChange.objects.count() == 1
    assert Revision.objects.count() == 2
    assert article.addresses.count() == 2


def test_a_change_and_a_new_article_at_its_target(paper: Site, server: Server) -> None:
    """The article moves, or another one is there already: never both under one address, and no error."""
    server.answers["/story1.html"] = html(BRIDGE)
    report(paper, server.url("/story1.html"))
    work()
    server.answers["/story1.html"] = to("/moved.html", 301)
    server.answers["/moved.html"] = html(BRIDGE)
    at_once(reads(paper, server.url("/story1.html")), reads(paper, server.url("/moved.html")))
    urls = set(Article.objects.values_list("canonical_url", flat=True))
    assert urls in ({server.url("/moved.html")}, {server.url("/moved.html"), server.url("/story1.html")})
    assert Address.objects.filter(article=None).count() == 0


def test_undone_while_it_is_read(paper: Site, server: Server) -> None:
    """A reading that began before the undo does not bring the change back."""
    server.answers["/story1.html"] = html(BRIDGE)
    report(paper, server.url("/story1.html"))
    work()
    server.answers["/story1.html"] = to("/moved.html", 301)
    server.answers["/moved.html"] = html(BRIDGE)
    actions.ask_reading(article=Article.objects.get())
    work()
    change, member = AddressChange.objects.get(), make_member()
    address = actions.begin_attempt(site=paper, url=server.url("/story1.html"))
    assert address is not None
    read = reading.read_article(paper, server.url("/story1.html"))
    assert moving.undo_move(change=change, member=member)
    with suppress(TryLaterError):
        actions.keep_reading(address=address, reading=read)
    assert Article.objects.get().canonical_url == server.url("/story1.html")
    assert AddressChange.objects.count() == 1


def test_two_addresses_of_one_file_read_first_at_once(paper: Site, server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    body = html(BRIDGE).body
    assert isinstance(body, str)
    for file in (folder / "bridge.html", tmp_path / "bridge.html"):
        file.write_text(body, encoding="utf-8")
    paper.connector = Site.Connector.FILES
    origin = f"http://{server.place}"
    paper.connector_options = {"source": str(folder), "public": str(tmp_path), "origin": origin}
    paper.save()
    server.answers["/bridge"] = server.answers["/bridge.html"] = html(BRIDGE)
    at_once(*[reads(paper, server.url(path)) for path in ("/bridge", "/bridge.html")])
    assert Article.objects.count() == 1
