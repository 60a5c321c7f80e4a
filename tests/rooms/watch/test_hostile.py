"""Watch reads what strangers name and serve: it stays small, and one site or host does not stop another."""

from corrigenda.models import Address, Article, Revision, Site
from corrigenda.watch import step
from tests.rooms.connectors.servers import Answer, Server
from tests.rooms.watch.test_step import report


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
