"""Our own letters name the way back: what is answered to one reaches its report."""

import pytest
from pytest_django import Settings

from corrigenda.connectors.mail import bytes_of, message_of
from corrigenda.connectors.reply_address import number_in
from corrigenda.models import FollowUp, Mail
from corrigenda.report.mail.intake import take_in
from corrigenda.report.mail.parse import read_mail
from corrigenda.report.mail.plans import Envelope
from corrigenda.send.letters import write_letter
from tests.mails.making import mail, text
from tests.rooms.disclose.making import make_decided, make_delivery, make_notice

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mailbox", ["", "corrections@courier.example"])
def test_an_answer_to_a_letter_reaches_its_report(settings: Settings, mailbox: str) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_address": mailbox})
    decision = make_decided(email="reader@mail.example")
    letter = write_letter(make_delivery(decision, make_notice(decision)))
    sent = read_mail(bytes_of(message_of(letter)))
    assert ("nobody reads the answers" in sent.body.text) == (not mailbox)
    assert ("the editors read your answer" in " ".join(sent.body.text.split())) == bool(mailbox)
    named = sent.header("Reply-To")
    assert (number_in(named) if mailbox else named) == (decision.case.report.pk if mailbox else "")
    # A program that keeps the address and drops the references, or the other way round.
    ways = [{"to": "desk@courier.example", "In_Reply_To": sent.message_id}]
    ways += [{"to": named}] if mailbox else []
    for number, way in enumerate(ways):
        taken = take_in(mail(f"answer-{number}", text("And the year?"), **way), Envelope(Mail.Way.IMAP))
        assert taken.mail.outcome == Mail.Outcome.FOLLOW_UP
    assert {row.report for row in FollowUp.objects.all()} == {decision.case.report}
