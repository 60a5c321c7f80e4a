"""The step of disclose: drafts, notes, fixes, declines; once each, however often it runs or dies."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from corrigenda import ledger
from corrigenda.connectors.cms import PublicNotice
from corrigenda.connectors.null import NullCms
from corrigenda.disclose import actions, step
from corrigenda.flow import State
from corrigenda.models import Case, Decision, Delivery, Entry, Merge, Notice, Reply
from corrigenda.passage import Selector
from corrigenda.web.notices import public_notice
from tests.rooms.disclose.making import BY, make_decided, make_decision, make_fixed
from tests.rooms.factories import ORIGIN, make_article, make_case, make_revision, make_site

pytestmark = pytest.mark.django_db
ACCEPT, NOTE, DECLINE = Decision.Outcome.ACCEPT, Decision.Outcome.NOTE, Decision.Outcome.DECLINE


def verbs(case: Case) -> list[str]:
    return list(case.entries.values_list("verb", flat=True))


def run_to_the_end() -> int:
    done = 0
    while did := step.run():
        done += did
    return done


@pytest.fixture
def with_mail(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example"
    settings.DEFAULT_FROM_EMAIL = "The Courier <corrections@courier.example>"


def test_a_notice_is_drafted_at_once_and_stays_unseen() -> None:
    decision = make_decided()
    Case.objects.update(not_before=timezone.now() + timedelta(hours=1))
    assert step.run() == 1
    notice = Notice.objects.get()
    assert notice.status == Notice.Status.DRAFT
    assert notice.published_at is None
    assert (notice.old, notice.new) == ("31 houses", "39 houses")
    assert notice.text == (
        "An earlier version of this article wrongly said “The fire destroyed 31 houses in the old town”. "
        "It should have said “The fire destroyed 39 houses in the old town”."
    )
    assert notice.prefix.endswith("The fire destroyed ")
    assert notice.suffix.startswith(" in the old town")
    assert notice.headline == "A story"
    assert verbs(decision.case)[-1] == "drafted"
    assert step.run() == 0


def test_the_editors_own_text_wins() -> None:
    make_decided(notice_text="We gave the wrong number.\r\nSorry.")
    step.run()
    assert Notice.objects.get().text == "We gave the wrong number.\nSorry."


def test_the_usual_sentence_speaks_the_articles_language() -> None:
    decision = make_decided()
    article = decision.case.article
    assert article is not None
    article.language = "uk-UA"
    article.save()
    step.run()
    notice = Notice.objects.get()
    assert notice.language == "uk"
    assert notice.text.startswith("У попередній версії цієї статті помилково йшлося: «The fire destroyed 31")


def test_an_undone_decision_withdraws_its_draft() -> None:
    decision = make_decided()
    step.run()
    decision.undone_at = timezone.now()
    decision.save()
    ledger.advance(decision.case, State.LOCATED, by=BY)
    assert step.run() == 1
    assert Notice.objects.get().status == Notice.Status.WITHDRAWN
    assert verbs(decision.case)[-1] == "withdrawn"
    assert step.run() == 0
    make_decision(decision.case, wording="40 houses")
    ledger.advance(decision.case, State.ACCEPTED, by=BY)
    step.run()
    assert list(Notice.objects.values_list("status", "new")) == [
        ("withdrawn", "39 houses"),
        ("draft", "40 houses"),
    ]


def test_a_live_fix_is_disclosed_answered_and_closed(with_mail: None) -> None:
    decision = make_decided(email="reader@mail.example", site=make_site(connector="files"))
    step.run()
    make_fixed(decision, seconds=3)
    assert step.run() == 1
    case = decision.case
    case.refresh_from_db()
    notice, reply, delivery = Notice.objects.get(), Reply.objects.get(), Delivery.objects.get()
    assert case.state == State.CLOSED
    assert case.closed_at is not None
    assert notice.status == Notice.Status.PUBLISHED
    assert notice.published_at is not None
    assert notice.placed_at is not None
    assert case.silent_seconds == pytest.approx(3, abs=2)
    assert (reply.report, reply.decision, reply.notice) == (case.report, decision, notice)
    assert delivery.contact == case.report.contact
    assert delivery.message_id.endswith("@courier.example>")
    assert verbs(case)[-3:] == ["posted", "disclosed", "closed"]
    assert run_to_the_end() == 0
    assert Reply.objects.count() == Delivery.objects.count() == Notice.objects.count() == 1


def test_a_fix_made_by_hand_may_have_left_the_notice_out() -> None:
    decision = make_decided()
    step.run()
    make_fixed(decision, by_hand=True)
    step.run()
    assert Notice.objects.get().placed_at is None


def test_every_reader_of_a_joined_case_is_answered_once(with_mail: None) -> None:
    decision = make_decided(email="one@mail.example")
    article = decision.case.article
    assert article is not None
    revision = article.revisions.get()
    second = make_case(article, revision, exact="31 houses", email="two@mail.example")
    third = make_case(article, revision, exact="31 houses")
    parted = make_case(article, revision, exact="31 houses", email="parted@mail.example")
    now = timezone.now()
    for source, target in ((second, decision.case), (third, second)):
        Merge.objects.create(source=source, target=target, merged_at=now)
        ledger.advance(source, State.MERGED, by=BY)
    Merge.objects.create(source=parted, target=decision.case, merged_at=now, undone_at=now)
    step.run()
    make_fixed(decision)
    run_to_the_end()
    answered = {reply.report.case for reply in Reply.objects.all()}
    assert answered == {decision.case, second, third}
    mailed = {delivery.contact.email for delivery in Delivery.objects.all() if delivery.contact}
    assert mailed == {"one@mail.example", "two@mail.example"}
    assert {delivery.case for delivery in Delivery.objects.all()} == {decision.case}


@pytest.mark.parametrize(("host", "email"), [("", "reader@mail.example"), ("mail.example", "")])
def test_no_mail_without_a_server_or_an_address(settings: Settings, host: str, email: str) -> None:
    settings.EMAIL_HOST = host
    make_decided(outcome=DECLINE, email=email)
    run_to_the_end()
    assert Reply.objects.count() == 1
    assert Delivery.objects.count() == 0


def test_a_declined_case_is_answered_once_its_time_has_come(with_mail: None) -> None:
    decision = make_decided(outcome=DECLINE, email="reader@mail.example")
    Case.objects.update(not_before=timezone.now() + timedelta(hours=1))
    assert step.run() == 0
    assert not Reply.objects.exists()
    Case.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert step.run() == 1
    decision.case.refresh_from_db()
    assert decision.case.state == State.CLOSED
    assert decision.case.silent_seconds is None
    assert not Notice.objects.exists()
    assert Delivery.objects.count() == 1


def test_a_note_is_placed_on_its_page_and_published(tmp_path: Path) -> None:
    source, public = tmp_path / "source", tmp_path / "public"
    for folder in (source, public):
        folder.mkdir()
        (folder / "story.html").write_text(
            "<html><body><article><p>The fire destroyed 31 houses.</p></article></body></html>"
        )
    site = make_site(
        connector="files", connector_options={"source": str(source), "public": str(public), "origin": ORIGIN}
    )
    make_decided(outcome=NOTE, site=site, html="<p>The fire destroyed 31 houses.</p>")
    run_to_the_end()
    notice = Notice.objects.get()
    page = (public / "story.html").read_text()
    assert f'id="{notice.anchor}"' in page
    assert "Thirty-one is right." in page
    assert "31 houses" in page
    assert (notice.old, notice.new) == ("31 houses", "31 houses")
    assert notice.placed_at == notice.published_at
    assert verbs(notice.case)[-3:] == ["placed", "disclosed", "closed"]


def test_a_page_that_takes_no_note_leaves_it_to_the_log() -> None:
    decision = make_decided(outcome=NOTE)
    run_to_the_end()
    notice = Notice.objects.get()
    assert notice.status == Notice.Status.PUBLISHED
    assert notice.placed_at is None
    entry = Entry.objects.get(verb="unplaced")
    assert "in your own CMS" in entry.after
    assert decision.case.entries.last() is not None


def test_a_connector_that_is_set_up_wrongly_stops_no_note() -> None:
    make_decided(outcome=NOTE, site=make_site(connector="files"))
    run_to_the_end()
    assert Notice.objects.get().status == Notice.Status.PUBLISHED
    assert "needs the option" in Entry.objects.get(verb="unplaced").after


def test_a_note_waits_until_it_cannot_be_undone() -> None:
    make_decided(outcome=NOTE)
    Case.objects.update(not_before=timezone.now() + timedelta(hours=1))
    assert run_to_the_end() == 1
    assert Notice.objects.get().status == Notice.Status.DRAFT


def test_a_decision_undone_while_the_note_was_placed_publishes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decision = make_decided(outcome=NOTE)

    class Undoing(NullCms):
        def place(self, url: str, *, notice: PublicNotice) -> None:  # noqa: ARG002
            decision.undone_at = timezone.now()
            decision.save()
            ledger.advance(Case.objects.get(pk=decision.case_id), State.LOCATED, by=BY)

    monkeypatch.setattr(step, "connect", lambda *_args, **_options: Undoing())
    run_to_the_end()
    assert Notice.objects.get().status == Notice.Status.WITHDRAWN
    assert Case.objects.get().state == State.LOCATED
    assert not Reply.objects.exists()


def test_one_failing_case_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad = make_decided(outcome=DECLINE)
    site = bad.case.site
    other = make_article(site, path="/other.html")
    good = make_case(other, make_revision(other, "<p>31 houses</p>"), exact="31 houses")
    make_decision(good, outcome=DECLINE)
    ledger.advance(good, State.DECLINED, by=BY)
    answer = actions.answer_reports

    def failing(*, case: Case, decision: Decision, notice: Notice | None) -> list[Reply]:
        if case == bad.case:
            raise RuntimeError("planted")
        return answer(case=case, decision=decision, notice=notice)

    monkeypatch.setattr(actions, "answer_reports", failing)
    assert step.run(1) == 1
    good.refresh_from_db()
    bad.case.refresh_from_db()
    assert (good.state, bad.case.state) == (State.CLOSED, State.DECLINED)
    assert "answer_declined failed" in caplog.text


def test_the_limit_holds_for_each_kind() -> None:
    site = make_site()
    for number in range(3):
        make_decided(outcome=DECLINE, site=site, path=f"/story-{number}.html")
    assert step.run(2) == 2
    assert step.run(2) == 1


@pytest.mark.parametrize(
    ("outcome", "wording", "words"),
    [(ACCEPT, "39 houses", "39 houses"), (ACCEPT, "", None), (NOTE, "", "31 houses")],
)
def test_the_page_marks_the_words_that_stand_there(
    outcome: Decision.Outcome, wording: str, words: str | None
) -> None:
    make_decided(outcome=outcome, wording=wording, notice_text="A note.")
    step.run(1)
    shown = public_notice(Notice.objects.get())
    if words is None:
        assert shown.passage is None
    else:
        assert shown.passage is not None
        assert shown.passage.exact == words
        assert isinstance(shown.passage, Selector)
        assert shown.passage.prefix.endswith("The fire destroyed ")
