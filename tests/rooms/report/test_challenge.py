"""The puzzle: who has to solve it, what counts as solved, and for which report."""

import base64
import json
import uuid
from typing import Any

import pytest
from altcha.v1 import solve_challenge
from django.conf import settings as present
from django.test import Client

from corrigenda.models import Report, Site
from corrigenda.report.spam import challenge
from corrigenda.report.spam.challenge import Challenge, is_solved, make_challenge, seconds_of_pressure
from tests.rooms.factories import ORIGIN, make_site
from tests.rooms.report.test_wire import body
from tests.rooms.report.wsgi import Application, call, front_door, plain_view, request

KEY = "4f3c2f1e-0000-4000-8000-000000000001"
ODD_KEY = "a&b=c?d%26#+;\"'/~!" + "x" * 20


def solution_of(puzzle: Challenge, **changes: Any) -> str:
    """Solve a puzzle as the page does; changes are made to the payload afterwards."""
    solved = solve_challenge(puzzle["challenge"], puzzle["salt"], "SHA-256", puzzle["maxnumber"])
    assert solved is not None
    payload = {**puzzle, "number": solved.number, **changes}
    del payload["maxnumber"]
    return base64.b64encode(json.dumps(payload).encode()).decode()


@pytest.fixture
def quick(settings: Any) -> Any:
    """Puzzles that are solved at once, from the third report on."""
    settings.OPTIONS = present.OPTIONS.model_copy(
        update={"challenge_number": 50, "challenge_reports": 2, "challenge_seconds": 600.0}
    )
    return settings


@pytest.mark.parametrize("key", [KEY, ODD_KEY, "k" * 100])
@pytest.mark.usefixtures("quick")
def test_a_solution_counts_for_its_own_key_alone(key: str) -> None:
    solution = solution_of(make_challenge(key))
    assert is_solved(solution, key=key)
    assert not is_solved(solution, key=f"{key[:-1]}2")
    assert not is_solved(solution, key="")


def test_a_puzzle_is_as_hard_as_it_is_set(quick: Any) -> None:
    assert {make_challenge(KEY)["maxnumber"] for _ in range(9)} == {50}
    numbers = {json.loads(base64.b64decode(solution_of(make_challenge(KEY))))["number"] for _ in range(40)}
    assert max(numbers) <= 50
    assert len(numbers) > 15


@pytest.mark.usefixtures("quick")
def test_what_is_tampered_with_is_not_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    puzzle = make_challenge(KEY)
    longer = puzzle["salt"].replace("expires=", "expires=9")
    twice = puzzle["salt"] + f"key={KEY}&"
    for changes in (
        {"number": -1},
        {"number": 51},
        {"number": 1.5},
        {"number": "1"},
        {"number": 10**30},
        {"number": None},
        {"algorithm": "SHA-1"},
        {"algorithm": "MD5"},
        {"challenge": "0" * 64},
        {"signature": "0" * 64},
        {"salt": longer},
        {"salt": twice},
        {"salt": ""},
        {"salt": None},
    ):
        assert not is_solved(solution_of(puzzle, **changes), key=KEY), changes


@pytest.mark.parametrize(
    "text",
    ["", "x", "é", "=", "bnVsbA==", "MTIz", "W10=", "e30=", "Ww==" * 400, "A" * 3000, "\ud800"]
    + [base64.b64encode(data).decode() for data in (b"\xff\xfe", b"[" * 1400, b'{"number": 1e999}')],
)
def test_nonsense_is_not_solved(text: str) -> None:
    assert not is_solved(text, key=KEY)


@pytest.mark.usefixtures("quick")
def test_a_solution_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenge, "EXPIRES", -challenge.EXPIRES / 10)
    assert not is_solved(solution_of(make_challenge(KEY)), key=KEY)


def test_each_site_has_its_own_count(quick: Any) -> None:
    one, other = Site(pk=1), Site(pk=2)
    assert [seconds_of_pressure(one) > 0 for _ in range(4)] == [False, False, True, True]
    assert seconds_of_pressure(other) == 0
    quick.OPTIONS = present.OPTIONS.model_copy(update={"challenge_reports": 0})
    assert seconds_of_pressure(one) == 0


def send(side: Application, key: str = "", **members: Any) -> Any:
    """Send a report, under a key of its own unless one is given."""
    return call(side, request(body(**members), HTTP_IDEMPOTENCY_KEY=key or str(uuid.uuid4())))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick")
def test_front_door_and_plain_view_ask_for_the_same_and_take_each_others_solutions() -> None:
    make_site()
    with front_door() as front:
        view = plain_view()
        assert [send(side).code for side in (view, front)] == [201, 201]
        for side, other in ((view, front), (front, view)):
            key = str(uuid.uuid4())
            asked = send(side, key)
            assert (asked.code, asked.headers["Content-Type"]) == (429, "application/problem+json")
            assert 290 <= int(asked.headers["Retry-After"]) <= 300
            assert asked.headers["Access-Control-Allow-Origin"] == ORIGIN
            assert asked.json.keys() == {"type", "title", "status", "detail", "challenge"}
            puzzle = asked.json["challenge"]
            assert puzzle.keys() == {"algorithm", "challenge", "salt", "maxnumber", "signature"}
            twin = send(other, key)
            blank = {"challenge": ""}
            assert {**twin.json, **blank} == {**asked.json, **blank}
            assert {**twin.headers, "Content-Length": ""} == {**asked.headers, "Content-Length": ""}
            assert Report.objects.filter(idempotency_key=key).count() == 0
            solution = solution_of(puzzle)
            assert send(other, str(uuid.uuid4()), altcha=solution).code == 429
            assert send(other, key, altcha=solution).code == 201
            # The same solution again stores nothing: the key is known, and needs none any more.
            again = send(side, key, altcha=solution), send(side, key), send(other, key)
            assert [(got.code, got.headers["Idempotent-Replayed"]) for got in again] == [(201, "true")] * 3
        in_ukrainian = send(front, language="uk"), send(view, language="uk")
        assert [got.headers["Content-Language"] for got in in_ukrainian] == ["uk", "uk"]
    assert Report.objects.count() == 4
    assert set(Report.objects.values_list("held", flat=True)) == {""}


@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_is_told_before_a_puzzle_and_counts_for_no_pressure(quick: Any) -> None:
    make_site()
    view = plain_view()
    assert [send(view, concern="").code for _ in range(5)] == [422] * 5
    assert [send(view).code for _ in range(3)] == [201, 201, 429]
    assert send(view, concern="").code == 422


@pytest.mark.django_db(transaction=True)
def test_a_solution_is_no_way_around_the_limit_of_a_network(quick: Any) -> None:
    quick.OPTIONS = quick.OPTIONS.model_copy(update={"report_limit": 3})
    make_site()
    view, key = plain_view(), str(uuid.uuid4())
    assert [send(view).code for _ in range(2)] == [201, 201]
    puzzle = send(view, key).json["challenge"]
    limited = send(view, key, altcha=solution_of(puzzle))
    assert limited.code == 429
    assert "challenge" not in limited.json


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_the_plain_form_is_taken_under_pressure_and_waits(client: Client) -> None:
    make_site()
    for number in range(4):
        typed = {"url": f"{ORIGIN}/a", "concern": "typo", "quote": "teh", "key": f"key-{number:016}"}
        assert client.post("/report", typed).status_code == 303
    assert list(Report.objects.order_by("id").values_list("held", flat=True)) == ["", "", "flood", "flood"]
