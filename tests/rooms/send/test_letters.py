"""The letters: what they say, in which language, and what never gets into them."""

import re
from email import message_from_bytes, policy

import pytest
from pytest_django import Settings

from corrigenda.connectors.mail import bytes_of, message_of
from corrigenda.connectors.recipients import digest_of, stop_token
from corrigenda.models import Attachment, Decision, Delivery, FollowUp, Mail, Notice, Report
from corrigenda.send import step
from corrigenda.send.letters import write_letter
from corrigenda.send.queries import delivery_with_rows
from tests.rooms.disclose import hostile
from tests.rooms.disclose.making import make_decided, make_delivery, make_notice
from tests.rooms.factories import make_site
from tests.rooms.send.conftest import PostOffice

pytestmark = pytest.mark.django_db
ACCEPT, NOTE, DECLINE = Decision.Outcome.ACCEPT, Decision.Outcome.NOTE, Decision.Outcome.DECLINE


@pytest.fixture(autouse=True)
def desk(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://desk.example"
    settings.DEFAULT_FROM_EMAIL = "The Courier <corrections@courier.example>"


def corrected(**fields: object) -> tuple[Delivery, Notice]:
    decision = make_decided(email="reader@mail.example", message="Thank you, well seen.", **fields)  # type: ignore[arg-type]
    notice = make_notice(decision)
    return make_delivery(decision, notice), notice


def test_a_correction_is_told_with_every_link() -> None:
    delivery, notice = corrected()
    letter = write_letter(delivery)
    assert letter.sender == "The Courier <corrections@courier.example>"
    assert letter.recipient == "reader@mail.example"
    assert letter.subject == "Your report to The Courier: the article has been changed"
    assert letter.message_id == delivery.message_id
    assert letter.date == delivery.created_at
    assert letter.language == "en"
    token = delivery.reply.report.token
    assert (
        letter.body
        == f"""\
You told us that something may be wrong in “A story” (The Courier).
Thank you.

What you marked:
> 31 houses

The article has been corrected.

It now reads:
> 39 houses

The note that we published:
> An earlier version of this article wrongly said “31 houses”.

From the editors:
> Thank you, well seen.

The place on the page:
https://courier.example/story.html#:~:text=The%20fire%20destroyed-,39%20houses,-in%20the%20old%20town.

In the corrections log:
https://desk.example/log/courier/{notice.pk}/

Your report and where it stands:
https://desk.example/status/{token}/

This mail was sent once, because this address was left with the report.
It was sent by a program: nobody reads the answers to it.

If you want no more mail from this desk:
https://desk.example/stop/{stop_token(digest_of("reader@mail.example"))}/
"""
    )


def test_the_same_rows_give_the_same_letter() -> None:
    delivery, _ = corrected()
    again = delivery_with_rows(delivery.pk)
    assert again is not None
    assert write_letter(delivery) == write_letter(again)


def test_a_placed_notice_is_linked_by_its_anchor() -> None:
    delivery, notice = corrected()
    notice.placed_at = notice.published_at
    notice.save()
    body = write_letter(Delivery.objects.get(pk=delivery.pk)).body
    assert f"\nhttps://courier.example/story.html#correction-{notice.pk}\n" in body


def test_a_declined_report_is_told_why() -> None:
    decision = make_decided(
        outcome=DECLINE, email="reader@mail.example", reason="opinion", message="We see it differently."
    )
    letter = write_letter(make_delivery(decision))
    assert letter.subject == "Your report to The Courier: no change"
    assert (
        "The editors have decided not to change the article. This is a matter of\nopinion or style."
    ) in letter.body
    assert "> We see it differently." in letter.body
    assert "corrections log" not in letter.body
    assert "It now reads" not in letter.body


def test_a_note_is_told_as_one() -> None:
    decision = make_decided(outcome=NOTE, email="reader@mail.example")
    letter = write_letter(make_delivery(decision, make_notice(decision)))
    assert letter.subject == "Your report to The Courier: a note has been published"
    assert "It now reads" not in letter.body


@pytest.mark.parametrize(
    ("wanted", "site_languages", "spoken"),
    [("uk", ["en"], "uk"), ("uk-UA", ["en"], "uk"), ("it", ["uk", "en"], "uk"), ("it", ["nl"], "en")],
)
def test_the_letter_speaks_the_readers_language_or_the_sites(
    wanted: str, site_languages: list[str], spoken: str
) -> None:
    delivery, _ = corrected(site=make_site(languages=site_languages), report={"language": wanted})
    letter = write_letter(delivery)
    assert letter.language == spoken
    assert ("Статтю виправлено." in letter.body) == (spoken == "uk")


def test_no_text_of_a_reader_is_mailed() -> None:
    words = {
        "exact": "SPAM-EXACT",
        "prefix": "SPAM-PREFIX",
        "suffix": "SPAM-SUFFIX",
        "suggestion": "SPAM-SUGGESTION",
        "comment": "SPAM-COMMENT",
        "url": "https://courier.example/story.html?SPAM-URL",
        "language": "en-SPAM",
    }
    delivery, _ = corrected(report=words)
    letter = write_letter(delivery)
    written = bytes_of(message_of(letter)).decode()
    assert "SPAM" not in written
    assert "SPAM" not in letter.body + letter.subject


@pytest.mark.parametrize(
    ("query", "is_linked"),
    [
        ("?p=412&page=2", True),
        ("?BUY-PILLS-NOW", False),
        ("?title=BUY-PILLS-NOW", False),
        ("?p=412&x=BUY-PILLS-NOW", False),
        ("?p=41255512345678901234", False),
    ],
)
def test_an_address_that_a_reader_typed_carries_no_message(query: str, is_linked: bool) -> None:
    delivery, _ = corrected(path=f"/story.html{query}")
    letter = write_letter(delivery)
    assert ("The place on the page:" in letter.body) == is_linked
    assert "PILLS" not in bytes_of(message_of(letter)).decode()


def test_what_a_reader_mails_later_is_not_mailed_to_the_address_either() -> None:
    delivery, _ = corrected()
    report = delivery.reply.report
    mail = Mail.objects.create(
        key="k" * 64, way="imap", outcome="follow_up", report=report, text="SPAM-TEXT", reason="SPAM-REASON"
    )
    FollowUp.objects.create(report=report, mail=mail, comment="SPAM-FOLLOW-UP")
    Attachment.objects.create(mail=mail, name="SPAM-NAME", media_type="text/plain", size=1, digest="d" * 64)
    Report.objects.filter(pk=report.pk).update(
        image="https://courier.example/SPAM-IMAGE", doubts="SPAM-DOUBT"
    )
    again = delivery_with_rows(delivery.pk)
    assert again is not None
    assert "SPAM" not in bytes_of(message_of(write_letter(again))).decode()


@pytest.mark.parametrize("outcome", [ACCEPT, NOTE, DECLINE])
def test_hostile_text_stays_text(office: PostOffice, outcome: Decision.Outcome) -> None:
    site = make_site(name=f"The Courier {hostile.ALL}"[:200])
    decision = make_decided(
        outcome=outcome,
        site=site,
        email="reader@mail.example",
        old=hostile.ALL,
        wording=hostile.ALL,
        notice_text=hostile.ALL,
        message=hostile.ALL,
    )
    article = decision.case.article
    assert article is not None
    article.headline = hostile.ALL[:500]
    article.save()
    notice = None
    if outcome != DECLINE:
        notice = make_notice(decision, text=hostile.ALL, headline=hostile.ALL[:500], new=hostile.ALL)
    make_delivery(decision, notice)
    assert step.run() == 1
    raw = office.raw()
    head, _, body = raw.partition(b"\r\n\r\n")
    names = {line.split(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in {b" ", b"\t"}}
    assert names == {
        b"content-type",
        b"mime-version",
        b"content-transfer-encoding",
        b"subject",
        b"from",
        b"to",
        b"message-id",
        b"date",
        b"auto-submitted",
        b"content-language",
        b"list-unsubscribe",
        b"list-unsubscribe-post",
    }
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Bcc"] is None
    assert message.get_content_type() == "text/plain"
    text = office.text()
    assert hostile.IMAGE in text
    # Controls and directional turns are gone, and every line of a stranger is marked as quoted.
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert not any(line.startswith("Bcc") for line in text.splitlines())
    assert b"\r\n.\r\n" not in body


def test_a_long_quotation_is_cut() -> None:
    delivery, _ = corrected(old="word " * 2000)
    body = write_letter(delivery).body
    assert " … " in body
    assert len(body) < 3000
    assert all(len(line) <= 78 for line in body.splitlines() if "://" not in line)
