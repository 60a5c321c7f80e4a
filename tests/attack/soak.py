"""`python -m tests.attack.soak --minutes 60`: odd requests, mails and pages; memory stays flat."""

import argparse
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.attack.__main__ import DATABASES, PROXIES, database, say
from tests.attack.odd import Odd
from tests.attack.processes import children_of, spent_alone
from tests.attack.target import Target, running_target

MOST_MEGABYTES: Final = 6.0
"""By which the median of the last third may be above that of the second third, for each process."""
EVERY_SECONDS: Final = 3.0
SENDERS: Final = 3
A_SECOND: Final = 15.0
"""Requests, mails and pages of all senders together, at most: the reports are all kept, and worked on."""


@dataclass
class Soak:
    """What is being sent, and the memory of every process over time."""

    target: Target
    ended: threading.Event = field(default_factory=threading.Event)
    memory: dict[str, list[float]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def send_on(self, odd: Odd) -> None:
        """Send until the end."""
        while not self.ended.wait(SENDERS / A_SECOND):
            try:
                odd.send()
            except Exception as error:  # noqa: BLE001 (a thread's exception would go unseen)
                self.problems.append(repr(error))

    def sample(self) -> None:
        """Note the memory of each of the desk's processes."""
        roots = {"serve": self.target.server.process.pid}
        roots |= {name: process.pid for name, process in self.target.processes.items()}
        for name, root in roots.items():
            for number, pid in enumerate(sorted(children_of(root))[:4]):
                self.memory.setdefault(f"{name} {number}", []).append(spent_alone(pid).megabytes)

    def run(self, minutes: float) -> None:
        """Send and sample for so long."""
        odds = [Odd(self.target, seed) for seed in range(SENDERS)]
        threads = [threading.Thread(target=self.send_on, args=(odd,)) for odd in odds]
        for thread in threads:
            thread.start()
        began, told = time.monotonic(), 0.0
        try:
            while time.monotonic() < began + minutes * 60:
                time.sleep(EVERY_SECONDS)
                self.sample()
                if time.monotonic() > told + max(10.0, minutes):
                    told = time.monotonic()
                    say(self.progress(told - began, sum(sum(odd.sent.values()) for odd in odds)))
        finally:
            self.ended.set()
            for thread in threads:
                thread.join(60)

    def progress(self, seconds: float, sent: int) -> str:
        """Return one line."""
        held = ", ".join(f"{name} {row[-1]:.0f}" for name, row in self.memory.items() if row[-1])
        return f"{seconds / 60:5.1f} min, {sent} sent; MB: {held}"


def growth(memory: Mapping[str, Sequence[float]]) -> dict[str, tuple[float, float]]:
    """Return the medians of the second and the last third, by process; of those that lived all the time."""
    most = max((len(row) for row in memory.values()), default=0)
    found = {}
    for name, row in memory.items():
        # Children that read one mail each come and go.
        if len(row) == most and most >= 6 and all(row[most // 3 :]):
            second, last = row[most // 3 : 2 * most // 3], row[2 * most // 3 :]
            found[name] = (statistics.median(second), statistics.median(last))
    return found


def judged(memory: Mapping[str, Sequence[float]]) -> list[str]:
    """Return a line for each process whose memory grew."""
    return [
        f"{name} grew from {second:.1f} to {last:.1f} MB"
        for name, (second, last) in growth(memory).items()
        if last > second + MOST_MEGABYTES
    ]


def main(arguments: Sequence[str]) -> int:
    """Soak; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--proxy", choices=PROXIES, default="none")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="corrigenda-soak-") as folder:
        os.environ["CORRIGENDA_DATA_DIR"] = folder
        with database(given.database) as url, running_target(given.database, given.proxy, url) as target:
            soak = Soak(target)
            soak.run(given.minutes)
            answer = target.report(f"{target.paper.origin}/story.html", "The ferry leaves")
            ended = [name for name, process in target.processes.items() if process.poll() is not None]
    for name, (second, last) in growth(soak.memory).items():
        say(f"{name}: median of the second third {second:.1f} MB, of the last third {last:.1f} MB")
    faults = judged(soak.memory) + [f"{name} has ended" for name in ended] + soak.problems[:5]
    if answer.status != 201:
        faults.append(f"a good report at the end is answered {answer.status}")
    say("\n".join(faults) if faults else "memory stayed flat")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
