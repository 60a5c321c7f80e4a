"""SIGTERM and SIGINT while a server process starts: kept until its event loop runs, which answers them."""

import os
import signal
from typing import Final

ENDINGS: Final = (signal.SIGTERM, signal.SIGINT)


def keep_from_new_processes() -> None:
    """Let processes that are forked from now on begin with these signals blocked.

    They begin with a copy of their parent's handlers, which only take a note, and an event loop loses what
    comes between setting its handlers and running (uvloop 0.23). A process that was told to end then
    would go on until it is killed.
    """
    os.register_at_fork(before=_block, after_in_parent=take_endings)


def take_endings() -> None:
    """Take these signals from now on, and those that came before."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def _block() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
