"""Memory and processor time of processes with all their children, read from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Spent:
    """What processes hold and have used."""

    megabytes: float
    """Resident memory."""
    seconds: float
    """Processor time, of children that have ended too."""


def children_of(pid: int) -> list[int]:
    """Return a process and all that it started, directly or not; those that are gone are left out."""
    found = [pid]
    for task in _tasks(pid):
        try:
            numbers = (task / "children").read_text().split()
        except OSError:
            continue
        for number in numbers:
            found += children_of(int(number))
    return found


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def spent_by(*roots: int) -> Spent:
    """Add up memory and time of processes with their children."""
    megabytes = seconds = 0.0
    for pid in {pid for root in roots for pid in children_of(root)}:
        one = spent_alone(pid)
        megabytes += one.megabytes
        seconds += one.seconds
    return Spent(megabytes, seconds)


def spent_alone(pid: int) -> Spent:
    """Return memory and time of one process, with the time of children that it has waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return Spent(0.0, 0.0)
    return Spent(pages * _PAGE / 1e6, sum(map(int, stat[11:15])) / _TICKS)


def name_of(pid: int) -> str:
    """Return the command of one of the desk's processes, such as `serve`; empty where it is gone."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    return " ".join(word for word in words[1:] if word and not word.startswith("-"))[:40]
