"""Reads one case: its passage, its neighbours, what was joined to it; a fixed number of queries."""

from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.db.models.functions import Substr
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from corrigenda.decide.before import settled_before_one, view_before
from corrigenda.decide.beside import is_beside, part_label, view_beside
from corrigenda.decide.guards import JOINABLE, OPEN_AT_DESK, article_of
from corrigenda.decide.labels import OUTCOMES, REASONS_UNLOCATED, STATES, TO_CONFIRM
from corrigenda.decide.moments import Moment
from corrigenda.decide.moves import view_moves
from corrigenda.decide.neighbours import view_nearby
from corrigenda.decide.pages import CaseView, Changed, JoinedCase, PassageView
from corrigenda.decide.voices import Proposal, Said, view_voices, wording_for
from corrigenda.flow import State
from corrigenda.models import Article, Case, Decision, Entry, Fix, Merge, Passage, Reply, Report
from corrigenda.passage import Segment, Selector, collapse, word_diff
from corrigenda.web.notices import date_text
from corrigenda.web.places import desk_place, whole_address
from corrigenda.web.plain import cut_after, cut_before, plain

PARAGRAPH: Final = 900
"""Characters shown on either side of the passage in its paragraph; of the paragraphs around it a third."""

MOST_JOINED: Final = 20
"""Joined cases that are listed, the first; further ones are reached from their reports."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """The rows that the parts of a case's page are made of, each read once."""

    case: Case
    article: Article | None
    passage: Passage | None
    """The newest, its revision fetched."""
    words: str
    """What stands at the passage; empty where it has no place."""
    reference: str
    """What the reader saw: the words before anybody changed them."""
    report: Report | None
    """The case's own, its contact fetched; for a moment after opening there is none."""
    merge: Merge | None
    """Where the case itself is joined to."""

    @property
    def is_beside(self) -> bool:
        """Whether it is reported beside the text, where this desk changes nothing by itself."""
        return is_beside(self.report)

    @property
    def said(self) -> Said:
        """What its readers' reports are compared with."""
        return Said(self.case, self.words, self.reference)


def read_dossier(case: Case) -> Dossier:
    """Read what the page of a case is made of, but for what its readers say."""
    passage = case.passages.select_related("revision").order_by("-id").first()
    return Dossier(
        case=case,
        article=article_of(case),
        passage=passage,
        words=passage.exact if passage else "",
        reference=_reference_words(case),
        report=Report.objects.filter(case=case).select_related("contact").first(),
        merge=Merge.objects.standing().filter(source=case).first(),
    )


def view_case(dossier: Dossier, proposals: list[Proposal], *, after: int = 0) -> CaseView:
    """Return what is known about a case; `after` is the report that those shown follow, 0 for the first."""
    case, article, passage = dossier.case, dossier.article, dossier.passage
    report = dossier.report
    joined, joined_total = _view_joined(case)
    url = article.canonical_url if article else (report.url if report else "")
    shown = _view_passage(dossier)
    return CaseView(
        case_id=case.pk,
        state=case.state,
        state_label=str(TO_CONFIRM) if case.state == State.UNLOCATED and shown else state_label(case),
        site=case.site.name,
        article_id=article.pk if article else 0,
        headline=(article.headline if article else "") or url,
        url=whole_address(url),
        place_url=desk_place(url, _selector(passage)),
        language=article.language if article else "",
        opened=Moment(case.opened_at),
        why_unlocated=_why_unlocated(case, report),
        sent_back=_sent_back(case),
        part=part_label(report),
        beside=view_beside(report, article),
        before_this=view_before(settled_before_one(case, passage, report)),
        passage=shown,
        changed=_view_change(dossier),
        quote="" if shown or report is None else plain(report.exact).strip(),
        voices=view_voices(dossier.said, proposals, after=after),
        joined=joined,
        joined_total=joined_total,
        nearby=view_nearby(case, passage, report),
        joined_to=dossier.merge.target_id if dossier.merge else 0,
        moves=view_moves(article),
        reading=_reading(article),
    )


def next_open_case(case: Case) -> int:
    """Return the key of the next case to decide, from this one on and then from the oldest; 0 for none."""
    waiting = Case.objects.filter(state__in=OPEN_AT_DESK).exclude(pk=case.pk).order_by("id")
    keys = waiting.values_list("pk", flat=True)
    return keys.filter(pk__gt=case.pk).first() or keys.first() or 0


def first_suggestion(dossier: Dossier, proposals: list[Proposal], *, report_id: int = 0) -> str:
    """Return the wording to begin with: a report's suggestion, the first that fits, else the passage."""
    if report_id:
        family = Merge.objects.family(dossier.case)
        chosen = Report.objects.filter(pk=report_id, case__in=family).first()
        return (wording_for(dossier.said, chosen) if chosen is not None else "") or dossier.words
    own = wording_for(dossier.said, dossier.report) if dossier.report is not None else ""
    return own or next((one.wording for one in proposals if one.wording), dossier.words)


def state_label(case: Case) -> str:
    """Return what the state of a case is called: a closed one by its outcome."""
    state = State(case.state)
    if state in {State.CLOSED, State.DISCLOSED}:
        decision = case.decisions.filter(undone_at=None).first()
        if decision is not None:
            return str(OUTCOMES[Decision.Outcome(decision.outcome)])
    return str(STATES[state])


def _reference_words(case: Case) -> str:
    """The words at the newest place where they were still the ones that the reader saw."""
    words = Substr("revision__text", F("start") + 1, F("end") - F("start"))
    kept = case.passages.filter(start__isnull=False, kind__in=("unchanged", "moved"))
    found = kept.order_by("-id").annotate(words=words).values_list("words", flat=True).first()
    if found is not None:
        return str(found)
    report = Report.objects.filter(case=case).first()
    return report.exact if report else ""


def _selector(passage: Passage | None) -> Selector | None:
    if passage is None or passage.start is None or passage.end is None:
        return None
    return Selector.of(passage.revision.text, passage.start, passage.end, 64)


def _view_passage(dossier: Dossier) -> PassageView | None:
    case, passage = dossier.case, dossier.passage
    if passage is None or passage.start is None or passage.end is None:
        return None
    text, start, end = passage.revision.text, passage.start, passage.end
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    above = text[text.rfind("\n", 0, max(first - 1, 0)) + 1 : max(first - 1, 0)]
    below = text[last + 1 :].partition("\n")[0]
    return PassageView(
        above=cut_before(above, PARAGRAPH // 3),
        head=cut_before(text[first:start], PARAGRAPH),
        words=text[start:end],
        segments=_fixed_segments(dossier),
        tail=cut_after(text[end:last], PARAGRAPH),
        below=cut_after(below, PARAGRAPH // 3),
        is_sure=case.state != State.UNLOCATED,
        revision=passage.revision.number,
        read=Moment(passage.revision.read_at),
        start=start,
    )


def _fixed_segments(dossier: Dossier) -> list[Segment]:
    """What a live fix made of the words; empty where the revision shown holds the new ones already."""
    case = dossier.case
    if case.state not in {State.FIXED, State.DISCLOSED, State.CLOSED}:
        return []
    decision = case.decisions.filter(undone_at=None, outcome=Decision.Outcome.ACCEPT).first()
    if decision is None or decision.old != dossier.words:
        return []
    return word_diff(decision.old, decision.wording)


def _view_change(dossier: Dossier) -> Changed | None:
    passage = dossier.passage
    if passage is None or passage.start is None or passage.kind not in {"edited", "replaced"}:
        return None
    old = plain(dossier.reference)
    if collapse(old) == collapse(dossier.words):
        return None
    return Changed(old=old, new=dossier.words, segments=word_diff(old, dossier.words))


def _why_unlocated(case: Case, report: Report | None) -> str:
    if case.state != State.UNLOCATED:
        return ""
    entry = Entry.objects.filter(case=case, verb__in=REASONS_UNLOCATED).order_by("-id").first()
    if entry is None:
        return ""
    if report is not None and report.part == Report.Part.CAPTION and entry.verb == "unlocated_gone":
        return _("The quoted caption does not stand in the text of the article; it may stand beside it.")
    return str(REASONS_UNLOCATED[entry.verb])


def _sent_back(case: Case) -> str:
    """Why the last decision came back to the desk, as the fix room says it; empty where it did not."""
    if case.state not in OPEN_AT_DESK:
        return ""
    fix = Fix.objects.filter(case=case, status=Fix.Status.REFUSED).order_by("-id").first()
    last = case.decisions.order_by("-id").first()
    return fix.problem if fix is not None and fix.decision_id == (last.pk if last else 0) else ""


def _reading(article: Article | None) -> str:
    if article is None:
        return ""
    if article.reading_asked_at is not None and article.outcome == Article.Outcome.UNREADABLE:
        return _("It could not be read this time, and is tried again.")
    if article.reading_asked_at is not None:
        return _("It is being read again.")
    if article.read_at is None:
        return _("It has not been read yet.")
    return _("Last read %(when)s.") % {"when": date_text(article.read_at, get_language() or "")}


def _view_joined(case: Case) -> tuple[list[JoinedCase], int]:
    """Return the first cases that were joined to this one, and how many there are."""
    family = Merge.objects.family(case)
    merges = Merge.objects.standing().filter(source__in=family).exclude(source=case)
    first = list(merges.select_related("member").order_by("merged_at", "id")[: MOST_JOINED + 1])
    total = len(first) if len(first) <= MOST_JOINED else merges.count()
    may_part = bool(first) and case.state in JOINABLE | {State.DECLINED, State.MERGED}
    may_part = may_part and not Reply.objects.filter(report__case__in=family).exists()
    joined = [
        JoinedCase(
            case_id=merge.source_id,
            joined=Moment(merge.merged_at),
            by=str(merge.member) if merge.member else "",
            may_part=may_part,
        )
        for merge in first[:MOST_JOINED]
    ]
    return joined, total
