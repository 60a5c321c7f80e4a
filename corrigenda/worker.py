"""The ordered list of the rooms' steps: the flow, as code."""

import fcntl
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from django.db import close_old_connections, connection

from corrigenda.accounts import step as accounts
from corrigenda.decide import step as decide
from corrigenda.disclose import step as disclose
from corrigenda.fix import step as fix
from corrigenda.locate import step as locate
from corrigenda.report import step as report
from corrigenda.send import step as send
from corrigenda.watch import step as watch
from corrigenda.web.sessions import POOLED, are_sessions_shared

logger = logging.getLogger(__name__)

Step = Callable[[int], int]
"""Takes at most so many things, returns how many it did."""

STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("report", report.run),
    ("watch", watch.run),
    ("locate", locate.run),
    ("decide", decide.run),
    ("fix", fix.run),
    ("disclose", disclose.run),
    ("send", send.run),
    ("accounts", accounts.run),
)
BATCH = 50


def run_once() -> int:
    """Run every step once, in order; a step that fails is logged and does not stop the others.

    Returns how many things were done.
    """
    done = 0
    for name, step in STEPS:
        close_old_connections()
        try:
            done += step(BATCH)
        except Exception:
            # Whatever it was, the work still stands in its state and is taken up again in the next round.
            logger.exception("The step %s failed.", name)
    return done


def run_until(stop: threading.Event, *, every: float) -> None:
    """Run the steps until `stop` is set: at once again while there is work, else after `every` seconds."""
    while not stop.is_set():
        if not run_once():
            stop.wait(every)


def run_forever(*, every: float) -> None:
    """Run the steps until SIGTERM or SIGINT; the step under way is finished first."""
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (the signature is signal's)
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    run_until(stop, every=every)


class WorkerRunsError(Exception):
    """Another worker of this installation is at work."""


class SharedSessionError(Exception):
    """A pool hands the sessions of PostgreSQL on."""


@contextmanager
def sole_worker(data_dir: Path) -> Iterator[None]:
    """Hold the place of the one worker that SQLite allows; PostgreSQL lets any number share the work.

    Raises WorkerRunsError where another process holds it. The lock dies with its process, however that ends.
    Raises SharedSessionError where a pool before PostgreSQL lets no session keep a lock.
    """
    if connection.vendor != "sqlite":
        if are_sessions_shared():
            raise SharedSessionError(POOLED)
        yield
        return
    with (data_dir / "worker.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"Another worker already uses {data_dir}; SQLite allows one."
            raise WorkerRunsError(message) from None
        yield
