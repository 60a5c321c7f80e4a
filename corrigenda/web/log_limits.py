"""How many lines strangers can make the log hold: so many a minute, and then one that counts the others."""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Final

from corrigenda.web.logs import is_refusal

MOST_A_MINUTE: Final = 30
"""Lines of a kind that a process writes in a minute, where strangers can cause any number of them."""
_SECONDS: Final = 60.0
_REFUSED: Final = "requests that were refused"
_FAILED: Final = "requests that failed"
_ON_THE_WAY: Final = (
    "corrigenda.disclose.known_places",
    "corrigenda.server",
    "corrigenda.report.exchange",
    "corrigenda.report.front",
    "corrigenda.report.views",
    "corrigenda.web.programs",
)
"""Loggers of ours that a request of a stranger can reach. Their messages are kinds: there are few."""
_WRONG_HOST: Final = (
    "A request asked for a host name that is not the desk's, and was answered 400. This is said once:"
    " strangers do it. If your own pages are answered so, see CORRIGENDA_PUBLIC_URL and"
    " CORRIGENDA_ALLOWED_HOSTS."
)


class WrongHostOnce(logging.Filter):
    """Lets one line of Django's about wrong hosts through in the life of a process, in words of its own.

    Who set the desk up wrong finds it there; the name, which a stranger may have chosen, is left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._is_said = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is the first one."""
        with self._lock:
            if self._is_said:
                return False
            self._is_said = True
        record.msg, record.args, record.exc_info = _WRONG_HOST, (), None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


@dataclass(slots=True)
class _Minute:
    """What was written of one kind since a moment of the monotonic clock."""

    began: float
    written: int = 0
    left_out: int = 0


class BoundedLines(logging.StreamHandler):  # type: ignore[type-arg]  # generic for the type checker alone
    """Writes lines to standard error; of a kind that strangers cause, MOST_A_MINUTE in a minute.

    The next line of any kind, or the end of the process, is preceded by one that says how many were left out.
    What a member who is signed in was refused (`web/refusals.py`) is always written.
    """

    def __init__(self) -> None:
        super().__init__()
        self._minutes: dict[str, _Minute] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or count it. The lock of the handler is held."""
        now = time.monotonic()
        self._tell(now - _SECONDS)
        kind = _kind(record)
        if kind:
            minute = self._minutes.setdefault(kind, _Minute(now))
            if minute.written >= MOST_A_MINUTE:
                minute.left_out += 1
                return
            minute.written += 1
        super().emit(record)

    def close(self) -> None:
        """Say what was left out, and close."""
        self.acquire()
        try:
            self._tell(float("inf"))
        finally:
            self.release()
        super().close()

    def _tell(self, before: float) -> None:
        """End the minutes that began at or before a moment; say how many lines each left out."""
        for kind, minute in list(self._minutes.items()):
            if minute.began > before:
                continue
            del self._minutes[kind]
            if minute.left_out:
                text = "%d more lines were left out within a minute: %s"
                told = (minute.left_out, kind)
                super().emit(logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, told, None))


def _kind(record: logging.LogRecord) -> str:
    """Return what a line is counted as; empty for one that is always written."""
    if is_refusal(record):
        return _REFUSED
    if record.name.startswith("django.request"):
        return _FAILED if record.levelno >= logging.WARNING else ""
    is_bounded = record.levelno >= logging.WARNING and record.name.startswith(_ON_THE_WAY)
    return str(record.msg) if is_bounded else ""
