"""`python -m tests.attack`: attacks on every database and behind every proxy; writes the table."""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

from tests import postgres, tools
from tests.attack import families
from tests.attack.measuring import measured
from tests.attack.registry import Attack
from tests.attack.running import Outcome, run_attack
from tests.attack.table import table_of
from tests.attack.target import running_target

DATABASES: Final = ("sqlite", "postgresql")
PROXIES: Final = ("none", "nginx", "caddy")


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(text, flush=True)  # noqa: T201 (a program's output)


def chosen(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("--only", action="append", default=[], help="id of an attack, or a fault's number")
    parser.add_argument("--database", choices=DATABASES, action="append", default=[])
    parser.add_argument("--proxy", choices=PROXIES, action="append", default=[])
    parser.add_argument("--seconds", type=float, default=20.0, help="of each attack (default: 20)")
    parser.add_argument("--report", type=Path, help="file for the table; it is printed otherwise")
    parser.add_argument("--list", action="store_true", help="name the attacks and end")
    return parser.parse_args(arguments)


def attacks_named(names: Sequence[str]) -> list[Attack]:
    """Return the attacks with these ids or of these faults; all where none is named."""
    found = [one for one in families.ATTACKS.values() if not names or one.id in names or one.fault in names]
    if not found:
        message = f"no attack is called {', '.join(names)}; see --list"
        raise SystemExit(message)
    return found


@contextmanager
def database(name: str) -> Iterator[str]:
    """Run a database server where one is needed; yields its URL, empty for SQLite."""
    if name == "postgresql" and tools.postgresql_bin() is None:
        raise SystemExit(tools.INITDB.advice)
    with postgres.server() if name == "postgresql" else nullcontext("") as url:
        # The tables are copied from a database of this server.
        os.environ["DATABASE_URL"] = url
        yield url


def run_all(given: argparse.Namespace) -> Iterator[Outcome]:
    """Run the attacks that were asked for."""
    attacks = attacks_named(given.only)
    for name in given.database or DATABASES:
        with database(name) as url:
            for proxy in given.proxy or PROXIES:
                say(f"── {name}, proxy {proxy}: starting the desk")
                with running_target(name, proxy, url) as target, measured(target) as honest:
                    for one in attacks:
                        outcome = run_attack(one, target, honest, given.seconds)
                        say(_told(outcome))
                        yield outcome


def _told(one: Outcome) -> str:
    figures = [
        f"{who} p99 {one.quiet[who].p99:.0f} -> {one.attacked[who].p99:.0f} ms"
        + (" MISS" if one.misses(who) else "")
        for who in one.attacked
    ]
    lines = [f"{one.attack.id}: {', '.join(figures)}; {'FAILED' if one.faults else 'held'}"]
    slow = [f"slowest: {', '.join(one.attacked[who].slow)} ms" for who in one.attacked if one.misses(who)]
    return "\n".join([*lines, *(f"    {text}" for text in (*slow, *one.faults, *one.notes))])


def main(arguments: Sequence[str]) -> int:
    """Run; return the exit code."""
    given = chosen(arguments)
    # Ended by a signal, it ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if given.list:
        for one in families.ATTACKS.values():
            say(f"{one.id}\t{one.fault}\t{one.sentence}")
        return 0
    tools.install(tools.missing_for_live())
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="corrigenda-attacks-") as folder:
        os.environ["CORRIGENDA_DATA_DIR"] = folder
        for outcome in run_all(given):
            outcomes.append(outcome)
            text = table_of(outcomes, " ".join(["python -m tests.attack", *arguments]))
            if given.report:
                given.report.write_text(text)
    if not given.report:
        say(text)
    return 1 if any(one.faults for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
