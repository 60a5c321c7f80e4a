"""While texts are searched and compared others write; what they have changed by then is not written over."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from corrigenda.decide.actions import accept_case, decline_case, merge_case, place_case
from corrigenda.decide.guards import Seen, newest_passage, place_token
from corrigenda.flow import State
from corrigenda.locate import queries, step
from corrigenda.models import Address, Article, Case, Decision, Entry, NoticeKind, Passage
from corrigenda.passage import places
from corrigenda.report.privacy.stripping import erase_report
from tests.rooms.factories import make_article, make_case, make_member, make_revision, make_site
from tests.rooms.locate.test_step import FIXED, HTML, last_verb, newest, open_case
from tests.rooms.unlocked import calling_first, looking, looking_at_texts

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def article(committed_db: None) -> Article:
    return make_article(make_site())


def wait_unlocated(article: Article, exact: str) -> Case:
    """A case whose article could be read only after it had been handed to a human."""
    Address.objects.update(outcome=Article.Outcome.MISSING, article=None)
    case = open_case(article, exact)
    step.run()
    make_revision(article, HTML)
    Address.objects.update(outcome=Article.Outcome.READ, article=article)
    case.refresh_from_db()
    assert case.state == State.UNLOCATED
    return case


def seen(case: Case) -> Seen:
    return Seen(changed_at=case.changed_at, place=place_token(newest_passage(case)))


def test_others_write_while_a_received_case_is_searched(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_revision(article, HTML)
    case = open_case(article, "Forty people", suffix=" were aboard.")
    engine = looking(monkeypatch, places, "find_copy")
    with looking_at_texts() as texts:
        assert step.run() == 1
    assert all([*engine, *texts])
    assert engine
    assert texts
    assert last_verb(case) == "located"


def test_others_write_while_an_unlocated_case_is_searched_again(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = wait_unlocated(article, "Forty people")
    engine = looking(monkeypatch, places, "copies")
    with looking_at_texts() as texts:
        assert step.run() == 1
    assert all([*engine, *texts])
    assert engine
    assert texts
    assert last_verb(case) == "located"


@pytest.mark.parametrize("state", [State.LOCATED, State.ACCEPTED])
def test_others_write_while_a_live_case_is_carried(
    article: Article, monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    case = make_case(article, make_revision(article, HTML), exact="Forty people", state=state)
    make_revision(article, FIXED)
    engine = looking(monkeypatch, places, "carry")
    with looking_at_texts() as texts:
        assert step.run() == 1
    assert all([*engine, *texts])
    assert engine
    assert texts
    assert newest(case).exact == "Fourteen people"


def test_a_newer_revision_during_the_search_leaves_the_case_for_the_next_round(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_revision(article, HTML)
    case = open_case(article, "Forty people", suffix=" were aboard.")
    calling_first(monkeypatch, places, "find_copy", lambda: make_revision(article, FIXED))
    assert step.run() == 0
    case.refresh_from_db()
    assert case.state == State.RECEIVED
    assert not case.passages.exists()
    monkeypatch.undo()
    assert step.run() == 1
    assert (newest(case).revision.number, newest(case).exact) == (2, "Fourteen people")
    assert (case.passages.count(), case.entries.filter(room="locate").count()) == (1, 1)


def test_a_report_that_is_erased_during_the_search_is_not_located_by_its_former_words(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_revision(article, HTML)
    case = open_case(article, "fifty People")
    calling_first(monkeypatch, places, "find_copy", lambda: erase_report(case.report.pk, at=timezone.now()))
    assert step.run() == 0
    monkeypatch.undo()
    assert step.run() == 1
    case.refresh_from_db()
    assert (case.state, last_verb(case)) == (State.UNLOCATED, "unlocated_no_quote")


def test_a_place_that_an_editor_names_during_the_search_stands(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = wait_unlocated(article, "Words that nobody has written anywhere here")
    member, screen = make_member(), seen(case)

    def point() -> None:
        monkeypatch.undo()
        place_case(case_id=case.pk, member=member, seen=screen, words="The harbour was calm.")

    calling_first(monkeypatch, places, "find", point)
    assert step.run() == 0
    case.refresh_from_db()
    assert (case.state, last_verb(case)) == (State.LOCATED, "pointed")
    assert [passage.exact for passage in case.passages.all()] == ["The harbour was calm."]
    assert step.run() == 0


def test_a_place_that_an_editor_names_while_it_is_carried_stands(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(article, make_revision(article, HTML), exact="Forty people")
    make_revision(article, FIXED)
    member, screen = make_member(), seen(case)

    def point() -> None:
        monkeypatch.undo()
        place_case(case_id=case.pk, member=member, seen=screen, words="The harbour was calm.")

    calling_first(monkeypatch, places, "carry", point)
    assert step.run() == 0
    assert newest(case).exact == "The harbour was calm."
    assert [entry.verb for entry in case.entries.all()] == ["pointed"]
    assert step.run() == 0


def test_a_decision_made_while_the_case_is_carried_keeps_its_words(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted, declined = (
        make_case(article, make_revision(article, HTML + more), exact="Forty people")
        for more in ("", "<p>1</p>")
    )
    make_revision(article, FIXED)
    member, screens = make_member(), [seen(accepted), seen(declined)]

    def decide() -> None:
        monkeypatch.undo()
        accept_case(
            case_id=accepted.pk,
            member=member,
            seen=screens[0],
            kind=NoticeKind.MINOR,
            wording="Fifty people",
        )
        decline_case(case_id=declined.pk, member=member, seen=screens[1], reason=Decision.Reason.ACCURATE)

    calling_first(monkeypatch, places, "carry", decide)
    assert step.run() == 0
    for case, state in ((accepted, State.ACCEPTED), (declined, State.DECLINED)):
        case.refresh_from_db()
        assert case.state == state
        assert case.passages.count() == 1
        assert [entry.verb for entry in case.entries.all()] == [state]
        assert case.decisions.get().old == "Forty people"
    assert step.run() == 1  # the accepted one follows its article, with its decision where it was
    assert newest(accepted).exact == "Fourteen people"
    assert accepted.decisions.get().passage != newest(accepted)


def test_a_case_that_is_merged_while_it_is_carried_is_left_alone(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_revision(article, HTML)
    target, source = (make_case(article, first, exact="Forty people") for _ in range(2))
    second = make_revision(article, FIXED)

    def join() -> None:
        monkeypatch.undo()
        merge_case(source_id=source.pk, target_id=target.pk, member=None)

    calling_first(monkeypatch, places, "carry", join)
    assert step.run() == 1
    source.refresh_from_db()
    assert (source.state, newest(source).revision) == (State.MERGED, first)
    assert [entry.verb for entry in source.entries.all()] == ["merged"]
    assert newest(target).revision == second
    assert step.run() == 0


def test_cases_of_one_article_are_carried_by_one_comparison(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_revision(article, HTML)
    cases = [make_case(article, first, exact=words) for words in ("Forty", "nine", "calm")]
    make_revision(article, FIXED)
    compared: list[None] = []
    calling_first(monkeypatch, places, "carry", lambda: compared.append(None))
    assert step.run() == len(cases)
    assert len(compared) == 1
    assert [newest(case).exact for case in cases] == ["Fourteen", "nine", "calm"]


def test_two_workers_that_search_at_once_write_each_case_once(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have found every place before either of them writes."""
    make_revision(article, HTML)
    received = [open_case(article, words) for words in ("Fourteen people", "The harbour was calm.")]
    carried = make_case(article, make_revision(article, HTML + "<p>1</p>"), exact="were aboard")
    make_revision(article, FIXED)
    monkeypatch.setattr(step, "own_turn", lambda _article: nullcontext(True))
    together = threading.Barrier(2, timeout=60)
    write = step._write

    def both(*arguments: object) -> bool:
        together.wait()
        return write(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(step, "_write", both)
    assert sum(at_once(2)) == 3
    monkeypatch.undo()
    for case in received:
        assert case.entries.filter(verb="located").count() == 1
    assert newest(carried).exact == "were aboard"
    assert Passage.objects.count() == 2 + 2
    assert Entry.objects.filter(room="locate").count() == 2
    assert step.run() == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one worker")
def test_of_two_workers_one_searches_an_article(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    make_revision(article, HTML)
    case = open_case(article, "Forty people")
    done: list[int] = []

    def other_worker() -> None:
        monkeypatch.undo()
        done.extend(at_once(1))

    calling_first(monkeypatch, places, "copies", other_worker)
    assert step.run() == 1
    assert done == [0]
    assert case.entries.filter(verb="located").count() == 1


def at_once(workers: int) -> list[int]:
    """Run workers in threads; return how much each has done."""

    def run(_number: int) -> int:
        try:
            return step.run()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as threads:
        return list(threads.map(run, range(workers)))


def test_a_database_that_fails_during_the_search_hands_nothing_to_a_human(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_revision(article, HTML)
    case = open_case(article, "Forty people")

    def fail(_revision: int) -> str:
        raise OperationalError

    monkeypatch.setattr(queries, "text_of", fail)
    assert step.run() == 0
    case.refresh_from_db()
    assert case.state == State.RECEIVED
