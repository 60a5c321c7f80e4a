"""The pages of the held reports, as the templates see them; whatever a reader wrote is plain text."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Choice:
    """One part of the folder, as an address."""

    key: str
    label: str
    url: str
    is_current: bool
    count: int


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One held report."""

    report_id: int
    quote: str
    image: str
    url: str
    headline: str
    """That of the article, its address where it is not known; empty where a mail names none."""
    site: str
    suggestion: str
    comment: str
    concern: str
    channel: str
    language: str
    reasons: list[str]
    received: datetime
    aside_by: str
    aside_at: datetime | None


@dataclass(frozen=True, slots=True)
class Flood:
    """The held reports of one article."""

    url: str
    """The page with its reports."""
    headline: str
    site: str
    reports: int
    since: datetime
    article: int
    """Its number; 0 where the article is not known."""
    url_reported: str
    """The reported address, where the article is not known."""
    upto: int
    """The last report that was counted: what comes later is not meant by "all"."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A stretch of the folder under its tabs."""

    tab: str
    tabs: list[Choice]
    title: str
    empty: str
    rows: list[HeldRow]
    floods: list[Flood]
    flood: Flood | None
    """The flood whose reports are shown."""
    first_url: str
    next_url: str


@dataclass(frozen=True, slots=True)
class HeldPage:
    """The folder of held reports."""

    template: ClassVar[str] = "report/held.html"
    folder: Folder


@dataclass(frozen=True, slots=True)
class FloodsFragment:
    """The floods as rows for the queue."""

    template: ClassVar[str] = "report/held_floods.html"
    floods: list[Flood]


@dataclass(frozen=True, slots=True)
class CountFragment:
    """How many reports wait, for the navigation."""

    template: ClassVar[str] = "report/held_count.html"
    count: int
