"""One run of one contender under load: requests a second, latencies, errors, rows, CPU."""

import json
import os
import re
import shutil
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.door_alone import Load, one_row_a_commit, pgbench
from benchmarks.door_contenders import Contender, Stand
from benchmarks.door_processes import cpu_seconds, descendants, machine_cpu_seconds
from benchmarks.door_report import ISSO_COMMENT, report_of
from tests import tools

LUA: Final = Path(__file__).resolve().parent / "door_load.lua"
CONNECTIONS: Final = 32
WRK: Final = tools.Tool("wrk", ("wrk",), "The load comes from wrk: install your system's package wrk.")


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

    @property
    def server_microseconds(self) -> float:
        """The CPU time of the server for one report: the figure that a busy machine changes least."""
        return self.server_cpu / self.requests_per_second * 1e6 if self.requests_per_second else 0.0


def run(contender: Contender, stand: Stand, *, seconds: float) -> Run:
    """Load a contender for some seconds."""
    rows = contender.rows()
    used = _cpu_times(contender)
    began = time.monotonic()
    load = _loaded(contender, stand, seconds)
    lasted = time.monotonic() - began
    spent = _cpu_times(contender)
    server, database, children, machine = (
        (after - before) / lasted for before, after in zip(used, spent, strict=True)
    )
    # Requests that were under way when the load stopped are stored a moment later.
    time.sleep(0.3)
    return Run(
        requests_per_second=load.requests / load.seconds,
        p50=load.p50,
        p99=load.p99,
        refused=load.refused,
        broken=load.broken,
        unaccounted=contender.rows() - rows - load.requests,
        server_cpu=server,
        database_cpu=database,
        load_cpu=children,
        others_cpu=max(0.0, machine - server - database - children),
    )


def _cpu_times(contender: Contender) -> tuple[float, float, float, float]:
    # Backends of a client that has gone have ended: their time stands in the account of their parent.
    server = cpu_seconds(descendants(contender.server)) if contender.server else 0.0
    database = cpu_seconds(descendants(contender.database)) if contender.database else 0.0
    spent = os.times()
    return server, database, spent.children_user + spent.children_system, machine_cpu_seconds()


def _loaded(contender: Contender, stand: Stand, seconds: float) -> Load:
    if contender.kind == "pgbench":
        binaries = tools.postgresql_bin()
        assert binaries is not None
        return pgbench(
            binaries / "pgbench",
            url=contender.place,
            seconds=seconds,
            connections=CONNECTIONS,
            environment={**stand.environment, **contender.login},
            scratch=stand.logs,
        )
    if contender.kind == "rows":
        return one_row_a_commit(contender.place, seconds=seconds, environment=stand.slow(stand.environment))
    return _wrk(contender, stand, seconds)


def _wrk(contender: Contender, stand: Stand, seconds: float) -> Load:
    if shutil.which("wrk") is None:
        tools.install([WRK])
    if shutil.which("wrk") is None:
        raise RuntimeError(WRK.advice)
    body = stand.logs / f"{contender.kind}.json"
    body.write_text(json.dumps(ISSO_COMMENT) if contender.kind == "isso" else report_of(contender.seal))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "20s", "-s", str(LUA)]
    tag = f"bench-{uuid.uuid4().hex[:12]}"
    done = subprocess.run(
        [*command, contender.url, "--", tag, str(body), contender.kind],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    requests, microseconds, p50, p99, refused, broken = map(int, found.groups())
    return Load(requests - refused, microseconds / 1e6, p50 / 1000, p99 / 1000, refused, broken)
