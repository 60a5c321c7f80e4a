"""A mailbox gets a few letters a day and no more, whoever leaves its address; none is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from corrigenda.connectors.recipients import digest_in, digest_of, mailbox_of, stop_token
from corrigenda.models import Contact, Decision, Delivery
from corrigenda.send import step
from tests.rooms.disclose.making import make_decided, make_delivery
from tests.rooms.factories import make_site
from tests.rooms.send.test_step import TAKEN, Scripted

SPELLINGS = ("olena.reader@gmail.com", "Olena.Reader@GMAIL.com", "olenareader+news@googlemail.com")
OTHER = "o.lena@mail.example"


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        (" Olena@Mail.Example ", "olena@mail.example"),
        ("olena+paper@mail.example", "olena@mail.example"),
        ("+olena@mail.example", "+olena@mail.example"),
        ("o.lena@mail.example", "o.lena@mail.example"),
        ("O.Lena+x@googlemail.com", "olena@gmail.com"),
        ("olena@пошта.приклад", "olena@xn--80a1acn3a.xn--80aikifvh"),
        ("olena@mail.example.", "olena@mail.example"),
        ("no address", "no address"),
    ],
)
def test_the_spellings_of_one_mailbox_are_one(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox
    assert digest_of(address) == digest_of(mailbox)
    assert len(digest_of(address)) == Contact._meta.get_field("digest").max_length


def test_a_digest_is_keyed_and_a_token_proves_itself(settings: Settings) -> None:
    digest = digest_of("olena@mail.example")
    token = stop_token(digest)
    assert digest_in(token) == digest
    assert digest_in(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert digest_in(stop_token(digest_of("x@mail.example"))) != digest
    assert [digest_in(text) for text in ("", "x", "\x00", "ключ", token + token, token + "=")] == [None] * 6
    settings.SECRET_KEY = "another"
    assert digest_of("olena@mail.example") != digest
    assert digest_in(token) is None


@pytest.mark.django_db
def test_the_fourth_letter_waits_until_the_first_is_a_day_old(settings: Settings) -> None:
    sites = [make_site(), make_site("other", origin="https://other.example")]
    emails = [*SPELLINGS, *SPELLINGS, OTHER]
    letters = [
        make_delivery(
            make_decided(
                outcome=Decision.Outcome.DECLINE, site=sites[at % 2], path=f"/{at}.html", email=email
            )
        )
        for at, email in enumerate(emails)
    ]
    out = Scripted(TAKEN)
    assert step.run(out=out) == 4
    assert [letter.recipient for letter in out.letters] == [*SPELLINGS, OTHER]
    waiting = Delivery.objects.filter(delivered_at=None)
    assert sorted(row.pk for row in waiting) == [letter.pk for letter in letters[3:6]]
    first = Delivery.objects.get(pk=letters[0].pk).delivered_at
    assert first is not None
    assert {row.next_attempt_at for row in waiting} == {first + timedelta(hours=24)}
    assert {(row.attempts, row.abandoned_at) for row in waiting} == {(0, None)}
    # A day later the mailbox has its number again, and the day after that the rest.
    for left in (3, 0):
        day = timedelta(hours=24, seconds=1)
        for row in Delivery.objects.exclude(delivered_at=None):
            Delivery.objects.filter(pk=row.pk).update(delivered_at=(row.delivered_at or timezone.now()) - day)
        Delivery.objects.update(next_attempt_at=timezone.now())
        assert step.run(out=out) == left
    assert {letter.message_id for letter in out.letters} == {row.message_id for row in Delivery.objects.all()}
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mail_letters_a_day": 0})
    more = [
        make_delivery(
            make_decided(outcome=Decision.Outcome.DECLINE, site=sites[0], path=f"/m{at}", email=OTHER)
        )
        for at in range(5)
    ]
    assert step.run(out=out) == len(more)
