"""Watch reads what strangers name and serve: it stays small, and one site or host does not stop another."""

import contextlib
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


@pytest.mark.parametrize("form", ["/search?q={}", "/search/{}"], ids=["queries", "paths"])
def test_many_addresses_of_a_slow_host_do_not_hide_the_other_hosts_of_its_site(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """There are more of them than are looked at in a round."""
    monkeypatch.setattr(step, "HOST_SECONDS", 0.0001)
    with serving() as elsewhere:
        site.fetch_hosts = [*site.fetch_hosts, elsewhere.place]
        site.private_hosts = [*site.private_hosts, elsewhere.place]
        site.save()
        for number in range(30):
            report(site, server.url(form.format(number)))
        report(site, elsewhere.url("/honest"))
        assert step.run(limit=2) == 2
        assert (server.paths(), elsewhere.paths()) == ([form.format(0)], ["/honest"])


@pytest.mark.parametrize("form", ["/search?q={}", "/search/{}"], ids=["queries", "paths"])
@pytest.mark.parametrize("failed", [0, 12])
def test_many_addresses_of_a_slow_page_do_not_hide_the_other_pages_of_its_host(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch, failed: int, form: str
) -> None:
    """Anybody can report any number of them; they get every second attempt."""
    monkeypatch.setattr(step, "HOST_SECONDS", 0.0001)
    for number in range(30 + failed):
        server.answers[form.format(number)] = Answer("no", 500)
        report(site, server.url(form.format(number)))
    for _ in range(failed):
        step.run()
    due_again()
    for number in range(3):
        report(site, server.url(f"/honest{number}"))
    server.requests.clear()
    for _ in range(6):
        step.run()
    assert [path for path in server.paths() if "honest" in path] == ["/honest0", "/honest1", "/honest2"]
    assert [path for path in server.paths() if "search" in path] == [
        form.format(failed + number) for number in range(3)
    ]


def test_several_slow_hosts_do_not_take_the_time_of_the_others(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Together they fill each round; the page was reported after all of theirs."""
    monkeypatch.setattr(step, "HOST_SECONDS", 0.1)
    monkeypatch.setattr(step, "MOST_SECONDS", 0.25)
    monkeypatch.setattr(step, "SLOW", 0.15)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(serving()) for _ in range(4)]
        honest = stack.enter_context(serving())
        site.fetch_hosts = site.private_hosts = [one.place for one in (*slow, honest)]
        site.save()
        for one in slow:
            for number in range(10):
                one.answers[f"/slow{number}"] = Answer("no", 500, pause=0.2)
                report(site, one.url(f"/slow{number}"))
        report(site, honest.url("/honest"))
        for _ in range(6):
            step.run()
        assert honest.paths() == ["/honest"]
        # They take turns as well.
        assert all(one.requests for one in slow)


def test_ever_new_folders_do_not_hide_the_pages_of_one_folder(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newspaper may have all its articles at one path, which is read often."""
    monkeypatch.setattr(step, "HOST_SECONDS", 0.0001)
    for number in range(8):
        report(site, server.url(f"/article?id={number}"))
        step.run()
    report(site, server.url("/article?id=8"))
    for number in range(30):
        report(site, server.url(f"/{number}/slow"))
    server.requests.clear()
    for _ in range(2):
        step.run()
    assert "/article?id=8" in server.paths()


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
