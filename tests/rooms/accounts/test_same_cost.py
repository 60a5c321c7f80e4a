"""Nobody learns from an answer or from its cost whether there is an account."""

import gc
import re
import time
from collections.abc import Callable
from statistics import median

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from corrigenda.accounts import audit, hashing
from corrigenda.models import Member
from tests.rooms.accounts.guessing import COUNTING, PASSWORD, WRONG, CountingHasher, attempt, is_signed_in
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db

LOGINS = ["ed", "ed@courier.example", "nobody", "nobody@courier.example", "closed", "unusable"]


@pytest.fixture(autouse=True)
def _members(settings: Settings, quick_passwords: None, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = COUNTING
    # One minute for the whole test: failures of one minute are counted together.
    minute = audit.minute_of(timezone.now())
    monkeypatch.setattr(audit, "minute_of", lambda now: minute)  # noqa: ARG005
    make_member()
    make_member("closed", is_active=False)
    Member.objects.create(username="unusable", email="unusable@courier.example", password=make_password(None))
    CountingHasher.computed.clear()


def shape(queries: CaptureQueriesContext) -> list[str]:
    """The statements without their values."""
    return [
        re.sub(r"'[^']*'|\bNULL\b|\bs\d+_x\d+|\b\d[\d.]*(?:e[+-]\d+)?\b", "?", query["sql"])
        for query in queries.captured_queries
    ]


def cost(login: str, *, peer: str) -> tuple[int, int, list[str], str]:
    """What an attempt with a wrong password shows and costs: status, hashes, statements, page."""
    before = len(CountingHasher.computed)
    with CaptureQueriesContext(connection) as queries:
        answer = attempt(login, WRONG, peer=peer)
    page = answer.content.decode().replace(f'value="{login}"', "")
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return answer.status_code, len(CountingHasher.computed) - before, shape(queries), page


def test_a_wrong_password_costs_and_shows_the_same_for_every_account() -> None:
    costs = [cost(login, peer=f"198.51.{number}.7") for number, login in enumerate(LOGINS)]
    assert costs[0][:2] == (200, 1)
    assert all(one == costs[0] for one in costs[1:])


def test_a_refusal_costs_and_shows_the_same_for_every_account() -> None:
    for login in LOGINS:
        for number in range(5):
            attempt(login, WRONG, peer=f"10.{LOGINS.index(login)}.7.{number}")
    costs = [cost(login, peer=f"10.{number}.7.9") for number, login in enumerate(LOGINS)]
    pages = [re.sub(r"in \d+ seconds?", "", one[3]) for one in costs]
    assert [one[:2] for one in costs] == [(429, 0)] * len(LOGINS)
    assert all(one[2] == costs[0][2] for one in costs)
    assert all(page == pages[0] for page in pages)


@pytest.mark.parametrize("login", ["ed", "ed@courier.example", "ED@courier.example"])
def test_the_right_password_costs_one_hash(login: str) -> None:
    assert is_signed_in(attempt(login, PASSWORD))
    assert len(CountingHasher.computed) == 1


def test_a_closed_account_is_told_so_with_the_right_password_alone() -> None:
    assert "This account is closed" not in attempt("closed", WRONG).content.decode()
    client = Client()
    assert "This account is closed" in attempt("closed", PASSWORD, browser=client).content.decode()
    assert "_auth_user_id" not in client.session


def test_an_address_of_two_members_signs_in_neither_and_costs_one_hash() -> None:
    make_member("other")
    Member.objects.filter(username="other").update(email="ED@courier.example")
    CountingHasher.computed.clear()
    assert not is_signed_in(attempt("ed@courier.example", PASSWORD))
    assert len(CountingHasher.computed) == 1
    assert is_signed_in(attempt("ed", PASSWORD))


def test_headers_of_a_program_get_the_same_answer() -> None:
    for headers in ({"x-requested-with": "XMLHttpRequest"}, {"accept": "application/json"}):
        answer = Client(headers=headers).post("/accounts/login/", {"login": "ed", "password": WRONG})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/html")


def test_an_old_hash_is_made_again_at_sign_in_and_the_session_lasts(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.rooms.accounts.test_same_cost.Slower", *COUNTING]
    client = Client()
    assert is_signed_in(attempt("ed", PASSWORD, browser=client))
    assert Member.objects.get(username="ed").password.startswith("pbkdf2_sha256$2000$")
    assert client.get("/accounts/password/change/").status_code == 200


class Slower(PBKDF2PasswordHasher):
    """The hasher of the product, with few rounds."""

    iterations = 2000


@pytest.mark.long
def test_the_processor_time_is_the_same(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    known = make_password(PASSWORD)

    def seconds(work: Callable[[], object]) -> float:
        gc.collect()
        started = time.process_time()
        work()
        return time.process_time() - started

    tries = [
        (
            seconds(lambda: hashing.verify(WRONG, known, is_known=False)),
            seconds(lambda: hashing.verify(WRONG, None, is_known=False)),
        )
        for _ in range(15)
    ]
    with_account, without = median(one for one, _ in tries), median(other for _, other in tries)
    assert abs(with_account - without) < 0.1 * max(with_account, without)
