"""While a page is parsed or searched for an editor others write, and are not written over."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from corrigenda.accounts.actions import close_member
from corrigenda.decide import actions, guards
from corrigenda.decide.actions import place_case
from corrigenda.flow import State
from corrigenda.ledger import StaleCaseError
from corrigenda.locate import step as locate
from corrigenda.models import Article, Case, Member, Revision, Site
from tests.rooms.decide.conftest import HTML
from tests.rooms.decide.doing import accept, decline, note, nothing_written, seen, undo
from tests.rooms.factories import make_revision
from tests.rooms.unlocked import before_the_next_transaction, looking, looking_at_texts

pytestmark = pytest.mark.usefixtures("committed_db")

Act = Callable[[Case, Member], object]


@pytest.fixture
def article(committed_db: None, article: Article) -> Article:
    return article


def place(case: Case, member: Member) -> object:
    return place_case(case_id=case.pk, member=member, seen=seen(case), words="in the spring")


ACTS = pytest.mark.parametrize("act", [accept, note, decline, place])


@ACTS
def test_others_write_while_a_page_is_read(case: Case, member: Member, act: Act) -> None:
    with looking_at_texts() as texts:
        act(case, member)
    assert texts
    assert all(texts)


def test_others_write_while_a_page_is_parsed(
    case: Case, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    Site.objects.update(connector=Site.Connector.FILES)
    looks = looking(monkeypatch, guards, "patch")
    accept(case, member)
    assert looks == [True]


def test_others_write_while_words_are_looked_for(
    case: Case, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = looking(monkeypatch, actions, "choose_place")
    place(case, member)
    assert looks == [True]


@ACTS
def test_a_passage_that_is_carried_on_meanwhile_stops_an_editor(
    article: Article, case: Case, member: Member, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words that were looked at are not decided about where others are there by then."""

    def carry() -> None:
        make_revision(article, HTML.replace("31</em> million", "35</em> billion"))
        assert locate.run() == 1

    before_the_next_transaction(monkeypatch, carry)
    with pytest.raises(StaleCaseError):
        act(case, member)
    case.refresh_from_db()
    assert case.state in {State.LOCATED, State.UNLOCATED}
    assert not case.decisions.exists()
    assert case.entries.filter(room="decide").count() == 0


def test_a_newer_revision_meanwhile_stops_the_naming_of_a_place(
    article: Article, case: Case, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish() -> None:
        make_revision(article, "<p>Nothing of it is left.</p>")

    before_the_next_transaction(monkeypatch, publish)
    with pytest.raises(StaleCaseError):
        place(case, member)
    assert nothing_written(case, State.LOCATED)
    assert case.passages.count() == 1


@ACTS
def test_of_two_editors_the_one_who_looked_longer_writes_nothing(
    case: Case, revision: Revision, member: Member, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decide() -> None:
        decline(case, member)

    before_the_next_transaction(monkeypatch, decide)
    with pytest.raises(StaleCaseError):
        act(case, member)
    case.refresh_from_db()
    assert case.state == State.DECLINED
    assert [entry.verb for entry in case.entries.all()] == ["declined"]
    assert case.decisions.count() == 1
    assert case.passages.get().revision == revision


@ACTS
def test_who_is_put_out_meanwhile_writes_nothing(
    case: Case, member: Member, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request began with an open account, and may take seconds until it writes."""
    before_the_next_transaction(monkeypatch, lambda: close_member(member=member))
    with pytest.raises(PermissionDenied):
        act(case, member)
    assert nothing_written(case, State.LOCATED)
    assert case.passages.count() == 1


def test_who_is_put_out_meanwhile_undoes_nothing(
    case: Case, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    decline(case, member)
    before_the_next_transaction(monkeypatch, lambda: close_member(member=member))
    with pytest.raises(PermissionDenied):
        undo(case, member)
    case.refresh_from_db()
    assert case.state == State.DECLINED
    assert case.decisions.filter(undone_at=None).exists()
