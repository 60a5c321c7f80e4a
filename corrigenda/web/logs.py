"""Log lines that a stranger's text cannot forge."""

import logging
import re
import textwrap
from types import TracebackType

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS_IN_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """Formats a message as one line: control characters become visible escapes.

    A traceback keeps its lines, each set in behind a mark: what an exception says may hold a stranger's line
    ends, and nothing of it stands where a message begins.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is logging's)
        """Return the message with every control character escaped."""
        return _CONTROLS.sub(_escaped, super().formatMessage(record))

    def formatException(  # noqa: N802 (the name is logging's)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the traceback, every line of it behind the mark."""
        written = _CONTROLS_IN_LINES.sub(_escaped, super().formatException(ei))
        return textwrap.indent(written, "  | ", lambda _line: True)


def _escaped(match: re.Match[str]) -> str:
    return f"\\x{ord(match.group()):02x}"
