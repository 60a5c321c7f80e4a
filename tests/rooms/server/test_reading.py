"""Bodies that do not arrive: ended after a time, or where a network or all together have too many."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from corrigenda.server.reading import Bodies, SlowBodyError


def run(what: Coroutine[Any, Any, None]) -> None:
    """Run a test in an event loop of its own."""
    asyncio.run(asyncio.wait_for(what, 20))


class Senders:
    """Bodies on their way, by who sends them."""

    def __init__(self, bodies: Bodies) -> None:
        self.bodies = bodies
        self.tasks: list[asyncio.Task[bytes]] = []
        self.bodies_sent: list[asyncio.Future[bytes]] = []

    async def begin(self, network: bytes) -> int:
        """Let a network begin a body; return its number."""
        arrives: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.bodies_sent.append(arrives)
        self.tasks.append(asyncio.create_task(self.bodies.read(arrives, lambda: network)))
        await asyncio.sleep(0)  # pause: one turn of the loop
        return len(self.tasks) - 1

    async def finish(self, number: int) -> bytes:
        """Let a body be whole; return what was read."""
        if not self.bodies_sent[number].done():
            self.bodies_sent[number].set_result(b"whole")
        return await self.tasks[number]

    async def await_end(self, number: int) -> None:
        """Wait until a body is ended."""
        with pytest.raises(SlowBodyError):
            await self.tasks[number]

    async def ended(self, number: int) -> bool:
        """Whether a body was ended."""
        await asyncio.sleep(0)  # pause: one turn of the loop
        await asyncio.sleep(0)  # pause: and one more, in which its task ends
        return self.tasks[number].done() and isinstance(self.tasks[number].exception(), SlowBodyError)


def test_a_body_is_read_and_forgotten() -> None:
    async def story() -> None:
        senders = Senders(Bodies(seconds=10, most=10, most_a_network=10))
        assert await senders.finish(await senders.begin(b"a")) == b"whole"
        assert len(senders.bodies) == 0

    run(story())


def test_one_that_stops_is_ended_in_time_and_a_faster_one_is_not() -> None:
    async def story() -> None:
        senders = Senders(Bodies(seconds=0.2, most=10, most_a_network=10))
        slow = await senders.begin(b"a")
        await senders.await_end(slow)
        assert len(senders.bodies) == 0
        # The next one is watched too, after a pause in which nothing was.
        while senders.bodies._is_watched:  # noqa: ASYNC110 (it is a flag, and what sets it is what is tested)
            await asyncio.sleep(0.01)
        slow = await senders.begin(b"a")
        await senders.await_end(slow)

    run(story())


def test_a_network_with_too_many_loses_its_oldest_and_others_lose_none() -> None:
    async def story() -> None:
        senders = Senders(Bodies(seconds=10, most=100, most_a_network=3))
        honest = await senders.begin(b"b")
        idle = [await senders.begin(b"a") for _ in range(5)]
        assert [await senders.ended(number) for number in idle] == [True, True, False, False, False]
        assert await senders.finish(idle[-1]) == b"whole"
        assert await senders.finish(honest) == b"whole"

    run(story())


def test_too_many_from_everywhere_end_the_oldest_of_all() -> None:
    async def story() -> None:
        senders = Senders(Bodies(seconds=10, most=5, most_a_network=2))
        idle = [await senders.begin(bytes([number])) for number in range(9)]
        honest = await senders.begin(b"reader")
        assert [await senders.ended(number) for number in idle] == [True] * 5 + [False] * 4
        assert await senders.finish(honest) == b"whole"

    run(story())


def test_who_leaves_is_forgotten() -> None:
    async def story() -> None:
        senders = Senders(Bodies(seconds=10, most=10, most_a_network=10))
        number = await senders.begin(b"a")
        senders.bodies_sent[number].set_exception(ConnectionError())
        with pytest.raises(ConnectionError):
            await senders.tasks[number]
        assert len(senders.bodies) == 0

    run(story())
