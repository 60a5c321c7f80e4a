"""The page on which a recipient stops our mail."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class StopPage:
    """A button; which mailbox it is about the token in the address says, and nobody else needs to know."""

    template: ClassVar[str] = "send/stop.html"
    is_stopped: bool
    desk: str
    """The name of the host that the letters come from."""
