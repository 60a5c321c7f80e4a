"""Fixtures that every room's tests share."""

from pathlib import Path

import pytest

from corrigenda.web.limits import LIMITS

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the longer runs unless marks are asked for, as by `pytest -m slow`."""
    if not config.getoption("markexpr"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="the longer run: pytest -m slow"))


@pytest.fixture(autouse=True)
def _unlimited() -> None:
    """Let each test send as if nobody had sent before."""
    LIMITS.forget()


@pytest.fixture
def shared() -> Path:
    """The folder of open data beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (the development data beside the checkout)")
    return SHARED
