"""One mailbox may mail so many reports a day; what comes beyond waits for an editor, and none is lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from corrigenda.models import Mail, Report
from corrigenda.report import step
from corrigenda.report.mail.intake import take_in
from corrigenda.report.mail.plans import Envelope
from corrigenda.report.spam.doubts import Doubt
from tests.mails.making import mail, text
from tests.mails.world import make_world

pytestmark = pytest.mark.django_db
IMAP = Envelope(Mail.Way.IMAP)
SPELLINGS = ("olena@mail.example", "Olena <OLENA@mail.example>", "olena+x@mail.example")


@pytest.fixture(autouse=True)
def three_a_day(settings: Settings, tmp_path: Path) -> None:
    changes = {"data_dir": tmp_path, "mailbox_reports_a_day": 3}
    settings.OPTIONS = settings.OPTIONS.model_copy(update=changes)


def send(number: int, sender: str) -> Report:
    words = f"Number {number} is wrong in https://courier.example/night-ferry.html"
    taken = take_in(mail(f"often-{number}", text(words), From=sender), IMAP).mail
    assert taken.report is not None
    return taken.report


def test_the_fourth_of_a_day_waits_for_an_editor(settings: Settings) -> None:
    make_world()
    reports = [send(number, SPELLINGS[number % 3]) for number in range(5)]
    other = send(5, "another@mail.example")
    step.run()
    for report in (*reports, other):
        report.refresh_from_db()
    assert [report.held for report in reports] == ["", "", "", "spam", "spam"]
    assert [report.doubts for report in reports[3:]] == [Doubt.MAILED_OFTEN.value] * 2
    assert all(report.case is not None for report in (*reports[:3], other))
    assert all(report.case is None for report in reports[3:])

    Report.objects.update(created_at=timezone.now() - timedelta(hours=25))
    later = send(6, SPELLINGS[0])
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_reports_a_day": 0})
    unlimited = [send(number, SPELLINGS[0]) for number in range(7, 12)]
    step.run()
    for report in (later, *unlimited):
        report.refresh_from_db()
        assert report.held == ""


def test_senders_without_an_address_are_one() -> None:
    make_world()
    senders = ("", "nobody", '"a"@mail.example', "", "x@localhost")
    reports = [send(number, sender) for number, sender in enumerate(senders)]
    step.run()
    for report in reports:
        report.refresh_from_db()
    assert [report.held for report in reports] == ["", "", "", "spam", "spam"]


def test_a_site_gets_so_many_by_mail_whatever_the_senders(settings: Settings) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_site_reports_a_day": 4})
    make_world()
    reports = [send(number, f"reader{number}@mail.example") for number in range(6)]
    step.run()
    for report in reports:
        report.refresh_from_db()
    assert [report.held for report in reports] == [""] * 4 + ["spam"] * 2
    assert [report.doubts for report in reports[4:]] == [Doubt.MAILED_MANY.value] * 2
