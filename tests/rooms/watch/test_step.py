"""Watch reads what reports wait for: one article one row, a revision a text, a reason where there is none."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from corrigenda import ledger
from corrigenda.flow import State
from corrigenda.models import Address, Article, Case, Revision, Site
from corrigenda.watch import actions, queries, reading, step
from tests.rooms.connectors.servers import Answer, Server, page
from tests.rooms.factories import make_article, make_report, make_site

LONG = "<p>" + "The ferry came on time. " * 40 + "</p>"
STORY = page(
    f"<header>menu</header><article><h1>Night ferry</h1>{LONG}</article>",
    head='<link rel="canonical" href="/story.html">',
    lang="en-GB",
)


def report(site: Site, url: str, *, state: State = State.RECEIVED) -> Case:
    """Make a case that waits for the article behind an address."""
    case = ledger.open_case(site=site, by=ledger.Actor("report"), rows={})
    made = make_report(site, exact="on time", url=url)
    made.case = case
    made.save()
    Case.objects.filter(pk=case.pk).update(state=state)
    return case


@pytest.mark.parametrize(
    ("query", "head", "bare", "kept"),
    [
        ("?name=MARKOlena", "", LONG, ""),
        ("?p=412", "", LONG, "?p=412"),
        # The newspaper's own page names it.
        ("?title=ferry", '<link rel="canonical" href="?title=ferry">', LONG, "?title=ferry"),
        # Without it the server gives something else.
        ("?title=ferry", "", "<p>" + "Nothing is the same here. " * 40 + "</p>", "?title=ferry"),
        ("?title=ferry", "", "", "?title=ferry"),
    ],
    ids=["typed", "number", "named", "another text", "nothing"],
)
def test_an_article_is_kept_under_a_query_only_where_that_is_the_newspapers(
    site: Site, server: Server, query: str, head: str, bare: str, kept: str
) -> None:
    server.answers[f"/a.html{query}"] = Answer(page(f"<article>{LONG}</article>", head=head))
    if bare:
        server.answers["/a.html"] = Answer(page(f"<article>{bare}</article>"))
    report(site, server.url(f"/a.html{query}"))
    step.run()
    article = Article.objects.get()
    assert article.canonical_url == server.url(f"/a.html{kept}")
    assert Address.objects.get(url=server.url(f"/a.html{query}")).article == article
    # Reading it again, by the reported address too, keeps it there.
    Article.objects.update(reading_asked_at=timezone.now())
    due_again()
    step.run()
    article.refresh_from_db()
    assert (article.canonical_url, article.outcome) == (server.url(f"/a.html{kept}"), "read")
    assert article.revisions.count() == 1


def due_again() -> None:
    """Let the waiting time of every address pass."""
    Address.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def test_a_reported_article_is_read(site: Site, server: Server) -> None:
    """Article, addresses and revision come from the page as the server reads it."""
    server.answers["/story.html?from=feed"] = server.answers["/story.html"] = Answer(STORY)
    report(site, server.url("/story.html?from=feed"))
    assert step.run() == 1
    article = Article.objects.get()
    assert article.site == site
    assert article.canonical_url == server.url("/story.html")
    assert (article.headline, article.language) == ("Night ferry", "en-GB")
    assert article.outcome == Article.Outcome.READ
    assert article.read_at is not None
    assert {address.url for address in article.addresses.all()} == {
        server.url("/story.html"),
        server.url("/story.html?from=feed"),
    }
    assert set(Address.objects.values_list("outcome", "attempts", "next_attempt_at")) == {("read", 0, None)}
    revision = Revision.objects.get()
    assert (revision.article, revision.number, revision.source) == (article, 1, Revision.Source.PAGE)
    assert revision.html == f"<h1>Night ferry</h1>{LONG}"
    assert revision.text.startswith("Night ferry\nThe ferry came on time. The")
    assert revision.headline == "Night ferry"
    assert step.run() == 0
    assert server.requests[0][1]["user-agent"].endswith(f"(+{settings.PUBLIC_URL})")


def test_one_article_one_row(site: Site, server: Server) -> None:
    """Addresses with the same canonical URL, AMP included, are one article with one revision."""
    amp = page("<article><p>Short.</p></article>", head='<link rel="canonical" href="/story.html">')
    joined = STORY.replace("</head>", '<link rel="amphtml" href="/amp/story"></head>')
    server.answers.update({"/story.html": Answer(joined), "/s/1": Answer(joined), "/amp/story": Answer(amp)})
    for path in ("/amp/story", "/s/1", "/story.html", "/s/1"):
        report(site, server.url(path))
    step.run()
    step.run()
    article = Article.objects.get()
    assert article.canonical_url == server.url("/story.html")
    assert article.addresses.count() == 3
    assert Revision.objects.get().text.startswith("Night ferry")


def test_the_amp_address_is_known_before_anyone_reports_it(site: Site, server: Server) -> None:
    """The canonical page names it; once somebody reports it, its own page has to say the same."""
    server.answers["/story.html"] = Answer(
        STORY.replace("</head>", '<link rel="amphtml" href="/amp/story"></head>')
    )
    report(site, server.url("/story.html"))
    step.run()
    address = Address.objects.get(url=server.url("/amp/story"))
    assert (address.article, address.outcome) == (Article.objects.get(), Article.Outcome.UNREAD)
    assert "/amp/story" not in server.paths()
    server.answers["/amp/story"] = Answer(STORY)
    report(site, server.url("/amp/story"))
    assert step.run() == 1
    address.refresh_from_db()
    assert (address.article, address.outcome) == (Article.objects.get(), Article.Outcome.READ)
    assert step.run() == 0


def test_two_pages_that_name_each_other_end(site: Site, server: Server) -> None:
    """Wrong canonical links cost one more fetch and no more; neither page is taken for the other."""
    for path, other in (("/a", "/b"), ("/b", "/a")):
        server.answers[path] = Answer(
            page(f"<article>{path}{LONG}</article>", head=f'<link rel="canonical" href="{other}">')
        )
    report(site, server.url("/a"))
    step.run()
    assert server.paths() == ["/a", "/b"]
    assert Article.objects.get().canonical_url == server.url("/a")


def test_a_canonical_page_that_is_not_there_leaves_the_reported_one(site: Site, server: Server) -> None:
    """A broken canonical link does not lose the article."""
    server.answers["/a"] = Answer(STORY)
    report(site, server.url("/a"))
    step.run()
    assert Article.objects.get().canonical_url == server.url("/a")


def test_the_text_comes_from_the_connector(site: Site, server: Server, tmp_path: Path) -> None:
    """The canonical URL is the page's, the words are those of the CMS."""
    source = tmp_path / "source"
    source.mkdir()
    (tmp_path / "story.html").write_text(STORY, encoding="utf-8")
    (source / "story.html").write_text(
        page("<article><h1>Stored</h1><p>Stored words.</p></article>", lang="uk"), encoding="utf-8"
    )
    site.connector = Site.Connector.FILES
    site.connector_options = {
        "source": str(source),
        "public": str(tmp_path),
        "origin": f"http://{server.place}",
    }
    site.save()
    server.answers["/story.html"] = Answer(STORY)
    server.answers["/elsewhere"] = Answer(STORY.replace("/story.html", "/elsewhere"))
    report(site, server.url("/story.html"))
    report(site, server.url("/elsewhere"))
    step.run()
    stored, fetched = Revision.objects.order_by("id")
    assert (stored.source, stored.text) == (Revision.Source.CONNECTOR, "Stored\nStored words.")
    assert (stored.article.headline, stored.article.language) == ("Stored", "uk")
    assert fetched.source == Revision.Source.PAGE


@pytest.mark.parametrize("options", [{}, {"source": "source", "public": "public"}])
def test_a_connector_that_fails_leaves_the_page(
    site: Site, server: Server, tmp_path: Path, options: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Wrong settings, or a file that cannot be read: the page is the fallback, and the log says so."""
    (tmp_path / "source").mkdir()
    (tmp_path / "public").mkdir()
    for folder in ("source", "public"):
        (tmp_path / folder / "story.html").write_bytes(b"<main>\xff</main>")
    site.connector = Site.Connector.FILES
    site.connector_options = {name: str(tmp_path / folder) for name, folder in options.items()}
    site.connector_options["origin"] = f"http://{server.place}"
    site.save()
    server.answers["/story.html"] = Answer(STORY)
    report(site, server.url("/story.html"))
    step.run()
    assert Revision.objects.get().source == Revision.Source.PAGE
    assert "The page is read instead" in caplog.text


def test_reading_again_on_request(site: Site, server: Server) -> None:
    """The same text makes no revision, a new one does; a request made meanwhile is not lost."""
    server.answers["/story.html"] = Answer(STORY)
    report(site, server.url("/story.html"))
    step.run()
    article = Article.objects.get()
    actions.ask_reading(article=article)
    assert step.run() == 1
    assert Revision.objects.count() == 1
    article.refresh_from_db()
    assert article.reading_asked_at is None
    server.answers["/story.html"] = Answer(STORY.replace("on time", "late", 1).replace("Night", "Late"))
    actions.ask_reading(article=article)
    step.run()
    assert [revision.number for revision in Revision.objects.all()] == [1, 2]
    article.refresh_from_db()
    assert article.headline == "Late ferry"
    asked = timezone.now() + timedelta(seconds=60)
    Article.objects.update(reading_asked_at=asked)
    step.run()
    article.refresh_from_db()
    assert article.reading_asked_at == asked


def test_an_article_that_moved_keeps_its_row(site: Site, server: Server) -> None:
    """Its page names a new canonical address: the article, its cases and revisions go along."""
    server.answers["/old"] = Answer(page(f"<article>{LONG}</article>"))
    report(site, server.url("/old"))
    step.run()
    moved = page(f"<article>{LONG}</article>", head='<link rel="canonical" href="/new">')
    server.answers.update({"/old": Answer(status=301, headers={"Location": "/new"}), "/new": Answer(moved)})
    article = Article.objects.get()
    actions.ask_reading(article=article)
    step.run()
    article.refresh_from_db()
    assert article.canonical_url == server.url("/new")
    assert {address.url for address in article.addresses.all()} == {server.url("/old"), server.url("/new")}
    assert Revision.objects.count() == 1


def test_two_articles_never_become_one_by_themselves(site: Site, server: Server) -> None:
    """Where the new canonical address is another article already, both stay."""
    one, two = make_article(site, path="/one"), make_article(site, path="/two")
    server.answers["/two"] = Answer(page(f"<article>{LONG}</article>"))
    server.answers["/one"] = Answer(status=301, headers={"Location": "/two"})
    actions.ask_reading(article=one)
    step.run()
    assert set(Article.objects.values_list("pk", "canonical_url")) == {
        (one.pk, server.url("/one")),
        (two.pk, server.url("/two")),
    }


@pytest.mark.parametrize(
    ("state", "read"), [(State.RECEIVED, 1), (State.UNLOCATED, 1), (State.CLOSED, 0), (State.MERGED, 0)]
)
def test_only_cases_that_wait_have_their_article_read(
    site: Site, server: Server, state: State, read: int
) -> None:
    """Also those that a human was already asked about: the text may still come."""
    server.answers["/story.html"] = Answer(STORY)
    report(site, server.url("/story.html"), state=state)
    assert step.run() == read


def test_a_page_of_another_site_is_not_taken_over(site: Site, server: Server) -> None:
    """Two sites that list the same host cannot take each other's articles."""
    other = Site.objects.create(slug="other", name="Other", fetch_hosts=[server.place])
    Article.objects.create(site=other, canonical_url=server.url("/story.html"))
    server.answers["/a"] = server.answers["/story.html"] = Answer(STORY)
    report(site, server.url("/a"))
    step.run()
    address = Address.objects.get(url=server.url("/a"))
    assert (address.outcome, address.article) == ("failed", None)
    assert "another site" in address.problem


def test_wrong_root_selectors_are_said(site: Site, server: Server) -> None:
    """An administrator reads what to change."""
    site.root_selectors = ["article[["]
    site.save()
    server.answers["/story.html"] = Answer(STORY)
    report(site, server.url("/story.html"))
    step.run()
    assert "not CSS" in Address.objects.get().problem


def test_limit(site: Site, server: Server) -> None:
    """A batch is a batch."""
    for number in range(4):
        server.answers[f"/{number}"] = Answer(STORY.replace("/story.html", f"/{number}"))
        report(site, server.url(f"/{number}"))
    assert step.run(3) == 3
    assert step.run(3) == 1
    assert queries.addresses_to_read(10) == []


def test_slow_sites_do_not_keep_the_other_rooms_waiting(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        server.answers[f"/{number}"] = Answer(STORY.replace("/story.html", f"/{number}"))
        report(site, server.url(f"/{number}"))
    monkeypatch.setattr(step, "MOST_SECONDS", -1.0)
    assert step.run() == 0
    monkeypatch.undo()
    assert step.run() == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_article(server: Server) -> None:
    """The same canonical page under four addresses, read by four threads together: one row, one revision."""
    place = server.place
    site = make_site(origin=f"http://{place}", private_hosts=[place])
    urls = [server.url(f"/{number}") for number in range(4)]
    for number in range(4):
        server.answers[f"/{number}"] = Answer(STORY)
    server.answers["/story.html"] = Answer(STORY)
    together = threading.Barrier(4)

    def work(url: str) -> None:
        try:
            address = actions.begin_attempt(site=site, url=url)
            assert address is not None
            read = reading.read_article(site, url)
            together.wait()
            actions.keep_reading(address=address, reading=read)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for job in [pool.submit(work, url) for url in urls]:
            job.result()
    assert Article.objects.count() == Revision.objects.count() == 1
    assert Address.objects.filter(article=Article.objects.get()).count() == 5
