"""One run of one contender under load: requests a second, latencies, errors, rows, CPU."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.door_contenders import Contender, Stand
from benchmarks.door_processes import cpu_seconds, descendants, machine_cpu_seconds
from tests import tools

LUA: Final = Path(__file__).resolve().parent / "door_load.lua"
CONNECTIONS: Final = 32
WRK: Final = tools.Tool("wrk", ("wrk",), "The load comes from wrk: install your system's package wrk.")

COMMENT: Final = "The plaque on the north pier says so, and so does the town's own yearbook. " * 8
REPORT: Final = {
    "url": "https://courier.example/news/bridge.html",
    "language": "en",
    "target": {
        "source": "https://courier.example/news/bridge.html",
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": "opened in 1931",
                "prefix": "The bridge over the harbour, which ",
                "suffix": " after ten years of building work, was",
            },
            {"type": "TextPositionSelector", "start": 412, "end": 426},
        ],
    },
    "concern": "fact",
    "suggestion": "opened in 1932",
    "comment": COMMENT.strip(),
    "email": "",
}
ISSO_COMMENT: Final = {"title": "Bridge", "author": "", "email": "", "text": COMMENT.strip()}
"""The same comment: the title saves Isso the fetching of the page."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run showed; times in milliseconds, CPU in cores."""

    requests_per_second: float
    p50: float
    p99: float
    refused: int
    """Answers that were not 2xx."""
    broken: int
    """Connections that failed, and answers that never came."""
    unaccounted: int
    """Rows that were added beyond those acknowledged: requests under way when the load stopped."""
    server_cpu: float
    database_cpu: float
    load_cpu: float
    others_cpu: float
    """What everything else on the machine used meanwhile."""


@dataclass(frozen=True, slots=True)
class _Load:
    requests: int
    seconds: float
    p50: float
    p99: float
    refused: int = 0
    broken: int = 0


def run(contender: Contender, stand: Stand, *, seconds: float, postgres_bin: Path | None) -> Run:
    """Load a contender for some seconds."""
    server = descendants(contender.server) if contender.server else []
    database = descendants(contender.database) if contender.database else []
    rows = contender.rows()
    used = cpu_seconds(server), cpu_seconds(database), _children_cpu(), machine_cpu_seconds()
    began = time.monotonic()
    if contender.kind == "pgbench":
        load = _pgbench(contender, stand, seconds, postgres_bin)
    elif contender.kind == "rows":
        load = _one_row_a_commit(contender, stand, seconds)
    else:
        load = _wrk(contender, stand, seconds)
    lasted = time.monotonic() - began
    spent = cpu_seconds(server), cpu_seconds(database), _children_cpu(), machine_cpu_seconds()
    # Backends that pgbench was given ended with it: their time stands in their parent's account.
    cores = [(after - before) / lasted for before, after in zip(used, spent, strict=True)]
    time.sleep(0.3)
    return Run(
        requests_per_second=load.requests / load.seconds,
        p50=load.p50,
        p99=load.p99,
        refused=load.refused,
        broken=load.broken,
        unaccounted=contender.rows() - rows - load.requests,
        server_cpu=cores[0],
        database_cpu=cores[1],
        load_cpu=cores[2],
        others_cpu=max(0.0, cores[3] - sum(cores[:3])),
    )


def _children_cpu() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


def _wrk(contender: Contender, stand: Stand, seconds: float) -> _Load:
    if shutil.which("wrk") is None:
        tools.install([WRK])
    if shutil.which("wrk") is None:
        raise RuntimeError(WRK.advice)
    body = stand.logs / f"{contender.kind}.json"
    body.write_text(json.dumps(ISSO_COMMENT if contender.kind == "isso" else REPORT, separators=(",", ":")))
    arguments = [
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds:.0f}s",
        "--timeout",
        "20s",
        "-s",
        str(LUA),
        contender.url,
    ]
    tag = f"bench-{uuid.uuid4().hex[:12]}"
    done = subprocess.run(
        ["wrk", *arguments, "--", tag, str(body), contender.kind], capture_output=True, text=True, check=True
    )
    found = re.search(r"^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    requests, microseconds, p50, p99, refused, broken = map(int, found.groups())
    return _Load(requests - refused, microseconds / 1e6, p50 / 1000, p99 / 1000, refused, broken)


COLUMNS: Final = (
    *("token", "idempotency_key", "site_id", "channel", "url", "language", "concern", "exact", "prefix"),
    *("suffix", "position", "suggestion", "comment", "created_at"),
)
# The site is the first row of a fresh table.
_PGBENCH: Final = """\
\\set number random(1, 9000000000000000)
INSERT INTO corrigenda_report ({columns}) VALUES (md5(:number || 'a') || 'abcdefghijk', md5(:number || 'b'),
  1, 'widget', '{url}', 'en', 'fact', '{exact}', '{prefix}', '{suffix}', 412, '{suggestion}', '{comment}', now());
"""


def _pgbench(contender: Contender, stand: Stand, seconds: float, binaries: Path | None) -> _Load:
    assert binaries is not None
    script = stand.logs / "pgbench.sql"
    script.write_text(_PGBENCH.format(columns=", ".join(COLUMNS), **_texts()))
    prefix = stand.logs / f"pgbench-{uuid.uuid4().hex}"
    command = [str(binaries / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1"]
    command += ["-T", f"{seconds:.0f}", "-f", str(script), "-l", "--log-prefix", str(prefix)]
    done = subprocess.run(
        [*command, contender.place],
        env={**stand.environment, **contender.login},
        capture_output=True,
        text=True,
        check=True,
    )
    latencies = []
    for log in stand.logs.glob(f"{prefix.name}*"):
        latencies += [int(line.split()[2]) / 1000 for line in log.read_text().splitlines()]
        log.unlink()
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return _Load(len(latencies), len(latencies) / float(found[1]), _at(latencies, 0.5), _at(latencies, 0.99))


def _texts() -> dict[str, str]:
    quote: Any = REPORT["target"]["selector"][0]  # type: ignore[index]
    return {
        "url": str(REPORT["url"]),
        "exact": quote["exact"],
        "prefix": quote["prefix"],
        "suffix": quote["suffix"],
        "suggestion": str(REPORT["suggestion"]),
        "comment": COMMENT.strip().replace("'", "''"),
    }


def _one_row_a_commit(contender: Contender, stand: Stand, seconds: float) -> _Load:
    command = [
        sys.executable,
        "-m",
        "benchmarks.door_runs",
        contender.place,
        str(seconds),
        json.dumps(_texts()),
    ]
    done = subprocess.run(
        command, env=stand.slow(stand.environment), capture_output=True, text=True, check=True
    )
    return _Load(**json.loads(done.stdout))


def commit_rows(place: str, seconds: float, texts: dict[str, str]) -> None:
    """Commit one row after the other, and print what came of it: the limit of SQLite without group commit."""
    latencies: list[float] = []
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        (site,) = connection.execute("SELECT id FROM corrigenda_site").fetchone()
        marks = ", ".join("?" * len(COLUMNS))
        insert = f"INSERT INTO corrigenda_report ({', '.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608
        began = now = time.perf_counter()
        while now - began < seconds:
            key = uuid.uuid4().hex
            values = {
                **texts, "token": key, "idempotency_key": key, "site_id": site, "channel": "widget",
                "language": "en", "concern": "fact", "position": 412, "created_at": "2026-01-01 00:00:00",
            }  # fmt: skip
            connection.execute(insert, [values.get(name) for name in COLUMNS])
            latencies.append((time.perf_counter() - now) * 1000)
            now = time.perf_counter()
    p50, p99 = _at(latencies, 0.5), _at(latencies, 0.99)
    print(json.dumps({"requests": len(latencies), "seconds": now - began, "p50": p50, "p99": p99}))


def _at(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)] if values else 0.0


if __name__ == "__main__":
    commit_rows(sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3]))
