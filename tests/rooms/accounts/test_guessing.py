"""Guessing passwords is slowed, whoever guesses and however; the owner is not locked out."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from corrigenda.accounts import counting
from corrigenda.models import SignInCount
from tests.rooms.accounts.guessing import (
    COUNTING,
    PASSWORD,
    WRONG,
    CountingHasher,
    attempt,
    is_signed_in,
    let_pass,
    networks,
)
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _count_hashes(settings: Settings, quick_passwords: None) -> None:
    settings.PASSWORD_HASHERS = COUNTING
    CountingHasher.computed.clear()


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hundreds of attempts be made within one moment, however slow the machine is."""
    now = timezone.now()
    monkeypatch.setattr(counting, "timezone", SimpleNamespace(now=lambda: now))


def guessed() -> int:
    """How many of the wrong passwords were compared with anything."""
    return CountingHasher.computed.count(WRONG)


def test_a_guess_too_many_is_told_how_long_to_wait_and_keeps_the_name() -> None:
    make_member()
    answers = [attempt("ed", WRONG) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert guessed() == 5
    last = answers[-1]
    assert 0 < int(last["Retry-After"]) <= 30
    page = last.content.decode()
    assert f"Please try again in {last['Retry-After']} second" in page
    assert 'value="ed"' in page
    assert WRONG not in page
    assert attempt("ed", PASSWORD).status_code == 429


def test_the_wait_grows_and_never_becomes_a_lock() -> None:
    make_member()
    waits = []
    for _ in range(30):
        answer = attempt("ed", WRONG)
        if answer.status_code == 429:
            waits.append(int(answer["Retry-After"]))
            let_pass(timedelta(seconds=waits[-1]))
    assert waits[:4] == sorted(waits[:4])
    assert waits[3] > 4 * waits[0]
    assert max(waits) <= counting.LONGEST_WAIT.total_seconds()
    let_pass(counting.LONGEST_WAIT)
    assert is_signed_in(attempt("ed", PASSWORD))


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    make_member()
    for _ in range(6):
        attempt("ed", WRONG)
    let_pass(-timedelta(days=365))
    assert is_signed_in(attempt("ed", PASSWORD))


@pytest.mark.one_database
def test_cheap_requests_do_not_flush_the_counts(still_clock: None) -> None:
    make_member()
    for _ in range(5):
        attempt("ed", WRONG)
    for peer in networks(330):
        assert attempt("ed", "", peer=peer).status_code == 200  # no password: nothing is compared
    assert attempt("ed", WRONG).status_code == 429
    assert guessed() == 5


@pytest.mark.one_database
def test_names_that_nobody_has_do_not_flush_the_counts(still_clock: None) -> None:
    make_member()
    for _ in range(5):
        attempt("ed", WRONG)
    for number, peer in enumerate(networks(330)):
        attempt(f"nobody{number}", "another wrong one", peer=peer)
    assert attempt("ed", WRONG).status_code == 429
    assert guessed() == 5


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("guesses", [200, pytest.param(5_000, marks=pytest.mark.long)])
def test_wrong_guesses_from_everywhere_do_not_keep_the_owner_out(guesses: int, still_clock: None) -> None:
    make_member()
    browser = Client()
    assert is_signed_in(attempt("ed", PASSWORD, browser=browser))
    browser.post("/accounts/logout/")
    answers = [
        attempt("ed", WRONG, peer=f"203.{number % 200}.{number // 200}.9").status_code
        for number in range(guesses)
    ]
    assert guessed() == counting.NAME.free
    assert answers.count(429) == guesses - guessed()
    assert is_signed_in(attempt("ed", PASSWORD, browser=browser))


def test_guesses_from_many_networks_at_one_account_are_counted_together() -> None:
    make_member()
    refused = [attempt("ed", WRONG, peer=peer).status_code == 429 for peer in networks(60)]
    assert guessed() == counting.NAME.free
    assert refused == [False] * counting.NAME.free + [True] * (60 - counting.NAME.free)


def test_one_password_at_many_accounts_is_counted_by_network() -> None:
    for number in range(15):
        make_member(f"ed{number}")
    for number in range(15):
        attempt(f"ed{number}", WRONG, peer=f"198.51.100.{number}")
    assert guessed() == counting.NETWORK.free
    assert is_signed_in(attempt("ed14", PASSWORD, peer="203.0.113.9"))


@pytest.mark.parametrize("spelling", ["Ed", " ed ", "eD", "ED"])
def test_another_spelling_of_the_name_has_no_count_of_its_own(spelling: str) -> None:
    make_member()
    for _ in range(5):
        attempt("ed", WRONG)
    assert attempt(spelling, WRONG).status_code == 429


@pytest.mark.parametrize("logins", [("ed", "ed@courier.example"), ("ED@courier.example", "Ed")])
def test_a_name_and_its_address_are_guessed_at_as_often_as_one(logins: tuple[str, str]) -> None:
    make_member()
    for number, peer in enumerate(networks(counting.NAME.free)):
        assert attempt(logins[number % 2], WRONG, peer=peer).status_code == 200
    assert [attempt(login, WRONG, peer="203.0.113.9").status_code for login in logins] == [429, 429]
    assert guessed() == counting.NAME.free


def test_names_that_nobody_has_are_counted_by_themselves() -> None:
    for peer in networks(counting.NAME.free):
        assert attempt("nobody", WRONG, peer=peer).status_code == 200
    assert attempt("nobody", WRONG, peer="203.0.113.9").status_code == 429
    assert attempt("nobody@courier.example", WRONG, peer="203.0.113.9").status_code == 200


def test_a_name_does_not_tell_at_once_whose_address_was_guessed_at() -> None:
    make_member()
    for _ in range(counting.PAIR.free):
        attempt("ed@courier.example", WRONG)
    assert attempt("ed@courier.example", WRONG).status_code == 429
    assert attempt("ed", WRONG).status_code == attempt("nobody", WRONG).status_code == 200


@pytest.mark.parametrize(("one", "other"), [("ıan", "ian"), ("ßa", "SSA"), ("ſam", "sam"), ("Оля", "оля")])
def test_spellings_that_a_database_may_take_for_the_same_are_one(one: str, other: str) -> None:
    assert counting.name_key(one) == counting.name_key(other)


def test_the_right_password_does_not_give_an_attacker_new_guesses() -> None:
    make_member()
    make_member("mallory")
    for _ in range(4):
        for _ in range(4):
            attempt("ed", WRONG)
        attempt("mallory", PASSWORD)
    assert guessed() <= counting.PAIR.free


def test_many_who_know_their_passwords_sign_in_from_one_network() -> None:
    for number in range(25):
        make_member(f"ed{number}")
    assert all(is_signed_in(attempt(f"ed{number}", PASSWORD)) for number in range(25))


@pytest.mark.parametrize(
    ("login", "password"), [("a" * 60_000, WRONG), ("ed", "b" * 60_000), ("é" * 25_000, "ß" * 7_000)]
)
def test_names_and_passwords_of_any_size_cost_nothing(login: str, password: str) -> None:
    answer = attempt(login, password)
    assert answer.status_code in {200, 413}
    assert not CountingHasher.computed
    assert not SignInCount.objects.exists()


def test_the_table_has_no_more_rows_than_its_size() -> None:
    for scope in counting.SCOPES:
        slots = {counting.key_of(scope, str(number).encode()).slot for number in range(20_000)}
        assert min(slots) >= scope.number * counting.SLOTS
        assert max(slots) < (scope.number + 1) * counting.SLOTS
    assert len({scope.number for scope in counting.SCOPES}) == len(counting.SCOPES)


def test_no_row_holds_an_address_or_a_name() -> None:
    attempt("nobody@secret.example", WRONG, peer="203.0.113.77")
    rows = [str(row) for row in SignInCount.objects.values_list()]
    assert len(rows) == 3
    assert not any("secret" in row or ("203" in row.split(",")[0] and "113" in row) for row in rows)


def test_a_refused_attempt_writes_nothing() -> None:
    for _ in range(5):
        attempt("ed", WRONG)
    before = list(SignInCount.objects.values_list())
    for _ in range(20):
        attempt("ed", WRONG)
    assert list(SignInCount.objects.values_list()) == before


def test_counts_are_forgotten_and_swept_by_age() -> None:
    make_member()
    for _ in range(5):
        attempt("ed", WRONG)
    let_pass(timedelta(hours=2))
    assert counting.sweep(50) == 0
    assert is_signed_in(attempt("ed", PASSWORD))
    let_pass(counting.AGE + timedelta(seconds=1))
    kept = SignInCount.objects.count()
    assert kept > 0
    assert counting.sweep(50) == kept
    assert not SignInCount.objects.exists()


def test_an_open_session_cannot_guess_the_present_password() -> None:
    browser = Client()
    browser.force_login(make_member())
    new = "another long passphrase"
    answers = [
        browser.post("/accounts/password/change/", {"oldpassword": WRONG, "password1": new, "password2": new})
        for _ in range(7)
    ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1]["Retry-After"]) > 0
    assert guessed() == 5


def test_guesses_at_the_same_time_do_not_exceed_the_limit(committed_db: None) -> None:
    passed: list[bool] = []
    together = threading.Barrier(24)

    def guess() -> None:
        try:
            together.wait(60)
            counting.spend([*counting.name_keys("ed", b"net", None), counting.network_key(b"net")])
            passed.append(True)
        except counting.MustWaitError:
            passed.append(False)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(passed) == 24
    assert sum(passed) == counting.PAIR.free
    connection.close()


def test_an_attempt_is_counted_while_others_clear_their_count(committed_db: None) -> None:
    """On PostgreSQL a row can go between the statement that makes it and the one that locks it."""
    failed: list[Exception] = []
    together = threading.Barrier(4)

    keys = [*counting.name_keys("ed", b"net", None), counting.network_key(b"net")]

    def come_and_go() -> None:
        together.wait(60)
        for _ in range(100):
            try:
                counting.settle(counting.spend(keys))
            except counting.MustWaitError:
                continue
            except (KeyError, DatabaseError) as error:
                failed.append(error)
        connections.close_all()

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []
    connection.close()


def test_an_attempt_given_back_takes_its_part_of_the_wait_along() -> None:
    """The last free attempt came while another waited for its hash in vain: that one may be made again."""
    key = counting.key_of(counting.PAIR, b"ed", b"network")
    first, *_others = [counting.spend([key]) for _ in range(counting.PAIR.free)]
    with pytest.raises(counting.MustWaitError):
        counting.spend([key])
    counting.give_back(first)
    counting.spend([key])
    with pytest.raises(counting.MustWaitError):
        counting.spend([key])
