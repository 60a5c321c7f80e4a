"""What a stranger wrote stays inside the log line that speaks of it."""

import logging

import pytest

from corrigenda.web.logs import OneLine

FORGED = "x\n\x1b[31mINFO corrigenda All is well.\u2028INFO again"


def line(record: logging.LogRecord) -> str:
    return OneLine("%(levelname)s %(message)s").format(record)


def test_a_message_is_one_line() -> None:
    record = logging.LogRecord("a", logging.INFO, __file__, 1, "Reading %s failed.", (FORGED,), None)
    assert line(record) == (
        "INFO Reading x\\x0a\\x1b[31mINFO corrigenda All is well.\\x2028INFO again failed."
    )


def test_what_an_exception_says_begins_no_line() -> None:
    with pytest.raises(ValueError, match="All is well") as caught:
        raise ValueError(FORGED)
    info = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("a", logging.ERROR, __file__, 1, "It failed.", (), info)
    first, *rest = line(record).split("\n")
    assert first == "ERROR It failed."
    assert any("Traceback" in each for each in rest)
    assert any("All is well" in each for each in rest)
    assert all(each.startswith("  | ") for each in rest)
    assert "\x1b" not in line(record)
