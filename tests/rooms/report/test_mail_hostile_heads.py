"""Heads made of words whose charset must be guessed cost a few guesses, wherever they are read."""

from pathlib import Path

import pytest
from charset_normalizer import from_bytes
from django.test import Client
from pytest_django import Settings

from corrigenda.models import Mail
from corrigenda.report.mail import charsets
from corrigenda.report.mail.charsets import MOST_GUESSES
from corrigenda.report.mail.intake import take_again, take_in
from corrigenda.report.mail.letters import Asked, read_letter
from corrigenda.report.mail.parse import about_of, read_mail
from corrigenda.report.mail.plans import NO_SITE, Envelope
from corrigenda.report.mail.queries import list_aside
from tests.mails.making import mail, text
from tests.rooms.factories import make_member, make_site

IMAP = Envelope(Mail.Way.IMAP)
WORDS = b"=?a?q?=ff?= =?b?q?=fe?= x "
HEAVY = b"".join(b"%s: %s\r\n" % (name, WORDS * 700) for name in (b"To", b"Cc") * 9 + (b"To",))
MALFORMED = HEAVY + b"From: olena@mail.example\r\nSubject: A wrong price\r\n\r\nwords\r\n"


@pytest.fixture
def guessed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the guesses, each by the bytes that it is made from."""
    sizes: list[int] = []

    def counted(data: bytes, *, cp_isolation: list[str]) -> object:
        sizes.append(len(data))
        return from_bytes(data, cp_isolation=cp_isolation)

    monkeypatch.setattr(charsets, "from_bytes", counted)
    return sizes


@pytest.fixture
def data(settings: Settings, tmp_path: Path) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"data_dir": tmp_path})


def test_reading_a_mail_guesses_a_few_charsets(guessed: list[int]) -> None:
    named = b"".join(b'Content-Disposition: attachment; filename="%s"\r\n' % WORDS for _ in range(100))
    read_letter(Asked(raw=MALFORMED, envelope_sender=None, file_bytes=10, files_bytes=10))
    assert 0 < len(guessed) <= MOST_GUESSES
    guessed.clear()
    read_mail(b"From: a@mail.example\r\n" + named + HEAVY[:200_000] + b"\r\nwords")
    assert len(guessed) <= MOST_GUESSES


def test_addresses_are_looked_for_in_so_much_of_what_came(guessed: list[int]) -> None:
    late = b"To: " + b"=?utf-8?q?a?= " * 800 + b"\r\nTo: late@courier.example\r\n"
    early = b"From: a@mail.example\r\nTo: early@courier.example\r\n"
    assert read_mail(early + late + b"\r\nwords").recipients == ("early@courier.example",)


@pytest.mark.django_db
@pytest.mark.usefixtures("data")
def test_the_list_of_mails_set_aside_reads_none(client: Client, guessed: list[int]) -> None:
    make_site()
    make_site("other", origin="https://other.example")
    for number in range(3):
        kept = take_in(b"Message-ID: <%d@x>\r\n" % number + MALFORMED, IMAP).mail
        assert kept.reason == NO_SITE
    heavy = b"From: %s <olena@mail.example>\r\nSubject: %s\r\n" % (WORDS * 10, WORDS * 700)
    take_in(b"Message-ID: <last@x>\r\n" + heavy + b"\r\nwords\r\n", IMAP)
    Mail.objects.filter(pk=kept.pk).update(about="")  # as before its row said it
    guessed.clear()
    client.force_login(make_member("anna"))
    assert client.get("/desk/mail/").status_code == 200
    assert len(list(list_aside())) == 4
    assert guessed == []


@pytest.mark.django_db
@pytest.mark.usefixtures("data")
def test_sender_and_subject_are_in_the_row_until_it_is_let_in() -> None:
    first = make_site()
    make_site("other", origin="https://other.example")
    raw = mail("lost", text("words"), subject="=?koi8-u?b?88/C?=", to="x@nowhere.example")
    aside = take_in(raw, IMAP).mail
    assert aside.reason == NO_SITE
    assert aside.about == "olena@mail.example Соб"
    assert [kept.about for kept in list_aside()] == [aside.about]
    Mail.objects.update(about="")
    assert [kept.about for kept in list_aside()] == [aside.about], "rows of an earlier version"
    Mail.objects.update(about=aside.about)
    first.delete()
    again = take_again(Mail.objects.get())
    assert (again.outcome, again.about) == (Mail.Outcome.REPORT, "")


def test_what_a_row_shows_comes_from_a_small_beginning() -> None:
    assert about_of(b"X: y\r\n" * 6_000 + b"From: a@mail.example\r\n\r\n") == ""
    assert about_of(b"From: " + b"(" * 900 + b"\r\nSubject: s\r\n\r\n") == "s"
    assert len(about_of(b"From: a@mail.example\r\nSubject: " + b"x" * 30_000 + b"\r\n\r\n")) < 1_100
    assert about_of(b"\xff\x00") == ""
