"""What is looked at, and locked, before an action writes: permission, freshness, place, wording."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from corrigenda.decide.desk import number_in
from corrigenda.flow import State
from corrigenda.ledger import StaleCaseError
from corrigenda.models import (
    Address,
    Article,
    Case,
    Decision,
    Fix,
    Member,
    Notice,
    Passage,
    Report,
    Revision,
    Site,
)
from corrigenda.passage import CannotPatch, collapse, patch

JOINABLE: Final = frozenset({State.LOCATED, State.UNLOCATED, State.ACCEPTED, State.NOTED})
"""A case in one of these states may still take in the report of another reader."""

OPEN_AT_DESK: Final = frozenset({State.LOCATED, State.UNLOCATED})
"""An editor may decide about a case in one of these states."""


class RefusedError(Exception):
    """The desk does not do this; the sentence says why, `field` is the field it speaks of ("" for none)."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class SeveralPlacesError(RefusedError):
    """The words stand in the article more than once; places and length are in code points."""

    def __init__(self, starts: list[int], *, length: int) -> None:
        super().__init__(
            _("These words stand in the article more than once: choose the place."), field="start"
        )
        self.starts = starts
        self.length = length


@dataclass(frozen=True, slots=True)
class Seen:
    """What an editor had on the screen: the case as it stood, and the place of its passage."""

    changed_at: datetime
    place: str = ""


def place_token(passage: Passage | None) -> str:
    """Return a token that changes whenever the passage of a case gets another place."""
    return "" if passage is None else f"{passage.pk}-{passage.start}-{passage.end}"


def check_may_decide(member: Member) -> None:
    """Raise PermissionDenied unless this member may decide: whoever signs in may."""
    if not member.is_active:
        raise PermissionDenied


def lock_cases(*keys: int) -> list[Case]:
    """Lock the cases for this transaction, in the order of their keys so that two editors never deadlock."""
    return list(Case.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))


def read_open(case_id: int, seen: Seen) -> Case:
    """Return a case that is open at the desk; StaleCaseError where it has moved since the editor saw it.

    No row is locked, so that its page may be parsed and searched: on SQLite everybody else's writes would
    wait for that.
    """
    case = Case.objects.select_related("site").get(pk=case_id)
    _check_open(case, seen)
    return case


def take_open(case_id: int, seen: Seen, passage: Passage | None) -> Case:
    """Lock a case that is open at the desk, whose passage was looked at before.

    StaleCaseError where the case has moved since the editor saw it, or the passage since it was looked at.
    """
    (case,) = lock_cases(case_id)
    _check_open(case, seen)
    newest = case.passages.order_by("-id").first()
    if _row(newest) != _row(passage):
        raise StaleCaseError(str(case))
    return case


def _check_open(case: Case, seen: Seen) -> None:
    if case.changed_at != seen.changed_at or case.state not in OPEN_AT_DESK:
        raise StaleCaseError(str(case))


def _row(passage: Passage | None) -> tuple[int, int, int | None, int | None] | None:
    """Return what says which words a passage holds."""
    if passage is None:
        return None
    return passage.pk, passage.revision_id, passage.start, passage.end


def check_place(case: Case, passage: Passage | None, seen: Seen) -> None:
    """Raise StaleCaseError where other words stand at the passage's place than those the editor saw."""
    if seen.place == place_token(passage):
        return
    former = (
        case.passages.select_related("revision").filter(pk=number_in(seen.place.partition("-")[0])).first()
    )
    if former is None or passage is None or former == passage or former.exact != passage.exact:
        raise StaleCaseError(str(case))


def check_wording(site: Site, passage: Passage, wording: str) -> None:
    """Raise RefusedError where the wording changes nothing, or the article's markup cannot take it."""
    if wording == collapse(passage.exact):
        sentence = _("This is what the article says already. Change the wording, or publish a note instead.")
        raise RefusedError(sentence, field="wording")
    if site.connector == Site.Connector.BY_HAND or passage.start is None or passage.end is None:
        return
    try:
        patch(passage.revision.html, passage.start, passage.end, wording)
    except CannotPatch as error:
        raise RefusedError(_(error.reason), field="wording") from error


def choose_place(revision: Revision, words: str, start: int | None) -> int:
    """Return where in the revision the words stand.

    Raises SeveralPlacesError where `start` has to say which place is meant, RefusedError where there is none.
    """
    starts: list[int] = []
    at = revision.text.find(words) if words else -1
    while at >= 0:
        starts.append(at)
        at = revision.text.find(words, at + 1)
    if not starts:
        sentence = _("These words do not stand in the article as it was last read.")
        raise RefusedError(sentence, field="words")
    if start in starts:
        return start
    if len(starts) > 1:
        raise SeveralPlacesError(starts, length=len(words))
    return starts[0]


def open_state(case: Case) -> State:
    """Return the state that a case goes back to: the one it was decided or joined in, if its place stands.

    Beside the text a case is located without a passage.
    """
    passage = case.passages.order_by("-id").first()
    entry = case.entries.filter(new_state=case.state).order_by("-id").first()
    was_unlocated = entry is not None and entry.old_state == State.UNLOCATED
    lost = passage is not None and passage.start is None
    return State.UNLOCATED if was_unlocated or lost else State.LOCATED


def is_under_way(decision: Decision) -> bool:
    """Whether anything has come of a decision that cannot be taken back by itself."""
    published = Notice.objects.filter(decision=decision, status=Notice.Status.PUBLISHED)
    return Fix.objects.filter(decision=decision).exists() or published.exists()


def newest_passage(case: Case) -> Passage | None:
    """Return the passage that counts, its revision fetched: a whole page, so call it with no row locked."""
    return case.passages.select_related("revision").order_by("-id").first()


def newest_revision(article: Article) -> Revision | None:
    """Return the newest revision of an article with its text; None before the first."""
    return article.revisions.defer("html").order_by("-number").first()


def check_newest(case: Case, revision: Revision) -> None:
    """Raise StaleCaseError where a revision that was searched is not the newest of the case's article."""
    article = article_of(case)
    if article is None or article.revisions.order_by("-number").values_list("pk").first() != (revision.pk,):
        raise StaleCaseError(str(case))


def article_of(case: Case) -> Article | None:
    """Return the case's article, or the one its report's address leads to by now."""
    if case.article is not None:
        return case.article
    report = Report.objects.filter(case=case).first()
    if report is None:
        return None
    known = Address.objects.filter(site=case.site_id, url=report.url)
    address = known.defer("doubted_text").select_related("article").first()
    return address.article if address else None
