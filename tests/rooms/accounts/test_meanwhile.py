"""What is done to an account counts, whatever request of a member is under way just then."""

from collections.abc import Callable

import pytest

from corrigenda.accounts import actions, hashing
from corrigenda.accounts.sessions import SessionStore
from corrigenda.models import AuditEvent, DeskSession, Member
from tests.rooms.accounts.browsing import browser_of, is_in
from tests.rooms.accounts.guessing import PASSWORD
from tests.rooms.factories import make_member
from tests.rooms.unlocked import calling_first

pytestmark = pytest.mark.django_db

GIVEN = "a passphrase from the shell"
TAKEN = "a passphrase of the thief"
FORM = {"oldpassword": PASSWORD, "password1": TAKEN, "password2": TAKEN}


def once(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, act: Callable[[], object]) -> None:
    """Do something once, right before a function is called."""

    def first() -> None:
        monkeypatch.undo()
        act()

    calling_first(monkeypatch, owner, name, first)


def test_a_password_that_the_shell_gives_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who knows the former password cannot keep an account that is being taken back."""
    member = make_member()
    thief = browser_of()
    once(monkeypatch, hashing, "make", lambda: actions.set_password(member=member, password=GIVEN))
    assert thief.post("/accounts/password/change/", FORM).status_code == 302
    assert Member.objects.get().check_password(GIVEN)
    assert not is_in(thief)
    assert not DeskSession.objects.exists()
    assert AuditEvent.objects.filter(kind=AuditEvent.Kind.PASSWORD_CHANGED).count() == 1


@pytest.mark.parametrize("end", [actions.end_sessions, actions.close_member])
def test_who_is_put_out_meanwhile_sets_no_password(
    end: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = make_member()
    thief = browser_of()
    once(monkeypatch, hashing, "make", lambda: end(member=member))
    assert thief.post("/accounts/password/change/", FORM).status_code == 302
    actions.open_member(member=member)
    assert Member.objects.get().check_password(PASSWORD)
    assert not is_in(thief)
    assert not DeskSession.objects.exists()


def test_a_session_that_is_ended_after_a_new_password_stays_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session gets another key then, which must not make another session of it."""
    member = make_member()
    thief = browser_of()
    once(monkeypatch, SessionStore, "cycle_key", lambda: actions.end_sessions(member=member))
    assert thief.post("/accounts/password/change/", FORM).status_code == 400
    assert not is_in(thief)
    assert not DeskSession.objects.exists()
