"""Writes what came of the attacks as Markdown."""

import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tests.attack.measuring import LEAST_MS, MOST_MS, ROOT, TIMES, Figures
from tests.attack.running import Outcome

_COLUMNS: Final = (
    "attack",
    "database",
    "proxy",
    "reader, undisturbed",
    "reader, attacked",
    "editor, undisturbed",
    "editor, attacked",
    "honest requests",
    "failed",
    "memory, MB",
    "CPU of the desk, s",
    "CPU of the attacker, s",
    "held",
)
_EXPLAINED: Final = f"""
Times are p50 / p99 / slowest in milliseconds. The honest reader and the editor are measured in a process of
their own, which asks, waits for the answer and pauses for 0.1 s; undisturbed is before and after each attack.
The aim is a p99 of at most the larger of {LEAST_MS:.0f} ms and {TIMES:.0f} times the undisturbed one, and
never above {MOST_MS:.0f} ms; MISS marks where it is missed. Other work on the machine shows in both. Memory
is the resident memory of all of the desk's processes before and after. The desk's CPU time is what it spent
more than undisturbed, without the database server's. *held: no* means that something happened that must not;
the sentences follow the table.
"""


def table_of(outcomes: Sequence[Outcome], command: str) -> str:
    """Return the whole document."""
    failed = [one for one in outcomes if one.faults]
    missed = [one for one in outcomes if any(one.misses(who) for who in one.attacked)]
    lines = [
        "# Attacks\n\n",
        f"Commit {_commit()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, ",
        f"Python {platform.python_version()}. Made by `{command}`.\n\n",
        f"{len(outcomes)} attacks were run; {len(failed)} did what they must not, ",
        f"{len(missed)} missed the aim.\n",
        f"{_EXPLAINED}\n",
        _row(_COLUMNS),
        _row(["---"] * len(_COLUMNS)),
        *map(_line, outcomes),
        "\n## The attacks\n\n",
        *_sentences(outcomes),
    ]
    if failed:
        lines += ["\n## What did not hold\n\n", *_faults(failed)]
    return "".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _line(one: Outcome) -> str:
    cells = [one.attack.id, one.database, one.proxy]
    for who in one.attacked:
        cells.append(_times(one.quiet[who]))
        cells.append(_times(one.attacked[who]) + (" MISS" if one.misses(who) else ""))
    total = sum(figures.number for figures in one.attacked.values())
    cells += [str(total), str(sum(one.failures.values()))]
    cells += [f"{one.megabytes[0]:.0f} → {one.megabytes[1]:.0f}"]
    cells += [f"{one.desk_seconds:.1f}", f"{one.own_seconds:.1f}", "**no**" if one.faults else "yes"]
    return _row(cells)


def _times(figures: Figures) -> str:
    return f"{figures.p50:.0f} / {figures.p99:.0f} / {figures.slowest:.0f}"


def _sentences(outcomes: Sequence[Outcome]) -> list[str]:
    seen = {one.attack.id: one.attack for one in outcomes}
    return [
        f"- `{one.id}` ({'held before' if one.fault == 'held' else f'fault {one.fault}'}): {one.sentence}\n"
        for one in seen.values()
    ]


def _faults(outcomes: Sequence[Outcome]) -> list[str]:
    return [
        f"- `{one.attack.id}`, {one.database}, {one.proxy}: {fault}\n"
        for one in outcomes
        for fault in one.faults
    ]


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
