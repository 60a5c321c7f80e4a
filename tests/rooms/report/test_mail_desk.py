"""Mails at the desk: what came with a case, files to be saved, and the article that an editor names."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import turbohtml
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from corrigenda.flow import State
from corrigenda.locate import step as locate
from corrigenda.models import Attachment, Case, Delivery, FollowUp, Mail, Merge, Report
from corrigenda.report import step
from corrigenda.report.mail import queries
from corrigenda.report.mail.attachments import path_of
from corrigenda.report.mail.intake import take_again, take_in
from corrigenda.report.mail.plans import Envelope
from tests.mails import all_mails
from tests.mails.making import file, mail, many, text
from tests.mails.parts import PNG, PROGRAM
from tests.mails.plain import FERRY
from tests.mails.world import World, make_world
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db

IMAP = Envelope(Mail.Way.IMAP)
MARKUP = "<script>alert(1)</script> & <b>bold</b>"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"data_dir": tmp_path})


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    client.force_login(make_member("anna"))
    return client


def take(raw: bytes) -> Mail:
    return take_in(raw, IMAP).mail


def panel_of(desk: Client, case: Case) -> turbohtml.Document:
    answer = desk.get(f"/desk/cases/{case.pk}/mail/", headers=FRAGMENT)
    assert answer.status_code == 200
    return turbohtml.parse(answer.content.decode())


def opened(raw: bytes) -> Case:
    """Take a mail in and let the rooms open and locate its case."""
    report = Report.objects.get(mails=take(raw))
    step.run()
    locate.run()
    return Case.objects.get(report=report)


def test_an_answer_stands_with_its_case_as_text(desk: Client, world: World) -> None:
    case = world.answered.case
    assert case is not None
    assert desk.get(f"/desk/cases/{case.pk}/mail/", headers=FRAGMENT).content == b""
    assert "Nothing came by mail" in desk.get(f"/desk/cases/{case.pk}/mail/").content.decode()
    take(mail("answer", text(f"{MARKUP}\n-- \nOlena"), to=world.names.reply_address))
    panel = panel_of(desk, case)
    assert panel.select("script, b") == []
    said = [element.text for element in panel.select(".said")]
    assert said == [MARKUP, f"{MARKUP}\n-- \nOlena"]
    assert "answer of the reader" in panel.text
    page = desk.get(f"/desk/cases/{case.pk}/mail/").content.decode()
    assert "answer of the reader" in page
    listed = desk.get("/desk/mail/").content.decode()
    assert "&lt;script&gt;alert(1)" in listed
    assert f'href="/desk/cases/{case.pk}/"' in listed


def test_what_came_for_a_joined_case_stands_with_the_other_too(desk: Client, world: World) -> None:
    case = world.answered.case
    assert case is not None
    joined = opened(mail("joined", text(f"{FERRY} “A ticket costs 4 crowns” is wrong.")))
    Merge.objects.create(source=joined, target=case, merged_at=case.opened_at)
    assert "is wrong" in panel_of(desk, case).text


def test_files_are_saved_and_never_shown(desk: Client, world: World) -> None:
    attached = many(
        "multipart/mixed",
        text(f"See {FERRY}"),
        file('a"<b>.png', PNG, "text/html"),
        file("run.png", PROGRAM, "image/png"),
    )
    case = opened(mail("files", attached))
    panel = panel_of(desk, case)
    (link,) = panel.select("a[download]")
    assert "run.png: files of this type are not kept" in panel.text
    answer = desk.get(str(link.attrs["href"]))
    assert b"".join(sent(answer)) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    number = Attachment.objects.get().pk
    assert answer["Content-Disposition"] == f'attachment; filename="attachment-{number}.png"'
    path_of(Attachment.objects.get().digest).unlink()
    assert desk.get(f"/desk/attachments/{number}/").status_code == 404


def sent(answer: Any) -> Iterator[bytes]:
    content: Iterator[bytes] = answer.streaming_content
    return content


def test_only_members_see_mails(client: Client, world: World) -> None:
    for address in ("/desk/mail/", "/desk/cases/1/mail/", "/desk/attachments/1/", "/desk/mails/1/text/"):
        assert client.get(address).status_code == 302
    assert client.post("/desk/cases/1/article/", {"url": FERRY}).status_code == 302
    assert client.get(reverse("report:name_article", args=[1])).status_code == 405


def test_an_editor_names_the_article_and_the_words_are_found(desk: Client, world: World) -> None:
    case = opened(mail("no-article", text("“The harbour office did not answer” is unfair.")))
    assert (case.state, case.article) == (State.UNLOCATED, None)
    assert "Article unknown" in desk.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "Article unknown" in desk.get("/desk/").content.decode()
    assert panel_of(desk, case).select("form input[name=url]")
    address = reverse("report:name_article", args=[case.pk])
    for wrong in ("no address", "https://elsewhere.example/x", "https://gazeta.example/porom.html"):
        desk.post(address, {"url": wrong})
        assert Report.objects.get(case=case).url == ""
    desk.post(address, {"url": f" {FERRY}?utm_source=x "})
    assert Report.objects.get(case=case).url == FERRY
    entry = case.entries.last()
    assert entry is not None
    assert (entry.verb, entry.after) == ("article_named", FERRY)
    locate.run()
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert case.article is not None
    assert not panel_of(desk, case).select("form")
    desk.post(address, {"url": "https://courier.example/lighthouse.html"})
    assert Report.objects.get(case=case).url == FERRY


def test_an_editor_names_the_article_of_a_mail_without_a_quotation(desk: Client, world: World) -> None:
    case = opened(mail("bare", text("Your ferry story is wrong.")))
    desk.post(reverse("report:name_article", args=[case.pk]), {"url": FERRY})
    page = desk.get(f"/desk/cases/{case.pk}/").content.decode()
    assert f"/desk/cases/{case.pk}/point/" in page


def test_the_page_of_mails_names_what_reached_nobody_and_what_was_set_aside(
    desk: Client, world: World
) -> None:
    assert "No mail was set aside." in desk.get("/desk/mail/").content.decode()
    mails = dict(all_mails(world.names))
    take(mails["bounce"])
    take(mails["encrypted"])
    page = desk.get("/desk/mail/").content.decode()
    letter = Delivery.objects.get(problem__startswith="The mail came back")
    assert "The mail came back: 5.1.1." in page
    assert f'href="/desk/cases/{letter.case_id}/"' in page
    assert "It is encrypted." in page
    assert "olena@mail.example" in page
    # The number is the one that “corrigenda mail aside --retry” takes.
    aside = Mail.objects.get(outcome=Mail.Outcome.ASIDE)
    (line,) = turbohtml.parse(page).select("section[aria-labelledby=aside] li")
    assert f"No. {aside.pk} · " in line.text
    assert f"{aside.about} · It is encrypted." in line.text
    Mail.objects.filter(pk=aside.pk).update(about="", raw=None)
    desk.cookies["django_language"] = "uk"
    (line,) = turbohtml.parse(desk.get("/desk/mail/").content.decode()).select(
        "section[aria-labelledby=aside] li"
    )
    assert line.text.startswith("It is encrypted.")
    assert f"№ {aside.pk} · " in line.text
    del desk.cookies["django_language"]
    history = desk.get(f"/desk/cases/{letter.case_id}/").content.decode()
    assert "Our letter to the reader came back" in history


def test_many_long_answers_are_shown_by_beginnings_and_pages(
    desk: Client, world: World, settings: Settings
) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_answers_a_day": 0})
    case = world.answered.case
    assert case is not None
    long = "A long answer. " * 1_000 + "Its end."
    for number in range(queries.MOST_MAILED + 5):
        take(mail(f"long-{number}", text(f"Number {number}. {long}"), to=world.names.reply_address))
    first = desk.get(f"/desk/cases/{case.pk}/mail/", headers=FRAGMENT).content.decode()
    assert "Number 19." in first
    assert "Number 20." not in first
    assert len(first) < queries.MOST_MAILED * (2 * queries.MOST_BEGINNING + 3_000)
    (onward,) = turbohtml.parse(first).select("#mails-next")
    second = desk.get(str(onward.attrs["href"]), headers=FRAGMENT).content.decode()
    assert "Number 24." in second
    assert "Number 19." not in second
    assert "Its end." not in first + second
    link = turbohtml.parse(first).select("a[id^=mail-text-]")[0]
    assert "Its end." in desk.get(str(link.attrs["href"])).content.decode()
    assert len(desk.get("/desk/mail/").content) < 50 * 3_000
    assert desk.get("/desk/mails/999999/text/").status_code == 404


def test_mails_set_aside_are_listed_by_pages(desk: Client, world: World) -> None:
    Mail.objects.bulk_create(
        Mail(key=f"{number:064}", way=Mail.Way.IMAP, outcome=Mail.Outcome.ASIDE, about=f"sender-{number}.")
        for number in range(2 * queries.MOST_SHOWN + 1)
    )
    seen: list[str] = []
    address = "/desk/mail/"
    for shown, further in ((50, True), (50, True), (1, False)):
        page = turbohtml.parse(desk.get(address).content.decode())
        listed = [element.text for element in page.select("section[aria-labelledby=aside] li bdi")]
        assert len(listed) == shown
        seen += listed
        assert [link.attrs["href"] for link in page.select("#aside-first")] == (
            [] if address == "/desk/mail/" else ["/desk/mail/#aside"]
        )
        onward = page.select("#aside-next")
        assert bool(onward) is further
        address = str(onward[0].attrs["href"]) if onward else ""
    assert seen == [f"sender-{number}." for number in range(101)]
    for odd in ("?after=x", "?after=-1", "?after=" + "9" * 5_000):
        assert "sender-0." in desk.get(f"/desk/mail/{odd}").content.decode()
    assert "No further mail was set aside." in desk.get("/desk/mail/?after=999999999").content.decode()


def test_answers_beyond_the_days_number_are_set_aside_and_listed(
    desk: Client, world: World, settings: Settings
) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_answers_a_day": 2})
    taken = [
        take(mail(f"answer-{number}", text(f"Number {number}"), to=world.names.reply_address))
        for number in range(4)
    ]
    outcomes = [kept.outcome for kept in taken]
    assert outcomes == [Mail.Outcome.FOLLOW_UP] * 2 + [Mail.Outcome.ASIDE] * 2
    assert "CORRIGENDA_MAILBOX_ANSWERS_A_DAY" in desk.get("/desk/mail/").content.decode()
    FollowUp.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert take_again(taken[3]).outcome == Mail.Outcome.FOLLOW_UP
