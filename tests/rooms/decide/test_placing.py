"""Saying where a passage stands on real rows, and each refusal."""

import pytest

from corrigenda.decide.actions import (
    accept_case,
    place_case,
)
from corrigenda.decide.guards import RefusedError, SeveralPlacesError
from corrigenda.flow import State
from corrigenda.ledger import StaleCaseError
from corrigenda.models import (
    Article,
    Case,
    Member,
    NoticeKind,
    Passage,
    Revision,
)
from tests.rooms.decide.doing import accept, seen

pytestmark = pytest.mark.django_db


def test_a_guessed_place_cannot_be_changed_before_a_human_has_confirmed_it(
    case: Case, member: Member
) -> None:
    Case.objects.update(state=State.UNLOCATED)
    case.refresh_from_db()
    with pytest.raises(RefusedError):
        accept(case, member)
    place_case(case_id=case.pk, member=member, seen=seen(case), words="31 million")
    case.refresh_from_db()
    assert accept(case, member).wording == "39 million"


def test_a_human_says_where_the_words_are(case: Case, article: Article, member: Member) -> None:
    Case.objects.update(state=State.UNLOCATED, article=None)
    case.refresh_from_db()
    passage = place_case(case_id=case.pk, member=member, seen=seen(case), words=" in  the spring\r\n")
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert case.article == article
    assert passage.exact == "in the spring"
    assert (passage.kind, passage.confidence) == ("unchanged", 1.0)
    entry = case.entries.get()
    assert (entry.verb, entry.before, entry.after) == ("pointed", "31 million", "in the spring")


def test_a_human_can_move_the_place_of_a_located_case(case: Case, member: Member) -> None:
    before = seen(case)
    place_case(case_id=case.pk, member=member, seen=before, words="the spring")
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert case.entries.get().verb == "pointed"
    with pytest.raises(StaleCaseError):
        accept_case(case_id=case.pk, member=member, seen=before, kind=NoticeKind.MINOR, wording="the summer")


def test_words_that_stand_nowhere_are_no_place(case: Case, member: Member) -> None:
    for words in ("the zeppelin", "  "):
        with pytest.raises(RefusedError) as refusal:
            place_case(case_id=case.pk, member=member, seen=seen(case), words=words)
        assert refusal.value.field == "words"


def test_words_that_stand_in_several_places_need_a_choice(
    case: Case, revision: Revision, member: Member
) -> None:
    with pytest.raises(SeveralPlacesError) as refusal:
        place_case(case_id=case.pk, member=member, seen=seen(case), words="council said")
    first, second = refusal.value.starts
    assert revision.text[second:].startswith("council said")
    passage = place_case(case_id=case.pk, member=member, seen=seen(case), words="council said", start=second)
    assert passage.start == second
    with pytest.raises(SeveralPlacesError):
        place_case(case_id=case.pk, member=member, seen=seen(case), words="council said", start=first + 1)


def test_a_place_needs_a_text(case: Case, member: Member) -> None:
    Passage.objects.all().delete()
    Revision.objects.all().delete()
    with pytest.raises(RefusedError):
        place_case(case_id=case.pk, member=member, seen=seen(case), words="31 million")
