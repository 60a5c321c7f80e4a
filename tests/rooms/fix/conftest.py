"""A newsroom with one article: its tables, its files, its web server, and an editor who has decided."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import Article, Case, Decision, Fix, Member, Notice, Passage, Revision, Site
from corrigenda.passage import article_root
from tests.rooms.connectors.servers import Answer, Server, page, serving
from tests.rooms.factories import make_article, make_case, make_member, make_revision, make_site

BODY = (
    "<p>The ferry arrived on time in <em>31 of</em> 39 crossings, the office says.</p>\n"
    "<p>On the wall it says that she arrived on time in 31 of 39 crossings.</p>\n"
    "<p>Ask about the goat: it had a ticket.</p>"
)
STORY = page(f"<main><article>{BODY}</article>\n<!-- corrigenda:notices --></main>")


@dataclass
class Newsroom:
    """The article of a newsroom, in all the places that it stands in."""

    site: Site
    article: Article
    revision: Revision
    member: Member
    server: Server
    source: Path
    public: Path

    def decide(
        self, *, old: str = "31 of 39", wording: str = "34 of 39", draft: bool = True, **fields: object
    ) -> Case:
        """Accept a case about some words of the article; its notice is drafted unless told otherwise."""
        case = make_case(self.article, self.revision, exact=old, state=State.ACCEPTED)
        decision = Decision.objects.create(
            case=case,
            member=self.member,
            passage=Passage.objects.get(case=case),
            outcome=Decision.Outcome.ACCEPT,
            kind="correction",
            old=old,
            wording=wording,
            decided_at=timezone.now(),
            **fields,
        )
        if draft:
            self.draft(decision)
        return case

    def draft(self, decision: Decision) -> Notice:
        """Draft the notice of a decision."""
        start = self.revision.text.index(decision.old)
        end = start + len(decision.old)
        return Notice.objects.create(
            case=decision.case,
            decision=decision,
            article=self.article,
            kind=decision.kind,
            language="en",
            text=f"An earlier version wrongly said “{decision.old}”.",
            old=decision.old,
            new=decision.wording,
            prefix=self.revision.text[max(start - 64, 0) : start],
            suffix=self.revision.text[end : end + 64],
            drafted_at=timezone.now(),
        )

    def published(self) -> str:
        """The published page."""
        return self.public.read_text(encoding="utf-8")

    def stored(self) -> str:
        """The stored page."""
        return self.source.read_text(encoding="utf-8")

    def edit(self, old: str, new: str, *, publish: bool = False) -> None:
        """Change the stored file as another editor would; publish it where asked."""
        assert old in self.stored()
        self.source.write_text(self.stored().replace(old, new, 1), encoding="utf-8")
        if publish:
            self.public.write_text(self.published().replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def server() -> Iterator[Server]:
    """The newspaper's web server."""
    with serving() as running:
        yield running


@pytest.fixture
def newsroom(db: None, server: Server, tmp_path: Path) -> Newsroom:
    """A newspaper whose connector is the one for files."""
    return make_newsroom(server, tmp_path)


@pytest.fixture
def by_hand(newsroom: Newsroom) -> Newsroom:
    """The same newspaper with a CMS that this desk cannot write to: only the published page is there."""
    newsroom.site.connector = Site.Connector.BY_HAND
    newsroom.site.connector_options = {}
    newsroom.site.save()
    newsroom.source.unlink()
    return newsroom


def make_newsroom(server: Server, folder: Path) -> Newsroom:
    """Lay the files, serve the published page as it stands at each request, and make the rows."""
    source, public = folder / "source" / "story.html", folder / "public" / "story.html"
    for file in (source, public):
        file.parent.mkdir()
        file.write_text(STORY, encoding="utf-8")

    def send_public(send: Callable[[bytes], None]) -> None:
        send(public.read_bytes())

    server.answers["/story.html"] = Answer(send_public)
    site = make_site(
        origin=f"http://{server.place}",
        fetch_hosts=[server.place],
        private_hosts=[server.place],
        connector=Site.Connector.FILES,
        connector_options={
            "source": str(source.parent),
            "public": str(public.parent),
            "origin": f"http://{server.place}",
        },
    )
    article = make_article(site)
    start, end = article_root(STORY, site.root_selectors)
    revision = make_revision(article, STORY[start:end])
    return Newsroom(site, article, revision, make_member(), server, source, public)


def fix_of(case: Case) -> Fix:
    """The newest fix of a case."""
    return Fix.objects.select_related("decision").filter(case=case).order_by("id")[::-1][0]


def verbs(case: Case) -> list[tuple[str, str, str, str]]:
    """What the fix room has written into a case's history: verb, state, before, after."""
    entries = case.entries.filter(room="fix").order_by("id")
    return [(entry.verb, entry.new_state, entry.before, entry.after) for entry in entries]


def state(case: Case) -> str:
    """Where a case stands now."""
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


def moment_of(case: Case) -> datetime | None:
    """When watch was asked to read the article of a case again."""
    return Article.objects.values_list("reading_asked_at", flat=True).get(cases=case)
