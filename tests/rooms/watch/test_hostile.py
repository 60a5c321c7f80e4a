"""Watch reads what strangers name and serve: it stays small, and one site or host does not stop another."""

from dataclasses import replace

import pytest
from django.utils import timezone

from corrigenda.models import Address, Article, Revision, Site
from corrigenda.watch import step
from corrigenda.watch.identity import Known
from tests.rooms.connectors.servers import Answer, Server, serving
from tests.rooms.factories import make_site
from tests.rooms.watch.test_step import due_again, report


def test_a_page_that_would_fill_the_memory_is_unreadable(site: Site, server: Server) -> None:
    """Tags that are left open make a parser build millions of elements; nothing of the page is kept."""
    bold = "".join(f"<b a={number}>" for number in range(500))
    server.answers["/story.html"] = Answer(
        f"<article><h1>Head</h1><div>{bold}</div>{'<div>x</div>' * 35_000}</article>"
    )
    report(site, server.url("/story.html"))
    assert step.run() == 1
    address = Address.objects.get()
    assert address.outcome == Article.Outcome.UNREADABLE
    assert address.problem == "The page leaves so many tags open that it is too large to be read."
    assert not Revision.objects.exists()


def test_a_new_address_comes_before_those_that_failed(site: Site, server: Server) -> None:
    for number in range(5):
        server.answers[f"/slow{number}"] = Answer("no", 500)
        report(site, server.url(f"/slow{number}"))
    assert step.run() == 5
    due_again()
    report(site, server.url("/honest"))
    server.requests.clear()
    assert step.run(limit=1) == 1
    assert server.paths() == ["/honest"]


def test_sites_take_turns(site: Site, server: Server) -> None:
    with serving() as elsewhere:
        other = make_site(
            "other",
            origin=f"http://{elsewhere.place}",
            fetch_hosts=[elsewhere.place],
            private_hosts=[elsewhere.place],
        )
        for number in range(5):
            report(site, server.url(f"/many{number}"))
        report(other, elsewhere.url("/honest"))
        assert step.run(limit=2) == 2
        assert (server.paths(), elsewhere.paths()) == (["/many0"], ["/honest"])


def test_a_host_that_takes_long_leaves_time_for_others(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its other addresses wait for the next round."""
    monkeypatch.setattr(step, "HOST_SECONDS", 0.0001)
    with serving() as elsewhere:
        site.fetch_hosts = [*site.fetch_hosts, elsewhere.place]
        site.private_hosts = [*site.private_hosts, elsewhere.place]
        site.save()
        for number in range(4):
            report(site, server.url(f"/slow{number}"))
        report(site, elsewhere.url("/honest"))
        assert step.run(limit=2) == 2
        assert (server.paths(), elsewhere.paths()) == (["/slow0"], ["/honest"])
        assert step.run() == 1
        assert server.paths() == ["/slow0", "/slow1"]


def test_one_quotation_replaces_no_article() -> None:
    """Nor do several that are parts of one; behind a first temporary redirect one is enough."""
    now = timezone.now()
    text = "We are back soon. Please come back in a few minutes. The desk is sorry for the wait."
    one = ("Please come back in a few minutes", "come back in a few", "in a few minutes")
    known = Known(url="", origins=(), texts=("An article",), quotes=one)
    assert not known.is_believed(text, now=now, replaces=True)
    assert known.is_believed(text, now=now, replaces=False)
    several = replace(known, quotes=(*one, "We are back soon.", "sorry for the wait"))
    assert several.is_believed(text, now=now, replaces=True)
