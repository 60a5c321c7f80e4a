"""What the table says of one parameter of a public address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.limits.asking import Asked
from tests.limits.hostile import ALPHABETS, Make

IN_BODY: Final = 60_000
"""Characters that a body has room for."""

LEFT_OUT: Final = 0
"""Instead of a status: a longer value counts as none, and the rest of the request is taken."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a public address."""

    name: str
    ask: Callable[[Any], Asked]
    covers: tuple[str, ...]
    """What it is called by `surface`."""
    most: int | None
    """The largest size that is taken; None where only the request as a whole is limited."""
    limit: str
    """Where the limit is."""
    beyond: int = 422
    """The status of an answer to one more, or LEFT_OUT."""
    sized: Callable[[int], Any] = field(default=lambda size: "a" * size)
    """Makes a value of a size that is right in every other way."""
    told: str = ""
    """The name under which the answer says what is wrong; empty where the address has no other parameter."""
    room: int = IN_BODY
    """Characters that a hostile value may have: as many as the way to the desk lets through."""
    alphabets: Mapping[str, Make] = field(default_factory=lambda: ALPHABETS)
