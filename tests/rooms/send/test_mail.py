"""The mailer: what a server answers, what no header lets through, and that a repeat is the same bytes."""

import dataclasses
import smtplib
import ssl
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from corrigenda.connectors.mail import (
    Answer,
    Letter,
    NullMailer,
    Outcome,
    SmtpMailer,
    bytes_of,
    mailer,
    message_of,
)
from corrigenda.web.plain import one_line
from tests.ports import free_port
from tests.rooms.send.conftest import PostOffice

LETTER = Letter(
    sender="The Courier <corrections@courier.example>",
    recipient="reader@mail.example",
    subject="Your report: виправлено",
    body="The article now says “39”.\n\nFrom the first line.\n.\nAfter a lone stop.\n",
    message_id="<5b4f@courier.example>",
    date=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    language="uk",
)


def test_a_letter_arrives_with_its_headers_and_its_text(office: PostOffice) -> None:
    assert SmtpMailer().send(LETTER) == Answer(Outcome.TAKEN)
    letter = office.letter()
    assert letter["Message-ID"] == "<5b4f@courier.example>"
    assert letter["Subject"] == "Your report: виправлено"
    assert letter["From"] == LETTER.sender
    assert letter["To"] == "reader@mail.example"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["Content-Language"] == "uk"
    assert letter["Date"] == "Sun, 01 Mar 2026 12:30:00 +0000"
    assert letter["Reply-To"] is None
    assert letter.get_content_type() == "text/plain"
    assert office.text().replace("\r\n", "\n") == LETTER.body
    assert office.taken[0].mail_from == "corrections@courier.example"
    assert office.taken[0].rcpt_tos == ["reader@mail.example"]


def test_the_same_letter_twice_is_the_same_bytes(office: PostOffice) -> None:
    SmtpMailer().send(LETTER)
    SmtpMailer().send(LETTER)
    assert office.raw(0) == office.raw(1)


@pytest.mark.parametrize(
    ("to_recipient", "to_data", "outcome"),
    [
        ("250 OK", "451 4.3.0 try again", Outcome.LATER),
        ("450 4.2.1 greylisted", "250 OK", Outcome.LATER),
        ("250 OK", "554 5.7.1 not wanted", Outcome.REFUSED),
        ("550 5.1.1 <reader@mail.example>: user reader unknown", "250 OK", Outcome.REFUSED),
    ],
)
def test_answers_are_told_apart(
    office: PostOffice, to_recipient: str, to_data: str, outcome: Outcome
) -> None:
    office.to_recipient, office.to_data = to_recipient, to_data
    answer = SmtpMailer().send(LETTER)
    assert answer.outcome == outcome
    assert answer.detail[:3] in {"451", "450", "554", "550"}
    assert "reader" not in answer.detail


def test_the_name_before_a_tag_is_stripped_from_what_a_server_says(office: PostOffice) -> None:
    office.to_recipient = "550 5.1.1 no such user: Olena (olena+news, OLENA@mx.mail.example)"
    answer = SmtpMailer().send(dataclasses.replace(LETTER, recipient="olena+news@mail.example"))
    assert answer.detail.startswith("550 5.1.1")
    assert "olena" not in answer.detail.lower()


def test_a_server_that_is_down_is_away(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    answer = SmtpMailer().send(LETTER)
    assert answer.outcome == Outcome.AWAY
    assert "ConnectionRefusedError" in answer.detail


@pytest.mark.parametrize("secured", ["EMAIL_USE_TLS", "EMAIL_USE_SSL"])
def test_a_letter_never_goes_out_bare_where_the_settings_ask_for_tls(
    office: PostOffice, settings: Settings, secured: str
) -> None:
    settings.EMAIL_TIMEOUT = 2
    setattr(settings, secured, True)
    assert SmtpMailer().send(LETTER).outcome == Outcome.AWAY
    assert office.taken == []


def test_a_sign_in_that_fails_costs_no_reader_the_answer(office: PostOffice, settings: Settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "wrong"
    assert SmtpMailer().send(LETTER).outcome == Outcome.AWAY


@pytest.mark.parametrize("error", [TimeoutError(), ssl.SSLError(), smtplib.SMTPResponseException(500, b"no")])
def test_a_failing_goodbye_does_not_untake_a_letter(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def quit_badly(smtp: smtplib.SMTP) -> Any:
        raise error

    monkeypatch.setattr(smtplib.SMTP, "quit", quit_badly)
    assert SmtpMailer().send(LETTER) == Answer(Outcome.TAKEN)
    assert len(office.taken) == 1


@pytest.mark.parametrize(
    "field", ["sender", "recipient", "subject", "message_id", "language", "reply_to", "stop_url"]
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_line_break_in_a_header_is_refused(office: PostOffice, field: str, end: str) -> None:
    value = f"{getattr(LETTER, field)}{end}Bcc: victim@mail.example"
    changes: dict[str, Any] = {field: value}
    hostile = dataclasses.replace(LETTER, **changes)
    assert SmtpMailer().send(hostile).outcome == Outcome.REFUSED
    assert office.taken == []


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_other_separators_are_refused_too(office: PostOffice, separator: str) -> None:
    hostile = dataclasses.replace(LETTER, subject=f"Hello{separator}Bcc: victim@mail.example")
    assert SmtpMailer().send(hostile).outcome == Outcome.REFUSED
    assert office.taken == []


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_made_one_line_leaves_the_headers_whole(text: str) -> None:
    letter = dataclasses.replace(LETTER, subject=one_line(text), body=text)
    headers = message_from_bytes(bytes_of(message_of(letter)))
    assert {name for name, _ in headers.items()} == {
        "Content-Type",
        "MIME-Version",
        "Content-Transfer-Encoding",
        "Subject",
        "From",
        "To",
        "Message-ID",
        "Date",
        "Auto-Submitted",
        "Content-Language",
    }


def test_two_recipients_in_one_address_are_refused(office: PostOffice) -> None:
    hostile = dataclasses.replace(LETTER, recipient="a@mail.example, victim@mail.example")
    assert SmtpMailer().send(hostile).outcome == Outcome.REFUSED


def test_without_a_server_letters_wait(settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    out = mailer()
    assert isinstance(out, NullMailer)
    assert not out.is_ready
    assert out.send(LETTER).outcome == Outcome.AWAY
    settings.EMAIL_HOST = "mail.example"
    assert isinstance(mailer(), SmtpMailer)
