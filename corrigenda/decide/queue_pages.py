"""The queue and its rows, as the templates see them."""

from dataclasses import dataclass
from typing import ClassVar

from corrigenda.decide.moments import Moment
from corrigenda.decide.pages import Before


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the queue, as an address."""

    key: str
    label: str
    url: str
    is_current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue; before, words and after are article text around and at the passage."""

    case_id: int
    before: str
    words: str
    after: str
    quoted: str
    """The reader's own quotation, where no place is known."""
    part: str
    """Where it stands beside the text, in words; empty for the text."""
    before_this: Before | None
    language: str
    is_changed: bool
    concerns: list[tuple[str, str]]
    reports: int
    headline: str
    site: str
    state: str
    state_label: str
    opened: Moment


@dataclass(frozen=True, slots=True)
class Queue:
    """A stretch of the queue under its tabs and filters."""

    tabs: list[Choice]
    sites: list[Choice]
    concerns: list[Choice]
    rows: list[QueueRow]
    title: str
    empty: str
    being_located: int
    is_narrowed: bool
    all_url: str
    first_url: str
    next_url: str
    fragment_url: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queue."""

    template: ClassVar[str] = "decide/queue.html"
    queue: Queue


@dataclass(frozen=True, slots=True)
class QueueFragment:
    """The part of the queue that is read again every few seconds."""

    template: ClassVar[str] = "decide/queue_list.html"
    queue: Queue
