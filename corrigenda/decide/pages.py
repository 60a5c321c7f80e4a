"""The pages of the desk and their parts, as the templates see them."""

from dataclasses import dataclass
from typing import ClassVar

from corrigenda.decide.forms import AcceptForm, DeclineForm, NoteForm, PlaceForm
from corrigenda.decide.moments import Moment
from corrigenda.decide.voice_pages import Voices
from corrigenda.passage import Segment


@dataclass(frozen=True, slots=True)
class Before:
    """What was settled about the same passage before."""

    label: str
    on: str
    """When, as people write it."""
    text: str
    """The notice, or why it was declined."""
    language: str
    """That of the notice; empty for words of the desk's own."""
    url: str
    """The notice in the corrections log; empty for a decline."""
    case_id: int


@dataclass(frozen=True, slots=True)
class PassageView:
    """The passage in its paragraph, with the paragraphs around it."""

    above: str
    head: str
    words: str
    segments: list[Segment]
    """The words as they were and as they are now, once a fix is live."""
    tail: str
    below: str
    is_sure: bool
    revision: int
    read: Moment
    start: int


@dataclass(frozen=True, slots=True)
class BesideView:
    """What is reported beside the text: a headline as it reads now, or an image."""

    head: str
    words: str
    """The quoted words where the headline holds them; empty where it does not, and for an image."""
    tail: str
    quote: str
    """The reader's quotation, where it is not shown in its place; for an image its caption or its text."""
    differs: bool
    """The headline does not hold the quoted words."""
    image: str
    """Address of the image as the report has it: text to be read, never loaded."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of the reported words without this desk: how they read then and now."""

    old: str
    new: str
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class JoinedCase:
    """A case that was joined to this one."""

    case_id: int
    joined: Moment
    by: str
    may_part: bool


@dataclass(frozen=True, slots=True)
class NearbyCase:
    """A case of the same article whose passage overlaps; `source_id` would be joined to `target_id`."""

    case_id: int
    words: str
    state: str
    state_label: str
    concern_label: str
    source_id: int
    target_id: int


@dataclass(frozen=True, slots=True)
class AddressMove:
    """One change of the address that an article is kept under."""

    change_id: int
    old: str
    new: str
    why: str
    """The evidence: a permanent redirect, or the canonical link of the page."""
    at: Moment
    undone: Moment | None
    undone_by: str
    may_undo: bool


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry, or several equal ones in a row."""

    label: str
    who: str
    at: Moment
    before: str
    after: str
    other_case: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class History:
    """What has happened to a case, oldest first; where much of one kind has, in one line."""

    lines: list[HistoryLine]
    is_short: bool
    """Whether entries are missing here that the page of the whole history has."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A stretch of the whole history of a case, an entry a line."""

    template: ClassVar[str] = "decide/history_page.html"
    case_id: int
    lines: list[HistoryLine]
    is_beginning: bool
    next_after: int
    """The entry after which the next stretch begins; 0 where this is the last."""


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What was decided."""

    number: str
    """Names it, where it is undone."""
    outcome: str
    title: str
    by: str
    at: Moment
    kind: str
    reason: str
    segments: list[Segment]
    notice: str
    message: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of what happens after a decision: done, now, next or failed."""

    status: str
    label: str
    detail: str = ""
    at: Moment | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class ByHand:
    """What an editor does in their own CMS."""

    old: str
    wording: str
    notice: str
    url: str
    language: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What happens after a decision."""

    case_id: int
    decision: DecisionView
    stages: list[Stage]
    undo_until: Moment | None
    by_hand: ByHand | None
    has_fix_panel: bool
    """Whether the fix room has buttons about a fix that waits."""
    silent_seconds: float | None
    is_over: bool
    version: str = ""


@dataclass(frozen=True, slots=True)
class ProgressFragment:
    """The part of a decided case that is read again every few seconds."""

    template: ClassVar[str] = "decide/progress_fragment.html"
    progress: Progress
    history: History
    state: str
    state_label: str
    undo_has_changed: bool
    """The button to undo stands outside of this part, and is replaced only where it must be."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the wording in the form would change."""

    segments: list[Segment]
    is_empty: bool
    problem: str
    language: str
    usual: str = ""
    replaces_notice: bool = False


@dataclass(frozen=True, slots=True)
class PreviewFragment:
    """The live preview under the wording."""

    template: ClassVar[str] = "decide/preview.html"
    preview: Preview
    fresh: AcceptForm | None
    """Holds the notice that follows the wording, where the editor has not touched it."""


@dataclass(frozen=True, slots=True)
class MeanwhileFragment:
    """What others did to an open case since the page was loaded."""

    template: ClassVar[str] = "decide/meanwhile.html"
    case_id: int
    meanwhile: list[HistoryLine]


@dataclass(frozen=True, slots=True)
class Forms:
    """The ways to decide an open case, and the one that is unfolded."""

    accept: AcceptForm | None
    note: NoteForm | None
    decline: DeclineForm
    unfolded: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """What is known about a case."""

    case_id: int
    state: str
    state_label: str
    site: str
    article_id: int
    headline: str
    url: str
    place_url: str
    """The exact place on the article page."""
    language: str
    opened: Moment
    why_unlocated: str
    sent_back: str
    """Why the last decision could not be carried out."""
    part: str
    """Where in the page it stands, in words; empty for the text."""
    beside: BesideView | None
    before_this: Before | None
    passage: PassageView | None
    changed: Changed | None
    quote: str
    """The reader's quotation, where no place is known."""
    voices: Voices
    joined: list[JoinedCase]
    joined_total: int
    """Of them the first are listed."""
    nearby: list[NearbyCase]
    joined_to: int
    moves: list[AddressMove]
    """Changes of the article's address, newest first."""
    reading: str
    """When the article was read last, or that it is being read."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case: what readers say, what the article says, what can be done or happens."""

    template: ClassVar[str] = "decide/case.html"
    case: CaseView
    seen: str
    place: str
    forms: Forms | None
    place_form: PlaceForm | None
    preview: Preview | None
    progress: Progress | None
    history: History
    meanwhile: list[HistoryLine]
    typed: list[tuple[str, str]]
    """What was typed into a form that is not there any more."""
    refusals: list[str]
    """Why such a form was not carried out."""
    next_id: int
