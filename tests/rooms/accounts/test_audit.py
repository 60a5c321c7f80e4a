"""The audit log: what is in it, what is not, and that nobody can change or fill it."""

import logging
import re
from contextlib import suppress
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from corrigenda.accounts import actions, alerts, audit, step
from corrigenda.accounts.audit import SHELL, Kind, Origin
from corrigenda.cli import main
from corrigenda.models import AuditEvent, Member
from tests.rooms.accounts.browsing import browser_of, is_in
from tests.rooms.accounts.guessing import PASSWORD, WRONG, attempt
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db

OTHER = "another long passphrase"


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    minute = audit.minute_of(timezone.now())
    monkeypatch.setattr(audit, "minute_of", lambda now: minute)  # noqa: ARG005


def told() -> list[tuple[str, str, str, str]]:
    """Every event, the oldest first: kind, account, by whom, detail."""
    return [
        (
            event.kind,
            event.member.username if event.member else "",
            event.by_member.username if event.by_member else event.by,
            event.detail,
        )
        for event in AuditEvent.objects.order_by("id")
    ]


def test_what_members_do_is_told() -> None:
    make_member()
    browser = browser_of()
    there = browser_of()
    browser.post("/desk/sessions/end-others/")
    wrong = {"oldpassword": WRONG, "password1": OTHER, "password2": OTHER}
    browser.post("/accounts/password/change/", wrong)
    browser.post("/accounts/password/change/", {**wrong, "oldpassword": PASSWORD})
    browser.post("/accounts/logout/")
    assert not is_in(there)
    assert told() == [
        ("signed_in", "ed", "ed", ""),
        ("signed_in", "ed", "ed", ""),
        ("session_ended", "ed", "ed", "1"),
        ("failed_present", "ed", "ed", ""),
        ("password_changed", "ed", "ed", ""),
        ("signed_out", "ed", "ed", ""),
    ]


def test_what_the_shell_does_is_told() -> None:
    shell = CliRunner()
    secret = {"CORRIGENDA_MEMBER_PASSWORD": PASSWORD}
    shell.invoke(main, ["member", "add", "anna"], env=secret)
    browser = browser_of("anna")
    shell.invoke(main, ["member", "role", "anna", "administrator"])
    assert "already" in shell.invoke(main, ["member", "role", "anna", "administrator"]).output
    shell.invoke(main, ["member", "sessions", "anna", "--end"])
    shell.invoke(main, ["member", "password", "anna"], env={"CORRIGENDA_MEMBER_PASSWORD": OTHER})
    for command in ("close", "close", "open", "open"):
        shell.invoke(main, ["member", command, "anna"])
    assert not is_in(browser)
    assert Member.objects.get().role == Member.Role.ADMINISTRATOR
    assert told() == [
        ("member_added", "anna", "shell", "editor"),
        ("signed_in", "anna", "anna", ""),
        ("role_changed", "anna", "shell", "editor administrator"),
        ("session_ended", "anna", "shell", "1"),
        ("password_changed", "anna", "shell", ""),
        ("member_closed", "anna", "shell", ""),
        ("member_opened", "anna", "shell", ""),
    ]


def test_a_failure_names_an_account_that_is_there_and_no_other() -> None:
    make_member()
    make_member("closed", is_active=False)
    attempt("ed", WRONG)
    attempt("ED@courier.example", WRONG, peer="203.0.113.9")
    attempt("nobody@private.example", WRONG)
    attempt("closed", PASSWORD)
    assert told() == [
        ("failed", "ed", "visitor", ""),
        ("failed", "ed", "visitor", ""),
        ("failed", "", "visitor", ""),
        ("failed_closed", "closed", "visitor", ""),
    ]
    everything = str(list(AuditEvent.objects.values()))
    for secret in ("nobody@private", "203.0.113", "198.51.100", WRONG):
        assert secret not in everything
    one, two, three, four = AuditEvent.objects.order_by("id")
    assert one.network_hash == three.network_hash == four.network_hash != two.network_hash
    assert (one.login_hash, len(three.login_hash)) == ("", 16)


def test_the_hashes_need_the_secret_key(settings: Settings) -> None:
    attempt("nobody", WRONG)
    settings.SECRET_KEY = "another key"
    attempt("nobody", WRONG)
    one, two = AuditEvent.objects.order_by("id")
    assert one.network_hash != two.network_hash
    assert one.login_hash != two.login_hash


def test_the_same_failure_within_a_minute_is_one_row() -> None:
    make_member()
    for _ in range(4):
        attempt("ed", WRONG)
        attempt("nobody", WRONG, peer="203.0.113.9")
    assert sorted(AuditEvent.objects.values_list("times", flat=True)) == [4, 4]
    assert all(event.last_at > event.at for event in AuditEvent.objects.all())


def test_a_stranger_with_many_names_and_networks_fills_nothing() -> None:
    make_member()
    for number in range(60):
        attempt(f"name{number}", WRONG, peer=f"10.{number}.7.7")
    assert AuditEvent.objects.count() == audit.MOST_A_MINUTE + 1
    more = AuditEvent.objects.get(kind=Kind.FAILED_MORE)
    assert more.times == 60 - audit.MOST_A_MINUTE
    assert (more.network_hash, more.login_hash) == ("", "")
    # What is no failure is written all the same.
    browser_of()
    assert AuditEvent.objects.filter(kind=Kind.SIGNED_IN).count() == 1


def test_a_refused_attempt_writes_nothing() -> None:
    for _ in range(5):
        attempt("ed", WRONG)
    before = AuditEvent.objects.get().times
    assert attempt("ed", WRONG).status_code == 429
    assert AuditEvent.objects.get().times == before


@pytest.fixture
def events() -> list[AuditEvent]:
    """A sign-in and a failure."""
    make_member()
    browser_of()
    attempt("ed", WRONG)
    return list(AuditEvent.objects.order_by("id"))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "signed_out"},
        {"at": timezone.now()},
        {"times": F("times") + 2},
        {"times": F("times") - 1},
        {"times": F("times") + 1, "by": "shell"},
        {"times": F("times") + 1, "last_at": F("last_at") - timedelta(days=1)},
        {"times": F("times") + 1, "member": None},
        {"times": F("times") + 1, "network_hash": ""},
        {"times": F("times") + 1, "detail": "x"},
        {"times": F("times") + 1, "fold": None},
        {"kept_until": F("kept_until") - timedelta(days=999)},
    ],
    ids="-".join,
)
def test_the_database_refuses_a_change(events: list[AuditEvent], change: dict[str, object]) -> None:
    for event in events:
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditEvent.objects.filter(pk=event.pk).update(**change)


def test_the_database_takes_one_more_repetition_of_a_failure_alone(events: list[AuditEvent]) -> None:
    sign_in, failure = events
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.filter(pk=sign_in.pk).update(times=F("times") + 1)
    assert AuditEvent.objects.filter(pk=failure.pk).update(times=F("times") + 1) == 1


def test_the_database_refuses_to_delete(events: list[AuditEvent]) -> None:
    for event in events:
        with pytest.raises(IntegrityError), transaction.atomic():
            event.delete()
    assert audit.sweep(50) == 0
    assert AuditEvent.objects.count() == 2


def test_events_are_deleted_when_their_time_has_come(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    member = make_member()
    now = timezone.now()
    for days, kind in ((364, Kind.SIGNED_IN), (366, Kind.SIGNED_IN)):
        with monkeypatch.context() as past:
            past.setattr(timezone, "now", lambda days=days: now - timedelta(days=days))
            audit.record(kind, member=member, origin=SHELL)
    for days in (29, 31):
        with monkeypatch.context() as past:
            past.setattr(timezone, "now", lambda days=days: now - timedelta(days=days))
            origin = Origin(AuditEvent.By.VISITOR, network_hash=str(days))
            audit.record_failure(Kind.FAILED, member=member, login="ed", origin=origin)
    assert settings.OPTIONS.audit_days == 365
    assert step.run() == 2
    assert sorted((now - event.at).days for event in AuditEvent.objects.all()) == [29, 364]


def test_what_did_not_happen_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    member = make_member()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(alerts, "alert_member", fail)
    with suppress(RuntimeError):
        actions.set_password(member=member, password=OTHER)
    assert not AuditEvent.objects.exists()
    assert Member.objects.get().check_password(PASSWORD)


def test_each_event_is_a_line_of_the_log_without_addresses(
    caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    make_member()
    caplog.set_level(logging.INFO, "corrigenda.accounts.audit")
    with django_capture_on_commit_callbacks(execute=True):
        attempt("ed", WRONG, peer="203.0.113.9")
        attempt("nobody@private.example", WRONG, peer="203.0.113.9")
        browser_of(peer="203.0.113.9")
    said = [record.getMessage() for record in caplog.records if record.name == "corrigenda.accounts.audit"]
    assert [re.sub(r"event \d+", "event", line) for line in said] == [
        "failed: ed, by visitor (event)",
        "failed: no account, by visitor (event)",
        "signed_in: ed, by ed (event)",
    ]


def administrator() -> Client:
    """A browser of an administrator."""
    make_member("boss", role=Member.Role.ADMINISTRATOR)
    return browser_of("boss")


def test_the_page_is_for_administrators() -> None:
    make_member()
    assert browser_of().get("/desk/audit/").status_code == 403
    browser = administrator()
    page = browser.get("/desk/audit/").content.decode()
    assert "Signed in" in page
    assert re.search(r"<time [^>]*>[^<]+ UTC</time>", page)
    assert "Audit log" in browser.get("/desk/sessions/").content.decode()


def test_the_page_filters_by_member_and_kind() -> None:
    make_member(first_name="Ed Itor")
    browser = administrator()
    attempt("ed", WRONG)
    attempt("ed", WRONG)

    def rows(query: str) -> list[str]:
        page = browser.get(f"/desk/audit/{query}").content.decode()
        return (
            re.findall(r'<th scope="row"[^>]*>([^<]+)', page.split("<tbody>")[-1])
            if "<tbody>" in page
            else []
        )

    assert len(rows("")) == 2
    assert [row.strip() for row in rows("?member=ed")] == ["Sign-in failed"]
    assert [row.strip() for row in rows("?kind=signed_in")] == ["Signed in"]
    assert rows("?member=ed&kind=signed_in") == []
    for odd in (
        "?member=%00",
        "?kind=x",
        "?before=x",
        "?before=9" + "9" * 50,
        "?before=-1",
        f"?member={'x' * 3000}",
    ):
        assert browser.get(f"/desk/audit/{odd}").status_code == 200, odd


def test_the_page_goes_on_by_key() -> None:
    browser = administrator()
    member = Member.objects.get()
    for _ in range(120):
        audit.record(Kind.SESSION_ENDED, member=member, origin=SHELL, detail="1")
    seen: list[str] = []
    url = "/desk/audit/?kind=session_ended&member=boss"
    sizes = []
    while url:
        page = browser.get(url).content.decode()
        sizes.append(page.count('<th scope="row"'))
        found = re.search(r'href="([^"]+)" rel="next"', page)
        # What comes in the meantime moves no page.
        audit.record(Kind.SESSION_ENDED, member=member, origin=SHELL, detail="1")
        url = found.group(1).replace("&amp;", "&") if found else ""
        seen.append(url)
    assert sizes == [50, 50, 20]


def test_the_shell_lists_events() -> None:
    make_member()
    attempt("ed", WRONG)
    attempt("nobody", WRONG)
    browser_of()
    lines = CliRunner().invoke(main, ["audit"]).output.splitlines()
    assert len(lines) == 3
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00"
    assert re.fullmatch(rf"\d+\t{time}\tsigned_in\t1\ted\ted\t\tFirefox on Linux\t[0-9a-f]{{16}}", lines[0])
    assert re.fullmatch(rf"\d+\t{time}\tfailed\t1\t[0-9a-f]{{16}}\tvisitor\t\t\t[0-9a-f]{{16}}", lines[1])
    shell = CliRunner()
    assert len(shell.invoke(main, ["audit", "--member", "ed", "--last", "1"]).output.splitlines()) == 1
    assert len(shell.invoke(main, ["audit", "--kind", "failed"]).output.splitlines()) == 2
    assert shell.invoke(main, ["audit", "--member", "nobody"]).exit_code == 1


@pytest.mark.usefixtures("events")
def test_plain_sql_is_refused_as_well() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE corrigenda_auditevent SET detail = 'x'")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM corrigenda_auditevent")
