"""Log lines that a stranger's text cannot forge."""

import logging
import re

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """Formats a message as one line: control characters become visible escapes; tracebacks stay whole."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is logging's)
        """Return the message with every control character escaped."""
        return _CONTROLS.sub(lambda match: f"\\x{ord(match.group()):02x}", super().formatMessage(record))
