"""Has mails read by processes of their own, which a hostile mail may stop, fill or kill without harm."""

import atexit
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from corrigenda.report.mail.frames import Answer, Question, receive, send
from corrigenda.report.mail.letters import Asked, Letter
from corrigenda.report.mail.parse import AsideError

logger = logging.getLogger(__name__)

MOST_MAILS: Final = 500
"""Mails that one process reads before a new one takes its place."""

LARGE: Final = 2_000_000
"""Bytes. Python gives back little of the memory that it needed: a process that read so large a mail ends."""

LARGE_AT_ONCE: Final = max(1, (os.cpu_count() or 1) // 2)
"""Mails as large as that which are taken in at once: pages keep the other processors, and memory lasts."""

START_SECONDS: Final = 60.0

MOST_IDLE: Final = 4

TRY_AGAIN: Final = (
    "Look at it with --show; to give it more time raise CORRIGENDA_MAILBOX_SECONDS, then --retry."
)
DIED: Final = (
    "The process that read it ended before it had done. Look at it with --show before you --retry it."
)
NO_MEMORY: Final = "Reading it needs more memory than it may have. Look at it with --show."


class ReaderAwayError(Exception):
    """No process can be started to read mails."""


class _Child:
    """One process, and this side of the socket to it."""

    def __init__(self) -> None:
        self.connection, theirs = socket.socketpair()
        self.mails = 0
        path = os.pathsep.join(entry for entry in sys.path if entry)
        try:
            with theirs:
                self.process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "corrigenda.report.mail.reader"],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    env={"PYTHONPATH": path, "LC_ALL": "C.UTF-8"},
                )
        except BaseException:
            self.connection.close()
            raise

    def await_start(self) -> None:
        """Wait until it is ready; raises OSError or TimeoutError."""
        if receive(self.connection, Answer, until=time.monotonic() + START_SECONDS) is None:
            raise ConnectionResetError

    def ask(self, asked: Asked, seconds: float) -> Answer:
        """Have a mail read; raises TimeoutError after so many seconds, OSError where the process is gone."""
        until = time.monotonic() + seconds
        self.mails += 1
        self.connection.settimeout(seconds)
        send(self.connection, Question(asked=asked, seconds=seconds))
        answer = receive(self.connection, Answer, until=until)
        if answer is None:
            raise ConnectionResetError
        return answer

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.connection.close()
        self.process.kill()
        self.process.wait()

    def forget(self) -> None:
        """Leave the process to whom this one was forked off from."""
        self.connection.close()
        self.process.returncode = 0


class Readers:
    """The processes that read mails, one for each thread that has a mail to read; the idle ones are kept.

    They are started as new programs (never forked off from a process with threads), so that this is safe in
    any thread.
    """

    def __init__(self, large_at_once: int = LARGE_AT_ONCE) -> None:
        self._large_at_once = large_at_once
        self._forget_locks()
        self._idle: list[_Child] = []
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    def turn(self, size: int) -> AbstractContextManager[object]:
        """Return a block in which a mail of `size` bytes is taken in; a large one waits until few others are.

        All of it is in the block, not its reading alone: to hash and write so many bytes also takes the
        processor, the interpreter's lock, and SQLite's one lock for writing.
        """
        return self._large if size > LARGE else nullcontext()

    def read(self, asked: Asked, *, seconds: float) -> Letter:
        """Have a mail read.

        Raises AsideError where a person must look at it, also where it takes longer than `seconds` or twice
        ends the process that reads it; ReaderAwayError where none can be started.
        """
        answer = self._answer(asked, seconds)
        if answer.letter is not None:
            return answer.letter
        if answer.failed == MemoryError.__name__:
            raise AsideError(NO_MEMORY)
        if answer.failed:
            logger.error("Reading a mail failed: %s\n%s", answer.failed, answer.where)
            raise AsideError(f"Reading it failed unexpectedly ({answer.failed}).")
        raise AsideError(answer.aside)

    def close(self) -> None:
        """End all that are idle."""
        with self._gate:
            ended, self._idle = self._idle, []
        for child in ended:
            child.end()

    def _answer(self, asked: Asked, seconds: float) -> Answer:
        for is_second in (False, True):
            # An idle one may have been killed: that says nothing of this mail.
            child = self._started() if is_second else self._idle_one() or self._started()
            try:
                answer = child.ask(asked, seconds)
            except TimeoutError:
                child.end()
                raise AsideError(f"Reading it took longer than {seconds:g} seconds. {TRY_AGAIN}") from None
            except OSError:
                child.end()
            except BaseException:
                child.end()
                raise
            else:
                self._give_back(child, is_spent=bool(answer.failed) or len(asked.raw) > LARGE)
                return answer
        raise AsideError(DIED)

    def _idle_one(self) -> _Child | None:
        with self._gate:
            return self._idle.pop() if self._idle else None

    def _started(self) -> _Child:
        try:
            child = _Child()
        except OSError as error:
            raise ReaderAwayError(f"No process can be started ({type(error).__name__}).") from error
        try:
            child.await_start()
        except BaseException as error:
            child.end()
            if isinstance(error, OSError):
                raise ReaderAwayError("The process that reads mails does not start.") from error
            raise
        return child

    def _give_back(self, child: _Child, *, is_spent: bool) -> None:
        with self._gate:
            is_kept = not is_spent and child.mails < MOST_MAILS and len(self._idle) < MOST_IDLE
            if is_kept:
                self._idle.append(child)
        if not is_kept:
            child.end()

    def _forget(self) -> None:
        for child in self._idle:
            child.forget()
        self._forget_locks()
        self._idle = []

    def _forget_locks(self) -> None:
        self._gate = threading.Lock()
        self._large = threading.BoundedSemaphore(self._large_at_once)


READERS: Final = Readers()
"""Those of this process."""
