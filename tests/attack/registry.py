"""What an attack is, and the list of all of them."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.attack.target import Target

HELD: Final = "held"
"""The fault of attacks that never succeeded, and must not."""
Run = Callable[[Target, "Until"], None]


class Until:
    """The end of an attack: it goes on while this is true, and makes one round in any case."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._rounds = 0

    def __bool__(self) -> bool:
        """Whether to make one more round."""
        self._rounds += 1
        return self._rounds == 1 or time.monotonic() < self._end

    @property
    def left(self) -> float:
        """Return the seconds that are left."""
        return max(0.0, self._end - time.monotonic())


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. `run` sends, and raises AssertionError where something happened that must not."""

    id: str
    fault: str
    """The fault's number in the security review, or HELD."""
    sentence: str
    run: Run


ATTACKS: Final[dict[str, Attack]] = {}


def together(number: int, act: Callable[[], object]) -> None:
    """Do the same in so many threads at once, to the end of all."""
    threads = [threading.Thread(target=act) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def attack(identifier: str, fault: str, sentence: str) -> Callable[[Run], Run]:
    """Put a function among the attacks."""

    def put(run: Run) -> Run:
        assert identifier not in ATTACKS, identifier
        ATTACKS[identifier] = Attack(identifier, fault, sentence, run)
        return run

    return put
