"""The status page: each stage in plain words, the answer, the exact place, and nothing of anybody else."""

from datetime import timedelta

import pytest
import turbohtml
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from turbohtml import Document

from corrigenda import ledger
from corrigenda.disclose import step
from corrigenda.flow import State
from corrigenda.models import Case, Decision, Delivery, Merge, Notice, Report, Stop
from tests.rooms.disclose import hostile
from tests.rooms.disclose.making import (
    BY,
    HTML,
    make_decided,
    make_delivery,
    make_fixed,
    make_notice,
    make_reply,
)
from tests.rooms.factories import make_article, make_case, make_report, make_revision, make_site

pytestmark = pytest.mark.django_db
ACCEPT, NOTE, DECLINE = Decision.Outcome.ACCEPT, Decision.Outcome.NOTE, Decision.Outcome.DECLINE


@pytest.fixture(autouse=True)
def desk(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://desk.example"
    settings.EMAIL_HOST = "mail.example"


def page_of(client: Client, report: Report) -> Document:
    response = client.get(f"/status/{report.token}/")
    assert response.status_code == 200
    return turbohtml.parse(response.content.decode(), scripting=True)


def main_of(page: Document) -> str:
    main = page.select_one("main")
    assert main is not None
    return " ".join(main.text.split())


def title_of(page: Document) -> str:
    title = page.select_one("h1")
    assert title is not None
    return title.text.strip()


def link(page: Document, words: str) -> str:
    (found,) = [a for a in page.select("main a") if words in a.text]
    return str(found.attr("href"))


def make_open(state: State, **fields: str) -> Report:
    article = make_article(make_site())
    case = make_case(article, make_revision(article, HTML), exact="31 houses", state=state, **fields)
    return case.report


def test_a_report_without_a_case_is_received(client: Client) -> None:
    report = make_report(make_site(), exact="31 houses", suggestion="39 houses", comment="I counted.")
    page = page_of(client, report)
    assert title_of(page) == "Received"
    said = main_of(page)
    for words in ("31 houses", "39 houses", "I counted.", "Wrong fact", "UTC", "Keep its address"):
        assert words in said
    assert link(page, "See the place") == "https://courier.example/story.html#:~:text=31%20houses"


def test_words_that_are_to_be_deleted_are_called_so(client: Client) -> None:
    report = make_report(make_site(), exact="31 houses", suggestion=Report.NO_WORDS)
    assert "The marked words are to be deleted." in main_of(page_of(client, report))


@pytest.mark.parametrize(
    ("state", "title"),
    [
        (State.RECEIVED, "Looking for the place"),
        (State.LOCATED, "An editor is looking"),
        (State.UNLOCATED, "An editor is looking"),
    ],
)
def test_an_open_case_says_who_is_looking(client: Client, state: State, title: str) -> None:
    page = page_of(client, make_open(state))
    assert title_of(page) == title
    assert link(page, "See the place").startswith("https://courier.example/story.html#:~:text=")


@pytest.mark.parametrize("outcome", [ACCEPT, NOTE, DECLINE])
def test_a_decision_that_can_be_undone_is_not_told(client: Client, outcome: Decision.Outcome) -> None:
    decision = make_decided(outcome=outcome, message="SECRET")
    Case.objects.update(not_before=timezone.now() + timedelta(seconds=30))
    page = page_of(client, decision.case.report)
    assert title_of(page) == "An editor is looking"
    assert "SECRET" not in main_of(page)
    assert "Decided" not in main_of(page)


def test_an_accepted_report_waits_for_the_page(client: Client) -> None:
    decision = make_decided(message="SECRET")
    make_notice(decision, status=Notice.Status.DRAFT, published_at=None, text="SECRET-DRAFT")
    page = page_of(client, decision.case.report)
    assert title_of(page) == "Accepted"
    assert "on its way" in main_of(page)
    assert "SECRET" not in main_of(page)


def test_a_fix_without_its_notice_is_corrected_and_the_draft_stays_unseen(client: Client) -> None:
    decision = make_decided()
    make_notice(decision, status=Notice.Status.DRAFT, published_at=None, text="SECRET-DRAFT")
    make_fixed(decision)
    page = page_of(client, decision.case.report)
    assert title_of(page) == "Corrected"
    assert "SECRET" not in main_of(page)
    assert "Changed on the article page" in main_of(page)


@pytest.mark.parametrize(
    ("kind", "title", "sentence"),
    [
        ("correction", "Corrected", "The article has been corrected."),
        ("clarification", "Made clearer", "The article has been made clearer."),
        ("update", "Updated", "The article has been updated."),
        ("minor", "Put right", "The slip has been put right."),
    ],
)
def test_the_answer_stands_with_its_note_message_and_links(
    client: Client, kind: str, title: str, sentence: str
) -> None:
    decision = make_decided(kind=kind, message="Thank you, well seen.", site=make_site(connector="files"))
    step.run()
    make_fixed(decision)
    step.run()
    notice = Notice.objects.get()
    page = page_of(client, decision.case.report)
    assert title_of(page) == title
    said = main_of(page)
    for words in (sentence, "Thank you, well seen.", notice.text, "Decided", "Note published"):
        assert words in said
    assert link(page, "See the place") == f"https://courier.example/story.html#correction-{notice.pk}"
    assert link(page, "corrections log") == f"https://desk.example/log/courier/{notice.pk}/"


def test_a_fix_made_by_hand_is_linked_by_its_words(client: Client) -> None:
    decision = make_decided()
    step.run()
    make_fixed(decision, by_hand=True)
    step.run()
    place = link(page_of(client, decision.case.report), "See the place")
    assert place == (
        "https://courier.example/story.html#:~:text=The%20fire%20destroyed-,39%20houses,-in%20the%20old%20town."
    )


def test_a_note_is_told(client: Client) -> None:
    decision = make_decided(outcome=NOTE)
    while step.run():
        pass
    page = page_of(client, decision.case.report)
    assert title_of(page) == "Note published"
    assert "Thirty-one is right." in main_of(page)


def test_a_declined_report_is_told_the_public_reason(client: Client) -> None:
    decision = make_decided(outcome=DECLINE, reason="no_change", message="We checked with the brigade.")
    for _ in range(2):  # the same before and after the case is closed
        page = page_of(client, decision.case.report)
        assert title_of(page) == "No change"
        assert "No change is needed." in main_of(page)
        assert "We checked with the brigade." in main_of(page)
        assert "corrections log" not in main_of(page)
        step.run()


def test_a_joined_report_follows_the_other_and_shows_nothing_of_it(client: Client) -> None:
    decision = make_decided(
        email="other@mail.example",
        report={"comment": "OTHERS-COMMENT", "suggestion": "OTHERS-WORDING"},
    )
    article = decision.case.article
    assert article is not None
    joined = make_case(article, article.revisions.get(), exact="31 houses", comment="MY-COMMENT")
    Merge.objects.create(source=joined, target=decision.case, merged_at=timezone.now())
    ledger.advance(joined, State.MERGED, by=BY)
    page = page_of(client, joined.report)
    assert title_of(page) == "Accepted"
    assert "joined with another one" in main_of(page)
    assert "MY-COMMENT" in main_of(page)
    assert "OTHERS" not in main_of(page)
    step.run()
    make_fixed(decision)
    step.run()
    page = page_of(client, joined.report)
    assert title_of(page) == "Corrected"
    assert "OTHERS" not in main_of(page)
    assert "MY-COMMENT" not in main_of(page_of(client, decision.case.report))
    assert "joined with" not in main_of(page_of(client, decision.case.report))


def test_it_says_when_a_mail_comes_and_never_where_to(client: Client) -> None:
    decision = make_decided(email="reader@mail.example")
    report = decision.case.report

    def said() -> str:
        page = client.get(f"/status/{report.token}/").content.decode()
        assert "reader@" not in page
        assert "mail.example" not in page
        return main_of(turbohtml.parse(page))

    promise = "also goes to the e-mail address that you left, if that mailbox takes our mail"
    before = said()
    assert promise in before
    assert report.contact is not None
    Stop.objects.create(digest=report.contact.digest)
    assert said() == before
    delivery = make_delivery(decision)
    on_its_way = said()
    assert promise in on_its_way
    # Who sent the report may have left somebody else's address: the page tells nothing of that mailbox.
    Delivery.objects.update(delivered_at=timezone.now())
    assert said() == on_its_way
    for reason in (Delivery.Reason.STOPPED, ""):
        Delivery.objects.update(delivered_at=None, abandoned_at=timezone.now(), reason=reason)
        assert said() == on_its_way
    delivery.delete()
    assert "Keep the address of this page" in said()


def test_no_mail_is_promised_where_none_can_come(client: Client, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    report = make_decided(email="reader@mail.example").case.report
    assert "e-mail" not in main_of(page_of(client, report))
    settings.EMAIL_HOST = "mail.example"
    decision = make_decided(site=report.site, path="/2.html")
    make_reply(decision)
    assert "e-mail" not in main_of(page_of(client, decision.case.report))


def test_the_page_is_never_kept_indexed_or_told_of(client: Client) -> None:
    report = make_open(State.LOCATED)
    response = client.get(f"/status/{report.token}/")
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]
    page = turbohtml.parse(response.content.decode())
    robots, referrer = page.select_one("meta[name=robots]"), page.select_one("meta[name=referrer]")
    assert robots is not None
    assert referrer is not None
    assert "noindex" in str(robots.attr("content"))
    assert referrer.attr("content") == "same-origin"


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "..%2f", "а" * 43, "x" * 2000])
def test_a_wrong_token_is_not_found(client: Client, token: str) -> None:
    make_open(State.LOCATED)
    assert client.get(f"/status/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("reported", "cookie", "spoken"),
    [("uk", "", "uk"), ("uk", "en", "en"), ("nl", "", "en"), ("en", "uk", "uk")],
)
def test_the_page_speaks_the_readers_language(
    client: Client, reported: str, cookie: str, spoken: str
) -> None:
    report = make_open(State.LOCATED, language=reported)
    if cookie:
        client.cookies["django_language"] = cookie
    response = client.get(f"/status/{report.token}/")
    page = turbohtml.parse(response.content.decode())
    assert title_of(page) == {"en": "An editor is looking", "uk": "Розглядає редактор"}[spoken]
    assert response["Content-Language"] == spoken
    root = page.select_one("html")
    assert root is not None
    assert root.attr("lang") == spoken


def test_hostile_text_is_inert(client: Client) -> None:
    decision = make_decided(
        message=hostile.ALL,
        wording=hostile.ALL,
        notice_text=hostile.ALL,
        report={
            "exact": hostile.ALL,
            "prefix": hostile.ALL,
            "suffix": hostile.ALL,
            "suggestion": hostile.ALL,
            "comment": hostile.ALL,
            "language": hostile.SCRIPT[:35],
            "url": "javascript:window.ran=1",
        },
    )
    step.run()
    make_fixed(decision)
    step.run()
    bare = make_report(
        decision.case.site,
        exact=hostile.ALL,
        url="javascript:window.ran=1",
        comment=hostile.ALL,
    )
    for report in (decision.case.report, bare):
        page = page_of(client, report)
        assert page.select("img, x") == []
        assert all(script.attr("src") for script in page.select("script"))
        assert not any(str(a.attr("href")).startswith("javascript") for a in page.select("a"))
        assert not any(name.startswith("on") for node in page.select("*") for name in node.attrs)
        assert hostile.IMAGE in main_of(page)
