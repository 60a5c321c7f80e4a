"""The automatic joining of cases on real rows."""

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corrigenda.decide import step
from corrigenda.decide.actions import merge_case, unmerge_case
from corrigenda.flow import State
from corrigenda.models import Article, Case, Member, Merge, Passage, Revision
from tests.rooms.factories import make_article, make_case, make_revision

pytestmark = pytest.mark.django_db

TEXT = "The bridge will cost 31 million crowns, the council said."


def state_of(case: Case) -> str:
    case.refresh_from_db()
    return case.state


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("31 million crowns", "31 million crowns", True),
        ("31 million crowns", "31 million", True),  # 10 of 17 characters
        ("31 million", "cost 31 million crowns", False),  # 10 of 22
        ("31", "31 million crowns", False),
        ("31 million crowns", "Work begins", False),
        ("The bridge will", "cost 31 million", False),  # they do not even touch
    ],
)
def test_cases_are_joined_from_half_of_their_passage_on(
    article: Article, revision: Revision, first: str, second: str, joined: bool
) -> None:
    older = make_case(article, revision, exact=first)
    newer = make_case(article, revision, exact=second)
    assert step.run() == int(joined)
    assert state_of(newer) == (State.MERGED if joined else State.LOCATED)
    assert state_of(older) == State.LOCATED
    if joined:
        merge = Merge.objects.get()
        assert (merge.source, merge.target, merge.member) == (newer, older, None)
        assert newer.entries.latest("id").verb == "merged"
        assert older.entries.latest("id").rows == {"merge": merge.pk, "case": newer.pk}
    assert step.run() == 0


@pytest.mark.parametrize("state", [State.LOCATED, State.ACCEPTED, State.NOTED])
def test_an_older_case_that_is_not_answered_yet_takes_in_the_newer(
    article: Article, revision: Revision, state: State
) -> None:
    make_case(article, revision, exact="31 million", state=state)
    newer = make_case(article, revision, exact="31 million")
    assert step.run() == 1
    assert state_of(newer) == State.MERGED


@pytest.mark.parametrize(
    "state", [State.UNLOCATED, State.DECLINED, State.FIXED, State.DISCLOSED, State.CLOSED, State.MERGED]
)
def test_a_guess_or_an_answered_case_takes_nothing_in(
    article: Article, revision: Revision, state: State
) -> None:
    make_case(article, revision, exact="31 million", state=state)
    newer = make_case(article, revision, exact="31 million")
    assert step.run() == 0
    assert state_of(newer) == State.LOCATED


def test_only_a_located_case_is_joined(article: Article, revision: Revision) -> None:
    make_case(article, revision, exact="31 million")
    newer = make_case(article, revision, exact="31 million", state=State.UNLOCATED)
    assert step.run() == 0
    assert state_of(newer) == State.UNLOCATED


def test_three_readers_become_one_case(article: Article, revision: Revision) -> None:
    first, second, third = (make_case(article, revision, exact="31 million") for _ in range(3))
    assert step.run() == 2
    assert state_of(first) == State.LOCATED
    assert set(Merge.objects.values_list("source", "target")) == {(second.pk, first.pk), (third.pk, first.pk)}


def test_equal_words_of_two_articles_stay_two_cases(article: Article, revision: Revision) -> None:
    other = make_article(article.site, path="/other.html")
    make_case(article, revision, exact="31 million")
    make_case(other, make_revision(other, f"<p>{TEXT}</p>"), exact="31 million")
    assert step.run() == 0


def test_equal_words_at_two_places_stay_two_cases(article: Article) -> None:
    revision = make_revision(article, f"<p>{TEXT}</p><p>{TEXT}</p>")
    make_case(article, revision, exact="31 million")
    second = make_case(article, revision, exact="31 million")
    at = revision.text.rindex("31 million")
    second.passages.update(start=at, end=at + len("31 million"))
    assert step.run() == 0


def test_passages_of_different_revisions_are_not_compared(article: Article, revision: Revision) -> None:
    make_case(article, revision, exact="31 million")
    make_case(article, make_revision(article, f"<p>{TEXT}</p>"), exact="31 million")
    assert step.run() == 0


def test_only_the_newest_passage_of_a_case_counts(article: Article, revision: Revision) -> None:
    older = make_case(article, revision, exact="31 million")
    make_case(article, revision, exact="31 million")
    newer_revision = make_revision(article, f"<p>Updated.</p><p>{TEXT}</p>")
    Passage.objects.create(
        case=older, revision=newer_revision, kind="gone", confidence=0.9, found_at=timezone.now()
    )
    assert step.run() == 0


def test_not_the_same_is_remembered(article: Article, revision: Revision, member: Member) -> None:
    older = make_case(article, revision, exact="31 million")
    newer = make_case(article, revision, exact="31 million")
    step.run()
    unmerge_case(source_id=newer.pk, member=member)
    assert state_of(newer) == State.LOCATED
    assert step.run() == 0
    third = make_case(article, revision, exact="31 million")
    assert step.run() == 1
    assert Merge.objects.standing().get().source == third
    assert Merge.objects.standing().get().target == older


def test_not_the_same_holds_for_everything_joined_to_the_other(
    article: Article, revision: Revision, member: Member
) -> None:
    first = make_case(article, revision, exact="31 million")
    second = make_case(article, revision, exact="31 million")
    apart = make_case(article, revision, exact="31 million")
    merge_case(source_id=apart.pk, target_id=second.pk, member=member)
    unmerge_case(source_id=apart.pk, member=member)
    merge_case(source_id=second.pk, target_id=first.pk, member=member)
    assert step.run() == 0
    assert state_of(apart) == State.LOCATED


def test_a_parted_case_may_join_a_third(article: Article, revision: Revision, member: Member) -> None:
    typo = make_case(article, revision, exact="31 million")
    first = make_case(article, revision, exact="31 million")
    second = make_case(article, revision, exact="31 million")
    step.run()
    for case in (first, second):
        unmerge_case(source_id=case.pk, member=member)
    assert step.run() == 1
    assert state_of(second) == State.MERGED
    assert Merge.objects.standing().get().target == first
    assert state_of(typo) == State.LOCATED


def test_a_joining_that_fails_stops_no_other(
    article: Article, revision: Revision, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_case(article, revision, exact="31 million")
    bad = make_case(article, revision, exact="31 million")
    good = make_case(article, revision, exact="31 million")

    def fail_on_bad(*, source_id: int, target_id: int, member: Member | None) -> Merge:
        if source_id == bad.pk:
            raise OSError("killed here")
        return merge_case(source_id=source_id, target_id=target_id, member=member)

    monkeypatch.setattr(step, "merge_case", fail_on_bad)
    with caplog.at_level(logging.ERROR):
        assert step.run() == 1
    assert state_of(good) == State.MERGED
    assert state_of(bad) == State.LOCATED
    assert f"case {bad.pk}" in caplog.text


def test_at_most_so_many_are_joined_at_once(article: Article, revision: Revision) -> None:
    for _ in range(5):
        make_case(article, revision, exact="31 million")
    assert step.run(3) == 3
    assert step.run(3) == 1
    assert Case.objects.filter(state=State.LOCATED).count() == 1


def test_the_cases_to_join_are_found_by_their_passages_alone(article: Article, revision: Revision) -> None:
    # As a condition on the table of cases the same question took PostgreSQL seconds, in every round.
    make_case(article, revision, exact="31 million")
    with CaptureQueriesContext(connection) as captured:
        assert step.run() == 0
    assert len(captured) == 2  # one for those of passages, one for those beside the text
    assert "IN (SELECT" not in captured.captured_queries[0]["sql"]
