"""Strangers read nothing of a text that the public cannot read: of drafts, of withdrawn articles."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from corrigenda.flow import State
from corrigenda.models import Address, Article, Case, Decision, Notice, Report, Revision, Site
from corrigenda.send.letters import write_letter
from tests.rooms.connectors.servers import Answer, Server, serving
from tests.rooms.disclose.making import make_decided, make_delivery, make_fixed, make_notice
from tests.rooms.factories import ORIGIN, make_site
from tests.rooms.watch.making import html, later, link, report, to, work

pytestmark = pytest.mark.django_db

TEXT: Final = " ".join(f"secret{n}" for n in range(80))
"""Each word stands once in it, so that each word in an answer says where it came from."""
WORDS: Final = TEXT.split()
HEADLINE: Final = "Embargoed headline"
PATH: Final = "/x.html"
OUTCOMES: Final = [Article.Outcome.MISSING, Article.Outcome.UNREADABLE, Article.Outcome.FAILED]
NO_PAGE: Final = html("There is no such page here. Please go on with our front page.", title="Not found")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def site(server: Server) -> Site:
    return make_site(
        origin=f"http://{server.place}", fetch_hosts=[server.place], private_hosts=[server.place]
    )


def store(site: Site, server: Server, folder: Path, *, published: bool) -> Path:
    """Store the article as the connector for files has it; return its published file."""
    names = ("source", "public")
    site.connector = Site.Connector.FILES
    site.connector_options = {name: str(folder / name) for name in names} | {
        "origin": f"http://{server.place}"
    }
    site.save()
    body = html(TEXT, title=HEADLINE).body
    assert isinstance(body, str)
    for name in names:
        (folder / name).mkdir()
        if published or name == "source":
            (folder / name / "x.html").write_text(body, encoding="utf-8")
    return folder / "public" / "x.html"


def told(case: Case, url: str) -> str:
    """Return all that a stranger gets for a report: its state, its status page, the form, known, notices."""
    client = Client()
    made = Report.objects.get(case=case)
    quote = {"type": "TextQuoteSelector", "exact": made.exact}
    asked = {"url": url, "language": "en", "target": {"source": url, "selector": [quote]}}
    answers = [
        client.get(f"/api/reports/{made.token}"),
        client.get(f"/status/{made.token}/"),
        client.get("/report", {"url": url}),
        client.post("/widget/known", json.dumps(asked), content_type="application/json"),
        client.get("/widget/notices", {"url": url}),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    return unquote(" ".join(answer.content.decode() for answer in answers))


def seen_in(answer: str) -> set[str]:
    return set(re.findall(r"secret\d+", answer))


def walk(site: Site, url: str) -> None:
    """Report four times, each time the last two words that are known by then; nothing else gets known."""
    sent, quote = set(WORDS[10:12]), WORDS[10:12]
    for _ in range(4):
        case = report(site, url, " ".join(quote))
        work()
        work()
        answer = told(case, url)
        assert seen_in(answer) - sent == set()
        found = sorted(seen_in(answer), key=WORDS.index)
        quote = found[-2:] or quote


@pytest.mark.parametrize("way", ["login", "login with the words of a reader", "front", "not found", "gone"])
def test_a_draft_is_not_read_word_by_word(site: Site, server: Server, tmp_path: Path, way: str) -> None:
    store(site, server, tmp_path, published=False)
    words = f"Please log in. {' '.join(WORDS[10:12])}" if "words" in way else "Please log in to read on."
    server.answers["/login.html"] = html(words, title="Log in", head=link("/login.html"))
    server.answers[PATH] = {"front": to("/"), "not found": NO_PAGE, "gone": Answer(status=404)}.get(
        way, to("/login.html")
    )
    url = server.url(PATH)
    walk(site, url)
    case = report(site, url, " ".join(WORDS[20:23]))
    work()
    assert HEADLINE not in told(case, url)
    assert not Revision.objects.filter(text__contains=WORDS[0]).exists()


@pytest.mark.parametrize(
    "answer",
    [
        to("/login.html"),
        NO_PAGE,
        html(" ".join(f"Offer {n} gives you {n} weeks free." for n in range(40)), title="Log in"),
        Answer('<html><head></head><body><p>Log in.</p><div class="paywall"></div></body></html>'),
    ],
)
def test_a_page_that_is_shut_counts_more_than_the_published_file(
    site: Site, server: Server, tmp_path: Path, answer: Answer
) -> None:
    """The file is in the published folder, and the newspaper shows something else to everybody."""
    store(site, server, tmp_path, published=True)
    server.answers["/login.html"] = html("Please log in to read on.", title="Log in")
    server.answers[PATH] = answer
    walk(site, server.url(PATH))
    assert not Revision.objects.filter(text__contains=WORDS[0]).exists()


def test_an_open_article_is_not_read_out_either(site: Site, server: Server, tmp_path: Path) -> None:
    """Its page may have been shut since the desk looked last: the words around a quotation stay here."""
    store(site, server, tmp_path, published=True)
    server.answers[PATH] = html(TEXT, title=HEADLINE)
    walk(site, server.url(PATH))
    assert Case.objects.filter(state=State.LOCATED).count() == 4
    assert Revision.objects.get().source == Revision.Source.CONNECTOR


@pytest.mark.parametrize("connector", ["files", "by_hand"])
@pytest.mark.parametrize("status", [404, 410, 451])
def test_a_withdrawn_article_is_not_read_out(
    site: Site, server: Server, tmp_path: Path, connector: str, status: int
) -> None:
    url = server.url(PATH)
    public = store(site, server, tmp_path, published=True) if connector == "files" else None
    server.answers[PATH] = html(TEXT, title=HEADLINE)
    first = report(site, url, " ".join(WORDS[40:42]))
    work()
    assert HEADLINE in told(first, url)
    server.answers[PATH] = Answer(status=status)
    if public is not None:
        public.unlink()
    later(minutes=2)
    report(site, url, "words that nobody has written there")
    work()
    work()
    assert Article.objects.get().outcome != "read"
    walk(site, url)
    assert HEADLINE not in told(first, url)
    # The desk still has it.
    assert Article.objects.get().headline == HEADLINE
    assert Revision.objects.get().text.endswith(WORDS[-1])


def decided(outcome: Decision.Outcome, hidden: Article.Outcome | None) -> Decision:
    decision = make_decided(
        outcome=outcome,
        html=f"<p>{TEXT}</p>",
        exact=" ".join(WORDS[10:12]),
        email="reader@mail.example",
        report={"exact": "secret10 and secret11"},
    )
    if hidden is not None:
        article = decision.case.article
        assert article is not None
        article.headline, article.outcome = HEADLINE, hidden
        article.save()
        Address.objects.update(outcome=hidden)
    return decision


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_decline_quotes_nothing_of_a_withdrawn_article(outcome: Article.Outcome) -> None:
    """Neither the letter nor the pages: the reader sent these words, with others around them."""
    decision = decided(Decision.Outcome.DECLINE, outcome)
    letter = write_letter(make_delivery(decision))
    assert HEADLINE not in letter.body
    assert seen_in(unquote(letter.body)) == set()
    assert f"{ORIGIN}/story.html\n" in letter.body
    answer = told(decision.case, f"{ORIGIN}/story.html")
    assert HEADLINE not in answer
    assert "secret10 secret11" not in answer
    assert seen_in(answer) <= {"secret10", "secret11"}


def test_a_public_decline_names_the_place_by_what_surrounds_it() -> None:
    decision = decided(Decision.Outcome.DECLINE, None)
    assert "secret9-,secret10 secret11,-secret12" in told(decision.case, f"{ORIGIN}/story.html")
    assert "secret9-,secret10" in unquote(write_letter(make_delivery(decision)).body)


def test_an_accepted_report_whose_notice_is_not_public_names_its_own_words() -> None:
    decision = decided(Decision.Outcome.ACCEPT, None)
    make_notice(
        decision, status=Notice.Status.DRAFT, published_at=None, prefix="secret9 ", suffix=" secret12"
    )
    assert seen_in(told(decision.case, f"{ORIGIN}/story.html")) <= {"secret10", "secret11"}


@pytest.mark.parametrize("placed", [False, True])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_notice_of_a_withdrawn_article_stays_without_the_words_around_it(
    outcome: Article.Outcome, *, placed: bool
) -> None:
    decision = decided(Decision.Outcome.ACCEPT, outcome)
    fix = make_fixed(decision)
    notice = make_notice(
        decision,
        text="The note.",
        prefix="secret8 secret9 ",
        suffix=" secret12 secret13",
        placed_at=fix.live_at if placed else None,
    )
    client = Client()
    pages = {
        path: unquote(client.get(path).content.decode())
        for path in (
            "/log/courier/",
            f"/log/courier/{notice.pk}/",
            "/log/courier/feed.atom",
            reverse("api:log", args=["courier"]),
            f"/widget/notices?url={ORIGIN}/story.html",
        )
    }
    pages["letter"] = unquote(write_letter(make_delivery(decision, notice)).body)
    pages["told"] = told(decision.case, f"{ORIGIN}/story.html")
    for name, answer in pages.items():
        assert "The note." in answer, name
        assert seen_in(answer) <= {"secret10", "secret11"}, name
        assert f"story.html#{notice.anchor}" not in answer
        assert ":~:" not in answer


def test_the_place_of_a_notice_is_told_again_when_the_article_is_back() -> None:
    decision = decided(Decision.Outcome.NOTE, Article.Outcome.MISSING)
    make_notice(decision, prefix="secret8 secret9 ", suffix=" secret12 secret13")
    url = f"/widget/notices?url={ORIGIN}/story.html"
    hidden = Client().get(url)
    assert hidden.json()["notices"][0]["selector"] is None
    Article.objects.update(outcome=Article.Outcome.READ)
    back = Client().get(url, headers={"if-none-match": hidden["ETag"]})
    assert back.json()["notices"][0]["selector"][0]["exact"] == "secret10 secret11"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_nobody_is_told_what_a_withdrawn_article_holds(outcome: Article.Outcome) -> None:
    """An open case, a notice or a decline would confirm a guess at its words."""
    decision = decided(Decision.Outcome.DECLINE, outcome)
    Case.objects.update(state=State.LOCATED)
    Report.objects.update(exact="secret10 secret11")
    assert '{"known":null}' in told(decision.case, f"{ORIGIN}/story.html").replace(" ", "")
