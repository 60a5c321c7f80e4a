"""Members from the shell: added, given passwords, listed, closed and opened."""

import re

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from corrigenda.accounts import actions, counting
from corrigenda.cli import main
from corrigenda.models import DeskSession, Member
from tests.rooms.accounts.guessing import PASSWORD, WRONG, attempt, is_signed_in
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db

OTHER = "another long passphrase"


def run(*arguments: str, password: str = "") -> Result:
    """Run a command, as a shell would."""
    environment = {"CORRIGENDA_MEMBER_PASSWORD": password} if password else {}
    return CliRunner().invoke(main, ["member", *arguments], env=environment)


def may_enter(browser: Client) -> bool:
    """Whether a browser is signed in."""
    return browser.get("/accounts/password/change/").status_code == 200


def test_a_member_is_added_and_signs_in() -> None:
    done = run("add", "anna", "--email", "anna@courier.example", "--name", "Anna", password=PASSWORD)
    assert done.exit_code == 0, done.output
    assert is_signed_in(attempt("anna@courier.example", PASSWORD))


@pytest.mark.parametrize(
    ("arguments", "password", "sentence"),
    [
        (["anna"], "Password123", "common passwords"),
        (["anna"], "short", "at least 10 characters"),
        (["anna"], "x" * 3_000, "at most 1024 characters"),
        (["anna"], "annaannaanna", "common passwords"),
        (["ED"], PASSWORD, "already"),
        (["anna", "--email", "ED@courier.example"], PASSWORD, "already"),
        (["anna", "--email", "no address"], PASSWORD, "valid email"),
        (["a" * 200], PASSWORD, "150"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    arguments: list[str], password: str, sentence: str
) -> None:
    make_member()
    done = run("add", *arguments, password=password)
    assert done.exit_code == 1
    assert sentence in done.output
    assert Member.objects.count() == 1


@pytest.mark.parametrize(("is_open", "step"), [(True, "password"), (False, "open")])
def test_who_is_there_already_is_named_with_the_next_step(is_open: bool, step: str) -> None:
    make_member("anna", is_active=is_open)
    done = run("add", "Anna", password=PASSWORD)
    assert done.exit_code == 1
    assert f"corrigenda member {step} anna\n" in done.output
    assert "corrigenda member" not in run("add", "bea", password="short").output


def test_an_empty_list_says_so_beside_what_scripts_read() -> None:
    for command in (["member", "list"], ["audit"], ["site", "list"]):
        done = CliRunner().invoke(main, command)
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr.startswith("There are none.")
    make_member()
    assert "There are none." in run("sessions", "ed").stderr


def test_a_new_password_ends_the_sessions() -> None:
    make_member()
    make_member("al")
    browser, colleague = Client(), Client()
    attempt("ed", PASSWORD, browser=browser)
    attempt("al", PASSWORD, browser=colleague)
    refused = run("password", "ed", password="qwertyuiop12")
    assert refused.exit_code == 1
    assert may_enter(browser)
    done = run("password", "ed", password=OTHER)
    assert done.exit_code == 0, done.output
    assert not may_enter(browser)
    assert may_enter(colleague)
    assert DeskSession.objects.count() == 1
    assert not is_signed_in(attempt("ed", PASSWORD))
    assert is_signed_in(attempt("ed", OTHER))


def test_a_closed_member_is_out_and_comes_back_with_another_session() -> None:
    make_member()
    browser = Client()
    attempt("ed", PASSWORD, browser=browser)
    assert run("close", "ed").exit_code == 0
    assert not may_enter(browser)
    assert not is_signed_in(attempt("ed", PASSWORD))
    assert "closed already" in run("close", "ed").output
    assert run("open", "ed").exit_code == 0
    assert not may_enter(browser)  # the session of before is gone for good
    assert is_signed_in(attempt("ed", PASSWORD))


def test_who_is_opened_need_not_wait_for_what_strangers_guessed() -> None:
    member = make_member()
    for number in range(counting.NAME.free + 1):
        attempt("ed", WRONG, peer=f"203.0.{number}.9")
    assert attempt("ed", PASSWORD).status_code == 429
    actions.open_member(member=member)
    assert is_signed_in(attempt("ed", PASSWORD))


def test_the_list_says_who_is_open_and_when_they_came() -> None:
    make_member(first_name="Ed Itor")
    make_member("al", role=Member.Role.ADMINISTRATOR, is_active=False)
    attempt("ed", PASSWORD)
    lines = run("list").output.splitlines()
    assert lines[0] == "al\tadministrator\tclosed\tnever\tal@courier.example"
    assert re.fullmatch(
        r"ed\teditor\topen\t\d{4}-\d\d-\d\d \d\d:\d\d\+00:00\ted@courier.example\tEd Itor", lines[1]
    )


@pytest.mark.parametrize("command", ["password", "close", "open"])
def test_an_unknown_member_is_said(command: str) -> None:
    done = run(command, "nobody", password=PASSWORD)
    assert done.exit_code == 1
    assert "There is no member called nobody" in done.output
