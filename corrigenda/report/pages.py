"""The page of the plain form, and the desk's pages about mails."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from corrigenda.models import Delivery, Site
from corrigenda.report.forms import ReportForm
from corrigenda.report.mail.queries import Answered, Aside


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form; where the article is known it is named, else its address is asked for."""

    template: ClassVar[str] = "report/form.html"
    form: ReportForm
    site: Site | None
    """The publication that has the address; None where the address is missing or nobody's."""
    url: str
    headline: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that came with a mail."""

    number: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class LetterLines:
    """One mail of a reader, as far as the report itself does not show it."""

    number: int
    at: datetime
    is_answer: bool
    """Whether it answers a letter of ours."""
    is_gone: bool
    """Whether what it held has been deleted."""
    comment: str
    text: str
    """The beginning of the whole text, with history and signature."""
    is_cut: bool
    """Whether there is more of either text."""
    language: str
    files: list[FileLine]
    left_out: list[str]


@dataclass(frozen=True, slots=True)
class MailPanel:
    """What came by mail with a case; a fragment for its page."""

    template: ClassVar[str] = "report/mail_panel.html"
    case_id: int
    letters: list[LetterLines]
    needs_article: bool
    """Whether an editor must say which article it is about."""
    is_beginning: bool
    next_after: int
    """The mail after which further ones follow; 0 where none do."""


@dataclass(frozen=True, slots=True)
class MailPage:
    """The same as a page of its own, for a browser without JavaScript."""

    template: ClassVar[str] = "report/mail_page.html"
    case_id: int
    panel: MailPanel | None


@dataclass(frozen=True, slots=True)
class MailTextPage:
    """The whole text of one mail."""

    template: ClassVar[str] = "report/mail_text.html"
    case_id: int
    comment: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class MailsPage:
    """The latest answers, the letters that reached nobody, and the mails that were set aside."""

    template: ClassVar[str] = "report/mails.html"
    follow_ups: list[Answered]
    undelivered: list[Delivery]
    aside: list[Aside]
    aside_count: int
    is_beginning: bool
    """Whether the mails set aside are listed from the first on."""
    next_after: int
    """The number after which further ones are listed; 0 for none."""
    left_count: int
    """Mails that stay in their mailbox, and of which nothing is kept here."""
