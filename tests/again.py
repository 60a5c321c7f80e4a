"""Runs `make test` several times in a row and prints the seconds and the result of each.

python -m tests.again --runs 5 --busy 2
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.run import ROOT, STEPS, say

BUSY: Final = "while True: pass"


@contextmanager
def busy(number: int) -> Iterator[None]:
    """Keep so many processes busy until the block ends."""
    processes = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(number)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def run(name: str, log: Path) -> tuple[float, int]:
    """Run the steps of a name once; return the seconds and the exit code. What they print goes to the log."""
    began = time.monotonic()
    with log.open("wb") as output:
        command = [sys.executable, "-m", "tests.run", name]
        code = subprocess.run(command, cwd=ROOT, stdout=output, stderr=output, check=False).returncode
    return time.monotonic() - began, code


def main() -> int:
    """Return 0 where every run has passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.again", description="Run the tests several times.")
    parser.add_argument("name", nargs="?", default="test", choices=STEPS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--busy", type=int, default=0, help="processes that keep a core busy meanwhile")
    parser.add_argument("--logs", type=Path, default=ROOT / "var" / "again")
    given = parser.parse_args()
    given.logs.mkdir(parents=True, exist_ok=True)
    say(f"| run | busy | seconds | result | log of make {given.name} |")
    say("|---|---|---|---|---|")
    failed = 0
    with busy(given.busy):
        for number in range(1, given.runs + 1):
            log = given.logs / f"{given.name}-busy{given.busy}-{number}.log"
            seconds, code = run(given.name, log)
            failed += bool(code)
            result = f"failed ({code})" if code else "passed"
            say(f"| {number} | {given.busy} | {seconds:.0f} | {result} | {log} |")
    say(f"{given.runs - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
