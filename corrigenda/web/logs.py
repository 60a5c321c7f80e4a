"""Log lines that a stranger's text cannot forge, and that hold no e-mail address and no secret of a link."""

import logging
import re
import textwrap
import time
import traceback
from collections.abc import Iterator
from types import TracebackType

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Each is looked at once: an expression that looks for the sign itself begins anew at every letter.
_RUNS = re.compile(r"[^\s<>:;,'\"/=?&|()]+")
# What follows these in a path opens a reader's page, however it is mistyped.
_SECRET_PATHS = re.compile(r"(/(?:status|stop|api/reports)/)[^\s/'\"]+", re.IGNORECASE)
# Long runs that may be a token (URL-safe base64) or a digest (hexadecimal).
_LONG = re.compile(r"[A-Za-z0-9_-]{24,}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")
_DIGIT_AT_LETTER = re.compile(r"[0-9][A-Za-z]|[A-Za-z][0-9]")
_CONTROLS_IN_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """Formats a message as one line: control characters become visible escapes.

    A traceback keeps its lines, each set in behind a mark: what an exception says may hold a stranger's line
    ends, and nothing of it stands where a message begins. Of what it says the first line is kept: databases
    quote whole rows in the next ones. What looks like an e-mail address or a token is left out everywhere.
    """

    def formatTime(  # noqa: N802 (the name is logging's)
        self,
        record: logging.LogRecord,
        datefmt: str | None = None,  # noqa: ARG002 (logging's)
    ) -> str:
        """Return when it was said, in UTC whatever the zone of the desk, to the millisecond (RFC 3339)."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{moment}.{int(record.msecs):03d}Z"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is logging's)
        """Return the message with every control character escaped."""
        return _CONTROLS.sub(_escaped, _without_secrets(super().formatMessage(record)))

    def formatException(  # noqa: N802 (the name is logging's)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the traceback, every line of it behind the mark."""
        error = ei[1]
        told = "".join(_told(error)) if error is not None else ""
        written = _CONTROLS_IN_LINES.sub(_escaped, _without_secrets(told.rstrip("\n")))
        return textwrap.indent(written, "  | ", lambda _line: True)


def _told(error: BaseException) -> Iterator[str]:
    """Iterate the lines of a traceback, the errors that led to it first."""
    chain = [error]
    while (before := _before(chain[-1])) is not None and before not in chain:
        chain.append(before)
    for number, each in enumerate(reversed(chain)):
        if number:
            yield "It led to:\n"
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(each.__traceback__)
        said = str(each).strip().splitlines()
        yield f"{type(each).__qualname__}: {said[0]}\n" if said else f"{type(each).__qualname__}\n"


def _before(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _without_secrets(text: str) -> str:
    hidden = _SECRET_PATHS.sub(r"\1<token>", _RUNS.sub(_without_address, text))
    return _LONG.sub(_without_token, hidden)


def _without_token(match: re.Match[str]) -> str:
    """Return a run, or what replaces it where it looks drawn at random.

    Digits between letters tell it from the words of an address and from the names of classes.
    """
    run = match.group()
    is_of_one_case = run.islower() or run.isupper()
    changes = len(_DIGIT_AT_LETTER.findall(run))
    looks_drawn = changes >= 2 and (not is_of_one_case or _HEXADECIMAL.fullmatch(run) is not None)
    return "<token>" if looks_drawn else run


def _without_address(match: re.Match[str]) -> str:
    """Return a run of characters, or what stands for an e-mail address, in the path of a request too."""
    inside = match.group()[1:-1]
    return "<address>" if "@" in inside or "%40" in inside else match.group()


def _escaped(match: re.Match[str]) -> str:
    return f"\\x{ord(match.group()):02x}"
