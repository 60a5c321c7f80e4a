"""Log lines that a stranger's text cannot forge, and that hold no e-mail address and no secret of a link."""

import copy
import logging
import re
import textwrap
import time
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Final

MOST: Final = 800
"""Characters of a message, with its time and its logger. The rest is cut before anything looks at it."""
MOST_OF_TRACEBACK: Final = 8_000
"""Characters of a traceback, all errors together; a quarter of them is for its beginning."""
MOST_ERRORS: Final = 4
"""Errors of a traceback that led to each other: the first one, and the last ones."""
MOST_FRAMES: Final = 12
"""Frames of each error; a third of them are its first."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Each is looked at once: an expression that looks for the sign itself begins anew at every letter.
_RUNS = re.compile(r"[^\s<>:;,'\"/=?&|()]+")
# What follows these in a path opens a reader's page, however it is mistyped.
_SECRET_PATHS = re.compile(r"(/(?:status|stop|api/reports)/)[^\s/'\"]+", re.IGNORECASE)
# Long runs that may be a token (URL-safe base64) or a digest (hexadecimal).
_LONG = re.compile(r"[A-Za-z0-9_-]{24,}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")
_DIGIT_AT_LETTER = re.compile(r"[0-9][A-Za-z]|[A-Za-z][0-9]")
# A cut leaves no half of an address or of a token behind: what stands before "@" is no longer (RFC 5321).
_UNFINISHED: Final = 64
_LAST_RUN = re.compile(r"[^\s<>:;,'\"/=?&|()]*\Z")
_FROM_STRANGERS: Final = ("django.request", "django.security")
_MOST_CHAINED: Final = 50
_CONTROLS_IN_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """Formats a message as one line: control characters become visible escapes.

    A traceback keeps its lines, each set in behind a mark: what an exception says may hold a stranger's line
    ends, and nothing of it stands where a message begins. Of what it says the first line is kept: databases
    quote whole rows in the next ones. What looks like an e-mail address or a token is left out everywhere.
    Both have a greatest length, and a request that was refused has no traceback: anybody may send one.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the traceback of a failure."""
        if record.exc_info and is_refusal(record):
            record = copy.copy(record)
            record.exc_info, record.exc_text = None, None
        return super().format(record)

    def formatTime(  # noqa: N802 (the name is logging's)
        self,
        record: logging.LogRecord,
        datefmt: str | None = None,  # noqa: ARG002 (logging's)
    ) -> str:
        """Return when it was said, in UTC whatever the zone of the desk, to the millisecond (RFC 3339)."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{moment}.{int(record.msecs):03d}Z"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is logging's)
        """Return the message with every control character escaped, and cut where it is too long."""
        kept, left_out = _cut(super().formatMessage(record))
        written = _CONTROLS.sub(_escaped, _without_secrets(kept))
        return f"{written} [{left_out} more characters]" if left_out else written

    def formatException(  # noqa: N802 (the name is logging's)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the traceback, every line of it behind the mark."""
        error = ei[1]
        told = _shortened("".join(_told(error))) if error is not None else ""
        written = _CONTROLS_IN_LINES.sub(_escaped, _without_secrets(told.rstrip("\n")))
        return textwrap.indent(written, "  | ", lambda _line: True)


def is_refusal(record: logging.LogRecord) -> bool:
    """Whether a line of Django's is about a request that was refused (4xx), not about a failure."""
    status = getattr(record, "status_code", 0)
    return record.name.startswith(_FROM_STRANGERS) and 400 <= status < 500


def _cut(text: str) -> tuple[str, int]:
    """Return the beginning of a text, and how many characters were left out."""
    if len(text) <= MOST:
        return text, 0
    kept = text[:MOST]
    run = _LAST_RUN.search(kept, MOST - _UNFINISHED)
    kept = kept[: run.start()] if run else kept
    return kept, len(text) - len(kept)


def _told(error: BaseException) -> Iterator[str]:
    """Iterate the lines of a traceback, the errors that led to it first."""
    chain = [error]
    while (before := _before(chain[-1])) is not None and len(chain) < _MOST_CHAINED and before not in chain:
        chain.append(before)
    left_out = len(chain) - MOST_ERRORS
    for number, each in enumerate(reversed(chain)):
        if 1 <= number <= left_out:
            if number == 1:
                yield f"({left_out} more errors)\n"
            continue
        if number:
            yield "It led to:\n"
        yield "Traceback (most recent call last):\n"
        yield from _frames(each.__traceback__)
        said = str(each)[:MOST_OF_TRACEBACK].strip().splitlines()
        first, more = _cut(said[0]) if said else ("", 0)
        shown = f": {first}" + (f" [{more} more characters]" if more else "") if said else ""
        yield f"{type(each).__qualname__}{shown}\n"


def _frames(trace: TracebackType | None) -> Iterator[str]:
    """Iterate the frames of an error, the first ones and the last ones of many."""
    number = sum(1 for _ in traceback.walk_tb(trace))
    if number <= MOST_FRAMES:
        yield from traceback.format_tb(trace)
        return
    first = MOST_FRAMES // 3
    yield from traceback.format_tb(trace, limit=first)
    yield f"  ({number - MOST_FRAMES} more frames)\n"
    yield from traceback.format_tb(trace, limit=first - MOST_FRAMES)


def _shortened(told: str) -> str:
    """Return a traceback with whole lines left out of its middle where it is too long."""
    if len(told) <= MOST_OF_TRACEBACK:
        return told
    first = told[: MOST_OF_TRACEBACK // 4].rpartition("\n")[0]
    last = told[len(first) - MOST_OF_TRACEBACK :].partition("\n")[2]
    return f"{first}\n({len(told) - len(first) - len(last)} more characters)\n{last}"


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
