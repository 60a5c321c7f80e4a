"""Sessions end by the server's limits, are listed, and can be ended."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import turbohtml
from click.testing import CliRunner
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from corrigenda.accounts import actions, step
from corrigenda.accounts.sessions import SessionStore
from corrigenda.cli import main
from corrigenda.models import DeskSession, Member
from tests.rooms.accounts.browsing import DESK, browser_of, is_in, pass_time, row_of
from tests.rooms.accounts.guessing import PASSWORD
from tests.rooms.accounts.test_agents import CHROME
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
OTHER = "another long passphrase"


@pytest.mark.parametrize(
    ("kept", "idle", "whole"),
    [(False, timedelta(hours=12), timedelta(hours=24)), (True, timedelta(hours=72), timedelta(days=14))],
)
def test_a_session_ends_idle_and_in_any_case(*, kept: bool, idle: timedelta, whole: timedelta) -> None:
    make_member()
    browser = browser_of(kept=kept)
    pass_time(idle - HOUR)
    assert is_in(browser)
    pass_time(idle)
    assert not is_in(browser)
    # Somebody who is always active has to sign in again as well, though the cookie is still there.
    busy = browser_of(kept=kept)
    gone = timedelta()
    while gone < whole:
        assert is_in(busy)
        pass_time(idle / 2)
        gone += idle / 2
    assert busy.cookies["sessionid"].value
    assert not is_in(busy)


def test_who_stays_signed_in_has_a_cookie_with_an_age_and_others_have_none() -> None:
    make_member()
    assert browser_of().cookies["sessionid"]["max-age"] == ""
    assert browser_of(kept=True).cookies["sessionid"]["max-age"] == 14 * 86_400


def test_a_shorter_limit_counts_for_sessions_that_are_there(settings: Settings) -> None:
    make_member()
    browser = browser_of()
    pass_time(2 * HOUR)
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"session_idle_hours": 1.0})
    assert not is_in(browser)


@pytest.mark.parametrize("path", ["/desk/alerts/", "/desk/held/count/"])
def test_a_forgotten_window_that_polls_is_no_activity(path: str) -> None:
    make_member()
    browser = browser_of()
    for _ in range(11):
        pass_time(HOUR)
        assert browser.get(path, headers={"hx-request": "true"}).status_code == 200
    pass_time(2 * HOUR)
    assert (
        browser.get(path, headers={"hx-request": "true"})
        .headers["HX-Redirect"]
        .startswith("/accounts/login/")
    )
    assert not is_in(browser)


def test_what_a_member_sends_or_opens_is_activity() -> None:
    make_member()
    acts: tuple[Callable[[Client], object], ...] = (
        lambda one: one.get(DESK),
        lambda one: one.post("/desk/alerts/seen/", {"upto": "1"}, headers={"hx-request": "true"}),
    )
    for act in acts:
        browser = browser_of()
        pass_time(11 * HOUR)
        act(browser)
        pass_time(2 * HOUR)
        assert is_in(browser)


def test_activity_is_written_once_a_minute_at_most() -> None:
    make_member()
    browser = browser_of()
    before = row_of(browser).active_at
    is_in(browser)
    assert row_of(browser).active_at == before
    pass_time(timedelta(seconds=61))
    is_in(browser)
    assert row_of(browser).active_at >= before


def test_an_ended_session_does_not_come_back_with_a_request_that_was_under_way() -> None:
    member = make_member()
    browser = browser_of()
    store = SessionStore(browser.cookies["sessionid"].value)
    store["seen"] = "page"
    actions.end_sessions(member=member)
    with pytest.raises(UpdateError):
        store.save()
    assert not DeskSession.objects.exists()


def test_another_key_is_the_same_session_with_the_same_beginning() -> None:
    make_member()
    browser = browser_of()
    pass_time(5 * HOUR)
    before = row_of(browser)
    form = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    assert browser.post("/accounts/password/change/", form).status_code == 302
    after = row_of(browser)
    assert (after.public_id, after.begun_at) == (before.public_id, before.begun_at)
    assert after.session_key != before.session_key
    assert DeskSession.objects.count() == 1


def test_the_limits_count_from_the_sign_in_and_not_from_the_visit_before() -> None:
    make_member()
    browser = Client()
    session = browser.session
    session["before"] = "sign-in"
    session.save()
    browser.cookies["sessionid"] = session.session_key or ""
    pass_time(11 * HOUR)
    browser.post("/accounts/login/", {"login": "ed", "password": PASSWORD})
    assert timezone.now() - row_of(browser).begun_at < HOUR


def test_the_page_lists_ones_own_sessions_in_words_with_zones(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Kyiv"
    make_member()
    make_member("al")
    here = browser_of()
    browser_of(agent=CHROME, kept=True)
    browser_of("al", agent="Mozilla/5.0 (iPhone)")
    page = here.get(DESK).content.decode()
    assert "Firefox on Linux" in page
    assert "Chrome on Windows" in page
    assert "iPhone" not in page
    assert page.count("this one") == 1
    assert page.index("this one") < page.index("Chrome on Windows")
    assert len(re.findall(r"<time[^>]*>[^<]+ EES?T</time>", page)) == 6
    assert page.count("stays signed in") == 1


@pytest.mark.parametrize("language", ["en", "uk"])
def test_sessions_in_browsers_of_one_kind_are_told_apart(language: str) -> None:
    make_member()
    here = browser_of()
    here.cookies["django_language"] = language
    minute = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=5)
    times = [minute + timedelta(seconds=number) for number in range(3)]
    for begun in times:
        row = row_of(browser_of(agent=CHROME))
        DeskSession.objects.filter(pk=row.pk).update(begun_at=begun)
    page = turbohtml.parse(here.get(DESK).content.decode())
    heads = {element.text for element in page.select("li h2")}
    labels = {str(element.attrs["aria-label"]) for element in page.select("li summary")}
    assert (len(heads), len(labels)) == (4, 3)
    for begun in times:
        assert sum(f"{timezone.localtime(begun):%H:%M:%S}" in each for each in heads | labels) == 2


@pytest.mark.parametrize("agent", ["<b>bold</b> Firefox/1 Windows", "x" * 8_000, "\x00\x1b[2J", "é\u202e"])
def test_a_hostile_header_is_no_markup_and_no_length(agent: str) -> None:
    make_member()
    browser = browser_of(agent=agent)
    page = browser.get(DESK).content.decode()
    assert "<b>bold" not in page
    assert len(page) < 20_000
    assert len(row_of(browser).browser) <= 40


def test_no_address_and_no_header_is_kept() -> None:
    make_member()
    browser_of(agent="Mozilla/5.0 (Windows NT 10.0) secret-build Firefox/140.0", peer="203.0.113.77")
    kept = [str(value) for row in DeskSession.objects.values() for value in row.values()]
    decoded = str(SessionStore(DeskSession.objects.get().session_key).load())
    assert "203.0.113" not in " ".join([*kept, decoded])
    assert "secret-build" not in " ".join([*kept, decoded])


def test_one_is_ended_after_asking_and_the_others_stay() -> None:
    make_member()
    here, there, third = browser_of(), browser_of(agent=CHROME), browser_of()
    page = here.get(DESK).content.decode()
    assert "cannot be undone" in page
    assert here.get("/desk/sessions/end/").status_code == 405
    done = here.post("/desk/sessions/end/", {"session": str(row_of(there).public_id)}, follow=True)
    assert "The session was ended." in done.content.decode()
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)


def test_all_others_are_ended() -> None:
    make_member()
    make_member("al")
    here, there, third, colleague = browser_of(), browser_of(), browser_of(), browser_of("al")
    done = here.post("/desk/sessions/end-others/", follow=True)
    assert "2 sessions were ended." in done.content.decode()
    assert [is_in(one) for one in (here, there, third, colleague)] == [True, False, False, True]


@pytest.mark.parametrize("asked", ["", "no number", "00000000-0000-0000-0000-000000000000", "x" * 10_000])
def test_what_is_no_session_of_mine_is_said_to_be_over(asked: str) -> None:
    make_member()
    here = browser_of()
    said = here.post("/desk/sessions/end/", {"session": asked}, follow=True)
    assert "had ended already" in said.content.decode()


def test_nobody_ends_a_colleagues_session() -> None:
    make_member()
    make_member("al", role=Member.Role.ADMINISTRATOR)
    here, colleague = browser_of("al"), browser_of()
    here.post("/desk/sessions/end/", {"session": str(row_of(colleague).public_id)})
    assert is_in(colleague)


def test_who_has_no_session_signs_in_first() -> None:
    for path in (DESK, "/desk/audit/", "/desk/alerts/"):
        assert Client().get(path).headers["Location"].startswith("/accounts/login/")
    assert Client().post("/desk/sessions/end-others/").headers["Location"].startswith("/accounts/login/")


def test_a_token_is_asked_for() -> None:
    member = make_member()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member)
    for path in ("/desk/sessions/end/", "/desk/sessions/end-others/", "/desk/alerts/seen/"):
        assert browser.post(path).status_code == 403


def test_the_shell_lists_and_ends_sessions() -> None:
    make_member()
    here, there = browser_of(), browser_of(agent=CHROME)
    shell = CliRunner()
    lines = shell.invoke(main, ["member", "sessions", "ed"]).output.splitlines()
    assert len(lines) == 2
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d\+00:00"
    assert all(
        re.fullmatch(rf"{time}\t{time}\t{time}\t(Firefox on Linux|Chrome on Windows)", one) for one in lines
    )
    assert "2 sessions of ed ended." in shell.invoke(main, ["member", "sessions", "ed", "--end"]).output
    assert not is_in(here)
    assert not is_in(there)
    assert shell.invoke(main, ["member", "sessions", "nobody"]).exit_code == 1


def test_closing_a_member_ends_all_sessions() -> None:
    member = make_member()
    here, there = browser_of(), browser_of()
    actions.close_member(member=member)
    assert not is_in(here)
    assert not is_in(there)
    assert not DeskSession.objects.exists()


def test_a_new_password_ends_all_other_sessions() -> None:
    make_member()
    here, there = browser_of(), browser_of()
    form = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    here.post("/accounts/password/change/", form)
    assert is_in(here)
    assert not is_in(there)


def test_the_worker_deletes_what_has_ended() -> None:
    make_member()
    browser_of()
    kept = browser_of(kept=True)
    pass_time(13 * HOUR)
    assert step.run(limit=50) == 1
    assert is_in(kept)
    SessionStore.clear_expired()
    assert DeskSession.objects.count() == 1


def test_a_visitor_gets_no_row() -> None:
    for path in ("/", "/log/", "/accounts/login/", "/desk/"):
        Client().get(path)
    Client().post("/accounts/login/", {"login": "ed", "password": "x"})
    assert not DeskSession.objects.exists()
