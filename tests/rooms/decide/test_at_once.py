"""Several editors and the worker at the same moment, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from corrigenda.decide import step
from corrigenda.decide.actions import (
    accept_case,
    decline_case,
    merge_case,
    note_case,
    undo_decision,
    unmerge_case,
)
from corrigenda.decide.guards import RefusedError, Seen, newest_passage, place_token
from corrigenda.flow import State
from corrigenda.ledger import StaleCaseError
from corrigenda.models import Article, Case, Decision, Entry, Fix, Member, Merge, NoticeKind, Revision
from tests.rooms.factories import make_case, make_member

pytestmark = pytest.mark.usefixtures("committed_db")

ROUNDS = 5


@pytest.fixture
def article(committed_db: None, article: Article) -> Article:
    return article


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in threads that start together; return what became of each."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait()
            act()
        except (StaleCaseError, RefusedError) as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def seen(case: Case) -> Seen:
    return Seen(changed_at=case.changed_at, place=place_token(newest_passage(case)))


def test_of_three_editors_at_once_one_decides(article: Article, revision: Revision, member: Member) -> None:
    others = [make_member("bo"), make_member("cy")]
    for _ in range(ROUNDS):
        case = make_case(article, revision, exact="31 million")
        screen = seen(case)
        became = at_once(
            partial(
                accept_case,
                case_id=case.pk,
                member=member,
                seen=screen,
                kind=NoticeKind.MINOR,
                wording="39 million",
            ),
            partial(
                decline_case, case_id=case.pk, member=others[0], seen=screen, reason=Decision.Reason.ACCURATE
            ),
            partial(
                note_case,
                case_id=case.pk,
                member=others[1],
                seen=screen,
                kind=NoticeKind.UPDATE,
                notice_text="So be it.",
            ),
        )
        assert sorted(became) == ["StaleCaseError", "StaleCaseError", "done"]
        assert case.decisions.count() == 1
        assert case.entries.count() == 1


def test_two_cases_that_are_joined_to_each_other_at_once_end_as_one(
    article: Article, revision: Revision, member: Member
) -> None:
    for _ in range(ROUNDS):
        one, other = (make_case(article, revision, exact="31 million") for _ in range(2))
        became = at_once(
            partial(merge_case, source_id=one.pk, target_id=other.pk, member=member),
            partial(merge_case, source_id=other.pk, target_id=one.pk, member=member),
        )
        assert sorted(became) == ["RefusedError", "done"]
        states = Case.objects.filter(pk__in=[one.pk, other.pk]).values_list("state", flat=True)
        assert sorted(states) == [State.LOCATED, State.MERGED]


def test_two_workers_join_each_case_once(article: Article, revision: Revision) -> None:
    for _ in range(8):
        make_case(article, revision, exact="31 million")
    at_once(step.run, step.run)
    while step.run():
        pass
    assert Merge.objects.count() == 7
    assert Entry.objects.filter(verb="merged").count() == 7
    assert Case.objects.filter(state=State.LOCATED).count() == 1


def test_a_case_is_parted_once(article: Article, revision: Revision, member: Member) -> None:
    target, source = (make_case(article, revision, exact="31 million") for _ in range(2))
    merge_case(source_id=source.pk, target_id=target.pk, member=member)
    became = at_once(*[partial(unmerge_case, source_id=source.pk, member=member)] * 2)
    assert sorted(became) == ["RefusedError", "done"]
    assert source.entries.filter(verb="unmerged").count() == 1


def begin_fix(decision: Decision) -> None:
    """What the worker does: it takes the case, and writes the fix down in the same transaction."""
    with transaction.atomic():
        taken = Case.objects.filter(pk=decision.case_id, state=State.ACCEPTED).taken().first()
        if taken is None:
            raise StaleCaseError
        Fix.objects.create(case=taken, decision=decision, prepared_at=timezone.now())


def test_undo_and_the_worker_never_both_win(article: Article, revision: Revision, member: Member) -> None:
    for _ in range(ROUNDS):
        case = make_case(article, revision, exact="31 million")
        decision = accept_case(
            case_id=case.pk, member=member, seen=seen(case), kind=NoticeKind.MINOR, wording="39 million"
        )

        became = at_once(partial(undo_decision, case_id=case.pk, member=member), partial(begin_fix, decision))
        assert became in (["done", "StaleCaseError"], ["RefusedError", "done"])
        decision.refresh_from_db()
        assert (decision.undone_at is None) == Fix.objects.filter(decision=decision).exists()
