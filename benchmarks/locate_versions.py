"""Two versions of the passage engine in turn: how many passages each carries and finds in a second of CPU."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

LEAST: Final = 0.95
"""What a new version must reach of the old one."""

# Runs in the folder of a version: what it imports is that version's own.
_TURN: Final = """
import json, sys, time
from pathlib import Path
from benchmarks.locate_data import read
from corrigenda.passage import Selector, carry, find
pairs = read(Path(sys.argv[1]))
def carried(pair):
    carry(pair.old, pair.new, [(case.start, case.end) for case in pair.cases])
def found(pair):
    for case in pair.cases:
        find(pair.new, Selector(case.exact, case.prefix, case.suffix), case.start)
rates = {}
for name, work in (("carry", carried), ("find", found)):
    began = time.process_time()
    for pair in pairs:
        work(pair)
    rates[name] = sum(len(pair.cases) for pair in pairs) / (time.process_time() - began)
print(json.dumps(rates))
"""


def compare(new: Path, old: Path, data: Path, rounds: int) -> dict[str, float]:
    """Run both in turn; print each round; return the median ratio of new to old for `carry` and `find`."""
    ratios: dict[str, list[float]] = {"carry": [], "find": []}
    for number in range(rounds):
        # Another one begins each round, so that nobody always comes after the same one.
        order = (new, old) if number % 2 else (old, new)
        rates = {folder: _turn(folder, data) for folder in order}
        for name, seen in ratios.items():
            seen.append(rates[new][name] / rates[old][name])
            print(
                f"{name:6} new {rates[new][name]:9.0f} old {rates[old][name]:9.0f} passages a second of CPU,"
                f" ratio {seen[-1]:.3f}",
                flush=True,
            )
    return {name: median(seen) for name, seen in ratios.items()}


def told(ratios: dict[str, float]) -> int:
    """Print the medians; return 1 where one is too low."""
    missed = [name for name, ratio in ratios.items() if ratio < LEAST]
    for name, ratio in ratios.items():
        print(f"{name}: new / old {ratio:.3f}{f', wanted {LEAST}' if name in missed else ''}")
    return 1 if missed else 0


def _turn(folder: Path, data: Path) -> dict[str, float]:
    command: Sequence[str] = [sys.executable, "-c", _TURN, str(data)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    rates: dict[str, float] = json.loads(done.stdout)
    return rates
