"""Keeps finished answers in memory by their entity tags: the same answer is not made twice for strangers."""

import threading
from collections import OrderedDict
from typing import Final

MOST_BYTES: Final = 8_000_000
"""Of all answers of a server process."""


class Finished:
    """Bodies by their tags; where they are too many bytes, those that were asked for longest ago go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, tag: str) -> bytes | None:
        """Return the body of a tag, None where it is not kept."""
        with self._lock:
            body = self._bodies.get(tag)
            if body is not None:
                self._bodies.move_to_end(tag)
            return body

    def keep(self, tag: str, body: bytes) -> None:
        """Keep a body, unless it alone is too large."""
        with self._lock:
            self._bytes -= len(self._bodies.pop(tag, b""))
            if len(body) > self._most:
                return
            self._bodies[tag] = body
            self._bytes += len(body)
            while self._bytes > self._most:
                self._bytes -= len(self._bodies.popitem(last=False)[1])


ATOM: Final = Finished()
"""The Atom feeds of this process: one a site and version, since they take neither cursor nor language."""
