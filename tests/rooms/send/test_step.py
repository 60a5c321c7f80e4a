"""The step of send: tries, pauses, gives up, and never loses or doubles a letter's identity."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from corrigenda.connectors.mail import Answer, Letter, NullMailer, Outcome
from corrigenda.models import Case, Contact, Decision, Delivery, Entry
from corrigenda.report.privacy.stripping import erase_report, expire_report
from corrigenda.send import letters, step
from corrigenda.send.turn import own_turn
from tests.ports import free_port
from tests.rooms.disclose.making import make_decided, make_delivery, make_notice
from tests.rooms.factories import make_site
from tests.rooms.send.conftest import PostOffice

DECLINE = Decision.Outcome.DECLINE


class Scripted:
    """A mailer that answers as it was told, and keeps what it was given."""

    is_ready = True

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> Answer:
        """Answer with the next one, the last one for ever."""
        self.letters.append(letter)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


LATER, AWAY = Answer(Outcome.LATER, "451 later"), Answer(Outcome.AWAY, "nobody there")
TAKEN, REFUSED = Answer(Outcome.TAKEN), Answer(Outcome.REFUSED, "550 no")


def make_due(number: int = 1) -> list[Delivery]:
    site = make_site()
    return [
        make_delivery(
            make_decided(outcome=DECLINE, site=site, path=f"/{at}.html", email=f"reader{at}@mail.example")
        )
        for at in range(number)
    ]


def make_all_due() -> None:
    Delivery.objects.update(next_attempt_at=timezone.now())


@pytest.mark.django_db
def test_a_letter_is_sent_once_and_the_history_says_so(office: PostOffice) -> None:
    (delivery,) = make_due()
    assert step.run() == 1
    delivery.refresh_from_db()
    assert delivery.delivered_at is not None
    assert delivery.attempts == 1
    assert office.letter()["Message-ID"] == delivery.message_id
    assert office.letter()["To"] == "reader0@mail.example"
    entry = Entry.objects.last()
    assert entry is not None
    assert (entry.room, entry.verb, entry.rows["delivery"]) == ("send", "delivered", delivery.pk)
    assert step.run() == 0
    assert len(office.taken) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("strip", [erase_report, expire_report])
@pytest.mark.parametrize("outcome", [Outcome.LATER, Outcome.REFUSED, Outcome.TAKEN])
def test_a_reader_erased_while_the_letter_is_on_its_way_stays_erased(
    strip: Callable[..., bool], outcome: Outcome
) -> None:
    (delivery,) = make_due()

    class Slow(Scripted):
        def send(self, letter: Letter) -> Answer:
            strip(delivery.reply.report_id, at=timezone.now())
            return super().send(letter)

    step.run(out=Slow(Answer(outcome, "550 5.1.1 Olena K. has left")))
    delivery.refresh_from_db()
    assert delivery.attempts == 1
    assert delivery.problem == "550 5.1.1"
    assert not any("Olena" in entry.after for entry in Entry.objects.all())


@pytest.mark.django_db
def test_a_temporary_failure_is_tried_again_after_longer_and_longer_pauses(office: PostOffice) -> None:
    (delivery,) = make_due()
    office.to_data = "451 4.3.0 not now"
    for attempt in (1, 2, 3):
        make_all_due()
        before = timezone.now()
        assert step.run() == 0
        delivery.refresh_from_db()
        assert delivery.attempts == attempt
        assert delivery.problem.startswith("451")
        pause = delivery.next_attempt_at - before
        assert pause == pytest.approx(timedelta(minutes=2 ** (attempt - 1)), abs=timedelta(seconds=20))
        assert step.run() == 0
    assert delivery.abandoned_at is None
    office.to_data = "250 OK"
    make_all_due()
    assert step.run() == 1
    delivery.refresh_from_db()
    assert delivery.attempts == 4
    assert delivery.problem == ""


def test_the_pause_is_bounded() -> None:
    assert step.pause_after(1) == timedelta(minutes=1)
    assert step.pause_after(50) == timedelta(hours=4)


@pytest.mark.django_db
def test_a_refusal_is_final_and_noted_without_the_address(office: PostOffice) -> None:
    (delivery,) = make_due()
    office.to_recipient = "550 5.1.1 <reader0@mail.example>: reader0 is unknown"
    assert step.run() == 1
    delivery.refresh_from_db()
    assert delivery.abandoned_at is not None
    entry = Entry.objects.last()
    assert entry is not None
    assert (entry.verb, entry.case) == ("abandoned", delivery.case)
    assert entry.after == "550 5.1.1"
    assert delivery.problem.startswith("550 5.1.1")
    assert "reader0" not in entry.after + delivery.problem
    make_all_due()
    assert step.run() == 0


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 5.1.1 Olena Reader has left", "550 5.1.1"),
        ("550-5.7.26 <olena=40mail.example@relay.example>", "550 5.7.26".replace(" ", "-")),
        ("450 olena", "450"),
        ("ConnectionRefusedError: [Errno 111] olena", ""),
        ("5500 olena", ""),
        ("", ""),
    ],
)
def test_the_history_keeps_codes_and_no_sentence_of_a_server(said: str, kept: str) -> None:
    assert step.codes_in(said) == kept


@pytest.mark.django_db
def test_a_server_that_is_down_costs_one_attempt_a_round_and_the_letters_wait(settings: Settings) -> None:
    deliveries = make_due(3)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    assert step.run() == 0
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    assert not Delivery.objects.filter(next_attempt_at__lte=timezone.now()).exists()
    make_all_due()
    out = Scripted(TAKEN)
    assert step.run(out=out) == 3
    assert {letter.message_id for letter in out.letters} == {each.message_id for each in deliveries}


@pytest.mark.django_db
def test_a_letter_that_cannot_be_delivered_for_days_is_given_up() -> None:
    (delivery,) = make_due()
    long_ago = timezone.now() - step.PATIENCE - timedelta(minutes=1)
    # Not for having waited: mail may have been turned off, or the mailbox have had its number for the day.
    Delivery.objects.update(created_at=long_ago)
    assert step.run(out=Scripted(LATER)) == 0
    delivery.refresh_from_db()
    assert (delivery.abandoned_at, delivery.attempts) == (None, 1)
    make_all_due()
    Delivery.objects.update(first_attempt_at=long_ago)
    assert step.run(out=Scripted(LATER)) == 0
    delivery.refresh_from_db()
    assert delivery.abandoned_at is not None
    assert Entry.objects.filter(verb="abandoned").count() == 1


@pytest.mark.django_db
def test_an_erased_address_ends_the_delivery() -> None:
    (delivery,) = make_due()
    Contact.objects.all().delete()
    out = Scripted(TAKEN)
    assert step.run(out=out) == 1
    delivery.refresh_from_db()
    assert delivery.abandoned_at is not None
    assert delivery.reason == Delivery.Reason.ERASED
    assert Entry.objects.filter(verb="addressless", case=delivery.case).count() == 1
    assert out.letters == []


@pytest.mark.django_db
def test_one_letter_that_cannot_be_written_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = make_due(2)
    write = letters.write_letter

    def failing(delivery: Delivery) -> Letter:
        if delivery == bad:
            raise RuntimeError("planted")
        return write(delivery)

    monkeypatch.setattr(step, "write_letter", failing)
    assert step.run(out=Scripted(TAKEN)) == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert good.delivered_at is not None
    assert bad.delivered_at is None
    assert bad.next_attempt_at > timezone.now()
    assert "planted" in caplog.text


@pytest.mark.django_db
def test_without_a_server_nothing_is_tried(settings: Settings) -> None:
    (delivery,) = make_due()
    settings.EMAIL_HOST = ""
    assert step.run() == step.run(out=NullMailer()) == 0
    delivery.refresh_from_db()
    assert delivery.attempts == 0


@pytest.mark.django_db
def test_the_limit_holds() -> None:
    make_due(3)
    out = Scripted(TAKEN)
    assert step.run(2, out=out) == 2
    assert step.run(2, out=out) == 1


@pytest.mark.django_db
def test_answers_of_one_letter_do_not_touch_another() -> None:
    make_due(3)
    step.run(out=Scripted(REFUSED, LATER, TAKEN))
    ends = [(bool(row.abandoned_at), bool(row.delivered_at)) for row in Delivery.objects.all()]
    assert ends == [(True, False), (False, False), (False, True)]


def test_two_senders_at_once_send_each_letter_once(committed_db: None) -> None:
    make_due(3)
    out = Scripted(TAKEN)
    seen: list[int] = []

    def second() -> None:
        try:
            seen.append(step.run(out=out))
        finally:
            connection.close()

    class Slow(Scripted):
        def send(self, letter: Letter) -> Answer:
            thread = threading.Thread(target=second)
            thread.start()
            thread.join()
            return super().send(letter)

    first = Slow(TAKEN)
    assert step.run(out=first) == 3
    assert seen == [0, 0, 0]
    assert out.letters == []
    with own_turn() as mine:
        assert mine


def run_sender(office: PostOffice, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the step in a process of its own, on the database of this test."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        host = f"{database['HOST']}:{database['PORT']}"
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings",
        "CORRIGENDA_MAIL_HOST": "127.0.0.1",
        "CORRIGENDA_MAIL_PORT": str(office.port),
        "CORRIGENDA_MAIL_SECURITY": "none",
        "CORRIGENDA_MAIL_FROM": "corrections@courier.example",
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.rooms.send.killed", *arguments],
        cwd=Path(__file__).resolve().parents[3],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_killed_between_the_servers_250_and_our_commit_the_repeat_bears_the_same_message_id(
    committed_db: None, office: PostOffice
) -> None:
    decision = make_decided(email="reader@mail.example")
    delivery = make_delivery(decision, make_notice(decision))
    killed = run_sender(office, "after-250")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(office.taken) == 1
    delivery.refresh_from_db()
    assert delivery.delivered_at is None

    again = run_sender(office)
    assert (again.returncode, again.stdout.strip()) == (0, "1"), again.stderr
    assert len(office.taken) == 2
    assert office.letter(0)["Message-ID"] == office.letter(1)["Message-ID"] == delivery.message_id
    assert office.raw(0) == office.raw(1)
    assert Delivery.objects.get().delivered_at is not None
    assert run_sender(office).stdout.strip() == "0"
    assert len(office.taken) == 2
    assert Case.objects.get().entries.filter(verb="delivered").count() == 1
