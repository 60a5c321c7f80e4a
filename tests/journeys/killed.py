"""Runs the worker until there is nothing left to do, or until it is killed at its n-th effect.

Started as `python -m tests.journeys.killed` it reads numbers from its input, a line each. For a number N it
forks a worker that sends itself SIGKILL right after its N-th effect (0: never) and answers with a JSON line:
{"killed": bool, "effects": names of the effects in their order}. An effect is anything that a crash could cut
off from what follows: a writing statement, a commit, a file put into its place, a mail that the server has
taken; and a search that is over, for what it found is not written yet. It is one process that forks because
starting Django takes longer than the work.
"""

import json
import os
import signal
import smtplib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

django.setup()

from corrigenda import worker  # noqa: E402 (the tables exist only now)
from corrigenda.locate import searching  # noqa: E402 (the same)
from corrigenda.report.privacy import stripping  # noqa: E402 (the same)

WRITES = ("INSERT", "UPDATE", "DELETE")


class Fuse:
    """Counts effects and kills this process after the one that was asked for."""

    def __init__(self, limit: int, report: int) -> None:
        self.limit = limit
        self.report = report
        self.names: list[str] = []

    def burn(self, name: str) -> None:
        """Count one effect; at the limit the process is gone before the next line runs."""
        self.names.append(name)
        if len(self.names) == self.limit:
            self.tell(killed=True)
            os.kill(os.getpid(), signal.SIGKILL)

    def tell(self, *, killed: bool) -> None:
        """Write the answer for the test."""
        os.write(self.report, json.dumps({"killed": killed, "effects": self.names}).encode())

    def after(self, owner: Any, method: str, name: str) -> None:
        """Make every call of a method an effect."""
        original: Callable[..., Any] = getattr(owner, method)

        def counted(*arguments: Any, **options: Any) -> Any:
            result = original(*arguments, **options)
            self.burn(name)
            return result

        setattr(owner, method, counted)


def lay(fuse: Fuse) -> None:
    """Count what the worker does to the outside: statements, commits, files, mails."""
    execute: Callable[..., Any] = CursorWrapper.execute

    def counted(cursor: CursorWrapper, statement: Any, parameters: Any = None) -> Any:
        result = execute(cursor, statement, parameters)
        text = str(statement).lstrip()
        if text.upper().startswith(WRITES):
            fuse.burn(" ".join(text.split()[:3]))
        return result

    setattr(CursorWrapper, "execute", counted)  # noqa: B010 (an assignment would have to match its types)
    fuse.after(BaseDatabaseWrapper, "_commit", "COMMIT")
    for owner, method in ((os, "replace"), (os, "rename"), (os, "link"), (Path, "replace"), (Path, "rename")):
        fuse.after(owner, method, f"file {method}")
    for owner, method in (
        (searching, "locate_quote"),
        (searching, "carry_through"),
        (stripping, "published_of"),
    ):
        fuse.after(owner, method, f"search {method}")
    for method in ("sendmail", "send_message", "data"):
        fuse.after(smtplib.SMTP, method, f"mail {method}")


def work(limit: int, report: int) -> None:
    """Run the worker's steps under a fuse until there is nothing left to do."""
    fuse = Fuse(limit, report)
    lay(fuse)
    idle = 0
    while idle < 2:
        idle = 0 if worker.run_once() else idle + 1
    fuse.tell(killed=False)


def main() -> None:
    """Answer each number on the input."""
    for line in sys.stdin:
        connections.close_all()
        reading, writing = os.pipe()
        if child := os.fork():
            os.close(writing)
            os.waitpid(child, 0)
            with os.fdopen(reading) as answer:
                print(answer.read() or "{}", flush=True)  # noqa: T201 (the test reads it)
        else:
            os.close(reading)
            work(int(line), writing)
            os._exit(0)


if __name__ == "__main__":
    main()
