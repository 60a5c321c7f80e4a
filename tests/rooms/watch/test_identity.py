"""One answer of a server does not make an article another one: docs/reference/identity.md, case by case."""

import pytest

from corrigenda.flow import State
from corrigenda.models import Address, AddressChange, Article, Case, Origin, Revision, Site
from corrigenda.watch import identity, moving
from tests.rooms.connectors.servers import Answer, Server, page
from tests.rooms.factories import make_member, make_site
from tests.rooms.watch.making import BRIDGE, FERRY, LOGIN, html, later, link, report, to, work


@pytest.fixture
def story(site: Site, server: Server) -> Case:
    """A case that was located in an article at /story1.html."""
    server.answers["/story1.html"] = html(BRIDGE)
    case = report(site, server.url("/story1.html"))
    work()
    case.refresh_from_db()
    assert case.state == State.LOCATED
    return case


def reread(site: Site, server: Server) -> Case:
    """Report words that the article does not hold, so that the desk reads it again."""
    later(minutes=2)
    case = report(site, server.url("/story1.html"), "words that nobody has written there")
    work()
    work()
    return case


def assert_unchanged(server: Server, case: Case, outcome: str) -> None:
    article = Article.objects.get()
    assert article.canonical_url == server.url("/story1.html")
    assert (article.headline, article.outcome) == ("A bridge", outcome)
    assert Revision.objects.get().text.startswith("A bridge\nThe new bridge")
    case.refresh_from_db()
    assert (case.state, case.article) == (State.LOCATED, article)
    assert not AddressChange.objects.exists()


DETOURS = [
    (path, status) for path in ("/login?next=/story1.html", "/wall", "/") for status in (302, 303, 307)
]


@pytest.mark.parametrize(("path", "status"), DETOURS)
def test_a_login_page_for_a_while(site: Site, server: Server, story: Case, path: str, status: int) -> None:
    """A temporary redirect renames nothing and is tried again; when the page is back, all is as it was."""
    server.answers["/story1.html"] = to(path, status)
    server.answers[path] = html(LOGIN, title="Please log in", head=link(path))
    reread(site, server)
    assert_unchanged(server, story, Article.Outcome.UNREADABLE)
    assert Article.objects.get().reading_asked_at is not None
    later(hours=2)
    work()
    assert_unchanged(server, story, Article.Outcome.UNREADABLE)
    server.answers["/story1.html"] = html(BRIDGE)
    later(hours=8)
    work()
    assert_unchanged(server, story, Article.Outcome.READ)
    new = report(site, server.url("/story1.html"), "pier 7 is done")
    work()
    new.refresh_from_db()
    assert (new.state, new.article) == (State.LOCATED, story.article)


def test_readers_who_quote_the_login_page_do_not_make_it_the_article(
    site: Site, server: Server, story: Case
) -> None:
    server.answers["/story1.html"] = to("/login")
    server.answers["/login"] = html(LOGIN, title="Please log in")
    report(site, server.url("/story1.html"), "Please log in to go on reading")
    work()
    work()
    later(days=3)
    work()
    assert_unchanged(server, story, Article.Outcome.UNREADABLE)


@pytest.mark.parametrize("target", ["/", "/?from=gone", "/index.html"])
def test_taken_down_with_a_redirect_to_the_front_page(
    site: Site, server: Server, story: Case, target: str
) -> None:
    server.answers["/story1.html"] = to(target, 301)
    server.answers[target] = html(BRIDGE + FERRY, title="The Courier")
    reread(site, server)
    assert_unchanged(server, story, Article.Outcome.MISSING)


@pytest.mark.parametrize("chain", [(301,), (308,), (301, 308)])
def test_moved_for_good(site: Site, server: Server, story: Case, chain: tuple[int, ...]) -> None:
    """A permanent redirect to mostly the same text takes article and cases along, and the history says so."""
    places = [*(f"/hop{number}" for number in range(1, len(chain))), "/moved.html"]
    for start, target, status in zip(["/story1.html", *places], places, chain, strict=False):
        server.answers[start] = to(target, status)
    server.answers["/moved.html"] = html(BRIDGE.replace("costs 9 million", "costs 8 million"))
    reread(site, server)
    article = Article.objects.get()
    assert article.canonical_url == server.url("/moved.html")
    change = AddressChange.objects.get()
    assert (change.old_url, change.new_url) == (server.url("/story1.html"), server.url("/moved.html"))
    assert change.evidence == AddressChange.Evidence.REDIRECT
    entry = story.entries.get(verb="moved_by_redirect")
    assert (entry.room, entry.before, entry.after) == ("watch", change.old_url, change.new_url)
    assert article.revisions.count() == 2


@pytest.mark.parametrize("chain", [(301, 302), (302, 301), (307, 308)])
def test_a_chain_with_one_temporary_redirect_moves_nothing(
    site: Site, server: Server, story: Case, chain: tuple[int, int]
) -> None:
    server.answers["/story1.html"] = to("/hop", chain[0])
    server.answers["/hop"] = to("/moved.html", chain[1])
    server.answers["/moved.html"] = html(BRIDGE)
    reread(site, server)
    assert_unchanged(server, story, Article.Outcome.READ)


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_to_another_text(site: Site, server: Server, story: Case, status: int) -> None:
    server.answers["/story1.html"] = to("/other.html", status)
    server.answers["/other.html"] = html(FERRY, title="A ferry")
    reread(site, server)
    assert_unchanged(server, story, Article.Outcome.UNREADABLE)
    later(days=3)
    work()
    assert_unchanged(server, story, Article.Outcome.UNREADABLE)


def test_several_articles_that_lead_to_one_address(site: Site, server: Server, story: Case) -> None:
    """Where stories end that were taken down is no story, even with a text that is like one of them."""
    server.answers["/story2.html"] = to("/archive.html", 301)
    server.answers["/archive.html"] = html(FERRY, title="A ferry")
    report(site, server.url("/story2.html"), "from berth 3")
    Article.objects.create(site=site, canonical_url=server.url("/story2.html"))
    work()
    Article.objects.filter(canonical_url=server.url("/archive.html")).update(
        canonical_url=server.url("/aside.html")
    )
    server.answers["/story1.html"] = to("/archive.html", 301)
    server.answers["/archive.html"] = html(BRIDGE)
    reread(site, server)
    story.refresh_from_db()
    assert story.article is not None
    assert story.article.canonical_url == server.url("/story1.html")


def test_a_new_canonical_link_to_the_same_text(site: Site, server: Server, story: Case) -> None:
    server.answers["/story1.html"] = html(BRIDGE, head=link("/2026/bridge"))
    server.answers["/2026/bridge"] = html(BRIDGE, head=link("/2026/bridge"))
    reread(site, server)
    assert Article.objects.get().canonical_url == server.url("/2026/bridge")
    assert AddressChange.objects.get().evidence == AddressChange.Evidence.CANONICAL
    assert story.entries.filter(verb="moved_by_canonical").count() == 1


@pytest.mark.parametrize("known", [True, False], ids=["read before", "read for the first time"])
@pytest.mark.parametrize(
    ("named", "text", "head"),
    [
        ("/ferry.html", FERRY, ""),
        ("/other.html", BRIDGE, link("/third.html")),
        ("/other.html", BRIDGE, link("/story1.html")),
        ("/", BRIDGE, ""),
        ("/?p=7", BRIDGE, ""),
    ],
    ids=["another story", "a chain of canonicals", "a loop", "the front page", "the front page by a query"],
)
def test_a_wrong_canonical_link(
    site: Site, server: Server, named: str, text: str, head: str, known: bool
) -> None:
    """The page goes on being its own article."""
    server.answers["/story1.html"] = html(BRIDGE)
    if known:
        report(site, server.url("/story1.html"))
        work()
    server.answers["/story1.html"] = html(BRIDGE, head=link(named))
    server.answers[named] = html(text, title="Another", head=head)
    server.answers["/third.html"] = html(BRIDGE)
    case = report(site, server.url("/story1.html"))
    work()
    reread(site, server)
    assert_unchanged(server, case, Article.Outcome.READ)


def test_a_canonical_page_that_redirects_to_a_login_page(site: Site, server: Server, story: Case) -> None:
    server.answers["/story1.html"] = html(BRIDGE, head=link("/new.html"))
    server.answers["/new.html"] = to("/login")
    server.answers["/login"] = html(LOGIN, title="Please log in")
    reread(site, server)
    assert_unchanged(server, story, Article.Outcome.READ)


def test_a_canonical_that_leads_back(site: Site, server: Server, story: Case) -> None:
    """The http address that a page names redirects to its https one: here two paths of one server."""
    server.answers["/story1.html"] = html(BRIDGE, head=link("/old.html"))
    server.answers["/old.html"] = to("/story1.html", 301)
    reread(site, server)
    assert_unchanged(server, story, Article.Outcome.READ)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(""), "unreadable"),
        (html("Page not found."), "unreadable"),
        (html(LOGIN, title="Not found"), "unreadable"),
        (html("Нічний пором вийшов з гавані о третій. " * 60, title="Міст"), "unreadable"),
        (Answer(f"<html><body><article><h1>A bridge</h1><p>{BRIDGE[:900]}"), "unreadable"),
        (Answer(page(f"<article>{BRIDGE}</article>")[:700], length=5000), "read"),
        (Answer("gone", 404), "missing"),
        (Answer("busy", 503), "read"),
    ],
    ids=["empty", "short error", "long error", "language", "no end", "broken off", "404", "503"],
)
def test_one_bad_answer_at_the_address_itself(
    site: Site, server: Server, story: Case, answer: Answer, outcome: str
) -> None:
    """Text, headline and case stay, and the next good answer makes all as it was."""
    server.answers["/story1.html"] = answer
    reread(site, server)
    assert_unchanged(server, story, outcome)
    server.answers["/story1.html"] = html(BRIDGE)
    later(hours=2)
    reread(site, server)
    assert_unchanged(server, story, Article.Outcome.READ)


def test_a_new_text_is_believed_when_it_stays(site: Site, server: Server, story: Case) -> None:
    server.answers["/story1.html"] = html(FERRY, title="A ferry")
    reread(site, server)
    assert Revision.objects.count() == 1
    later(hours=23)
    work()
    assert Revision.objects.count() == 1
    later(hours=2)
    work()
    later(days=1)
    work()
    assert [row.text[:7] for row in Revision.objects.all()] == ["A bridg", "A ferry"]


def test_an_article_that_grows_is_not_doubted(site: Site, server: Server, story: Case) -> None:
    server.answers["/story1.html"] = html(BRIDGE + FERRY * 8)
    reread(site, server)
    assert Revision.objects.count() == 2


def test_the_first_reading_behind_a_temporary_redirect(site: Site, server: Server) -> None:
    """It is the article where the words stand that were reported; a login page is not."""
    server.answers["/s/1"] = to("/login")
    server.answers["/login"] = html(LOGIN, title="Please log in", head=link("/login"))
    case = report(site, server.url("/s/1"))
    work()
    assert not Article.objects.exists()
    assert Address.objects.get().outcome == Article.Outcome.UNREADABLE
    server.answers["/s/1"] = to("/story.html")
    server.answers["/story.html"] = html(BRIDGE)
    later(hours=2)
    work()
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert Article.objects.get().canonical_url == server.url("/s/1")


@pytest.fixture
def moved(site: Site, server: Server, story: Case) -> AddressChange:
    """A change of address that somebody may want to undo."""
    server.answers["/story1.html"] = to("/moved.html", 301)
    server.answers["/moved.html"] = html(BRIDGE, head=link("/moved.html"))
    reread(site, server)
    return AddressChange.objects.get()


def test_an_undone_change_is_not_made_again(
    site: Site, server: Server, story: Case, moved: AddressChange
) -> None:
    ed = make_member()
    assert moving.undo_move(change=moved, member=ed)
    assert not moving.undo_move(change=moved, member=ed)
    moved.refresh_from_db()
    assert (moved.undone_by, moved.undone_at is None) == (ed, False)
    assert story.entries.get(verb="move_undone").member == ed
    work()
    reread(site, server)
    article = Article.objects.get()
    assert (article.canonical_url, article.outcome) == (server.url("/story1.html"), Article.Outcome.READ)
    assert AddressChange.objects.count() == 1
    assert Address.objects.get(url=server.url("/moved.html")).article is None


def test_only_the_last_change_can_be_undone(site: Site, moved: AddressChange) -> None:
    article = Article.objects.get()
    Article.objects.update(canonical_url=moved.new_url + "x")
    assert not moving.undo_move(change=moved, member=make_member())
    Article.objects.update(canonical_url=moved.new_url)
    Article.objects.create(site=site, canonical_url=moved.old_url)
    assert not moving.undo_move(change=moved, member=make_member("two"))
    article.refresh_from_db()
    assert article.canonical_url == moved.new_url


def test_the_reported_address_is_read_first(site: Site, server: Server, story: Case) -> None:
    """An article that was taken for a login page before the desk knew better finds its text again."""
    server.answers["/login"] = html(LOGIN, title="Please log in")
    Article.objects.update(canonical_url=server.url("/login"), headline="Please log in")
    Address.objects.create(
        site=site, url=server.url("/login"), article=story.article, outcome=Article.Outcome.READ
    )
    server.requests.clear()
    reread(site, server)
    assert server.paths()[0] == "/story1.html"
    assert Article.objects.get().headline == "A bridge"


def test_an_address_that_is_an_article_by_itself_parts(site: Site, server: Server) -> None:
    """Its page names itself and holds what readers quote; their cases go along."""
    server.answers["/a"] = html(BRIDGE, head=link("/b"))
    server.answers["/b"] = html(BRIDGE, head=link("/b"))
    report(site, server.url("/a"))
    work()
    server.answers["/a"] = html(FERRY, title="A ferry", head=link("/a"))
    later(minutes=2)
    case = report(site, server.url("/a"), "On day 4 the night ferry left")
    work()
    work()
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert case.article == Article.objects.get(canonical_url=server.url("/a"))
    assert Article.objects.get(canonical_url=server.url("/b")).headline == "A bridge"


def test_amp_does_not_swallow_another_article(site: Site, server: Server, story: Case) -> None:
    """A page that names a read article as its AMP version gets nothing; an unread one is asked itself."""
    names = link("/story1.html", rel="amphtml")
    server.answers["/thief"] = html(FERRY, title="A ferry", head=names)
    report(site, server.url("/thief"), "On day 4 the night ferry left")
    work()
    assert Address.objects.get(url=server.url("/story1.html")).article == story.article
    server.answers["/thief2"] = html(FERRY, title="A ferry", head=link("/unread", rel="amphtml"))
    report(site, server.url("/thief2"), "On day 4 the night ferry left")
    work()
    server.answers["/unread"] = html(BRIDGE)
    case = report(site, server.url("/unread"))
    work()
    work()
    case.refresh_from_db()
    assert case.article == Article.objects.get(canonical_url=server.url("/unread"))


def test_amp_to_amp(site: Site, server: Server) -> None:
    """Two pages that call each other AMP versions are two articles."""
    server.answers["/a"] = html(BRIDGE, head=link("/b", rel="amphtml"))
    server.answers["/b"] = html(FERRY, head=link("/a", rel="amphtml"))
    report(site, server.url("/a"))
    work()
    report(site, server.url("/b"), "On day 4 the night ferry left")
    work()
    work()
    assert {article.canonical_url for article in Article.objects.all()} == {
        server.url("/a"),
        server.url("/b"),
    }


@pytest.fixture
def tribune(site: Site, server: Server) -> Site:
    """Another newspaper on the same machine, whose host the first one lists among those to fetch."""
    other = make_site("tribune", origin=f"http://localhost:{server.port}", name="The Tribune")
    other.private_hosts = other.fetch_hosts
    other.save()
    site.fetch_hosts = site.private_hosts = [server.place, f"localhost:{server.port}"]
    site.save()
    return other


@pytest.mark.parametrize("rel", ["canonical", "amphtml"])
@pytest.mark.parametrize("is_read", [True, False], ids=["read", "unread"])
def test_a_page_claims_an_article_of_another_site(
    site: Site, tribune: Site, server: Server, rel: str, is_read: bool
) -> None:
    theirs = server.url("/theirs", host="localhost")
    server.answers["/theirs"] = html(BRIDGE)
    server.answers["/claims"] = html(BRIDGE, head=link(theirs, rel=rel))
    if is_read:
        report(tribune, theirs)
        work()
    claim = report(site, server.url("/claims"))
    work()
    case = report(tribune, theirs)
    work()
    for one, owner, url in ((claim, site, server.url("/claims")), (case, tribune, theirs)):
        one.refresh_from_db()
        assert one.state == State.LOCATED
        assert one.article is not None
        assert (one.article.site, one.article.canonical_url) == (owner, url)


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_to_another_site(
    site: Site, tribune: Site, server: Server, story: Case, status: int
) -> None:
    server.answers["/story1.html"] = to(server.url("/theirs", host="localhost"), status)
    server.answers["/theirs"] = html(BRIDGE)
    reread(site, server)
    assert_unchanged(server, story, Article.Outcome.FAILED)
    assert not Address.objects.filter(site=tribune).exists()


def test_a_redirect_between_origins_of_one_site(site: Site, server: Server, story: Case) -> None:
    Origin.objects.create(site=site, origin=f"http://localhost:{server.port}")
    site.fetch_hosts = site.private_hosts = [server.place, f"localhost:{server.port}"]
    site.save()
    target = server.url("/new.html", host="localhost")
    server.answers["/story1.html"] = to(target, 301)
    server.answers["/new.html"] = html(BRIDGE)
    reread(site, server)
    assert Article.objects.get().canonical_url == target


def test_a_host_that_is_only_fetched_has_no_say(site: Site, server: Server, story: Case) -> None:
    """The text may come from there; the article stays under its own address."""
    site.fetch_hosts = site.private_hosts = [server.place, f"localhost:{server.port}"]
    site.save()
    server.answers["/story1.html"] = to(server.url("/copy", host="localhost"), 301)
    server.answers["/copy"] = html(BRIDGE, head=link(server.url("/copy", host="localhost")))
    reread(site, server)
    assert_unchanged(server, story, Article.Outcome.READ)


def test_the_thresholds_lie_between_what_they_tell_apart() -> None:
    known = identity.Known(url="u", origins=(), article_id=1, canonical="u", texts=(BRIDGE,))
    words = BRIDGE.split()
    edited = " ".join("changed" if number % 7 == 0 else word for number, word in enumerate(words))
    assert known.is_like(edited)
    assert not known.is_like(FERRY)
    assert not known.is_like(BRIDGE + FERRY * 5)
    assert not known.is_strange(BRIDGE + FERRY * 5)
    assert known.is_strange(LOGIN)
    assert not identity.Known(url="u", origins=(), texts=("Two lines.",)).is_strange(LOGIN)
