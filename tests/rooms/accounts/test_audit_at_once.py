"""Many events at once, a clock that is set back, and an audit log that takes nothing."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from corrigenda.accounts import actions, audit
from corrigenda.accounts.audit import By, Kind, Origin
from corrigenda.models import AuditEvent, DeskSession, Member
from tests.rooms.accounts.browsing import browser_of, is_in, row_of
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch, quick_passwords: None) -> None:
    now = timezone.now()
    day, minute = audit.day_of(now), audit.minute_of(now)
    monkeypatch.setattr(audit, "day_of", lambda now: day)  # noqa: ARG005
    monkeypatch.setattr(audit, "minute_of", lambda now: minute)  # noqa: ARG005
    monkeypatch.setattr(audit, "MOST_A_DAY", 3)


def by(member: Member) -> Origin:
    """A member, who does something."""
    return Origin(By.MEMBER, member)


def rows(kind: Kind) -> list[tuple[str | None, str, int]]:
    """By whom, detail and number of each event of a kind, the oldest first."""
    events = AuditEvent.objects.filter(kind=kind).order_by("id")
    return list(events.values_list("by_member__username", "detail", "times"))


def set_clock_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock back by an hour."""
    past = timezone.now() - timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: past)


def all_at_once(work: list[Callable[[], None]]) -> list[BaseException]:
    """Call each in a thread of its own, all at the same time; return what was raised."""
    raised: list[BaseException] = []
    together = threading.Barrier(len(work))

    def call(one: Callable[[], None]) -> None:
        try:
            together.wait(60)
            one()
        except Exception as error:  # noqa: BLE001 (the test shows it)
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return raised


def test_what_is_counted_while_the_clock_stands_back_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    member = make_member()
    stranger = Origin(By.VISITOR)
    for _ in range(4):
        audit.record(Kind.SIGNED_OUT, member=member, origin=by(member))
    audit.record_failure(Kind.FAILED, member=member, login="ed", origin=stranger)
    before = dict(AuditEvent.objects.exclude(fold=None).values_list("pk", "last_at"))
    with monkeypatch.context() as past:
        set_clock_back(past)
        audit.record(Kind.SIGNED_OUT, member=member, origin=by(member))
        audit.record_failure(Kind.FAILED, member=member, login="ed", origin=stranger)
    folded = AuditEvent.objects.exclude(fold=None)
    assert [event.times for event in folded] == [2, 2]
    # The time never goes back: the database would refuse the whole event.
    assert {event.pk: event.last_at for event in folded} == before
    audit.record(Kind.SIGNED_OUT, member=member, origin=by(member))
    assert AuditEvent.objects.get(kind=Kind.SIGNED_OUT, times=3).last_at > max(before.values())


def test_a_sign_out_while_the_clock_stands_back_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    make_member()
    for _ in range(4):
        browser_of().post("/accounts/logout/")
    browser = browser_of()
    key = row_of(browser).pk
    with monkeypatch.context() as past:
        set_clock_back(past)
        assert browser.post("/accounts/logout/").status_code == 302
    assert not DeskSession.objects.filter(pk=key).exists()


def test_sign_outs_at_once_all_end_their_session(committed_db: None) -> None:
    member = make_member()
    for _ in range(4):
        audit.record(Kind.SIGNED_OUT, member=member, origin=by(member))
    browsers = [browser_of() for _ in range(12)]
    statuses: list[int] = []

    def leave(browser: Client) -> None:
        statuses.append(browser.post("/accounts/logout/").status_code)

    assert all_at_once([lambda one=browser: leave(one) for browser in browsers]) == []  # type: ignore[misc]
    assert statuses == [302] * 12
    assert not DeskSession.objects.exists()
    assert rows(Kind.SIGNED_OUT)[3:] == [("ed", "", 13)]
    connection.close()


def test_failures_at_once_are_all_counted(committed_db: None) -> None:
    member = make_member()

    def fail() -> None:
        for _ in range(20):
            audit.record_failure(Kind.FAILED, member=member, login="ed", origin=Origin(By.VISITOR))

    assert all_at_once([fail] * 6) == []
    assert AuditEvent.objects.get().times == 120
    connection.close()


@pytest.fixture
def _full() -> None:
    """Let the database refuse a second event of each of these kinds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE UNIQUE INDEX refuse ON corrigenda_auditevent (kind) "
            "WHERE kind IN ('signed_out', 'session_ended', 'member_closed', 'password_changed')"
        )
    other = make_member("other")
    for kind in (Kind.SIGNED_OUT, Kind.SESSION_ENDED, Kind.MEMBER_CLOSED, Kind.PASSWORD_CHANGED):
        audit.record(kind, member=other, origin=audit.SHELL)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says that must be looked at."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "corrigenda.accounts.audit" and record.levelno >= logging.ERROR
    ]


@pytest.mark.usefixtures("_full")
@pytest.mark.parametrize("most", [0, 3], ids=["folded", "by itself"])
def test_a_sign_out_that_cannot_be_noted_ends_the_session(
    most: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "MOST_A_DAY", most)
    make_member()
    browser = browser_of()
    assert browser.post("/accounts/logout/").status_code == 302
    assert not DeskSession.objects.exists()
    assert rows(Kind.SIGNED_OUT) == [(None, "", 1)]
    assert said(caplog) == ["signed_out: ed, by ed: the audit log did not take it"]


@pytest.mark.usefixtures("_full")
def test_sessions_end_and_accounts_close_also_where_it_cannot_be_noted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    member = make_member()
    one, two, three = browser_of(), browser_of(), browser_of()
    assert one.post("/desk/sessions/end/", {"session": str(row_of(two).public_id)}).status_code == 302
    assert [is_in(browser) for browser in (one, two, three)] == [True, False, True]
    assert one.post("/desk/sessions/end-others/").status_code == 302
    assert [is_in(browser) for browser in (one, three)] == [True, False]
    assert actions.close_member(member=member)
    assert not is_in(one)
    assert not Member.objects.get(pk=member.pk).is_active
    assert said(caplog) == [
        "session_ended: ed, by ed: the audit log did not take it",
        "session_ended: ed, by ed: the audit log did not take it",
        "member_closed: ed, by shell: the audit log did not take it",
        "session_ended: ed, by shell: the audit log did not take it",
    ]


@pytest.mark.usefixtures("_full")
def test_a_password_that_cannot_be_noted_is_not_set() -> None:
    member = make_member()
    former = member.password
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.set_password(member=member, password="another long passphrase", by=by(member))
    assert Member.objects.get(pk=member.pk).password == former


def test_a_lost_transaction_is_not_taken_for_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database has forgotten the savepoint, what is around it is undone too."""
    member = make_member()
    browser_of()

    def lose(*_: object, **__: object) -> None:
        transaction.set_rollback(True)
        raise OperationalError

    with monkeypatch.context() as lost:
        lost.setattr(transaction.get_connection(), "savepoint_rollback", lose)
        lost.setattr(audit, "record", lose)
        with pytest.raises(OperationalError), transaction.atomic():
            actions.end_sessions(member=member)


def test_a_session_that_cannot_be_ended_leaves_the_browser_its_cookie(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_member()
    browser = browser_of()
    browser.raise_request_exception = False

    def refuse(*_: object) -> None:
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(DeskSession, "delete", refuse)
        assert browser.post("/accounts/logout/").status_code == 500
    assert is_in(browser)
    assert browser.post("/accounts/logout/").status_code == 302
    assert not is_in(browser)
    assert not DeskSession.objects.exists()


def test_what_another_member_does_is_not_counted_with_ones_own() -> None:
    edith, adam = make_member("edith"), make_member("adam", role=Member.Role.ADMINISTRATOR)
    for _ in range(6):
        audit.record(Kind.SESSION_ENDED, member=edith, origin=by(edith), detail="1")
    for _ in range(5):
        audit.record(Kind.SESSION_ENDED, member=edith, origin=by(adam), detail="2")
    audit.record(Kind.SESSION_ENDED, member=edith, origin=by(edith), detail="1")
    assert rows(Kind.SESSION_ENDED) == [
        *[("edith", "1", 1)] * 3,
        ("edith", "", 4),
        *[("adam", "2", 1)] * 3,
        ("adam", "", 2),
    ]
