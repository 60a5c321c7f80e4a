"""While the texts of an article are searched for a reader's words others write, also to the very report."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from corrigenda.ledger import StaleCaseError
from corrigenda.models import Contact, Decision, Reply, Report
from corrigenda.report import step
from corrigenda.report.privacy import published, stripping
from corrigenda.report.privacy.retention import expire_due
from corrigenda.report.privacy.stripping import erase_report, expire_report
from corrigenda.report.spam import judging
from tests.rooms.disclose.making import HTML, make_decided, make_reply
from tests.rooms.factories import make_report, make_revision, make_site
from tests.rooms.unlocked import before_the_next_transaction, calling_first, looking, looking_at_texts

pytestmark = pytest.mark.usefixtures("committed_db")

BOTH = pytest.mark.parametrize("clear", [erase_report, expire_report])
Clear = Callable[..., bool]


def make_quoting(*, exact: str = "31 houses", **fields: str) -> Report:
    """Make a report with a case whose quotation a reader typed."""
    decision = make_decided(
        outcome=Decision.Outcome.DECLINE, report={"exact": exact, **fields}, email="o@x.example"
    )
    return Report.objects.get(case=decision.case)


@BOTH
def test_others_write_while_the_articles_texts_are_searched(clear: Clear) -> None:
    report = make_quoting(prefix="I am Olena, and", suffix=" in the old town")
    make_revision(report.case.article, HTML.replace("31", "39"))  # type: ignore[union-attr,arg-type]  # it has both
    with looking_at_texts() as texts:
        assert clear(report.pk, at=timezone.now())
    report.refresh_from_db()
    assert (report.exact, report.prefix, report.suffix) == ("31 houses", "", " in the old town")
    assert texts
    assert all(texts)


def test_others_write_while_retention_searches_an_articles_texts() -> None:
    report = make_quoting(exact="I am Olena")
    reply = make_reply(Decision.objects.get())
    with looking_at_texts() as texts:
        assert expire_due(10, before=timezone.now()) == 2  # the report, and its address
    report.refresh_from_db()
    assert (report.exact, Contact.objects.count()) == ("", 0)
    assert Reply.objects.get(pk=reply.pk).cleared_at is not None
    assert texts
    assert all(texts)


def test_killed_between_a_report_and_its_reply_retention_ends_the_same() -> None:
    report = make_quoting(comment="Yours, Olena")
    make_reply(Decision.objects.get())
    assert expire_report(report.pk, at=timezone.now())
    entries = report.case.entries.count()  # type: ignore[union-attr]  # it has one
    assert expire_due(10, before=timezone.now()) == 2
    assert expire_due(10, before=timezone.now()) == 0
    report.refresh_from_db()
    assert (report.exact, report.comment) == ("31 houses", "")
    assert report.case.entries.count() == entries  # type: ignore[union-attr]


@BOTH
def test_words_that_are_published_during_the_search_stay(
    clear: Clear, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is taken from a report by what held for an older revision, or for other words."""
    report = make_quoting(exact="39 houses")

    def publish() -> None:
        make_revision(report.case.article, HTML.replace("31", "39"))  # type: ignore[union-attr,arg-type]

    before_the_next_transaction(monkeypatch, publish)
    assert clear(report.pk, at=timezone.now())
    report.refresh_from_db()
    assert report.exact == "39 houses"
    assert report.case.entries.filter(verb="erased").count() == int(clear is erase_report)  # type: ignore[union-attr]


@BOTH
def test_words_that_come_during_the_search_are_searched_too(
    clear: Clear, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = make_quoting()

    def change() -> None:
        Report.objects.filter(pk=report.pk).update(exact="I am Olena", suffix=" in the old town")

    before_the_next_transaction(monkeypatch, change)
    assert clear(report.pk, at=timezone.now())
    report.refresh_from_db()
    assert (report.exact, report.suffix) == ("", " in the old town")


def test_a_report_that_is_erased_twice_at_once_is_erased_once(monkeypatch: pytest.MonkeyPatch) -> None:
    report = make_quoting(exact="I am Olena")

    def erase() -> None:
        assert erase_report(report.pk, at=timezone.now())

    before_the_next_transaction(monkeypatch, erase)
    assert erase_report(report.pk, at=timezone.now())
    assert report.case.entries.filter(verb="erased").count() == 1  # type: ignore[union-attr]


def test_a_report_that_changes_all_the_time_is_not_half_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    report = make_quoting(comment="Yours, Olena")
    article = report.case.article  # type: ignore[union-attr]
    calling_first(monkeypatch, stripping, "_taken", lambda: make_revision(article, HTML))  # type: ignore[arg-type]
    with pytest.raises(StaleCaseError):
        erase_report(report.pk, at=timezone.now())
    report.refresh_from_db()
    assert (report.comment, report.erased_at, Contact.objects.count()) == ("Yours, Olena", None, 1)


def test_each_text_is_read_once_for_all_of_a_report() -> None:
    report = make_quoting(exact="I am Olena", prefix="Olena", suffix="yours")
    for _ in range(3):
        make_revision(report.case.article, HTML)  # type: ignore[union-attr,arg-type]
    with looking_at_texts() as texts:
        assert published.published_of(report.pk) is not None
    assert len(texts) == 4


def test_others_write_while_a_report_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    make_report(make_site(), exact="31 houses", comment="See https://a.example, it is well known there.")
    looks = [looking(monkeypatch, judging, name) for name in ("text_doubts", "telling_text")]
    assert step.run() == 1
    assert looks == [[True], [True]]
    assert Report.objects.get().case is not None
