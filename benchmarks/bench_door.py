"""`make bench-door`: the front door beside the plain view, Isso and the databases' own limits, in one run.

`python -m benchmarks.bench_door [--repeats N] [--seconds S] [--disk repeatable|real|both] [--only NAME …]
[--against FOLDER]`
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks import door_table
from benchmarks.door_contenders import (
    PLAIN_THREADS,
    Contender,
    Stand,
    alone,
    build_preload,
    isso,
    ours,
    postgres,
)
from benchmarks.door_report import report_of
from benchmarks.door_runs import CONNECTIONS, Run, run
from benchmarks.door_trace import trace

RESULTS: Final = Path(__file__).resolve().parent / "results"
MEMORY: Final = Path("/dev/shm")  # noqa: S108 (a tmpfs is what is wanted; the folder made in it is our own)
NAMES: Final = (
    "postgresql-door",
    "postgresql-view",
    "postgresql-alone",
    "sqlite-door",
    "sqlite-view",
    "sqlite-alone",
    "isso",
)
OLD: Final = "-old"
"""What is behind the name of a door of another version."""
RATIOS: Final = {
    "door / view, PostgreSQL": ("postgresql-door", "postgresql-view"),
    "door / PostgreSQL's own limit": ("postgresql-door", "postgresql-alone"),
    "door / view, SQLite": ("sqlite-door", "sqlite-view"),
    "door / SQLite, one row a commit": ("sqlite-door", "sqlite-alone"),
    "door on SQLite / Isso": ("sqlite-door", "isso"),
    "door / old door, PostgreSQL": ("postgresql-door", "postgresql-door-old"),
    "door / old door, SQLite": ("sqlite-door", "sqlite-door-old"),
}


@contextmanager
def stand(disk: str, logs: Path) -> Iterator[Stand]:
    """Yield a folder on a disk: memory with a delay for every sync, or the disk of the temporary folder."""
    repeatable = disk == "repeatable"
    folder = Path(tempfile.mkdtemp(prefix="corrigenda-bench-", dir=MEMORY if repeatable else None))
    # PostgreSQL runs as another user, whose way leads through here.
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield Stand(folder, build_preload(logs) if repeatable else "", stack, logs)


def contenders(place: Stand, names: list[str], against: Path | None) -> Iterator[Contender]:
    """Start those that are asked for; the doors of another version too where its folder is given."""
    server = None
    if any(name.startswith("postgresql") for name in names):
        server = place.stack.enter_context(postgres(place))
    for name in names:
        if name == "isso":
            yield isso(place)
            continue
        database = server if name.startswith("postgresql") else None
        if name.endswith("-alone"):
            yield alone(place, name, database=database)
        else:
            yield ours(place, name, door=name.endswith("door"), database=database)
            if against and name.endswith("-door"):
                yield ours(place, f"{name}{OLD}", door=True, database=database, tree=against)


def measure(
    disk: str, names: list[str], *, repeats: int, seconds: float, against: Path | None
) -> dict[str, Any]:
    """Run every contender in turn, and again; return the runs of each, with what makes it durable."""
    with (
        tempfile.TemporaryDirectory(prefix="corrigenda-bench-logs-") as logs,
        stand(disk, Path(logs)) as place,
    ):
        everyone = list(contenders(place, names, against))
        runs: dict[str, list[Run]] = {contender.name: [] for contender in everyone}
        for repeat in range(repeats + 1):
            # Another one begins each round, so that nobody always comes after the same one.
            for contender in everyone[repeat % len(everyone) :] + everyone[: repeat % len(everyone)]:
                # The first round only warms up: caches, plans, the files' first growth.
                lasts = seconds if repeat else min(seconds, 2)
                done = run(contender, place, seconds=lasts)
                if repeat:
                    runs[contender.name].append(done)
                    say(disk, contender.name, done)
        watched = [one for one in everyone if one.name.endswith("-door")] if disk == "real" else []
        return {
            "disk": disk,
            "sync": syncs(place),
            "traces": {one.name: asdict(seen) for one in watched if (seen := trace(one, place))},
            "settings": {contender.name: contender.settings for contender in everyone},
            "runs": {name: [asdict(done) for done in of_it] for name, of_it in runs.items()},
            "ratios": ratios(runs),
        }


def syncs(place: Stand) -> dict[str, float]:
    """Return how long the disk takes to sync a block of 4 kB, in ms: the median and the 99th percentile."""
    command = [sys.executable, "-c", _SYNCS, str(place.folder / "syncs")]
    environment = place.slow(place.environment)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    median_ms, p99_ms = map(float, done.stdout.split())
    return {"median": median_ms, "p99": p99_ms}


_SYNCS: Final = """
import os, sys, time
file, times = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), []
for _ in range(500):
    os.pwrite(file, bytes(4096), 0)
    began = time.perf_counter()
    os.fdatasync(file)
    times.append((time.perf_counter() - began) * 1000)
times.sort()
print(times[250], times[495])
"""


def ratios(runs: dict[str, list[Run]]) -> dict[str, list[float]]:
    """Return the ratio of two contenders in each round, for the pairs that were measured."""
    return {
        name: [
            upper.requests_per_second / lower.requests_per_second
            for upper, lower in zip(runs[one], runs[other], strict=True)
        ]
        for name, (one, other) in RATIOS.items()
        if runs.get(one) and runs.get(other)
    }


def say(disk: str, name: str, done: Run) -> None:
    """Print one run."""
    print(
        f"{disk:10} {name:17} {done.requests_per_second:8.0f}/s  p50 {done.p50:6.1f}  p99 {done.p99:7.1f} ms"
        f"  refused {done.refused} broken {done.broken} rows+ {done.unaccounted}"
        f"  CPU {done.server_cpu:.2f} + {done.database_cpu:.2f}, load {done.load_cpu:.2f},"
        f" others {done.others_cpu:.2f}, {done.server_microseconds:.0f} µs a report",
        flush=True,
    )


def targets(result: dict[str, Any]) -> list[str]:
    """Return which targets of the repeatable disk were missed."""
    found = {name: median(values) for name, values in result["ratios"].items()}
    missed = [
        f"{name}: {found[name]:.2f}, wanted {least}"
        for name, least in (
            ("door / view, PostgreSQL", 4.0),
            ("door / view, SQLite", 4.0),
            ("door / PostgreSQL's own limit", 0.5),
            ("door / old door, PostgreSQL", 0.95),
            ("door / old door, SQLite", 0.95),
        )
        if name in found and found[name] < least
    ]
    for name in ("postgresql-door", "sqlite-door"):
        runs = result["runs"].get(name, [])
        if runs and median(done["p99"] for done in runs) >= 50:
            missed.append(f"{name}: p99 of {median(done['p99'] for done in runs):.1f} ms, wanted below 50")
    return missed


def main() -> int:
    """Measure, print, write the results; return 1 where a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--disk", choices=["repeatable", "real", "both"], default="both")
    parser.add_argument("--only", nargs="*", default=list(NAMES), choices=NAMES)
    parser.add_argument("--keep", action="store_true", help="write the results even of a part")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FOLDER",
        help="another version of this project, run in turn with this",
    )
    asked = parser.parse_args()
    disks = ["repeatable", "real"] if asked.disk == "both" else [asked.disk]
    results = [
        measure(disk, asked.only, repeats=asked.repeats, seconds=asked.seconds, against=asked.against)
        for disk in disks
    ]
    document = {
        "command": " ".join(["python -m benchmarks.bench_door", *sys.argv[1:]]).strip(),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.release(),
            "python": platform.python_version(),
        },
        "connections": CONNECTIONS,
        "report_bytes": len(report_of("0123456789a.0123456789abcdef")),
        "plain_threads": PLAIN_THREADS,
        "seconds": asked.seconds,
        "results": results,
    }
    text = door_table.markdown(document)
    print(text)
    if asked.keep or (len(disks) == 2 and len(asked.only) == len(NAMES)):
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "door.json").write_text(json.dumps(document, indent=1) + "\n")
        (RESULTS / "door.md").write_text(text)
    missed = [line for result in results if result["disk"] == "repeatable" for line in targets(result)]
    for line in missed:
        print(f"MISSED {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
