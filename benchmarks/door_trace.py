"""The system calls of a report, in their order: what was written is synced before 201 is sent."""

import re
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlsplit

from benchmarks.door_contenders import Contender, Stand
from benchmarks.door_processes import descendants
from benchmarks.door_report import ORIGIN, report_of
from tests import tools

STRACE: Final = tools.Tool("strace", ("strace",), "Install your system's package strace.")
REPORTS: Final = 20
_CALLS: Final = "trace=fsync,fdatasync,write,writev,pwrite64,sendto,recvfrom,read"
_COME: Final = "POST /api/reports"
_GONE: Final = "HTTP/1.1 201"


@dataclass(frozen=True, slots=True)
class Trace:
    """What was seen of so many reports, sent one after the other."""

    reports: int
    synced_before: int
    """Reports between whose arrival and whose 201 a sync returned."""
    excerpt: list[str]
    """The calls of the last report."""


def trace(contender: Contender, stand: Stand) -> Trace | None:
    """Watch a contender while reports are sent to it; None where strace is missing or not allowed."""
    if shutil.which("strace") is None:
        tools.install([STRACE])
    if shutil.which("strace") is None:
        return None
    log = stand.logs / f"{contender.name}.strace"
    roots = [root for root in (contender.server, contender.database) if root]
    processes = [str(process) for root in roots for process in descendants(root)]
    attached = [part for process in processes for part in ("-p", process)]
    command = ["strace", "-f", "-ttt", "-y", "-s", "48", "-e", _CALLS, "-e", "signal=none", "-o", str(log)]
    with subprocess.Popen([*command, *attached], stderr=subprocess.DEVNULL) as watcher:
        time.sleep(1.5)
        if watcher.poll() is not None:
            return None
        _send(contender, REPORTS)
        time.sleep(0.3)
        watcher.send_signal(signal.SIGINT)
    return read_trace(log.read_text(errors="replace").splitlines(), REPORTS)


def _send(contender: Contender, number: int) -> None:
    body = report_of(contender.seal)
    connection = HTTPConnection(urlsplit(contender.url).netloc, timeout=30)
    for _ in range(number):
        headers = {"Content-Type": "application/json", "Origin": ORIGIN, "Idempotency-Key": uuid.uuid4().hex}
        connection.request("POST", "/api/reports", body, headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 201
    connection.close()


def read_trace(lines: Sequence[str], reports: int) -> Trace:
    """Return what the lines of strace show."""
    calls: list[str] = []
    excerpt: list[str] = []
    synced, is_synced = 0, False
    for line in lines:
        if _COME in line:
            calls, is_synced = [line], False
        elif calls:
            calls.append(line)
            is_synced = is_synced or _has_synced(line)
            if _GONE in line:
                synced += is_synced
                excerpt, calls = calls, []
    return Trace(reports, synced, _told(excerpt))


def _has_synced(line: str) -> bool:
    return bool(re.search(r"(fsync|fdatasync)( resumed>|\().*= 0$", line))


def _told(lines: Sequence[str]) -> list[str]:
    """Return the calls that matter, without the bytes they carry; the same call again is only counted."""
    told: list[tuple[str, int]] = []
    for line in lines:
        if any(sign in line for sign in (_COME, _GONE, "sync", "INSERT", "-wal>", "00001>")):
            process, _, call = line.partition(" ")
            short = f"{process} {_TIME.sub('', call.strip())}"
            for pattern, instead in _SHORTER:
                short = pattern.sub(instead, short)
            if told and told[-1][0] == short:
                told[-1] = short, told[-1][1] + 1
            else:
                told.append((short, 1))
    return [f"{call}   × {number}" if number > 1 else call for call, number in told]


_TIME: Final = re.compile(r"^[\d.]+ ")
_SHORTER: Final = (
    (re.compile(r"<[^<>]*/([^/<>]+)>"), r"<\1>"),
    (re.compile(r"(pwrite64\([^,]+, ).*"), r"\1…)"),
    (re.compile(r'"((?:POST /api/reports|HTTP/1.1 201|[^"]*INSERT INTO)).*'), r'"\1…)'),
    (re.compile(r'"[^"]*(INSERT INTO)…'), r'"… \1 …'),
    (re.compile(r"socket:\[\d+\]"), "socket"),
)
