"""While a notice is worded others write; a decision that is taken back by then has no notice."""

import pytest
from django.utils import timezone

from corrigenda.disclose import actions, step
from corrigenda.flow import State
from corrigenda.models import Decision, Notice
from tests.rooms.disclose.making import make_decided, make_fixed
from tests.rooms.unlocked import calling_first, looking, looking_at_texts

pytestmark = pytest.mark.usefixtures("committed_db")


def test_others_write_while_a_notice_is_worded(monkeypatch: pytest.MonkeyPatch) -> None:
    make_decided()
    looks = looking(monkeypatch, actions, "usual_sentence")
    with looking_at_texts() as texts:
        assert step.run() == 1
    assert Notice.objects.get().status == Notice.Status.DRAFT
    assert looks == [True]
    assert texts
    assert all(texts)


def test_others_write_while_the_notice_of_a_live_fix_is_worded(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = make_decided()
    make_fixed(decision)
    looks = looking(monkeypatch, actions, "usual_sentence")
    with looking_at_texts() as texts:
        assert step.run() == 1
    decision.case.refresh_from_db()
    assert decision.case.state == State.CLOSED
    assert Notice.objects.get().status == Notice.Status.PUBLISHED
    assert looks == [True]
    assert all(texts)


def test_others_write_while_notes_and_declines_are_disclosed() -> None:
    make_decided(outcome=Decision.Outcome.NOTE)
    with looking_at_texts() as texts:
        while step.run():
            pass
    assert Notice.objects.get().status == Notice.Status.PUBLISHED
    assert all(texts)


def test_a_decision_undone_meanwhile_has_no_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = make_decided()

    def undo() -> None:
        Decision.objects.update(undone_at=timezone.now())

    calling_first(monkeypatch, actions, "usual_sentence", undo)
    entries = decision.case.entries.count()
    assert step.run() == 0
    assert not Notice.objects.exists()
    assert decision.case.entries.count() == entries


def test_a_notice_drafted_meanwhile_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = make_decided()

    def draft() -> None:
        monkeypatch.undo()
        assert step.run() == 1

    calling_first(monkeypatch, actions, "usual_sentence", draft)
    assert step.run() == 0
    assert Notice.objects.count() == 1
    assert decision.case.entries.filter(verb="drafted").count() == 1
