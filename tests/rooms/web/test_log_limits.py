"""Strangers cannot fill the log: so many lines a minute, and one that says how many were left out."""

import io
import logging
import time
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from corrigenda.models import Member
from corrigenda.web.log_limits import MOST_A_MINUTE, BoundedLines, WrongHostOnce
from corrigenda.web.refusals import NoteRefusals

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler() -> Iterator[BoundedLines]:
    """A handler of the product's kind that writes into memory."""
    bounded = BoundedLines()
    bounded.setStream(io.StringIO())
    logging.getLogger().addHandler(bounded)
    yield bounded
    logging.getLogger().removeHandler(bounded)


def lines(handler: BoundedLines) -> list[str]:
    """What was written."""
    return str(handler.stream.getvalue()).splitlines()


def pass_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock forward."""
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)


@pytest.mark.parametrize(
    "ask",
    [
        lambda client, number: client.get(f"/nope/{number}"),
        lambda client, number: client.post(f"/report?{number}", {}),
        lambda client, number: client.put(f"/?{number}"),
        lambda client, number: client.post(f"/widget/known?{number}", "", content_type="text/plain"),
        lambda client, number: client.get(f"/api/reports?{number}"),
    ],
)
def test_refused_requests_are_written_so_often_and_then_counted(
    ask: object, handler: BoundedLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(enforce_csrf_checks=True)
    for number in range(MOST_A_MINUTE + 7):
        assert 400 <= ask(client, number).status_code < 500  # type: ignore[operator]
    assert len(lines(handler)) == MOST_A_MINUTE
    pass_a_minute(monkeypatch)
    logging.getLogger("corrigenda.worker").info("Something else.")
    assert lines(handler)[MOST_A_MINUTE:] == [
        "7 more lines were left out within a minute: requests that were refused",
        "Something else.",
    ]
    client.get("/nope")
    assert lines(handler)[-1].endswith("/nope")


def test_the_end_of_a_process_says_what_was_left_out(handler: BoundedLines) -> None:
    for number in range(MOST_A_MINUTE + 2):
        Client().get(f"/nope/{number}")
    handler.close()
    assert lines(handler)[-1].startswith("2 more lines")


def test_failures_of_requests_are_counted_by_themselves(handler: BoundedLines) -> None:
    for _ in range(MOST_A_MINUTE + 2):
        Client().get("/nope")
    logging.getLogger("corrigenda.server.calling").error("A page could not be made.")
    assert lines(handler)[-1] == "A page could not be made."
    for _ in range(MOST_A_MINUTE * 2):
        logging.getLogger("corrigenda.server.calling").error("A page could not be made.")
    assert lines(handler).count("A page could not be made.") == MOST_A_MINUTE


def test_other_lines_and_what_a_member_was_refused_are_always_written(handler: BoundedLines) -> None:
    asked = RequestFactory().get("/desk/x")
    asked.user = Member(username="anna")
    note = NoteRefusals(lambda _request: None)  # type: ignore[arg-type, return-value]
    for number in range(MOST_A_MINUTE * 3):
        logging.getLogger("corrigenda.watch.step").warning("Article %d could not be read.", number)
        note.process_exception(asked, PermissionDenied())
    assert len(lines(handler)) == MOST_A_MINUTE * 6
    assert lines(handler)[-1] == "anna was refused: GET /desk/x"


def test_a_wrong_host_is_said_once_and_not_named(
    handler: BoundedLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("django.security.DisallowedHost")
    # Tests that start Django in this process, as a command does, add another one each.
    assert {type(each) for each in logger.filters} == {WrongHostOnce}
    # That of a process that has just begun.
    monkeypatch.setattr(logger, "filters", [WrongHostOnce()])
    for number in range(50):
        for host in (f"evil-{number}.example", f"no host {number}", ""):
            assert Client().get("/", headers={"host": host}).status_code == 400
    (line,) = lines(handler)
    assert "CORRIGENDA_ALLOWED_HOSTS" in line
    assert "evil" not in line
