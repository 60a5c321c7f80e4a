"""A site with files: a folder holds the pages of one origin, and one file is one article."""

from pathlib import Path

import pytest

from corrigenda.flow import State
from corrigenda.models import Article, Origin, Revision, Site
from tests.rooms.connectors.servers import Server
from tests.rooms.watch.making import BRIDGE, FERRY, html, link, report, work

QUOTE = "On day 4 the night ferry left"


@pytest.fixture
def files(site: Site, server: Server, tmp_path: Path) -> Path:
    """The folder of the stored articles; the site has a second origin, whose pages are no files."""
    folder = tmp_path / "source"
    folder.mkdir()
    Origin.objects.create(site=site, origin=f"http://localhost:{server.port}")
    site.fetch_hosts = site.private_hosts = [server.place, f"localhost:{server.port}"]
    site.connector = Site.Connector.FILES
    site.connector_options = {
        "source": str(folder),
        "public": str(tmp_path),
        "origin": f"http://{server.place}",
    }
    site.save()
    answer = html(BRIDGE)
    assert isinstance(answer.body, str)
    for file in (folder / "bridge.html", tmp_path / "bridge.html"):
        file.write_text(answer.body, encoding="utf-8")
    return folder


def test_the_same_path_at_another_origin_is_another_article(site: Site, server: Server, files: Path) -> None:
    """Its words are those of its page, and no file is changed for it."""
    server.answers["/bridge.html"] = html(FERRY, title="A blog")
    case = report(site, server.url("/bridge.html", host="localhost"), QUOTE)
    work()
    case.refresh_from_db()
    assert case.state == State.LOCATED
    revision = Revision.objects.get()
    assert (revision.source, revision.text[:6]) == (Revision.Source.PAGE, "A blog")
    assert revision.article.canonical_url == server.url("/bridge.html", host="localhost")


def test_a_query_is_another_page_unless_its_canonical_link_says_so(
    site: Site, server: Server, files: Path
) -> None:
    server.answers["/bridge.html?page=2"] = html(FERRY, title="Page 2")
    server.answers["/bridge.html?x=1"] = html(BRIDGE, head=link("/bridge.html"))
    server.answers["/bridge.html"] = html(BRIDGE)
    report(site, server.url("/bridge.html?page=2"), QUOTE)
    report(site, server.url("/bridge.html?x=1"))
    work()
    sources = {row.article.canonical_url: row.source for row in Revision.objects.select_related("article")}
    assert sources == {
        server.url("/bridge.html?page=2"): Revision.Source.PAGE,
        server.url("/bridge.html"): Revision.Source.CONNECTOR,
    }


@pytest.mark.parametrize("first", ["/bridge", "/bridge.html"])
def test_one_file_is_one_article(site: Site, server: Server, files: Path, first: str) -> None:
    """Whichever address is reported first, the other one joins it."""
    server.answers["/bridge"] = server.answers["/bridge.html"] = html(BRIDGE)
    cases = [report(site, server.url(first))]
    work()
    cases += [report(site, server.url(path)) for path in ("/bridge", "/bridge.html")]
    work()
    article = Article.objects.get()
    assert article.canonical_url == server.url(first)
    assert Revision.objects.count() == 1
    for case in cases:
        case.refresh_from_db()
        assert (case.state, case.article) == (State.LOCATED, article)
