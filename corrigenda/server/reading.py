"""Bodies as they arrive: read without a thread, for a limited time, a limited number of them at once."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any, Final, Protocol

_SWEEP_SECONDS: Final = 1.0
"""How often bodies are looked for whose time is over."""


class SlowBodyError(Exception):
    """A body did not arrive in time, or its sender has too many that are not whole yet."""


class Readable(Protocol):
    """What waits for a body; cancel() lets the wait end with asyncio.CancelledError."""

    def __await__(self) -> Generator[Any, Any, bytes]:
        """Return the body once it is whole."""

    def cancel(self) -> bool:
        """End the wait."""


class _Unfinished:
    """A body that is not whole yet."""

    __slots__ = ("_network", "arrives", "began", "sender")

    def __init__(self, arrives: Readable, began: float, sender: Callable[[], bytes]) -> None:
        self.arrives = arrives
        self.began = began
        self.sender = sender
        self._network: bytes | None = None

    @property
    def network(self) -> bytes:
        """The network of the sender; worked out only where bodies must be counted."""
        if self._network is None:
            self._network = self.sender()
        return self._network


class Bodies:
    """Reads bodies, and ends those that take too long.

    An honest body is whole within a moment. Where too many are unfinished, the oldest one is ended: of the
    network that has too many, or of all. So nobody who sends at a normal speed is ever refused because
    others stopped in the middle. Used by one event loop.
    """

    def __init__(self, *, seconds: float, most: int, most_a_network: int) -> None:
        self._seconds = seconds
        self._most = most
        self._most_a_network = most_a_network
        self._unfinished: dict[_Unfinished, None] = {}
        self._is_watched = False

    def __len__(self) -> int:
        """Return how many bodies are not whole yet."""
        return len(self._unfinished)

    async def read(self, arrives: Readable, sender: Callable[[], bytes]) -> bytes:
        """Return a body; `sender` tells the network that sends it.

        Raises SlowBodyError where it was not whole in time or had to make room.
        """
        loop = asyncio.get_running_loop()
        one = _Unfinished(arrives, loop.time(), sender)
        if len(self._unfinished) >= self._most_a_network:
            self._make_room(one)
        self._unfinished[one] = None
        if not self._is_watched:
            self._is_watched = True
            loop.call_later(min(self._seconds, _SWEEP_SECONDS), self._sweep, loop)
        try:
            return bytes(await arrives)
        except asyncio.CancelledError:
            raise SlowBodyError from None
        finally:
            self._unfinished.pop(one, None)

    def _make_room(self, newest: _Unfinished) -> None:
        same = [one for one in self._unfinished if one.network == newest.network]
        if len(same) >= self._most_a_network:
            self._end(same[0])
        elif len(self._unfinished) >= self._most:
            self._end(next(iter(self._unfinished)))

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        over = loop.time() - self._seconds
        for one in list(self._unfinished):
            # They are in the order in which they began.
            if one.began > over:
                break
            self._end(one)
        if self._unfinished:
            loop.call_later(min(self._seconds, _SWEEP_SECONDS), self._sweep, loop)
        else:
            self._is_watched = False

    def _end(self, one: _Unfinished) -> None:
        self._unfinished.pop(one, None)
        one.arrives.cancel()
