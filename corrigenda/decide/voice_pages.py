"""What readers say about one case, as the templates see it: the different proposals, then each report."""

from dataclasses import dataclass
from typing import ClassVar

from corrigenda.decide.moments import Moment
from corrigenda.passage import Segment


@dataclass(frozen=True, slots=True)
class ReportView:
    """One reader's report; whatever the reader wrote is plain text."""

    report_id: int
    case_id: int
    """The joined case it came with; 0 for the case's own."""
    concern: str
    concern_label: str
    quote: str
    """Empty where it is what the passage says."""
    suggestion: list[Segment]
    suggested: str
    repeats: bool
    """The suggestion says what the article says already."""
    fits: bool
    """The suggestion can be taken over as the wording of the whole passage."""
    comment: str
    channel: str
    language: str
    received: Moment
    mail: str
    """How its reader is answered by mail; empty where no address was left."""
    gone: str
    """Why what the reader wrote stands here no more; empty where it does."""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """One wording that readers propose, and how many of them."""

    report_id: int
    """The first report that proposes it."""
    quote: str
    """What it is to replace; empty where that is what the passage says."""
    segments: list[Segment]
    suggested: str
    repeats: bool
    fits: bool
    readers: int


@dataclass(frozen=True, slots=True)
class Voices:
    """A stretch of the reports of a case."""

    case_id: int
    total: int
    proposals: list[ProposalView]
    """The different ones, the most frequent first; empty where the reports show them at a glance."""
    more_proposals: int
    """Further ones that stand with their reports alone."""
    rows: list[ReportView]
    may_begin: bool
    """Whether a suggestion can be taken over into the form that accepts."""
    before: int
    """How many reports come before these, in the same order."""
    next_after: int
    """The report after which the next stretch begins; 0 where this is the last."""

    @property
    def first(self) -> int:
        """The number of the first report shown."""
        return self.before + 1

    @property
    def last(self) -> int:
        """The number of the last report shown."""
        return self.before + len(self.rows)


@dataclass(frozen=True, slots=True)
class VoicesFragment:
    """Such a stretch by itself, which takes the place of the one that the page shows."""

    template: ClassVar[str] = "decide/reports.html"
    voices: Voices
    is_swapped: bool = True
