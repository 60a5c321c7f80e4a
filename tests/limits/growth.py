"""Measures how the work of a function grows with its input, in processor time of this process."""

import ctypes
import gc
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, Final

ROUNDS: Final = 5
MOST: Final = 2.5
"""Times as much work for twice the input: linear and n log n stay below, quadratic does not."""
_AGAIN: Final = 10
"""Further measurements of what looks too steep."""
_LEAST: Final = 0.004
"""Seconds that are measured at once; quicker calls are repeated."""


_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Options of mallopt(3)."""
_KEPT: Final = 1 << 30


def keep_freed_memory() -> None:
    """Let glibc keep what is freed: else large inputs pay for fresh pages in each call, and small ones not.

    Between the two is a step of three or four times, which looks like a slope. Other systems have no such
    option; there the step stays.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_MMAP_THRESHOLD, _KEPT)


def seconds_of_both(call: Callable[[Any], object], half: Any, whole: Any) -> tuple[float, float]:
    """Return the processor time of a call with each of two inputs, the best of some rounds."""
    before, after = map(min, zip(*_rounds(call, half, whole), strict=True))
    return before, after


def _slope(call: Callable[[Any], object], half: Any, whole: Any) -> float:
    """Return how many times as long a call takes for the whole, the median of some rounds."""
    return median(after / before for before, after in _rounds(call, half, whole))


def _rounds(call: Callable[[Any], object], half: Any, whole: Any) -> list[tuple[float, float]]:
    """Measure both inputs in turns: a machine that is slower for some seconds is so for both."""
    inputs = [(given, _times(call, given)) for given in (half, whole)]
    return [(_round(call, *inputs[0]), _round(call, *inputs[1])) for _ in range(ROUNDS)]


def _times(call: Callable[[Any], object], given: Any) -> int:
    """Return how often a call is repeated to be measured."""
    begun = time.process_time()
    call(given)
    first = time.process_time() - begun
    return max(1, min(int(_LEAST / max(first, 1e-7)), 10_000))


def _round(call: Callable[[Any], object], given: Any, times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        call(given)
    return (time.process_time() - begun) / times


def too_steep(
    call: Callable[[Any], object], makes: Mapping[str, Callable[[int], Any]], size: int
) -> dict[str, str]:
    """Return what grows more than MOST times from half of a size to the whole, by the kind of input."""
    found = {}
    keep_freed_memory()
    gc.collect()
    # The collector would walk through everything that is loaded, now and then, on the account of a call.
    gc.freeze()
    try:
        for name, make in makes.items():
            half, whole = make(size // 2), make(size)
            slope = _slope(call, half, whole)
            for _ in range(_AGAIN):
                # Other processes take the caches away from this one; what is quadratic stays so.
                if slope > MOST:
                    slope = min(slope, _slope(call, half, whole))
            if slope > MOST:
                found[name] = f"{slope:.2f} times"
    finally:
        gc.unfreeze()
    return found
