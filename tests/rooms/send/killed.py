"""Runs the step of send once, as `python -m tests.rooms.send.killed [after-250]`.

With "after-250" the process kills itself (SIGKILL) as soon as the mail server has taken a letter with 250,
before anything is written down.
"""

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from corrigenda.send import step  # noqa: E402 (the tables exist only now)


def kill_after_250() -> None:
    """Let the process die right behind the server's 250."""
    data: Callable[..., tuple[int, bytes]] = smtplib.SMTP.data

    def fatal(smtp: smtplib.SMTP, message: Any) -> tuple[int, bytes]:
        code, said = data(smtp, message)
        if code == 250:
            os.kill(os.getpid(), signal.SIGKILL)
        return code, said

    setattr(smtplib.SMTP, "data", fatal)  # noqa: B010 (mypy knows no other way to plant it)


if __name__ == "__main__":
    if sys.argv[1:] == ["after-250"]:
        kill_after_250()
    print(step.run())  # noqa: T201 (the test reads it)
