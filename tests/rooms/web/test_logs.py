"""What a stranger wrote stays inside the log line that speaks of it."""

import logging
import re
import time

import pytest

from corrigenda.config.settings import LINE
from corrigenda.web.logs import MOST, MOST_ERRORS, MOST_OF_TRACEBACK, OneLine

FORGED = "x\n\x1b[31mINFO corrigenda All is well.\u2028INFO again"

READERS: dict[str, str] = {}
SAID = f"It says\x1b[31m this.\x85Twice.{FORGED}"


def line(record: logging.LogRecord) -> str:
    return OneLine("%(levelname)s %(message)s").format(record)


def test_a_message_is_one_line() -> None:
    record = logging.LogRecord("a", logging.INFO, __file__, 1, "Reading %s failed.", (FORGED,), None)
    assert line(record) == (
        "INFO Reading x\\x0a\\x1b[31mINFO corrigenda All is well.\\x2028INFO again failed."
    )


def test_a_line_of_the_log_says_when_in_utc_whatever_the_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        record = logging.LogRecord("corrigenda", logging.INFO, __file__, 1, "Read.", (), None)
        record.created, record.msecs = 1_795_975_200.25, 250.0
        said = OneLine(LINE).format(record)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert said == f"2026-11-29T18:00:00.250Z {record.process} INFO corrigenda Read."


def test_what_an_exception_says_begins_no_line() -> None:
    with pytest.raises(ValueError, match="All is well") as caught:
        raise ValueError(SAID)
    info = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("a", logging.ERROR, __file__, 1, "It failed.", (), info)
    first, *rest = line(record).split("\n")
    assert first == "ERROR It failed."
    assert any("Traceback" in each for each in rest)
    assert "ValueError: It says\\x1b[31m this." in line(record)
    # Databases quote rows in the lines that follow the first.
    assert "All is well" not in line(record)
    assert "Twice" not in line(record)
    assert all(each.startswith("  | ") for each in rest)
    assert "\x1b" not in line(record)


def test_no_e_mail_address_stands_in_a_line_or_a_traceback() -> None:
    def fail() -> None:
        try:
            READERS["olena@mail.example"]
        except KeyError as error:
            raise ValueError("no room for Olena.R+x@mail.example: it is full") from error

    with pytest.raises(ValueError, match="no room") as caught:
        fail()
    info = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord(
        "a", logging.ERROR, __file__, 1, "Not Found: %s", ("/who/olena%40mail.example/x",), info
    )
    written = line(record)
    assert "Not Found: /who/<address>/x" in written
    assert "ValueError: no room for <address>: it is full" in written
    assert "KeyError: '<address>'" in written
    assert "mail.example" not in written
    assert written.index("KeyError") < written.index("It led to:") < written.index("ValueError:")


def test_a_long_path_costs_what_its_length_does() -> None:
    """Looking for an address once began anew at every letter: a hundred thousand of them took minutes."""
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Not Found: /%s", ("a" * 200_000,), None)
    written = OneLine("%(message)s").format(record)
    assert written.startswith("Not Found: /aaaa")
    assert len(written) < 1_000


@pytest.mark.parametrize("part", ["a@a/", "\x00", "/status/a", f"{'a1' * 20}/", "a@a", "é/", "%40 "])
def test_a_message_has_a_greatest_length_and_says_how_much_was_cut(part: str) -> None:
    said = part * 16_000
    written = line(logging.LogRecord("a", logging.WARNING, __file__, 1, "Not Found: /%s", (said,), None))
    assert len(written) < 4_000
    (more,) = re.findall(r" \[(\d+) more characters\]$", written)
    assert 0 <= len("WARNING Not Found: /") + len(said) - int(more) <= MOST


@pytest.mark.parametrize("secret", [f"{'0aB1' * 11}", "Olena.R.of.the.evening.paper+x@mail.example"])
def test_a_cut_leaves_no_half_of_a_secret(secret: str) -> None:
    for before in range(MOST - 120, MOST):
        said = "b" * (before - 20) + "/" + secret + "/c" * 200
        written = line(logging.LogRecord("a", logging.WARNING, __file__, 1, "%s", (said,), None))
        assert secret[:6] not in written, before


def failed(number: int) -> None:
    """Fail so many calls and errors deep, each with a long message."""
    try:
        if number:
            failed(number - 1)
    except (ValueError, KeyError) as error:
        raise KeyError("x" * 50_000) from error
    raise ValueError("y z " * 20_000)


def deep(number: int) -> None:
    """Fail so many calls deep."""
    if not number:
        raise ValueError("at the bottom")
    deep(number - 1)


def test_a_traceback_keeps_its_first_and_last_frames_alone() -> None:
    with pytest.raises(ValueError, match="at the bottom") as caught:
        deep(300)
    info = (caught.type, caught.value, caught.tb)
    written = line(logging.LogRecord("a", logging.ERROR, __file__, 1, "It failed.", (), info))
    assert "in test_a_traceback_keeps_its_first_and_last_frames_alone" in written
    assert written.endswith("ValueError: at the bottom")
    assert "raise ValueError" in written
    assert "more frames" in written
    assert len(written) < MOST_OF_TRACEBACK + 2_000


def test_errors_that_led_to_each_other_have_a_greatest_length_too() -> None:
    with pytest.raises(KeyError) as caught:
        failed(40)
    info = (caught.type, caught.value, caught.tb)
    written = line(logging.LogRecord("a", logging.ERROR, __file__, 1, "It failed.", (), info))
    assert len(written) < MOST_OF_TRACEBACK + 2_000
    assert written.count("Traceback") <= MOST_ERRORS
    assert "more errors" in written
    assert "ValueError: y z" in written
    assert written.splitlines()[-1].startswith("  | KeyError: ")


def test_a_refused_request_has_no_traceback() -> None:
    with pytest.raises(ValueError, match="bottom") as caught:
        deep(3)
    info = (caught.type, caught.value, caught.tb)
    for status, has_one in ((400, False), (403, False), (500, True)):
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Bad: /x", (), info)
        record.status_code = status
        assert ("Traceback" in line(record)) is has_one
        assert record.exc_info == info


TOKEN = "Zk3_pQ-8dV1yTtB0aXW7sJm2CgHh5uNnRr4LlEe6FfI"


@pytest.mark.parametrize(
    "path",
    [
        f"/status/{TOKEN}/x",
        f"/status/{TOKEN[:9]}",
        f"/STATUS/{TOKEN}/",
        f"/api/reports/{TOKEN}.json",
        f"/stop/{TOKEN}=",
        f"/elsewhere/{TOKEN}",
        f"/x?next=/status/{TOKEN}/",
        f"/{'0a1b2c3d' * 5}/",
    ],
)
@pytest.mark.parametrize("message", ["Not Found: %s", "Forbidden (CSRF cookie not set.): %s"])
def test_no_token_stands_in_a_line(path: str, message: str) -> None:
    written = line(logging.LogRecord("a", logging.WARNING, __file__, 1, message, (path,), None))
    assert "<token>" in written
    assert TOKEN[:9] not in written
    assert "0a1b2c3d" not in written


def test_a_traceback_holds_no_token_and_keeps_its_names() -> None:
    with pytest.raises(ValueError, match="no row") as caught:
        raise ValueError(f"AnExceptionWithAVeryLongName: no row {TOKEN}")
    info = (caught.type, caught.value, caught.tb)
    written = line(logging.LogRecord("a", logging.ERROR, __file__, 1, "It failed.", (), info))
    assert "AnExceptionWithAVeryLongName: no row <token>" in written


def test_the_path_of_an_article_stays_readable() -> None:
    path = "/2026/11/30/The-bridge-over-the-river-opens-again-after-93-years.html"
    written = line(logging.LogRecord("a", logging.WARNING, __file__, 1, "Not Found: %s", (path,), None))
    assert written.endswith(path)
