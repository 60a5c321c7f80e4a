"""Locates the passages of new cases, and carries those of live cases through newer revisions.

Texts are searched and compared with no row locked: on SQLite everybody else's writes would wait, and a
hostile page takes seconds. What was found is written in a short transaction, if it follows from the rows of
that moment too.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.utils import timezone

from corrigenda import ledger
from corrigenda.flow import State
from corrigenda.ledger import Actor, Change
from corrigenda.locate import queries
from corrigenda.locate.searching import (
    Answer,
    Answers,
    Question,
    following_of,
    search_for,
)
from corrigenda.locate.turn import own_turn
from corrigenda.models import Article, Case, Passage, Report
from corrigenda.passage.places import SAME_WORDS, Place
from corrigenda.web.parts import BESIDE_TEXT, folded
from corrigenda.web.sharing import TURNS

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

FAILED: Final = "Locating case %s failed."


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with the cases that are in some states."""

    states: Sequence[State]
    ask: Callable[[Case], Question | None]
    """Asks what has to be computed first, from the rows as they are now; None for nothing."""
    write: Callable[[Case, Answer | None], bool]
    """Writes what becomes of a case, which is locked; whether anything did."""


def run(limit: int = 50) -> int:
    """Do what waits, at most `limit` of each kind; return how many cases were moved or carried."""
    done = _each(queries.received_to_locate(limit), RECEIVED)
    done += _each(queries.unlocated_to_retry(limit), UNLOCATED)
    return done + _each(queries.cases_behind(limit), BEHIND)


class Asked(NamedTuple):
    """What has to be computed for a case, as it stood then."""

    case: int
    changed_at: datetime
    question: Question | None


def _each(cases: Iterable[int], work: Work) -> int:
    """Do the work on each case; one that fails does not stop the others."""
    done = 0
    for article, asked in _by_article(cases, work).items():
        with own_turn(article) as mine:
            if mine:
                done += _do(asked, work)
    return done


def _by_article(cases: Iterable[int], work: Work) -> dict[int | None, list[Asked]]:
    """Return what is asked for each case, by its article; None for what needs no text."""
    asked: dict[int | None, list[Asked]] = defaultdict(list)
    for pk in cases:
        try:
            case = Case.objects.filter(pk=pk, state__in=work.states).first()
            if case is not None:
                question = work.ask(case)
                article = question.article if question is not None else None
                asked[article].append(Asked(pk, case.changed_at, question))
        except Exception:
            # Whatever it was, the case still stands in its state and is taken up again in the next round.
            logger.exception(FAILED, pk)
    return asked


def _do(asked: Sequence[Asked], work: Work) -> int:
    """Answer what was asked about an article, and write each answer at once."""
    done = 0
    answers = Answers(one.question for one in asked if one.question is not None)
    for one in asked:
        try:
            done += _write(one, work, answers.to(one.question) if one.question is not None else None)
        except Exception:
            # As above.
            logger.exception(FAILED, one.case)
    return done


def _write(asked: Asked, work: Work, answer: Answer | None) -> bool:
    """Write what was found for a case; False where it has changed since, and is for the next round.

    Editors and other workers may have been here while the texts were compared.
    """
    cases = Case.objects.filter(pk=asked.case, changed_at=asked.changed_at, state__in=work.states)
    with TURNS.transaction():
        case = cases.taken().first()
        if case is None or work.ask(case) != asked.question:
            return False
        return work.write(case, answer)


def _ask_received(case: Case) -> Question | None:
    return search_for(case.report) if case.report.exact.strip() else None


def _locate_received(case: Case, answer: Answer | None) -> bool:
    report = case.report
    if not report.url:
        return _ask(case, "unlocated_no_article", None)
    address = queries.address_of(report)
    if address is None:
        return queries.is_elsewhere(report) and _ask(case, "unlocated_elsewhere", None)
    article = address.article
    if article is None or not article.revisions.exists():
        outcome = address.outcome if article is None or address.outcome in REASONS else article.outcome
        return _ask(case, REASONS.get(outcome, ""), article)
    if report.part in BESIDE_TEXT:
        return _place_beside(case, article)
    return _place_words(case, article, answer)


def _place_words(case: Case, article: Article, answer: Answer | None) -> bool:
    if answer is None:
        return _ask(case, "unlocated_no_quote", article)
    passage = _keep(case, answer)
    if not answer.place.is_sure:
        _ask_reading(article, case.report)
        return _ask(case, _doubt(answer.place), article, passage=passage, words=answer.words)
    change = Change(verb="located", after=answer.words, rows=_rows(passage))
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


def _ask_unlocated(case: Case) -> Question | None:
    return search_for(case.report)


def _retry_unlocated(case: Case, answer: Answer | None) -> bool:
    """Place a case that had no text to be searched in when it was received."""
    address = queries.address_of(case.report)
    if address is None or address.article is None:
        return False
    if case.report.part in BESIDE_TEXT:
        return _place_beside(case, address.article)
    if answer is None:
        return False
    passage = _keep(case, answer)
    verb = "located" if answer.place.is_sure else _doubt(answer.place)
    change = Change(verb=verb, after=answer.words, rows=_rows(passage))
    if answer.place.is_sure:
        ledger.advance(case, State.LOCATED, by=BY, change=change, article=address.article)
    else:
        ledger.note(case, by=BY, change=change)
    return True


def _carry(case: Case, answer: Answer | None) -> bool:
    """Take the words of a live case along to the newest revision; a decided case keeps its state.

    Whoever carries the decision out compares the words again and sends the case back where they have gone.
    """
    former = case.passages.order_by("-id").first()
    if former is None or answer is None:
        return False
    place = answer.place
    keeps_state = case.state != (State.UNLOCATED if place.is_sure else State.LOCATED)
    is_same = keeps_state and _is_same(former, answer)
    if is_same and _may_follow(former, case, place):
        Passage.objects.filter(pk=former.pk).update(revision=answer.revision, confidence=place.confidence)
        return True
    passage = _keep(case, answer)
    if is_same:
        return True  # a page whose text changes all the time must not fill the history
    before, after = answer.former_words, answer.words
    change = Change(verb="carried", before=before, after=after, rows=_rows(passage))
    if case.state == State.LOCATED and not place.is_sure:
        return _ask(case, _doubt(place), None, passage=passage, before=before, words=after)
    if case.state == State.UNLOCATED and place.is_sure:
        ledger.advance(case, State.LOCATED, by=BY, change=change)
    else:
        ledger.note(case, by=BY, change=change)
    return True


def _is_same(former: Passage, answer: Answer) -> bool:
    """Whether a newer revision says nothing new of a passage: not found again, or the same words."""
    now = answer.place
    if former.start is None or now.start is None:
        return former.start is None and now.start is None
    alike = now.kind == former.kind or {now.kind, former.kind} <= SAME_WORDS
    return alike and answer.words == answer.former_words


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
    words: str = "",
) -> bool:
    """Hand the case to a human; the verb says why. `before` and `words` are those of its passage."""
    rows = _rows(passage) if passage else {}
    change = Change(verb=verb, before=before, after=words, rows=rows)
    if article is None:
        ledger.advance(case, State.UNLOCATED, by=BY, change=change)
    else:
        ledger.advance(case, State.UNLOCATED, by=BY, change=change, article=article)
    return True


def _doubt(place: Place) -> str:
    return "unlocated_gone" if place.start is None else "unlocated_unsure"


def _keep(case: Case, answer: Answer) -> Passage:
    place = answer.place
    passage, _made = Passage.objects.update_or_create(
        case=case,
        revision_id=answer.revision,
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
        now = timezone.now()
        rows = Article.objects.filter(pk=article.pk)
        # What somebody waits for already, an editor perhaps, stays due: no report puts it off. A reading that
        # began before the report does not serve it.
        if rows.filter(reading_asked_at__lte=report.created_at).update(reading_asked_at=now):
            return
        lately = article.revisions.filter(read_at__gt=now - timedelta(days=1)).count()
        due = max(now, article.read_at + READ_AGAIN_AFTER * max(lately, 1))
        rows.filter(reading_asked_at=None).update(reading_asked_at=due)


RECEIVED: Final = Work((State.RECEIVED,), _ask_received, _locate_received)
UNLOCATED: Final = Work((State.UNLOCATED,), _ask_unlocated, _retry_unlocated)
BEHIND: Final = Work(queries.LIVE, following_of, _carry)
