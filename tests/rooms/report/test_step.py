"""Each report gets one case, whatever happens on the way."""

import pytest

from corrigenda import ledger
from corrigenda.flow import State
from corrigenda.models import Case, Entry, Report
from corrigenda.report import step
from tests.rooms.factories import make_report, make_site

pytestmark = pytest.mark.django_db


def test_each_report_gets_a_case_once() -> None:
    site = make_site()
    reports = [make_report(site, exact="x", email="reader@example.org", comment="mine") for _ in range(3)]
    assert step.run() == 3
    assert step.run() == 0
    for report in Report.objects.all():
        assert report.case is not None
        assert (report.case.state, report.case.site) == (State.RECEIVED, site)
        entry = report.case.entries.get()
        assert (entry.room, entry.verb, entry.rows) == ("report", "opened", {"report": report.pk})
    assert {entry.rows["report"] for entry in Entry.objects.all()} == {report.pk for report in reports}


def test_no_more_than_the_limit_are_opened_oldest_first() -> None:
    site = make_site()
    reports = [make_report(site, exact="x") for _ in range(3)]
    assert step.run(limit=2) == 2
    assert list(Report.objects.filter(case=None)) == reports[2:]


def test_one_that_fails_leaves_nothing_behind_and_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site()
    bad, good = make_report(site, exact="x"), make_report(site, exact="y")
    save = Report.save

    def fail_for_bad(report: Report, *args: object, **kwargs: object) -> None:
        if report.pk == bad.pk:
            message = "disk full"
            raise OSError(message)
        save(report, *args, **kwargs)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(Report, "save", fail_for_bad)
    assert step.run() == 1
    assert Case.objects.count() == 1
    good.refresh_from_db()
    assert good.case is not None
    assert f"report {bad.pk}" in caplog.text
    monkeypatch.undo()
    assert step.run() == 1
    assert Case.objects.count() == 2


def test_a_report_taken_meanwhile_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_site()
    report = make_report(site, exact="x")
    report.case = ledger.open_case(site=site, by=ledger.Actor("report"), rows={"report": report.pk})
    report.save()
    assert step._take_up(report.pk) is False
    assert Case.objects.count() == 1
