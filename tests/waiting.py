"""Waits for a condition: a fixed time is slow where it is long, and wrong where it is short."""

import time
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 60.0
"""Seconds after which something never happens; only a test that fails waits so long."""


def wait_until(condition: Callable[[], object], failure: str, *, pause: float = 0.05) -> None:
    """Ask again and again until the condition is true; fail with the sentence after a minute."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, failure
        time.sleep(pause)
