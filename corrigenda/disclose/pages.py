"""The public pages of this room: the log, one notice, and a reader's status page."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.safestring import SafeString

from corrigenda.disclose.standing import Moment
from corrigenda.models import Site
from corrigenda.passage import Segment
from corrigenda.web.answers import Answer


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One published notice as the log shows it."""

    anchor: str
    kind: str
    label: str
    published_at: datetime
    language: str
    headline: str
    article_url: str
    """The article; empty where its address is none for the web."""
    place_url: str
    """The exact place on the article page."""
    text: str
    quote: str
    """The words that a notice speaks of without changing them; empty where there is a diff."""
    diff: list[Segment]
    before: str
    """A few words of the article before those that the notice speaks of."""
    after: str
    url: str


@dataclass(frozen=True, slots=True)
class KindLink:
    """One kind to filter the log by."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    """A site's corrections log, newest first."""

    template: ClassVar[str] = "disclose/log.html"
    site: Site
    entries: list[LogEntry]
    kinds: list[KindLink]
    is_filtered: bool
    newest_url: str
    """The first page of the same log; empty on it."""
    older_url: str
    """The next page; empty on the last."""
    atom_url: str
    json_url: str


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The permanent page of one notice."""

    template: ClassVar[str] = "disclose/notice.html"
    site: Site
    entry: LogEntry
    linked_data: SafeString
    log_url: str
    atom_url: str
    json_url: str


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What has become of one report, for the reader who sent it and nobody else."""

    template: ClassVar[str] = "disclose/status.html"
    site: Site
    standing: str
    title: str
    sentence: str
    is_joined: bool
    moments: list[Moment]
    headline: str
    quote: str
    suggestion: str
    comment: str
    concern: str
    report_language: str
    answer: Answer | None
    note_language: str
    place_url: str
    mail: str
    gone: str
    """Why what the reader wrote stands here no more; empty where it does."""
