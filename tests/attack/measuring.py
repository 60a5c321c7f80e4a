"""Measures an honest reader and an editor while the block runs, and the desk's memory and time."""

import json
import math
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from tests.attack.honest import GOOD
from tests.attack.target import Target

ROOT: Final = Path(__file__).resolve().parents[2]
LEAST_MS: Final = 250.0
MOST_MS: Final = 1000.0
TIMES: Final = 5.0
"""The aim: p99 at most the larger of LEAST_MS and TIMES the undisturbed one, and never above MOST_MS."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer to an honest request."""

    at: float
    who: str
    what: str
    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """How one of the two was served; times in milliseconds."""

    number: int
    failures: dict[str, int]
    """By what was asked for and its status; 0 for none within 30 seconds."""
    p50: float
    p99: float
    slowest: float
    slow: tuple[str, ...] = ()
    """What was asked for in the slowest five, with the milliseconds, the slowest first."""

    @classmethod
    def of(cls, asked: Sequence[Asked]) -> "Figures":
        """Sum up."""
        times = sorted(one.seconds * 1000 for one in asked)
        failures: dict[str, int] = {}
        for one in asked:
            if one.status not in GOOD:
                key = f"{one.what} {one.status}"
                failures[key] = failures.get(key, 0) + 1
        slowest = sorted(asked, key=lambda one: -one.seconds)[:5]
        slow = tuple(f"{one.what} {one.seconds * 1000:.0f}" for one in slowest)
        middle, p99, most = (quantile(times, share) for share in (0.5, 0.99, 1.0))
        return cls(len(times), failures, middle, p99, most, slow)

    def misses(self, undisturbed: "Figures") -> bool:
        """Whether the aim is missed beside the undisturbed figures."""
        return self.p99 > min(MOST_MS, max(LEAST_MS, TIMES * undisturbed.p99))


def quantile(times: Sequence[float], share: float) -> float:
    """Return the smallest of sorted times that so great a share does not exceed; 0 where there are none."""
    return times[max(0, math.ceil(share * len(times)) - 1)] if times else 0.0


@dataclass
class Honest:
    """The two who are measured, and what they have noted."""

    asked: list[Asked] = field(default_factory=list)

    def between(self, who: str, *spans: tuple[float, float]) -> Figures:
        """Return the figures of what was asked within spans of the monotonic clock."""
        return Figures.of(
            [one for one in self.asked if one.who == who and any(a <= one.at < b for a, b in spans)]
        )


@contextmanager
def measured(target: Target) -> Iterator[Honest]:
    """Let the two begin; ends with the block."""
    honest = Honest()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.attack.honest"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(asdict(target.plan())) + "\n")
    process.stdin.flush()

    def take(lines: Iterator[str]) -> None:
        for line in lines:
            honest.asked.append(Asked(**json.loads(line)))

    taker = threading.Thread(target=take, args=(iter(process.stdout),))
    taker.start()
    try:
        target.wait(lambda: _both(honest), "the honest reader and editor are not served undisturbed")
        yield honest
    finally:
        process.stdin.close()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        taker.join()
        process.stdout.close()


def _both(honest: Honest) -> bool:
    """Whether each has gone through everything once: the first time costs what later ones do not."""
    done = {(one.who, one.what) for one in list(honest.asked) if one.status in GOOD}
    return {("reader", "status"), ("editor", "undo")} <= done


def own_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def watch_for(seconds: float) -> tuple[float, float]:
    """Let so many seconds pass undisturbed; return the span."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        time.sleep(0.05)
    return began, time.monotonic()
