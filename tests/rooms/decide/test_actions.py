"""Each decision of an editor on real rows, and each refusal."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from corrigenda.decide.actions import (
    accept_case,
)
from corrigenda.decide.guards import RefusedError, newest_passage
from corrigenda.flow import State
from corrigenda.ledger import StaleCaseError
from corrigenda.models import (
    Article,
    Case,
    Decision,
    Entry,
    Fix,
    Member,
    Notice,
    NoticeKind,
    Passage,
    Site,
)
from tests.rooms.decide.conftest import HTML
from tests.rooms.decide.doing import accept, decline, note, nothing_written, seen, undo
from tests.rooms.factories import make_case, make_member, make_revision

pytestmark = pytest.mark.django_db


def test_accepting_writes_the_decision_the_move_and_its_entry(case: Case, member: Member) -> None:
    passage = newest_passage(case)
    decision = accept(case, member, notice_text="The sum was wrong.", message="Thank you.")
    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert case.not_before is not None
    waits = case.not_before - decision.decided_at
    assert abs(waits - timedelta(seconds=settings.OPTIONS.undo_seconds)) < timedelta(seconds=2)
    assert decision.passage == passage
    assert (decision.old, decision.wording) == ("31 million", "39 million")
    assert (decision.kind, decision.outcome) == (NoticeKind.CORRECTION, Decision.Outcome.ACCEPT)
    assert (decision.notice_text, decision.message) == ("The sum was wrong.", "Thank you.")
    entry = case.entries.get()
    assert (entry.verb, entry.room, entry.member) == ("accepted", "decide", member)
    assert (entry.old_state, entry.new_state) == (State.LOCATED, State.ACCEPTED)
    assert (entry.before, entry.after) == ("31 million", "39 million")
    assert passage is not None
    assert entry.rows == {"decision": decision.pk, "passage": passage.pk}


@pytest.mark.parametrize("wording", ["31 million", "  31   million\r\n", "\u202e31 million\u202c"])
def test_accepting_what_the_article_says_already_is_refused(case: Case, member: Member, wording: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        accept(case, member, wording)
    assert refusal.value.field == "wording"
    assert nothing_written(case, State.LOCATED)


def test_a_wording_is_kept_without_controls_and_doubled_spaces(case: Case, member: Member) -> None:
    assert accept(case, member, " 39\u202e\x00   million \r\n").wording == "39 million"


def test_an_empty_wording_takes_the_words_out(case: Case, member: Member) -> None:
    assert accept(case, member, "").wording == ""


@pytest.mark.parametrize("state", [State.UNLOCATED, State.LOCATED])
def test_accepting_a_case_without_a_place_is_refused(case: Case, member: Member, state: State) -> None:
    case.passages.update(start=None, end=None, kind="gone")
    Case.objects.update(state=state)
    case.refresh_from_db()
    with pytest.raises(RefusedError) as refusal:
        accept(case, member)
    assert refusal.value.field == ""
    assert nothing_written(case, state)


def test_a_wording_that_the_markup_cannot_take_is_refused_where_the_desk_writes_itself(
    article: Article, member: Member
) -> None:
    revision = make_revision(
        article, "<table><tr><td>Bread</td><td>31</td></tr><tr><td>Milk</td></tr></table>"
    )
    case = make_case(article, revision, exact="Bread\n31\nMilk")
    Site.objects.update(connector=Site.Connector.FILES)
    with pytest.raises(RefusedError) as refusal:
        accept(case, member, "Bread and milk")
    assert refusal.value.field == "wording"
    assert refusal.value.sentence
    assert nothing_written(case, State.LOCATED)
    Site.objects.update(connector=Site.Connector.BY_HAND)
    assert accept(case, member, "Bread and milk").wording == "Bread and milk"


def test_a_wording_within_markup_is_accepted_where_the_desk_writes_itself(case: Case, member: Member) -> None:
    Site.objects.update(connector=Site.Connector.FILES)
    assert accept(case, member).wording == "39 million"


def test_a_note_leaves_the_text_as_it_is(case: Case, member: Member) -> None:
    decision = note(case, member, " The sum is\u2066 an estimate.\r\nIt may change. ")
    case.refresh_from_db()
    assert case.state == State.NOTED
    assert case.not_before is not None
    assert decision.notice_text == "The sum is an estimate.\nIt may change."
    assert (decision.wording, decision.old) == ("", "31 million")
    entry = case.entries.get()
    assert (entry.verb, entry.before, entry.after) == ("noted", "31 million", decision.notice_text)


def test_a_note_without_a_text_is_refused(case: Case, member: Member) -> None:
    with pytest.raises(RefusedError) as refusal:
        note(case, member, " \u202e ")
    assert refusal.value.field == "notice_text"
    assert nothing_written(case, State.LOCATED)


def test_a_note_needs_a_known_article_and_takes_it_from_the_address(case: Case, member: Member) -> None:
    article = case.article
    Case.objects.update(article=None, state=State.UNLOCATED)
    case.refresh_from_db()
    note(case, member)
    case.refresh_from_db()
    assert case.article == article


def test_a_note_on_an_unknown_article_is_refused(case: Case, member: Member) -> None:
    Case.objects.update(article=None, state=State.UNLOCATED)
    case.report.url = "https://courier.example/unknown.html"
    case.report.save()
    case.refresh_from_db()
    with pytest.raises(RefusedError):
        note(case, member)
    assert nothing_written(case, State.UNLOCATED)


@pytest.mark.parametrize("state", [State.LOCATED, State.UNLOCATED])
def test_declining_keeps_the_reason_and_the_message(case: Case, member: Member, state: State) -> None:
    Case.objects.update(state=state)
    case.refresh_from_db()
    decision = decline(case, member)
    case.refresh_from_db()
    assert case.state == State.DECLINED
    assert (decision.reason, decision.message) == (Decision.Reason.NO_CHANGE, "It stands.")
    assert case.entries.get().verb == "declined"


def test_a_case_without_a_passage_can_be_declined(case: Case, member: Member) -> None:
    Passage.objects.all().delete()
    Case.objects.update(state=State.UNLOCATED)
    case.refresh_from_db()
    assert decline(case, member).passage is None


@pytest.mark.parametrize("act", [accept, note, decline])
def test_no_entry_holds_a_word_of_a_reader_or_the_message_to_one(
    case: Case, member: Member, act: Callable[[Case, Member], Decision]
) -> None:
    act(case, member)
    for entry in Entry.objects.all():
        assert "minutes" not in f"{entry.before}{entry.after}"
        assert "It stands." not in f"{entry.before}{entry.after}"


@pytest.mark.parametrize("act", [accept, note, decline, undo])
def test_a_member_who_was_shut_out_decides_nothing(
    case: Case, member: Member, act: Callable[[Case, Member], object]
) -> None:
    member.is_active = False
    member.save()
    with pytest.raises(PermissionDenied):
        act(case, member)
    assert nothing_written(case, State.LOCATED)


@pytest.mark.parametrize("first", [accept, note, decline])
@pytest.mark.parametrize("second", [accept, note, decline])
def test_of_two_editors_the_first_decides_and_the_second_is_told(
    case: Case,
    member: Member,
    first: Callable[[Case, Member], Decision],
    second: Callable[[Case, Member], Decision],
) -> None:
    other = make_member("bo")
    on_screen = Case.objects.get(pk=case.pk)
    first(case, member)
    with pytest.raises(StaleCaseError):
        second(on_screen, other)
    assert Decision.objects.get().member == member
    assert Entry.objects.get().member == member


def test_an_article_whose_words_changed_meanwhile_makes_a_decision_stale(
    case: Case, article: Article, member: Member
) -> None:
    on_screen = seen(case)
    revision = make_revision(article, HTML.replace("31", "35"))
    at = revision.text.index("35 million")
    Passage.objects.create(
        case=case,
        revision=revision,
        start=at,
        end=at + len("35 million"),
        kind="edited",
        confidence=0.9,
        found_at=timezone.now(),
    )
    with pytest.raises(StaleCaseError):
        accept_case(
            case_id=case.pk, member=member, seen=on_screen, kind=NoticeKind.CORRECTION, wording="39 million"
        )


def test_a_passage_that_only_moved_meanwhile_makes_no_decision_stale(
    case: Case, article: Article, member: Member
) -> None:
    on_screen = seen(case)
    revision = make_revision(article, f"<p>Updated.</p>{HTML}")
    at = revision.text.index("31 million")
    Passage.objects.create(
        case=case,
        revision=revision,
        start=at,
        end=at + len("31 million"),
        kind="moved",
        confidence=0.9,
        found_at=timezone.now(),
    )
    decision = accept_case(
        case_id=case.pk, member=member, seen=on_screen, kind=NoticeKind.CORRECTION, wording="39 million"
    )
    assert decision.passage is not None
    assert decision.passage.revision == revision


@pytest.mark.parametrize("act", [accept, note, decline])
@pytest.mark.parametrize("state", [State.LOCATED, State.UNLOCATED])
def test_a_decision_is_undone_to_the_state_it_was_made_in(
    case: Case, member: Member, act: Callable[[Case, Member], Decision], state: State
) -> None:
    if act is accept and state == State.UNLOCATED:
        return
    Case.objects.update(state=state)
    case.refresh_from_db()
    decision = act(case, member)
    undo(case, member)
    case.refresh_from_db()
    decision.refresh_from_db()
    assert case.state == state
    assert case.not_before is None
    assert decision.undone_at is not None
    assert case.entries.latest("id").verb == "undone"
    act(case, member)  # and it can be decided again
    assert case.decisions.filter(undone_at=None).count() == 1


def test_a_decision_whose_words_went_meanwhile_is_undone_to_unlocated(
    case: Case, article: Article, member: Member
) -> None:
    accept(case, member)
    Passage.objects.create(
        case=case,
        revision=make_revision(article, "<p>Nothing is left.</p>"),
        kind="gone",
        confidence=0.9,
        found_at=timezone.now(),
    )
    undo(case, member)
    case.refresh_from_db()
    assert case.state == State.UNLOCATED


def test_a_decision_cannot_be_undone_once_its_time_has_passed(case: Case, member: Member) -> None:
    accept(case, member)
    Case.objects.update(not_before=timezone.now())
    with pytest.raises(RefusedError):
        undo(case, member)
    assert Decision.objects.get().undone_at is None


def test_a_decision_cannot_be_undone_once_a_fix_was_begun(case: Case, member: Member) -> None:
    decision = accept(case, member)
    Fix.objects.create(case=case, decision=decision, prepared_at=timezone.now())
    with pytest.raises(RefusedError):
        undo(case, member)


def test_a_decision_cannot_be_undone_once_its_notice_is_public(case: Case, member: Member) -> None:
    decision = note(case, member)
    assert case.article is not None
    Notice.objects.create(
        case=case,
        decision=decision,
        article=case.article,
        kind=decision.kind,
        language="en",
        text=decision.notice_text,
        drafted_at=timezone.now(),
        published_at=timezone.now(),
        status=Notice.Status.PUBLISHED,
    )
    with pytest.raises(RefusedError):
        undo(case, member)


def test_without_a_decision_there_is_nothing_to_undo(case: Case, member: Member) -> None:
    with pytest.raises(RefusedError):
        undo(case, member)
    assert nothing_written(case, State.LOCATED)
