"""Locates the passages of new cases, and carries those of live cases through newer revisions."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from corrigenda import ledger
from corrigenda.flow import State
from corrigenda.ledger import Actor, Change
from corrigenda.locate import queries
from corrigenda.models import Article, Case, Passage, Report, Revision
from corrigenda.passage import Selector
from corrigenda.passage.places import LOST, SAME_WORDS, Place, carry_through, hops, kind_since, locate_quote
from corrigenda.web.parts import BESIDE_TEXT, folded

logger = logging.getLogger(__name__)

BY: Final = Actor(room="locate")

READ_AGAIN_AFTER: Final = timedelta(minutes=1)
"""Reports have an article read again no sooner than this after it was read last."""

REASONS: Final[dict[str, str]] = {
    Article.Outcome.UNREADABLE: "unlocated_unreadable",
    Article.Outcome.MISSING: "unlocated_missing",
    Article.Outcome.FAILED: "unlocated_failed",
}
"""The verb of the entry that says why a passage could not be looked for."""


def run(limit: int = 50) -> int:
    """Do what waits, at most `limit` of each kind; return how many cases were moved or carried."""
    done = _each(queries.received_to_locate(limit), (State.RECEIVED,), _locate_received)
    done += _each(queries.unlocated_to_retry(limit), (State.UNLOCATED,), _retry_unlocated)
    return done + _each(queries.cases_behind(limit), queries.LIVE, _carry)


def _each(cases: Iterable[int], states: Iterable[State], work: Callable[[Case], bool]) -> int:
    """Do the work on each case in a transaction of its own; one that fails does not stop the others."""
    done = 0
    for pk in cases:
        try:
            with transaction.atomic():
                case = Case.objects.filter(pk=pk, state__in=states).taken().first()
                done += case is not None and work(case)
        except Exception:
            # Whatever it was, the case still stands in its state and is taken up again in the next round.
            logger.exception("Locating case %s failed.", pk)
    return done


def _locate_received(case: Case) -> bool:
    report = case.report
    if not report.url:
        return _ask(case, "unlocated_no_article", None)
    address = queries.address_of(report)
    if address is None:
        return queries.is_elsewhere(report) and _ask(case, "unlocated_elsewhere", None)
    article = address.article
    newest = queries.newest_revision(article) if article else None
    if article is None or newest is None:
        outcome = address.outcome if article is None or address.outcome in REASONS else article.outcome
        return _ask(case, REASONS.get(outcome, ""), article)
    if report.part in BESIDE_TEXT:
        return _place_beside(case, article)
    return _place_words(case, article, newest)


def _place_words(case: Case, article: Article, newest: Revision) -> bool:
    report = case.report
    if not report.exact.strip():
        return _ask(case, "unlocated_no_quote", article)
    place = _search(report, queries.Texts(article))
    passage = _keep(case, newest, place)
    if not place.is_sure:
        _ask_reading(article, report)
        return _ask(case, _doubt(place), article, passage=passage)
    change = Change(verb="located", after=passage.exact, rows=_rows(passage))
    ledger.advance(case, State.LOCATED, by=BY, change=change, article=article)
    return True


def _place_beside(case: Case, article: Article) -> bool:
    """Hand on a case of a headline or an image: which one is meant is known, and no text need be searched.

    A headline that reads otherwise by now is still the one that is meant; the desk shows both.
    """
    report = case.report
    if report.part == Report.Part.HEADLINE:
        stands = folded(report.exact) in folded(article.headline)
        change = Change(verb="located_headline" if stands else "headline_differs", after=article.headline)
    else:
        change = Change(verb="located_image")
    ledger.advance(case, State.LOCATED, by=BY, change=change, article=article)
    return True


def _retry_unlocated(case: Case) -> bool:
    """Search for a case that had no text to be searched in when it was received."""
    address = queries.address_of(case.report)
    if address is None or address.article is None:
        return False
    if case.report.part in BESIDE_TEXT:
        return _place_beside(case, address.article)
    newest = queries.newest_revision(address.article)
    if newest is None:
        return False
    place = _search(case.report, queries.Texts(address.article))
    passage = _keep(case, newest, place)
    change = Change(
        verb="located" if place.is_sure else _doubt(place), after=passage.exact, rows=_rows(passage)
    )
    if place.is_sure:
        ledger.advance(case, State.LOCATED, by=BY, change=change, article=address.article)
    else:
        ledger.note(case, by=BY, change=change)
    return True


def _carry(case: Case) -> bool:
    """Follow the words of a live case into the newest revision; a decided case keeps its state.

    Whoever carries the decision out compares the words again and sends the case back where they have gone.
    """
    former = case.passages.select_related("revision").order_by("-id").first()
    if former is None:
        return False
    sure = queries.last_sure_place(case)
    words = queries.reference_words(case)
    article = former.revision.article_id
    newest = queries.newest_revision(article)
    if newest is None or newest.number <= former.revision.number:
        return False  # another worker was here between the list and the lock
    if sure is None:
        place = _search(case.report, queries.Texts(article))
    else:
        start = Place("unchanged", sure.start, sure.end, sure.confidence)
        place = _follow(case, queries.Texts(article, since=sure.revision.number), start)
    now_words = place.words(newest.text)
    kind = place.kind if sure is None else kind_since(words, now_words, former=sure.kind, now=place.kind)
    carried = Place(kind, place.start, place.end, place.confidence)
    keeps_state = case.state != (State.UNLOCATED if place.is_sure else State.LOCATED)
    is_same = keeps_state and _is_same(former, carried, now_words)
    if is_same and _may_follow(former, case, carried):
        Passage.objects.filter(pk=former.pk).update(revision=newest, confidence=carried.confidence)
        return True
    passage = _keep(case, newest, carried)
    if is_same:
        return True  # a page whose text changes all the time must not fill the history
    change = Change(verb="carried", before=former.exact, after=passage.exact, rows=_rows(passage))
    if case.state == State.LOCATED and not place.is_sure:
        return _ask(case, _doubt(place), None, passage=passage, before=former.exact)
    if case.state == State.UNLOCATED and place.is_sure:
        ledger.advance(case, State.LOCATED, by=BY, change=change)
    else:
        ledger.note(case, by=BY, change=change)
    return True


def _is_same(former: Passage, now: Place, words: str) -> bool:
    """Whether a newer revision says nothing new of a passage: not found again, or the same words."""
    if former.start is None or now.start is None:
        return former.start is None and now.start is None
    alike = now.kind == former.kind or {now.kind, former.kind} <= SAME_WORDS
    return alike and words == former.exact


def _may_follow(former: Passage, case: Case, now: Place) -> bool:
    """Whether the row itself can be taken along: nobody has used it, and its offsets stay.

    The first place that was found stays for pages that still show the older text.
    """
    if case.state not in {State.LOCATED, State.UNLOCATED} or former.decisions.exists():
        return False
    if former.start is None:
        return True
    stays = (now.start, now.end) == (former.start, former.end)
    return stays and case.passages.filter(pk__lt=former.pk, start__isnull=False).exists()


def _ask(
    case: Case,
    verb: str,
    article: Article | None,
    *,
    passage: Passage | None = None,
    before: str = "",
) -> bool:
    """Hand the case to a human; the verb says why."""
    rows = _rows(passage) if passage else {}
    change = Change(verb=verb, before=before, after=passage.exact if passage else "", rows=rows)
    if article is None:
        ledger.advance(case, State.UNLOCATED, by=BY, change=change)
    else:
        ledger.advance(case, State.UNLOCATED, by=BY, change=change, article=article)
    return True


def _doubt(place: Place) -> str:
    return "unlocated_gone" if place.start is None else "unlocated_unsure"


def _search(report: Report, texts: Sequence[str]) -> Place:
    """Look for the report's quotation; a text that the engine cannot stand is for a human, not a retry."""
    selector = Selector(report.exact, report.prefix, report.suffix)
    try:
        return locate_quote(texts, selector, position=report.position)
    except Exception:
        logger.exception("Looking for the quotation of report %s failed.", report.pk)
        return LOST


def _follow(case: Case, texts: Sequence[str], start: Place) -> Place:
    """Carry one place through the texts; as above, a failure of the engine asks a human."""
    try:
        return carry_through([texts[hop] for hop in hops(0, len(texts) - 1)], [start])[0]
    except Exception:
        logger.exception("Carrying the passage of case %s failed.", case.pk)
        return LOST


def _keep(case: Case, revision: Revision, place: Place) -> Passage:
    passage, _made = Passage.objects.update_or_create(
        case=case,
        revision=revision,
        defaults={
            "start": place.start,
            "end": place.end,
            "kind": place.kind,
            "confidence": place.confidence,
            "found_at": timezone.now(),
        },
    )
    return passage


def _rows(passage: Passage) -> dict[str, int]:
    return {"passage": passage.pk, "revision": passage.revision_id}


def _ask_reading(article: Article, report: Report) -> None:
    """Ask for the article once more where the reader may have seen words that are newer than our revision.

    The reading is due a minute after the last one, and serves everybody who reports until then: strangers
    must not be able to have a page read as often as they report. It is a minute for each text that was new in
    the last day: of a page that changes by itself (a count of comments) every reading is stored.
    """
    if article.read_at is not None and article.read_at < report.created_at:
        sooner = Q(reading_asked_at=None) | Q(reading_asked_at__lt=report.created_at)
        lately = article.revisions.filter(read_at__gt=timezone.now() - timedelta(days=1)).count()
        due = max(timezone.now(), article.read_at + READ_AGAIN_AFTER * max(lately, 1))
        Article.objects.filter(sooner, pk=article.pk).update(reading_asked_at=due)
