"""Reads which cases wait to be located, and what is known of their articles."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from corrigenda.flow import State
from corrigenda.models import Address, Article, Case, Passage, Report, Revision
from corrigenda.passage.confidence import ASK_BELOW
from corrigenda.passage.places import SAME_WORDS
from corrigenda.web.parts import BESIDE_TEXT

LIVE: Final = (State.LOCATED, State.UNLOCATED, State.ACCEPTED, State.NOTED)
"""The states whose passages follow their article through its revisions."""

UNREADABLE: Final = (Article.Outcome.UNREADABLE, Article.Outcome.MISSING, Article.Outcome.FAILED)


def received_to_locate(limit: int) -> list[int]:
    """Return the received cases whose article has been read, could not be, or is not known; others wait.

    An address that belongs to another site is never read for this one, so it is not waited for.
    """
    known = Address.objects.filter(url=OuterRef("report__url"))
    address = known.filter(site=OuterRef("site"))
    elsewhere = known.exclude(site=OuterRef("site"))
    tried = (
        Q(article__revisions__isnull=False) | Q(outcome__in=UNREADABLE) | Q(article__outcome__in=UNREADABLE)
    )
    cases = Case.objects.due(State.RECEIVED).filter(
        Q(report__url="") | Exists(address.filter(tried)) | Exists(elsewhere)
    )
    return list(cases.values_list("pk", flat=True)[:limit])


def unlocated_to_retry(limit: int) -> list[int]:
    """Return the unlocated cases whose article was not known or not read then, and can be searched now.

    An address may turn out to be an article by itself: then it is that one's text that is searched.
    """
    address = Address.objects.filter(site=OuterRef("site"), url=OuterRef("report__url"))
    readable = address.filter(article__revisions__isnull=False)
    there = Address.objects.filter(
        article=OuterRef("revision__article"), url=OuterRef(OuterRef("report__url"))
    )
    looked = Passage.objects.filter(Exists(there), case=OuterRef("pk"))
    cases = (
        Case.objects.due(State.UNLOCATED)
        .filter(~Q(report__exact="") | Q(report__part__in=BESIDE_TEXT))
        .filter(Exists(readable), ~Exists(looked))
    )
    return list(cases.values_list("pk", flat=True)[:limit])


def cases_behind(limit: int) -> list[int]:
    """Return the live cases whose newest passage lies in a revision that a newer one has replaced."""
    newest = Passage.objects.filter(case=OuterRef("pk")).order_by("-id")
    newer = Revision.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
    read = Revision.objects.filter(Exists(newer), pk=OuterRef("read_in"))
    cases = Case.objects.filter(state__in=LIVE).annotate(read_in=Subquery(newest.values("revision")[:1]))
    # In the order of the index on states: in that of the keys SQLite would read every closed case first.
    return list(cases.filter(Exists(read)).order_by("state", "id").values_list("pk", flat=True)[:limit])


def is_elsewhere(report: Report) -> bool:
    """Whether the address of a report belongs to another site."""
    return Address.objects.filter(url=report.url).exclude(site=report.site_id).exists()


def address_of(report: Report) -> Address | None:
    """Return the address row of a report's URL, its article fetched; None where nobody has tried it yet."""
    known = Address.objects.filter(site=report.site_id, url=report.url)
    return known.defer("doubted_text").select_related("article").first()


class Spot(NamedTuple):
    """The row of a passage, as far as later places are computed from it; offsets are code points."""

    passage: int
    revision: int
    start: int | None
    end: int | None
    kind: str
    confidence: float


def newest_spot(case: Case) -> Spot | None:
    """Return the passage of a case that counts; None where it has none."""
    return _first_spot(case.passages.order_by("-id"))


def last_sure_spot(case: Case) -> Spot | None:
    """Return the newest passage of a case whose place was sure; None where none was."""
    placed = case.passages.filter(start__isnull=False, confidence__gte=ASK_BELOW)
    return _first_spot(placed.order_by("-id"))


def reference_spot(case: Case) -> Spot | None:
    """Return the passage whose words were last known to be the ones that the reader saw; None without any."""
    placed = case.passages.filter(start__isnull=False)
    same = _first_spot(placed.filter(kind__in=SAME_WORDS).order_by("-id"))
    return same or _first_spot(placed.order_by("id"))


def _first_spot(passages: QuerySet[Passage]) -> Spot | None:
    row = passages.values_list("pk", "revision", "start", "end", "kind", "confidence").first()
    return Spot(*row) if row is not None else None


def article_and_number(revision: int) -> tuple[int, int]:
    """Return which article a revision is of, and its number there."""
    return Revision.objects.values_list("article", "number").get(pk=revision)


def revisions_of(article: int, *, since: int = 0) -> tuple[int, ...]:
    """Return the keys of an article's revisions from a number on, oldest first; no text is read."""
    revisions = Revision.objects.filter(article=article, number__gte=since).order_by("number")
    return tuple(revisions.values_list("pk", flat=True))


def text_of(revision: int) -> str:
    """Return the text of a revision."""
    return Revision.objects.values_list("text", flat=True).get(pk=revision)


class Texts(Sequence[str]):
    """The texts of revisions in the order of their keys; each is read when it is asked for.

    A live blog has hundreds of revisions, and nearly always the newest one or two are enough.
    """

    def __init__(self, revisions: Sequence[int], read: Callable[[int], str] = text_of) -> None:
        self._revisions = revisions
        self._read = read

    def __len__(self) -> int:
        return len(self._revisions)

    def __getitem__(self, index: int) -> str:  # type: ignore[override]  # nobody asks for a slice
        return self._read(self._revisions[index])
