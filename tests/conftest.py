"""Fixtures that every room's tests share."""

import gc
import os
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from corrigenda.web.disk import DISK
from corrigenda.web.forwarding import PROXIES
from corrigenda.web.limits import BYTES, LIMITS
from tests import emptying

emptying.use_for_tests()

# A test that takes long because the machine is busy is no finding.
settings.register_profile(
    "no clock",
    settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("no clock")

SPEEDS = ("live", "long")
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of `make live` and `make long` unless their mark is asked for: `pytest -m long`.

    On PostgreSQL those are left out, too, for which SQLite is enough.
    """
    if os.environ.get("DATABASE_URL"):
        twice = [item for item in items if item.get_closest_marker("one_database")]
        items[:] = [item for item in items if item not in twice]
        config.hook.pytest_deselected(items=twice)
    asked = config.getoption("markexpr")
    for mark in SPEEDS:
        if mark not in asked:
            for item in items:
                if item.get_closest_marker(mark):
                    item.add_marker(pytest.mark.skip(reason=f"runs in make {mark}, or with pytest -m {mark}"))


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not in what was loaded: that took a fifth of the time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _unlimited() -> None:
    """Let each test send as if nobody had sent before."""
    LIMITS.forget()
    BYTES.forget()
    PROXIES.forget()
    DISK.forget()


@pytest.fixture(autouse=True)
def _default_language() -> None:
    """Let each test begin in the default language: a page asked for in a test leaves its own behind."""
    translation.deactivate()


@pytest.fixture
def shared() -> Path:
    """The folder of open data beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (the development data beside the checkout)")
    return SHARED
