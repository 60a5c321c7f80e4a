"""The pages of fix."""

from dataclasses import dataclass
from typing import ClassVar

from corrigenda.passage import Segment


@dataclass(frozen=True, slots=True)
class FixPanel:
    """What an editor can do about a fix that waits; a fragment for the page of its case."""

    template: ClassVar[str] = "fix/panel.html"
    case_id: int
    problem: str
    found: str
    """What the page reads instead of the wording; empty where it reads neither that nor the old words."""
    segments: list[Segment]
    """The wording that was decided against what the page reads."""
    language: str
    can_take_back: bool
    decision: str
    """The number of the decision that is taken back."""


@dataclass(frozen=True, slots=True)
class FixPage:
    """The same as a page of its own, for a browser without JavaScript."""

    template: ClassVar[str] = "fix/page.html"
    case_id: int
    panel: FixPanel | None
    """None where no fix waits any more."""
