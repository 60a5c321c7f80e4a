"""A browser that signed in before is counted by itself."""

import time
from datetime import timedelta
from http.cookies import Morsel
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from corrigenda.accounts import actions, counting, devices
from corrigenda.models import Member
from tests.rooms.accounts.guessing import PASSWORD, WRONG, attempt, is_signed_in, let_pass
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db

OTHER = "another long passphrase"


def signed_in(login: str = "ed", password: str = PASSWORD, browser: Client | None = None) -> Client:
    """A browser that has signed in and out."""
    browser = browser or Client()
    assert is_signed_in(attempt(login, password, browser=browser))
    browser.post("/accounts/logout/")
    return browser


def cookie(browser: Client) -> "Morsel[Any]":
    """The device cookie of a browser."""
    return browser.cookies[devices.cookie_name()]


def use_up_strangers(login: str = "ed") -> None:
    """Let strangers guess until every stranger has to wait."""
    for number in range(counting.NAME.free + 1):
        answer = attempt(login, WRONG, peer=f"203.0.{number}.9")
    assert answer.status_code == 429


def copied(browser: Client) -> Client:
    """Another browser with a copy of the cookie, as a thief has it."""
    thief = Client()
    thief.cookies[devices.cookie_name()] = cookie(browser).value
    return thief


def test_the_cookie_is_for_this_host_and_for_no_script(settings: Settings) -> None:
    make_member()
    one = cookie(signed_in())
    assert (one["httponly"], one["samesite"], one["path"]) == (True, "Strict", "/")
    assert one["max-age"] == devices.AGE.total_seconds()
    assert "ed" not in one.value.split(":")
    settings.SECURE = True
    secure = cookie(signed_in())
    assert secure.key.startswith("__Host-")
    assert secure["secure"]
    assert not secure["domain"]


def test_a_wrong_password_gives_no_cookie() -> None:
    make_member()
    assert devices.cookie_name() not in attempt("ed", WRONG).cookies


def test_the_owner_comes_in_while_strangers_wait() -> None:
    make_member()
    browser = signed_in()
    use_up_strangers()
    assert attempt("ed", PASSWORD).status_code == 429
    assert is_signed_in(attempt("ed", PASSWORD, browser=browser))
    assert attempt("ed", PASSWORD, peer="198.51.100.9").status_code == 429


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"), lambda text: "x" + text]
)
def test_a_forged_cookie_is_a_strangers(change: Any) -> None:
    make_member()
    browser = signed_in()
    browser.cookies[devices.cookie_name()] = change(cookie(browser).value)
    use_up_strangers()
    assert attempt("ed", PASSWORD, browser=browser).status_code == 429


def test_a_cookie_of_one_account_is_no_cookie_of_another() -> None:
    make_member()
    make_member("al")
    browser = signed_in("al")
    use_up_strangers()
    assert attempt("ed", PASSWORD, browser=browser).status_code == 429


def test_a_cookie_dies_with_a_new_password() -> None:
    member = make_member()
    browser = signed_in()
    actions.set_password(member=member, password=OTHER)
    use_up_strangers()
    assert attempt("ed", OTHER, browser=browser).status_code == 429


def test_who_changes_the_password_here_keeps_this_browser_and_ends_the_others() -> None:
    member = make_member()
    here, there = Client(), signed_in()
    attempt("ed", PASSWORD, browser=here)
    attempt("ed", PASSWORD, browser=there)
    changed = here.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    )
    assert changed["Location"] == "/desk/"
    assert here.get("/accounts/password/change/").status_code == 200
    assert there.get("/accounts/password/change/").status_code == 302
    assert Member.objects.get(pk=member.pk).check_password(OTHER)
    here.post("/accounts/logout/")
    use_up_strangers()
    assert is_signed_in(attempt("ed", OTHER, browser=here))
    assert attempt("ed", OTHER, browser=there).status_code == 429


def test_a_cookie_has_an_age(monkeypatch: pytest.MonkeyPatch) -> None:
    make_member()
    browser = signed_in()
    use_up_strangers()
    later = time.time() + devices.AGE.total_seconds() + 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert attempt("ed", PASSWORD, browser=browser).status_code == 429


def test_a_stolen_cookie_has_a_small_limit_and_costs_the_owner_nothing_but_its_privilege() -> None:
    make_member()
    owner = signed_in()
    thief = copied(owner)
    answers = [attempt("ed", WRONG, browser=thief, peer="203.0.113.9").status_code for _ in range(40)]
    assert answers.count(200) == counting.DEVICE.free + counting.PAIR.free
    # The owner's own cookie is used up, and is not needed: no stranger's wait holds from this network.
    assert is_signed_in(attempt("ed", PASSWORD, browser=owner))


def test_guesses_of_a_device_holder_do_not_slow_others() -> None:
    make_member()
    thief = signed_in()
    for _ in range(counting.DEVICE.free):
        attempt("ed", WRONG, browser=thief)
    assert is_signed_in(attempt("ed", PASSWORD))


def test_colleagues_share_a_browser() -> None:
    names = ["ed", "al", "bo", "cy", "di", "eve"]
    browser = Client()
    for name in names:
        make_member(name)
        signed_in(name, browser=browser)
    kept = cookie(browser).value
    assert len(kept.split("~")) == devices.MOST
    use_up_strangers("bo")
    use_up_strangers("ed")
    assert is_signed_in(attempt("bo", PASSWORD, browser=browser))
    browser.post("/accounts/logout/")
    assert attempt("ed", PASSWORD, browser=browser).status_code == 429  # too long ago


def test_a_browser_keeps_its_count_when_it_signs_in_again() -> None:
    member = make_member()
    browser = signed_in()
    first = cookie(browser).value.split(":")[0]
    signed_in(browser=browser)
    assert cookie(browser).value.split(":")[0] == first
    assert member.pk


@pytest.mark.parametrize("text", ["~" * 900, "a:b:c~" * 100, "é", ":", "x" * 100_000])
def test_any_cookie_is_read_without_harm(text: str) -> None:
    make_member()
    browser = Client()
    browser.cookies[devices.cookie_name()] = text
    assert is_signed_in(attempt("ed", PASSWORD, browser=browser))


def test_a_used_up_device_recovers() -> None:
    make_member()
    browser = signed_in()
    use_up_strangers()
    answers = [attempt("ed", WRONG, browser=browser).status_code for _ in range(counting.DEVICE.free + 1)]
    assert answers[-1] == 429
    let_pass(timedelta(seconds=31))
    assert is_signed_in(attempt("ed", PASSWORD, browser=browser))
