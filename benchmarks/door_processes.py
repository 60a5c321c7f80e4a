"""Processes of a benchmark: started, found with their children, their CPU time read, ended."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
START_SECONDS: Final = 60


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    ready: str = "",
    tree: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; yields it once the address `ready` answers.

    `tree` is the folder that it starts in: Python takes the code that is there.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=dict(environment), stdout=output, stderr=output, cwd=tree)
    try:
        if ready:
            wait_until_it_answers(process, ready, log)
        yield process
    finally:
        end(process)


def wait_until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait for any HTTP answer; raises RuntimeError with the log where none comes."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own loopback address)
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    message = f"{url} does not answer:\n{log.read_text(errors='replace')[-3000:]}"
    raise RuntimeError(message)


def end(process: subprocess.Popen[bytes], seconds: float = 15) -> None:
    """End a process as its service manager would, and harder where that does not help."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def descendants(root: int) -> list[int]:
    """Return a process and all that it has begotten."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _stat(folder)
        if fields:
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting.extend(children.get(process, []))
    return found


def cpu_seconds(processes: Sequence[int]) -> float:
    """Return the CPU time that processes have used, children that ended included."""
    used = 0
    for process in processes:
        fields = _stat(Path(f"/proc/{process}"))
        if fields:
            used += sum(int(field) for field in fields[11:15])
    return used / TICKS


def machine_cpu_seconds() -> float:
    """Return the CPU time that everything on this machine has used."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields[:8])
    return (user + nice + system + irq + softirq + steal) / TICKS


def resident_kilobytes(processes: Sequence[int]) -> int:
    """Return the memory that processes hold, in kB."""
    held = 0
    for process in processes:
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:
            continue
        held += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return held


def _stat(folder: Path) -> list[str]:
    """Return the fields of proc_pid_stat(5) from the third on: what stands before may hold spaces."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
