"""An address has one spelling: quoted names and other rare forms pass by no limit and no stop link."""

import dataclasses

import pytest

from corrigenda.connectors.mail import Outcome, SmtpMailer
from corrigenda.connectors.recipients import digest_of, is_plain, mailbox_of
from corrigenda.models import Contact, Report
from corrigenda.report.drafts import RefusedError, ReportDraft, cleaned
from corrigenda.report.privacy.people import person_with
from tests.rooms.send.conftest import PostOffice
from tests.rooms.send.test_mail import LETTER

RARE = [
    '"victim"@mail.example',
    '"\\victim"@mail.example',
    '"v\\ictim"@mail.example',
    '"vic tim"@mail.example',
    "vıctim@mail.example",
    "victim@[192.0.2.1]",
    "victim@localhost",
    "-victim@mail.example",
    "|victim@mail.example",
    "victim%elsewhere.example@mail.example",
    "elsewhere.example!victim@mail.example",
]


def draft_with(address: str) -> ReportDraft:
    return ReportDraft(
        url="https://courier.example/a.html",
        language="en",
        concern=Report.Concern.FACT,
        exact="words",
        email=address,
    )


@pytest.mark.parametrize("address", RARE)
def test_rare_forms_are_refused_at_the_door_and_by_the_mailer(office: PostOffice, address: str) -> None:
    assert not is_plain(address)
    with pytest.raises(RefusedError) as refused:
        cleaned(draft_with(address), quote_needed=True)
    assert set(refused.value.problems) == {"email"}
    answer = SmtpMailer().send(dataclasses.replace(LETTER, recipient=address))
    assert answer.outcome == Outcome.REFUSED
    assert "victim" not in answer.detail
    assert office.taken == []


@pytest.mark.parametrize(
    "address",
    [
        "o'neil+news@mail.example",
        "olena@пошта.приклад",
        "a.b_c-d@sub.mail.example",
        "a@gmail.com",
        "o-l|e@mail.example",
    ],
)
def test_ordinary_addresses_are_taken(address: str) -> None:
    assert cleaned(draft_with(address), quote_needed=True).email == address


@pytest.mark.parametrize("address", RARE[:3])
def test_quoted_spellings_are_one_mailbox(address: str) -> None:
    assert mailbox_of(address) == "victim@mail.example"
    assert digest_of(address) == digest_of("victim@mail.example")


@pytest.mark.django_db
def test_who_left_a_quoted_spelling_is_found_by_the_plain_one() -> None:
    Contact.objects.create(email='"v\\ictim"@mail.example', digest="0" * 40)
    assert len(person_with("victim@mail.example").contacts) == 1
