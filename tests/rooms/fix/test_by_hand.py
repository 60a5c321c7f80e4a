"""A change that an editor makes in their own CMS: awaited, recognised, accepted as it is, or taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from corrigenda.fix import actions, queries, step
from corrigenda.fix.live import published_text
from corrigenda.flow import State
from corrigenda.ledger import StaleCaseError
from corrigenda.models import Case, Decision, Fix, Site
from tests.rooms.connectors.servers import Answer, Server
from tests.rooms.fix.conftest import STORY, Newsroom, fix_of, moment_of, state, verbs


def publish(newsroom: Newsroom, old: str, new: str) -> None:
    """Change the published page, as the newsroom's own CMS does."""
    assert old in newsroom.published()
    newsroom.public.write_text(newsroom.published().replace(old, new, 1), encoding="utf-8")


def check_now(newsroom: Newsroom, case: Case) -> int:
    """Press the button and let the worker run."""
    assert actions.ask_check(case_id=case.pk, member=newsroom.member)
    return step.run()


def test_the_case_moves_on_when_the_page_shows_the_wording(by_hand: Newsroom) -> None:
    """Until then it waits, looked at now and then, and without a word of complaint."""
    case = by_hand.decide()
    assert step.run() == 0
    fix = fix_of(case)
    assert (fix.status, fix.before_digest, fix.problem, fix.found) == (Fix.Status.PREPARED, "", "", "")
    assert fix.next_attempt_at is not None
    wait = (fix.next_attempt_at - timezone.now()).total_seconds()
    assert 50 < wait <= 60
    assert len(by_hand.server.requests) == 1
    assert step.run() == 0
    assert len(by_hand.server.requests) == 1
    assert check_now(by_hand, case) == 0
    publish(by_hand, "<em>31 of</em> 39", "<em>34 of</em> 39")
    assert check_now(by_hand, case) == 1
    assert state(case) == State.FIXED
    fix.refresh_from_db()
    assert fix.status == Fix.Status.LIVE
    assert fix.live_at is not None
    assert verbs(case) == [("fixed", "fixed", "31 of 39", "34 of 39")]
    assert moment_of(case) is not None


def test_it_is_looked_at_again_without_a_button(by_hand: Newsroom) -> None:
    """After OPTIONS.recheck_seconds."""
    case = by_hand.decide()
    step.run()
    publish(by_hand, "<em>31 of</em> 39", "34 of 39")
    Fix.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert step.run() == 1
    assert state(case) == State.FIXED


def test_a_change_at_another_place_is_not_it(by_hand: Newsroom) -> None:
    """The same words stand twice; the editor corrected the other ones."""
    case = by_hand.decide()
    step.run()
    publish(by_hand, "in 31 of 39", "in 34 of 39")
    assert check_now(by_hand, case) == 0
    assert state(case) == State.ACCEPTED


def test_a_deletion_by_hand(by_hand: Newsroom) -> None:
    """The words are gone, the text around them stands."""
    case = by_hand.decide(old=", the office says", wording="")
    step.run()
    publish(by_hand, ", the office says", "")
    assert check_now(by_hand, case) == 1
    assert state(case) == State.FIXED


def test_a_page_cut_off_is_no_deletion(by_hand: Newsroom, server: Server) -> None:
    """Words that are not there because nothing is there prove nothing."""
    case = by_hand.decide(old=", the office says", wording="")
    server.answers["/story.html"] = Answer("<div>Please subscribe.</div>")
    assert step.run() == 0
    assert state(case) == State.ACCEPTED


def test_another_wording_is_told_and_can_be_accepted(by_hand: Newsroom) -> None:
    """The decision is replaced by one with the published words, whose notice is drafted anew."""
    case = by_hand.decide(notice_text="It should have said “34 of 39”.", message="Thank you.")
    step.run()
    publish(by_hand, "<em>31 of</em> 39", "34 out of 39")
    assert check_now(by_hand, case) == 0
    fix = fix_of(case)
    assert fix.found == "34 out of 39"
    assert fix.problem == "The page now reads “34 out of 39”."
    actions.accept_as_published(case_id=case.pk, member=by_hand.member, found="34 out of 39")
    old, new = Decision.objects.order_by("id")
    assert old.undone_at is not None
    assert (new.wording, new.old, new.kind, new.passage) == ("34 out of 39", old.old, old.kind, old.passage)
    assert (new.notice_text, new.message, new.undone_at) == ("", "Thank you.", None)
    fix.refresh_from_db()
    assert fix.status == Fix.Status.REFUSED
    assert verbs(case) == [("accepted_as_published", "", "34 of 39", "34 out of 39")]
    assert case.entries.get(verb="accepted_as_published").member == by_hand.member
    assert step.run() == 0  # its notice is not drafted yet
    by_hand.draft(new)
    assert step.run() == 1
    assert state(case) == State.FIXED
    assert fix_of(case).decision == new


def test_a_note_that_does_not_quote_the_wording_is_kept(by_hand: Newsroom) -> None:
    """An editor's own note is not thrown away without need."""
    case = by_hand.decide(notice_text="We counted wrongly.")
    step.run()
    publish(by_hand, "<em>31 of</em> 39", "34 out of 39")
    check_now(by_hand, case)
    actions.accept_as_published(case_id=case.pk, member=by_hand.member, found="34 out of 39")
    assert Decision.objects.get(undone_at=None).notice_text == "We counted wrongly."


@pytest.mark.parametrize("found", ["", "34 of 39", "something else"])
def test_only_what_the_editor_saw_is_accepted(by_hand: Newsroom, found: str) -> None:
    """Words that came from elsewhere, or were overtaken, change nothing."""
    case = by_hand.decide()
    step.run()
    publish(by_hand, "<em>31 of</em> 39", "34 out of 39")
    check_now(by_hand, case)
    with pytest.raises(StaleCaseError):
        actions.accept_as_published(case_id=case.pk, member=by_hand.member, found=found)
    assert Decision.objects.get().undone_at is None


def test_nothing_is_accepted_that_the_page_does_not_read(by_hand: Newsroom) -> None:
    """While the old words stand there is nothing to accept."""
    case = by_hand.decide()
    step.run()
    with pytest.raises(StaleCaseError):
        actions.accept_as_published(case_id=case.pk, member=by_hand.member, found="")


def test_our_own_edit_that_was_overwritten_can_be_accepted_as_it_is(newsroom: Newsroom) -> None:
    """The notice stands on the page already: the case is fixed with the words that are there."""
    server = newsroom.server
    fresh = server.answers["/story.html"]
    server.answers["/story.html"] = Answer(STORY.replace("<em>31 of", "<em>30 of"))
    case = newsroom.decide()
    step.run()
    server.answers["/story.html"] = fresh
    actions.accept_as_published(case_id=case.pk, member=newsroom.member, found="30 of 39")
    assert state(case) == State.FIXED
    fix = fix_of(case)
    assert (fix.status, fix.problem) == (Fix.Status.LIVE, "")
    assert Decision.objects.get().undone_at is None
    assert verbs(case)[-1] == ("accepted_as_published", "fixed", "34 of 39", "30 of 39")


def test_a_decision_that_nobody_carried_out_can_be_taken_back(by_hand: Newsroom) -> None:
    """The case is open again, and nothing waits."""
    case = by_hand.decide()
    step.run()
    actions.take_back(case_id=case.pk, member=by_hand.member)
    assert state(case) == State.LOCATED
    assert Decision.objects.get().undone_at is not None
    assert verbs(case) == [("taken_back", "located", "31 of 39", "")]
    assert step.run() == 0
    with pytest.raises(StaleCaseError):
        actions.take_back(case_id=case.pk, member=by_hand.member)


def test_an_edit_that_the_desk_makes_cannot_be_taken_back(newsroom: Newsroom, server: Server) -> None:
    """Prepared or applied, it may stand in the CMS already."""
    server.answers["/story.html"] = Answer(STORY)
    case = newsroom.decide()
    step.run()
    for status in (Fix.Status.APPLIED, Fix.Status.PREPARED):
        Fix.objects.update(status=status)
        with pytest.raises(StaleCaseError):
            actions.take_back(case_id=case.pk, member=newsroom.member)
    assert state(case) == State.ACCEPTED


def test_the_worker_notices_that_an_editor_was_faster(
    by_hand: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken back while the page was being fetched: the page's new words change nothing any more."""
    case = by_hand.decide()
    step.run()
    publish(by_hand, "<em>31 of</em> 39", "34 of 39")

    def slow(site: Site, url: str) -> str:
        text = published_text(site, url)
        actions.take_back(case_id=case.pk, member=by_hand.member)
        return text

    monkeypatch.setattr(step, "published_text", slow)
    assert check_now(by_hand, case) == 0
    assert state(case) == State.LOCATED
    assert [verb for verb, *_ in verbs(case)] == ["taken_back"]


def test_nothing_is_accepted_as_published_while_the_desk_is_about_to_write(by_hand: Newsroom) -> None:
    """The connector was changed meanwhile: the decision must stand until its write is over."""
    case = by_hand.decide()
    fix = _prepared(case)
    Fix.objects.filter(pk=fix.pk).update(before_digest="b", after_digest="a", found="34 out of 39")
    with pytest.raises(StaleCaseError):
        actions.accept_as_published(case_id=case.pk, member=by_hand.member, found="34 out of 39")
    assert Decision.objects.get(case=case).undone_at is None


def test_a_new_fix_does_not_wait_for_all_that_are_looked_at_again(by_hand: Newsroom) -> None:
    older, newer = by_hand.decide(), by_hand.decide(old="goat", wording="sheep")
    actions.put_off(fix=_prepared(older), seconds=-60)
    assert queries.cases_to_fix(1) == [newer.pk]
    actions.put_off(fix=_prepared(newer), seconds=-90)
    assert queries.cases_to_fix(2) == [newer.pk, older.pk]
    assert actions.ask_check(case_id=older.pk, member=by_hand.member)
    assert queries.cases_to_fix(1) == [older.pk]


def test_slow_pages_do_not_keep_the_other_rooms_waiting(
    by_hand: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand.decide()
    monkeypatch.setattr(step, "MOST_SECONDS", -1.0)
    step.run()
    assert by_hand.server.requests == []
    monkeypatch.undo()
    step.run()
    assert len(by_hand.server.requests) == 1


def _prepared(case: Case) -> Fix:
    decision = Decision.objects.get(case=case)
    return Fix.objects.create(case=case, decision=decision, prepared_at=timezone.now())
