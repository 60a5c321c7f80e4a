"""What identifies readers goes when its time is over: not before, not all at once, and none is forgotten."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from corrigenda.models import (
    Attachment,
    Contact,
    Decision,
    Delivery,
    FollowUp,
    Mail,
    Reply,
    Report,
)
from corrigenda.report import step
from corrigenda.report.mail.attachments import path_of
from corrigenda.report.mail.intake import take_in
from corrigenda.report.mail.plans import Envelope
from corrigenda.report.privacy import retention
from corrigenda.report.privacy.retention import PAUSE, Timer, expire_due
from corrigenda.report.privacy.stripping import expire_report
from tests.mails.making import DESK, file, mail, many, text
from tests.mails.parts import PNG
from tests.mails.world import make_world
from tests.rooms.disclose.making import make_decided, make_delivery, make_reply
from tests.rooms.factories import make_report, make_site

EMAIL = "olena@mail.example"
IMAP = Envelope(Mail.Way.IMAP)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"data_dir": tmp_path, "retention_days": 90})
    monkeypatch.setattr(retention, "TIMER", Timer())
    return tmp_path


def make_answered(days: float, path: str = "/story.html", *, email: str = EMAIL) -> Report:
    """Make a report that was answered so many days ago."""
    site = Report.objects.first().site if Report.objects.exists() else make_site()  # type: ignore[union-attr]
    decision = make_decided(
        outcome=Decision.Outcome.DECLINE,
        site=site,
        path=path,
        email=email,
        report={"comment": "Yours, Olena", "suggestion": "39 houses", "suffix": "Olena"},
    )
    delivery = make_delivery(decision) if email else None
    if delivery is None:
        make_reply(decision)
    Delivery.objects.update(delivered_at=timezone.now())
    report = Report.objects.get(case=decision.case)
    age(report, days)
    return report


def age(report: Report, days: float) -> None:
    Reply.objects.filter(report=report).update(created_at=timezone.now() - timedelta(days=days))


def test_so_many_days_after_the_answer_its_reader_is_nobody(client: Client) -> None:
    early, late = make_answered(89, email="x@mail.example"), make_answered(91, "/2.html")
    assert step.run() > 0
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.comment, early.expired_at) == ("Yours, Olena", None)
    assert (late.comment, late.suffix, late.contact, bool(late.expired_at)) == ("", "", None, True)
    # What the newsroom needs to tell what happened stays.
    assert (late.exact, late.suggestion, late.erased_at) == ("31 houses", "39 houses", None)
    assert list(Contact.objects.values_list("email", flat=True)) == ["x@mail.example"]
    assert Delivery.objects.filter(contact=None, delivered_at__isnull=False).count() == 1
    page = client.get(reverse("disclose:status", args=[late.token])).content.decode()
    assert "Your comment was deleted on" in page
    assert "erased at your wish" not in page


def test_a_reader_who_waits_for_another_answer_keeps_the_address() -> None:
    first, second = make_answered(91), make_answered(91, "/2.html", email="Olena+x@mail.example")
    Reply.objects.filter(report=second).delete()
    expire_due(50, before=timezone.now() - timedelta(days=90))
    first.refresh_from_db()
    assert first.comment == ""
    assert Contact.objects.count() == 2
    make_reply(second.case.decisions.get())  # type: ignore[union-attr]
    age(second, 91)
    expire_due(50, before=timezone.now() - timedelta(days=90))
    assert Contact.objects.count() == 0


def test_a_letter_on_its_way_keeps_its_address() -> None:
    make_answered(91)
    Delivery.objects.update(delivered_at=None)
    assert step.run() > 0
    assert Contact.objects.count() == 1
    Delivery.objects.update(abandoned_at=timezone.now())
    assert expire_due(50, before=timezone.now()) > 0
    assert Contact.objects.count() == 0


def test_mails_go_with_their_report_and_later_ones_after_their_own_time() -> None:
    world = make_world()
    body = many("multipart/mixed", text("And the price?"), file("a.png", PNG, "image/png"))
    first = take_in(mail("first", body, to=DESK, In_Reply_To=world.names.answered), IMAP).mail
    age(world.answered, 91)
    expire_due(50, before=timezone.now() - timedelta(days=90))
    first.refresh_from_db()
    assert (first.text, bool(first.emptied_at), first.attachments.count()) == ("", True, 0)
    assert path_of(_digest(PNG)).exists()
    assert retention.run(50) == 0
    assert not path_of(_digest(PNG)).exists()
    later = take_in(mail("later", body, to=DESK, In_Reply_To=world.names.answered), IMAP).mail
    before = timezone.now() - timedelta(days=90)
    assert expire_due(50, before=before) == 0
    Mail.objects.filter(pk=later.pk).update(taken_at=before - timedelta(days=1))
    assert expire_due(50, before=before) == 1
    assert not Attachment.objects.exists()
    assert set(FollowUp.objects.values_list("comment", flat=True)) == {""}
    assert set(Mail.objects.values_list("text", flat=True)) == {""}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_what_nobody_let_in_and_what_was_set_aside_goes_after_the_same_time() -> None:
    site = make_site()
    old, new = [make_report(site, exact="x", email=email, held="spam") for email in (EMAIL, "x@mail.example")]
    Report.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    mails = [take_in(f"no mail {number}".encode(), IMAP).mail for number in range(2)]
    Mail.objects.filter(pk=mails[0].pk).update(taken_at=timezone.now() - timedelta(days=91))
    assert step.run() > 0
    assert list(Report.objects.all()) == [new]
    assert list(Contact.objects.values_list("email", flat=True)) == ["x@mail.example"]
    gone, kept = Mail.objects.order_by("pk")
    assert (gone.outcome, gone.raw, bool(gone.emptied_at)) == (Mail.Outcome.GONE, None, True)
    assert bytes(kept.raw or b"") == b"no mail 1"


@pytest.mark.parametrize("days", [90, 0])
def test_only_the_newest_rows_of_automatic_mails_are_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, days: int
) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"retention_days": days})
    monkeypatch.setattr("corrigenda.report.mail.room.MOST_NOTICES", 4)
    monkeypatch.setattr("corrigenda.report.mail.room._AT_ONCE", 2)
    make_answered(1)
    letter = Delivery.objects.get()
    outcomes = [Mail.Outcome.ASIDE, *[Mail.Outcome.BOUNCE] * 3, *[Mail.Outcome.AUTOMATIC] * 9]
    mails = [
        Mail.objects.create(
            key=str(number),
            way=Mail.Way.IMAP,
            outcome=outcome,
            delivery=letter if number in {2, 3} else None,
        )
        for number, outcome in enumerate(outcomes)
    ]
    step.run()
    kept = [mail for mail in mails if mail.outcome == Mail.Outcome.ASIDE or mail.delivery == letter][:2]
    assert list(Mail.objects.order_by("pk")) == [*kept, *mails[-4:]]
    assert "7 rows of automatic mails were deleted: 4 are kept." in caplog.text
    again = take_in(mail("auto", text("Away."), **{"Auto-Submitted": "auto-replied"}), IMAP)
    assert again.mail.outcome == Mail.Outcome.AUTOMATIC


def test_some_at_a_time_and_at_once_again_while_there_are_more() -> None:
    for number in range(5):
        make_answered(91, f"/{number}.html", email=f"r{number}@mail.example")
    rounds = []
    while done := step.run(2):
        rounds.append(done)
    assert Contact.objects.count() == 0
    assert Report.objects.filter(expired_at=None).count() == 0
    assert len(rounds) == 3


def test_it_looks_once_an_hour() -> None:
    now = 0.0
    timer = Timer(clock=lambda: now)
    assert timer.is_due()
    timer.wait()
    assert not timer.is_due()
    now = PAUSE - 1
    assert not timer.is_due()
    now = PAUSE
    assert timer.is_due()


def test_in_between_it_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    retention.run(50)
    with CaptureQueriesContext(connection) as captured:
        assert retention.run(50) == 0
    assert captured.captured_queries == []


def test_with_0_days_everything_is_kept(settings: Settings) -> None:
    make_answered(5000)
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"retention_days": 0})
    assert retention.run(50) == 0
    assert Contact.objects.count() == 1


def test_a_row_that_fails_does_not_keep_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = make_answered(92), make_answered(91, "/2.html", email="x@mail.example")

    def failing(number: int, **given: object) -> bool:
        if number == bad.pk:
            raise RuntimeError("planted")
        return expire_report(number, **given)  # type: ignore[arg-type]  # passed on as it is

    monkeypatch.setattr(retention, "expire_report", failing)
    assert step.run() == 2
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.comment, bad.comment) == ("", "Yours, Olena")
    assert "planted" in caplog.text
    monkeypatch.undo()
    assert expire_due(50, before=timezone.now() - timedelta(days=90)) > 0
    bad.refresh_from_db()
    assert bad.comment == ""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plans of SQLite are read")
def test_its_questions_read_indexes() -> None:
    before = timezone.now()
    for index, question in {
        "reply_to_clear": retention.replies_due(before),
        # Hardly a report has no case: those that were held, and the last second's.
        "sqlite_autoindex_corrigenda_report": retention.held_due(before),
        "mail_to_empty": retention.late_mails_due(before),
        "mail_": retention.aside_due(before),
    }.items():
        plan = question[:50].explain()
        assert f"INDEX {index}" in plan, plan
        assert "SCAN" not in plan, plan
    # Addresses are few: those of readers who wait, and of the last days.
    assert "SCAN corrigenda_report" not in retention.contacts_due()[:50].explain()
