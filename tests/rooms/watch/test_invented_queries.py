"""Anybody can invent queries: the same text is kept once, different texts are different articles."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.locate import step as locate
from corrigenda.models import Address, Article, Case, Revision, Site
from corrigenda.watch import actions, identity, step
from tests.rooms.connectors.servers import Answer, Server
from tests.rooms.factories import make_site
from tests.rooms.watch.making import BRIDGE, FERRY, LOGIN, html, later, link, report, to, work

INVENTED = 40
LONG = " ".join(f"The new bridge costs {n} million, and pier {n} is done." for n in range(600))


def database_bytes() -> int:
    """Return what the rows of this desk hold, without indexes.

    The size on the disk says less: a database compresses a text, and how many pages it adds depends on the
    space that earlier tests left.
    """
    tables = [name for name in connection.introspection.table_names() if name.startswith("corrigenda_")]
    total = 0
    with connection.cursor() as cursor:
        for table in tables:
            columns = connection.introspection.get_table_description(cursor, table)
            lengths = " + ".join(
                f"coalesce(length(CAST({quoted(column.name)} AS text)), 0)" for column in columns
            )
            cursor.execute(f"SELECT coalesce(sum({lengths}), 0) FROM {quoted(table)}")
            total += int(cursor.fetchone()[0])
    return total


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def read_all() -> None:
    while step.run():
        pass


@pytest.mark.parametrize("first", ["/story", "/story?id=7&x=0"])
def test_invented_queries_fill_no_disk(site: Site, server: Server, first: str) -> None:
    path = first.removesuffix("0") if "?" in first else "/story?x="
    urls = [first, *(f"{path}{number}" for number in range(1, INVENTED + 1))]
    for url in urls:
        server.answers[url] = html(LONG)
    report(site, server.url(first))
    read_all()
    before = database_bytes()
    for url in urls[1:]:
        report(site, server.url(url))
    read_all()
    grown = database_bytes() - before
    print(f"{grown:,} bytes for {INVENTED} invented queries of a page of {len(LONG):,}")  # noqa: T201 (with -s)
    # Rows of reports, cases and addresses; each copy of the page would be 33,000 bytes.
    assert grown < INVENTED * 4_000
    article = Article.objects.get()
    assert article.canonical_url == server.url(first)
    assert Address.objects.filter(article=article, outcome="read").count() == len(urls)
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("form", ["/story.php/{}", "/words-{}-1234.html", "/story;{}"])
def test_invented_paths_fill_no_disk(site: Site, server: Server, form: str) -> None:
    """Some servers ignore a part of the path."""
    most = identity.MOST_COPIES
    for number in range(most + 30):
        server.answers[form.format(number)] = html(LONG)
        report(site, server.url(form.format(number)))
    read_all()
    assert Article.objects.count() == Revision.objects.count() == most
    oldest = Article.objects.earliest("id")
    assert Address.objects.filter(article=oldest, outcome="read").count() == 31
    # Another text of the site is an article by itself, also at such a path.
    server.answers[form.format("other")] = html(BRIDGE)
    report(site, server.url(form.format("other")))
    read_all()
    assert Article.objects.count() == most + 1


def test_a_report_by_another_query_is_located_in_the_one_article(site: Site, server: Server) -> None:
    server.answers["/story"] = server.answers["/story?x=1"] = html(BRIDGE)
    cases = [report(site, server.url(path)) for path in ("/story", "/story?x=1")]
    work()
    article = Article.objects.get()
    for case in cases:
        case.refresh_from_db()
        assert (case.state, case.article) == (State.LOCATED, article)


def test_a_page_that_names_whatever_it_was_asked_for_is_one_article(site: Site, server: Server) -> None:
    """Some publishing systems write the address of the request into the canonical link."""
    for number in range(5):
        server.answers[f"/story?x={number}"] = html(BRIDGE, head=link(f"/story?x={number}"))
        report(site, server.url(f"/story?x={number}"))
    read_all()
    assert Article.objects.get().addresses.count() == 5


@pytest.mark.one_database
def test_different_texts_are_different_articles(site: Site, server: Server) -> None:
    """A newspaper may name its articles by numbers, and two of them may differ in one word."""
    for number in range(20):
        server.answers[f"/article?id={number}"] = html(f"{BRIDGE} Report {number}.", title="News")
        report(site, server.url(f"/article?id={number}"))
    read_all()
    assert Article.objects.count() == Revision.objects.count() == 20
    assert set(Article.objects.values_list("canonical_url", flat=True)) == {
        server.url(f"/article?id={number}") for number in range(20)
    }


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (html("Loading the article"), html("Loading the article")),
        (
            html(BRIDGE, title="", head="<title>A bridge</title>"),
            html(BRIDGE, title="", head="<title>A ferry</title>"),
        ),
    ],
    ids=["a short text", "another headline"],
)
def test_what_says_too_little_joins_nothing(site: Site, server: Server, one: Answer, other: Answer) -> None:
    server.answers["/article?id=1"], server.answers["/article?id=2"] = one, other
    for number in (1, 2):
        report(site, server.url(f"/article?id={number}"))
    read_all()
    assert Article.objects.count() == 2


def test_the_same_text_at_another_path_or_site_is_another_article(site: Site, server: Server) -> None:
    other = make_site(
        slug="other",
        origin=server.url("", host="localhost"),
        fetch_hosts=[f"localhost:{server.port}"],
        private_hosts=[f"localhost:{server.port}"],
    )
    for path in ("/a?id=1", "/ab?id=1", "/a/b?id=1"):
        server.answers[path] = html(BRIDGE)
        report(site, server.url(path))
    report(other, server.url("/a?id=1", host="localhost"))
    read_all()
    assert Article.objects.count() == 4


@pytest.mark.one_database
def test_addresses_that_showed_one_page_for_a_while_part_again(site: Site, server: Server) -> None:
    """The same page stood at both, for maintenance or before they were published."""
    both = ("/article?id=1", "/article?id=2")
    for path in both:
        server.answers[path] = html("We are back soon. " * 30, title="Maintenance")
        report(site, server.url(path), "We are back soon")
    work()
    assert Article.objects.count() == 1
    server.answers[both[0]], server.answers[both[1]] = html(BRIDGE), html(FERRY, title="A ferry")
    later(minutes=2)
    case = report(site, server.url(both[1]), "On day 7 the night ferry left")
    work()
    work()
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert case.article is not None
    assert (case.article.canonical_url, case.article.headline) == (server.url(both[1]), "A ferry")


def invent(site: Site, server: Server, numbers: range) -> None:
    """Have addresses reported of a page that never shows the same twice, with words that it does not hold."""
    for number in numbers:
        server.answers[f"/story?x={number}"] = html(f"{BRIDGE} Seen {number} times.")
        report(site, server.url(f"/story?x={number}"), "words that are not there")


@pytest.mark.one_database
def test_a_page_that_is_never_the_same_twice_is_kept_so_often_a_day(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 20
    monkeypatch.setattr("corrigenda.watch.queries.MOST_OF_A_PATH", most)
    invent(site, server, range(most + 6))
    read_all()
    assert Article.objects.count() == most
    waiting = Address.objects.filter(problem=actions.CROWDED)
    assert (waiting.count(), len(server.requests)) == (6, most + 6)
    assert waiting.filter(outcome=Article.Outcome.UNREAD, attempts=0, article=None).count() == 6
    # What has an article already, has no query, or is at another path does not wait.
    for path in ("/story", "/other?x=1"):
        server.answers[path] = html(FERRY, title=path)
        report(site, server.url(path), "words that are not there")
    Article.objects.filter(canonical_url=server.url("/story?x=3")).update(reading_asked_at=timezone.now())
    read_all()
    assert server.paths()[most + 6 :] == ["/story", "/other?x=1", "/story?x=3"]
    # However often they are tried, the worker gives none of them up.
    for _hour in range(actions.MOST_ATTEMPTS + 2):
        later(hours=1)
        read_all()
    assert waiting.filter(outcome=Article.Outcome.UNREAD, attempts=0, article=None).count() == 6
    # The next day they are read.
    Article.objects.update(first_seen_at=timezone.now() - timedelta(days=1, seconds=1))
    later(days=1)
    read_all()
    assert Article.objects.count() == most + 8
    assert not waiting.exists()


def test_strangers_shut_no_newspaper_that_names_its_articles_by_a_query(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corrigenda.watch.queries.MOST_OF_A_PATH", 5)
    invent(site, server, range(8))
    server.answers["/story?id=2041"] = html(FERRY, title="The ferry")
    case = report(site, server.url("/story?id=2041"), "On day 7 the night ferry left 7 minutes late")
    read_all()
    work()
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert Address.objects.filter(problem=actions.CROWDED).count() == 3


def test_quotations_fill_no_disk_either(site: Site, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corrigenda.watch.queries.MOST_OF_A_PATH", 2)
    monkeypatch.setattr("corrigenda.watch.queries.MOST_BYTES_OF_A_PATH", 5 * 2 * len(BRIDGE))
    for number in range(12):
        server.answers[f"/story?x={number}"] = html(f"{BRIDGE} Seen {number} times.")
        report(site, server.url(f"/story?x={number}"), f"Seen {number} times.")
    read_all()
    kept = Article.objects.count()
    assert 2 < kept < 7
    assert (Address.objects.filter(problem=actions.CROWDED).count(), len(server.requests)) == (
        12 - kept,
        kept,
    )


def test_texts_that_are_doubted_count_too(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A temporary redirect leaves a text that is kept until it is believed."""
    monkeypatch.setattr("corrigenda.watch.queries.MOST_OF_A_PATH", 5)
    server.answers["/elsewhere"] = html(BRIDGE)
    for number in range(9):
        server.answers[f"/story?x={number}"] = to("/elsewhere")
        report(site, server.url(f"/story?x={number}"), "words that are not there")
    read_all()
    locate.run()
    assert Address.objects.exclude(doubted_text="").count() == 5
    assert Case.objects.filter(state=State.UNLOCATED).count() == 9


@pytest.mark.parametrize("form", ["/words-{}-1234.html", "/{}?x=one"])
def test_texts_of_invented_paths_that_are_doubted_have_a_limit(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr("corrigenda.watch.queries.MOST_DOUBTS", 5)
    server.answers["/elsewhere"] = html(BRIDGE)
    paths = [form.format(number) for number in range(8)]
    for path in paths:
        server.answers[path] = to("/elsewhere")
        report(site, server.url(path), "words that are not there")
    read_all()
    assert Address.objects.exclude(doubted_text="").count() == 5
    # What a reader quotes from does not wait, and what was doubted today is believed when it is still there.
    case = report(site, server.url(paths[-1]), "The new bridge over the strait costs 3 million")
    later(minutes=2)
    read_all()
    assert Address.objects.get(url=server.url(paths[-1])).outcome == Article.Outcome.READ
    assert case.site == site
    later(days=1)
    read_all()
    assert Address.objects.filter(outcome=Article.Outcome.READ).count() == 6


def test_strangers_who_spend_the_limit_keep_no_report_from_the_desk(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site has a wall of consent: every address leads to it for now."""
    monkeypatch.setattr("corrigenda.watch.queries.MOST_DOUBTS", 5)
    server.answers["/consent"] = html(LOGIN, title="Your consent")
    for number in range(8):
        server.answers[f"/invented-{number}.html"] = to("/consent")
        report(site, server.url(f"/invented-{number}.html"), "words that are not there")
    read_all()
    server.answers["/mill.html"] = to("/consent")
    case = report(site, server.url("/mill.html"))
    work()
    case.refresh_from_db()
    entry = case.entries.latest("id")
    assert (case.state, entry.verb) == (State.UNLOCATED, "unlocated_unreadable")
    address = Address.objects.get(url=server.url("/mill.html"))
    assert (address.outcome, address.doubted_text) == (Article.Outcome.UNREADABLE, "")
    assert "temporary redirect" in address.problem
    # When the wall is gone the article is read, and the passage found.
    server.answers["/mill.html"] = html(BRIDGE)
    later(hours=2)
    work()
    case.refresh_from_db()
    assert case.state == State.LOCATED
