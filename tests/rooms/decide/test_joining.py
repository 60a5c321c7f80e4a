"""Joining and parting cases on real rows, and each refusal."""

import pytest
from django.utils import timezone

from corrigenda.decide.actions import (
    merge_case,
    unmerge_case,
)
from corrigenda.decide.guards import RefusedError
from corrigenda.flow import State
from corrigenda.models import (
    Article,
    Case,
    Entry,
    Member,
    Merge,
    Reply,
    Revision,
)
from tests.rooms.decide.conftest import HTML
from tests.rooms.decide.doing import decline
from tests.rooms.factories import make_article, make_case, make_revision

pytestmark = pytest.mark.django_db


def test_joining_leaves_an_entry_in_both_histories(
    case: Case, article: Article, revision: Revision, member: Member
) -> None:
    other = make_case(article, revision, exact="cost 31")
    merge = merge_case(source_id=other.pk, target_id=case.pk, member=member)
    other.refresh_from_db()
    assert other.state == State.MERGED
    assert other.entries.get().rows == {"merge": merge.pk, "case": case.pk}
    assert (case.entries.get().verb, case.entries.get().member) == ("joined", member)
    assert Merge.objects.joined_to(case) == [other.pk]
    assert Merge.objects.end_of(other) == case


def test_a_case_that_others_were_joined_to_brings_them_along(
    case: Case, article: Article, revision: Revision, member: Member
) -> None:
    second, third = (make_case(article, revision, exact="31 million") for _ in range(2))
    merge_case(source_id=third.pk, target_id=second.pk, member=member)
    merge_case(source_id=second.pk, target_id=case.pk, member=member)
    assert Merge.objects.joined_to(case) == [second.pk, third.pk]
    assert Merge.objects.end_of(third) == case
    unmerge_case(source_id=second.pk, member=member)
    assert Merge.objects.joined_to(case) == []
    assert Merge.objects.joined_to(second) == [third.pk]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (State.ACCEPTED, State.LOCATED),
        (State.MERGED, State.LOCATED),
        (State.CLOSED, State.LOCATED),
        (State.LOCATED, State.MERGED),
        (State.LOCATED, State.FIXED),
        (State.LOCATED, State.CLOSED),
        (State.LOCATED, State.DECLINED),
        (State.RECEIVED, State.LOCATED),
    ],
)
def test_a_case_that_is_not_open_is_not_joined(
    case: Case, article: Article, revision: Revision, member: Member, source: State, target: State
) -> None:
    other = make_case(article, revision, exact="31 million", state=source)
    Case.objects.filter(pk=case.pk).update(state=target)
    with pytest.raises(RefusedError):
        merge_case(source_id=other.pk, target_id=case.pk, member=member)
    assert not Merge.objects.exists()
    assert not Entry.objects.exists()


def test_cases_of_two_articles_are_not_joined(case: Case, article: Article, member: Member) -> None:
    elsewhere = make_article(article.site, path="/other.html")
    other = make_case(elsewhere, make_revision(elsewhere, HTML), exact="31 million")
    with pytest.raises(RefusedError):
        merge_case(source_id=other.pk, target_id=case.pk, member=member)


@pytest.mark.parametrize("state", [State.LOCATED, State.UNLOCATED])
def test_a_joined_case_is_parted_to_where_it_stood(
    case: Case, article: Article, revision: Revision, member: Member, state: State
) -> None:
    other = make_case(article, revision, exact="31 million", state=state)
    merge = merge_case(source_id=other.pk, target_id=case.pk, member=member)
    unmerge_case(source_id=other.pk, member=member)
    other.refresh_from_db()
    merge.refresh_from_db()
    assert other.state == state
    assert merge.undone_at is not None
    assert [entry.verb for entry in other.entries.all()] == ["merged", "unmerged"]
    assert [entry.verb for entry in case.entries.all()] == ["joined", "parted"]


def test_a_case_that_is_not_joined_is_not_parted(case: Case, member: Member) -> None:
    with pytest.raises(RefusedError):
        unmerge_case(source_id=case.pk, member=member)


@pytest.mark.parametrize("state", [State.FIXED, State.DISCLOSED, State.CLOSED])
def test_a_case_is_not_parted_from_one_that_is_answered(
    case: Case, article: Article, revision: Revision, member: Member, state: State
) -> None:
    other = make_case(article, revision, exact="31 million")
    merge_case(source_id=other.pk, target_id=case.pk, member=member)
    Case.objects.filter(pk=case.pk).update(state=state)
    with pytest.raises(RefusedError):
        unmerge_case(source_id=other.pk, member=member)


def test_a_case_is_not_parted_once_its_reader_has_been_answered(
    case: Case, article: Article, revision: Revision, member: Member
) -> None:
    other = make_case(article, revision, exact="31 million")
    merge_case(source_id=other.pk, target_id=case.pk, member=member)
    decision = decline(case, member)
    Reply.objects.create(report=other.report, decision=decision, created_at=timezone.now())
    with pytest.raises(RefusedError):
        unmerge_case(source_id=other.pk, member=member)
