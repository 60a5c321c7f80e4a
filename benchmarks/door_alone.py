"""The databases without a server before them: the row that the door makes, stored as fast as they can."""

import json
import re
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

QUERY: Final = "SELECT * FROM corrigenda_report ORDER BY id LIMIT 1"
# Those that differ from row to row.
_OWN: Final = ("token", "idempotency_key")


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of load showed; latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    refused: int = 0
    """Answers that were not 2xx."""
    broken: int = 0
    """Connections that failed, and answers that never came."""


def pgbench(
    program: Path,
    *,
    url: str,
    seconds: float,
    connections: int,
    environment: Mapping[str, str],
    scratch: Path,
) -> Load:
    """Let so many clients of PostgreSQL's own benchmark insert one row a transaction.

    The row is a copy of the first that `url` has, which the door has stored.
    """
    script = scratch / "pgbench.sql"
    with psycopg.connect(url, row_factory=dict_row) as connection:
        row = connection.execute(QUERY).fetchone()
        assert row is not None
        del row["id"]
        values = [_drawn(name, value) for name, value in row.items()]
        insert = sql.SQL("INSERT INTO corrigenda_report ({}) VALUES ({});\n").format(
            sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(values)
        )
        script.write_text(f"\\set number random(1, 9000000000000000)\n{insert.as_string(connection)}")
    logs = scratch / f"pgbench-{uuid.uuid4().hex}"
    command = [
        str(program),
        "-n",
        "-M",
        "prepared",
        "-c",
        str(connections),
        "-j",
        "1",
        "-T",
        f"{seconds:.0f}",
    ]
    command += ["-f", str(script), "-l", "--log-prefix", str(logs), url.rpartition("/")[2]]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    latencies = []
    for log in scratch.glob(f"{logs.name}*"):
        latencies += [int(line.split()[2]) / 1000 for line in log.read_text().splitlines()]
        log.unlink()
    return Load(len(latencies), len(latencies) / float(found[1]), at(latencies, 0.5), at(latencies, 0.99))


def _drawn(name: str, value: object) -> sql.Composable:
    if name in _OWN:
        return sql.SQL("md5(:number || {})").format(sql.Literal(name))
    return sql.SQL("now()") if name == "created_at" else sql.Literal(value)


def one_row_a_commit(file: str, *, seconds: float, environment: Mapping[str, str]) -> Load:
    """Let a program of its own do what `commit_rows` does, on a disk as slow as the environment makes it."""
    command = [sys.executable, "-m", "benchmarks.door_alone", file, str(seconds)]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout))


def commit_rows(file: str, seconds: float) -> Load:
    """Commit copies of a file's first row, one after the other: SQLite's limit without group commit."""
    latencies: list[float] = []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        row: dict[str, Any] = dict(connection.execute(QUERY).fetchone())
        del row["id"]
        marks = ", ".join(f":{name}" for name in row)
        insert = f"INSERT INTO corrigenda_report ({', '.join(row)}) VALUES ({marks})"  # noqa: S608
        began = now = time.perf_counter()
        while now - began < seconds:
            connection.execute(insert, row | dict.fromkeys(_OWN, uuid.uuid4().hex))
            latencies.append((time.perf_counter() - now) * 1000)
            now = time.perf_counter()
    return Load(len(latencies), now - began, at(latencies, 0.5), at(latencies, 0.99))


def at(values: list[float], share: float) -> float:
    """Return the value that a share of all lies below."""
    return sorted(values)[int(len(values) * share)] if values else 0.0


if __name__ == "__main__":
    found = commit_rows(sys.argv[1], float(sys.argv[2]))
    figures = {name: getattr(found, name) for name in ("requests", "seconds", "p50", "p99")}
    print(json.dumps(figures))
