"""Twice the input is at most two and a half times the work; the rows of mail are asked in tests/rooms."""

import pytest

from tests.limits.functions import FUNCTIONS, Row
from tests.limits.growth import too_steep
from tests.limits.parameter import Parameter
from tests.limits.parameters import PARAMETERS

PRESSED = [one for one in PARAMETERS if "altcha" in one.name]
OTHERS = [one for one in PARAMETERS if "altcha" not in one.name]


@pytest.mark.long
def test_what_is_quadratic_is_found() -> None:
    def quadratic(text: str) -> int:
        return sum(len(text[at:].strip("a")) for at in range(0, len(text), 50))

    assert too_steep(quadratic, {"letters": lambda size: "a" * size}, 40_000).keys() == {"letters"}
    assert too_steep(str.upper, {"letters": lambda size: "a" * size}, 40_000) == {}


@pytest.mark.long
@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("one", OTHERS, ids=[one.name for one in OTHERS])
def test_parameters(one: Parameter) -> None:
    assert too_steep(one.ask, one.alphabets, one.room) == {}


@pytest.mark.long
@pytest.mark.usefixtures("pressed")
@pytest.mark.parametrize("one", PRESSED, ids=[one.name for one in PRESSED])
def test_solutions(one: Parameter) -> None:
    assert too_steep(one.ask, one.alphabets, one.room) == {}


@pytest.mark.long
@pytest.mark.parametrize("row", FUNCTIONS, ids=[row.name for row in FUNCTIONS])
def test_functions(row: Row) -> None:
    assert too_steep(row.call, row.makes, row.size) == {}
