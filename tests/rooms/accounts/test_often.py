"""Somebody with the right password who signs in again and again makes a limited number of rows."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db.models import F
from django.utils import timezone

from corrigenda.accounts import actions, alerts, audit
from corrigenda.accounts.audit import SHELL, By, Kind, Origin
from corrigenda.cli import main
from corrigenda.models import Alert, AuditEvent, DeskSession, Member
from tests.rooms.accounts.browsing import browser_of, is_in, row_of
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    day = audit.day_of(timezone.now())
    monkeypatch.setattr(audit, "day_of", lambda now: day)  # noqa: ARG005


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_A_DAY", 3)
    monkeypatch.setattr(alerts, "MOST_A_DAY", 4)
    monkeypatch.setattr(actions, "MOST_SESSIONS", 2)


@pytest.mark.usefixtures("_few")
def test_the_session_that_was_used_longest_ago_ends_and_the_log_says_so() -> None:
    make_member()
    make_member("al")
    colleague = browser_of("al")
    in_use, forgotten = browser_of(), browser_of()
    DeskSession.objects.filter(pk=row_of(in_use).pk).update(active_at=F("active_at") + timedelta(minutes=1))
    newest = browser_of()
    assert [is_in(one) for one in (in_use, forgotten, newest, colleague)] == [True, False, True, True]
    event = AuditEvent.objects.filter(kind=Kind.SESSION_ENDED).get()
    assert (event.member, event.by_member) == (Member.objects.get(username="ed"),) * 2
    assert event.detail == "1 beyond 2"
    boss = make_member("boss", role=Member.Role.ADMINISTRATOR)
    page = browser_of(boss.username).get("/desk/audit/?kind=session_ended").content.decode()
    assert "1 session: an account has at most 2" in page


@pytest.mark.usefixtures("_few")
def test_signing_in_again_and_again_fills_no_table() -> None:
    make_member()
    for _ in range(12):
        browser_of()
    assert DeskSession.objects.count() == 2
    assert Alert.objects.count() == 4
    for kind, number in ((Kind.SIGNED_IN, 12), (Kind.SESSION_ENDED, 10)):
        *more, last = AuditEvent.objects.filter(kind=kind).order_by("id")
        assert [event.times for event in more] == [1, 1, 1]
        assert last.times == number - 3
        assert last.last_at > last.at
        # It tells of several networks, browsers and numbers, so it names none.
        assert (last.network_hash, last.browser, last.system, last.detail) == ("", "", "", "")
        assert last.member == last.by_member == Member.objects.get()


@pytest.mark.usefixtures("_few")
def test_signing_out_again_and_again_fills_no_table() -> None:
    make_member()
    for _ in range(6):
        browser_of().post("/accounts/logout/")
    assert sorted(AuditEvent.objects.filter(kind=Kind.SIGNED_OUT).values_list("times", flat=True)) == [
        1,
        1,
        1,
        3,
    ]


@pytest.mark.usefixtures("_few")
def test_each_account_and_each_day_are_counted_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    make_member()
    make_member("al")
    for _ in range(5):
        browser_of()
    browser_of("al")
    now = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(audit, "day_of", lambda _: now.replace(hour=0, minute=0, second=0, microsecond=0))
    with monkeypatch.context() as later:
        later.setattr(timezone, "now", lambda: now)
        browser_of()
    told = (
        AuditEvent.objects.filter(kind=Kind.SIGNED_IN).order_by("id").values_list("member__username", "times")
    )
    assert list(told) == [("ed", 1), ("ed", 1), ("ed", 1), ("ed", 2), ("al", 1), ("ed", 1)]


@pytest.mark.usefixtures("_few")
def test_what_the_shell_does_is_always_told_by_itself() -> None:
    member = make_member()
    thief = Origin(By.MEMBER, member)
    for _ in range(9):
        alerts.alert_member(Alert.Kind.NEW_PASSWORD, member=member, origin=thief)
        audit.record(Kind.PASSWORD_CHANGED, member=member, origin=thief)
    actions.set_password(member=member, password="another long passphrase", by=SHELL)
    assert Alert.objects.latest("id").by_shell
    event = AuditEvent.objects.latest("id")
    assert (event.kind, event.by, event.times) == (Kind.PASSWORD_CHANGED, By.SHELL, 1)


@pytest.mark.usefixtures("_few")
def test_the_page_and_the_shell_say_how_often() -> None:
    make_member("boss", role=Member.Role.ADMINISTRATOR)
    for _ in range(8):
        browser = browser_of("boss")
    page = browser.get("/desk/audit/?kind=signed_in").content.decode()
    # As text: a tooltip is shown on no phone and to nobody who uses the keyboard.
    assert '<span class="count">5 times on this day</span>' in page
    first = CliRunner().invoke(main, ["audit", "--kind", "signed_in", "--last", "1"]).output.split("\t")
    assert first[2:4] == ["signed_in", "5"]
