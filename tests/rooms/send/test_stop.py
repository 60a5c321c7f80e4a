"""The stop link of every letter: by hand, by one click of a mail program, and undone."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from corrigenda.connectors.recipients import digest_of, stop_token
from corrigenda.models import Contact, Decision, Delivery, Entry, Report, Stop
from corrigenda.send import step
from tests.rooms.disclose.making import make_decided, make_delivery
from tests.rooms.factories import make_member, make_report, make_site
from tests.rooms.send.conftest import PostOffice
from tests.rooms.send.test_step import TAKEN, Scripted

pytestmark = pytest.mark.django_db
EMAIL = "olena@mail.example"


def address() -> str:
    return reverse("send:stop", args=[stop_token(digest_of(EMAIL))])


def make_letter(path: str = "/story.html", *, email: str = EMAIL) -> Delivery:
    site = Report.objects.first().site if Report.objects.exists() else make_site()  # type: ignore[union-attr]
    return make_delivery(make_decided(outcome=Decision.Outcome.DECLINE, site=site, path=path, email=email))


def test_a_letter_names_the_link_in_its_text_and_for_mail_programs(
    office: PostOffice, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://desk.example"
    make_letter()
    assert step.run() == 1
    letter, url = office.letter(), f"https://desk.example{address()}"
    assert letter["List-Unsubscribe"].strip() == f"<{url}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in office.text().splitlines()
    # Over http the rule has no one click, and a desk on trial has no https.
    settings.PUBLIC_URL = "http://localhost:8000"
    make_letter("/2.html")
    assert step.run() == 1
    assert office.letter()["List-Unsubscribe"].strip() == f"<http://localhost:8000{address()}>"
    assert office.letter()["List-Unsubscribe-Post"] is None


def test_looking_changes_nothing_one_click_stops_and_the_same_page_undoes_it() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.head(address()).status_code == 200
    shown = client.get(address())
    assert "No more mail from this desk?" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert not Stop.objects.exists()
    # As RFC 8058, 3.2, has a mail program send it: no cookie, no token, no redirect in the answer.
    for _ in range(2):
        clicked = Client(enforce_csrf_checks=True).post(address(), {"List-Unsubscribe": "One-Click"})
        assert clicked.status_code == 200
        assert "You get no more mail" in clicked.content.decode()
    assert Stop.objects.get().digest == digest_of(EMAIL)
    undone = Client(enforce_csrf_checks=True).post(address(), {"resume": "1"})
    assert "No more mail from this desk?" in undone.content.decode()
    assert not Stop.objects.exists()


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("charset", ["utf8", "UTF-8", "us-ascii", "iso-8859-1", "x-unknown", "utf-16"])
def test_one_click_stops_mail_whatever_charset_it_declares(charset: str) -> None:
    kind = f"{FORM}; charset={charset}"
    clicked = Client().generic("POST", address(), b"List-Unsubscribe=One-Click", kind)
    assert clicked.status_code == 200
    assert Stop.objects.get().digest == digest_of(EMAIL)
    undone = Client().generic("POST", address(), b"resume=1", kind)
    assert undone.status_code == 200
    assert not Stop.objects.exists()


@pytest.mark.parametrize(
    ("kind", "data"),
    [(FORM, b"a=&" * 1_100), ("multipart/form-data", b"x"), ("multipart/form-data; x=", b"")],
)
def test_a_click_that_nobody_can_read_stops_mail(kind: str, data: bytes) -> None:
    clicked = Client().generic("POST", address(), data, kind)
    assert clicked.status_code == 200
    assert Stop.objects.get().digest == digest_of(EMAIL)


@pytest.mark.parametrize("token", ["x", "A" * 40, "\x00", "%2e%2e"])
def test_a_token_that_nobody_was_given_opens_nothing(token: str) -> None:
    url = f"/stop/{token}/"
    assert [Client().get(url).status_code, Client().post(url).status_code] == [404, 404]
    assert not Stop.objects.exists()


def test_a_stopped_mailbox_gets_nothing_and_the_report_is_answered_on_its_page(client: Client) -> None:
    client.post(address())
    letter, other = make_letter(email="Olena+x@Mail.Example"), make_letter("/2.html", email="x@mail.example")
    out = Scripted(TAKEN)
    assert step.run(out=out) == 2
    assert [sent.recipient for sent in out.letters] == ["x@mail.example"]
    letter.refresh_from_db()
    assert letter.abandoned_at is not None
    assert (letter.reason, letter.problem, letter.attempts) == (Delivery.Reason.STOPPED, "", 0)
    entry = Entry.objects.get(case=letter.case, verb="unwanted")
    assert entry.after == ""
    assert Delivery.objects.get(pk=other.pk).delivered_at is not None

    report = letter.reply.report
    page = client.get(reverse("disclose:status", args=[report.token])).content.decode()
    assert "decided not to change the article" in page
    assert "if that mailbox takes our mail" in page
    assert "want no mail" not in page
    client.force_login(make_member("anna"))
    assert "wants no mail" in client.get(f"/desk/cases/{letter.case_id}/").content.decode()
    assert "wants no mail" in client.get("/desk/mail/").content.decode()


def test_the_page_does_not_tell_whether_a_mailbox_stopped_our_mail(
    client: Client, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.example"
    report = make_report(make_site(), exact="x", email=EMAIL)
    page = reverse("disclose:status", args=[report.token])

    def said() -> str:
        main = client.get(page).content.decode().partition("<main")[2]
        return re.sub(r'value="[^"]*"', "", main)

    before = said()
    assert "if that mailbox takes our mail" in before
    client.post(address())
    assert said() == before


def test_the_stop_outlives_the_address_and_holds_none(client: Client) -> None:
    client.post(address())
    make_letter()
    Contact.objects.all().delete()
    stop = Stop.objects.get()
    assert "olena" not in str([getattr(stop, field.name) for field in Stop._meta.fields])
    client.post(address(), {"resume": "1"})
    assert not Stop.objects.exists()
