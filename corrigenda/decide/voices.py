"""Reads what readers say about a case: the different proposals, and a stretch of the reports.

A fixed number of queries and of comparisons, however many readers have reported the passage.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Count, Min
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from corrigenda.decide.moments import Moment
from corrigenda.decide.voice_pages import ProposalView, ReportView, Voices
from corrigenda.flow import State
from corrigenda.models import Case, Delivery, Merge, Reply, Report
from corrigenda.passage import Segment, collapse, word_diff
from corrigenda.web.notices import date_text
from corrigenda.web.plain import plain

PAGE: Final = 25
"""Reports shown at once."""
PROPOSALS: Final = 10
"""Different proposals shown at once, the most frequent."""
MOST_PROPOSALS: Final = 200
"""Different proposals that are looked at; of a flood of others each stands with its report."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the reports of a case are compared with."""

    case: Case
    words: str
    """What stands at the passage; empty where it has no place."""
    reference: str
    """What the reader saw: the words before anybody changed them."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One suggestion, of the first reader who made it."""

    report: Report
    wording: str
    """The whole passage so worded; empty where it does not fit into it."""
    readers: int


def read_proposals(said: Said) -> list[Proposal]:
    """Return the different suggestions of a case's readers, the most frequent first, then the oldest."""
    reports = Report.objects.filter(case__in=Merge.objects.family(said.case)).exclude(suggestion="")
    groups = (
        reports.values("exact", "suggestion")
        .annotate(readers=Count("pk"), first=Min("pk"))
        .order_by("-readers", "first")
        .values_list("first", "readers")[:MOST_PROPOSALS]
    )
    readers = dict(groups)
    found: dict[tuple[str, ...], Proposal] = {}
    for report in Report.objects.filter(pk__in=readers).order_by("pk"):
        wording = wording_for(said, report)
        # Two who marked more and less of a sentence may propose the same for the whole of it.
        key = (wording,) if wording else (collapse(plain(report.exact)), collapse(plain(report.suggestion)))
        known = found.get(key)
        if known is None:
            found[key] = Proposal(report, wording, readers[report.pk])
        else:
            found[key] = Proposal(known.report, wording, known.readers + readers[report.pk])
    return sorted(found.values(), key=lambda one: (-one.readers, one.report.pk))


def wording_for(said: Said, report: Report) -> str:
    """Return a reader's suggestion as a wording of the whole passage; empty where it does not fit into it.

    Readers mark more or less of a sentence: a suggestion for a part of the passage is put in its place there.
    """
    quote, suggestion = collapse(plain(report.exact)), collapse(plain(report.suggestion))
    words = collapse(said.words)
    if not words or not (suggestion or report.suggestion == Report.NO_WORDS):
        return ""
    if quote in {words, ""} or quote == collapse(said.reference):
        return suggestion
    return collapse(words.replace(quote, suggestion)) if words.count(quote) == 1 else ""


def view_voices(said: Said, proposals: list[Proposal], *, after: int = 0) -> Voices:
    """Return a stretch of the reports: the case's own first, then those of the joined cases, oldest first.

    `after` is the report that it follows, 0 for the beginning.
    """
    case = said.case
    joined = Report.objects.filter(case__in=Merge.objects.family(case)).exclude(case=case)
    own = list(Report.objects.filter(case=case).select_related("contact")) if not after else []
    further = joined.filter(pk__gt=after).select_related("contact").order_by("pk")
    rows = [*own, *further[: PAGE + 1 - len(own)]]
    shown = rows[:PAGE]
    is_all = not after and len(rows) <= PAGE
    total = len(rows) if is_all else Merge.objects.count_readers(case)
    before = joined.filter(pk__lte=after).count() + Report.objects.filter(case=case).count() if after else 0
    # On one page and each by another reader, they are seen at a glance.
    is_plain = is_all and all(one.readers == 1 for one in proposals)
    listed = [] if after or is_plain else proposals
    is_choice = len({one.wording for one in proposals} - {""}) > 1
    return Voices(
        case_id=case.pk,
        total=max(total, before + len(shown)),
        proposals=[_view_proposal(said, one, is_choice=is_choice) for one in listed[:PROPOSALS]],
        more_proposals=max(len(listed) - PROPOSALS, 0),
        rows=_view_reports(said, shown, is_choice=is_choice),
        may_begin=case.state == State.LOCATED and bool(said.words),
        before=before,
        next_after=shown[-1].pk if len(rows) > PAGE else 0,
    )


def _view_proposal(said: Said, proposal: Proposal, *, is_choice: bool) -> ProposalView:
    report = proposal.report
    quote, segments, repeats = _compared(said, report)
    return ProposalView(
        report_id=report.pk,
        quote=quote,
        segments=segments,
        suggested=plain(report.suggestion).strip(),
        repeats=repeats,
        fits=is_choice and bool(proposal.wording),
        readers=proposal.readers,
    )


def _view_reports(said: Said, reports: Iterable[Report], *, is_choice: bool) -> list[ReportView]:
    reports = list(reports)
    replies = Reply.objects.filter(report__in=reports).select_related("delivery")
    answers = {reply.report_id: reply for reply in replies}
    return [_view_report(said, one, answers.get(one.pk), is_choice=is_choice) for one in reports]


def _view_report(said: Said, report: Report, reply: Reply | None, *, is_choice: bool) -> ReportView:
    quote, segments, repeats = _compared(said, report)
    is_own = report.case_id == said.case.pk
    return ReportView(
        report_id=report.pk,
        case_id=report.case_id if report.case_id and not is_own else 0,
        concern=report.concern,
        concern_label=str(Report.Concern(report.concern).label),
        quote="" if is_own and not said.words else quote,
        suggestion=segments,
        suggested=plain(report.suggestion).strip(),
        repeats=repeats,
        fits=is_choice and bool(wording_for(said, report)),
        comment=plain(report.comment).strip(),
        channel=str(Report.Channel(report.channel).label),
        language=report.language,
        received=Moment(report.created_at),
        mail=_mail(report, reply),
        gone=_gone(report),
    )


def _compared(said: Said, report: Report) -> tuple[str, list[Segment], bool]:
    """Return the quotation, empty where the passage says the same; how the suggestion changes it; whether
    the suggestion is what stands there already.
    """
    quote, suggestion = plain(report.exact).strip(), plain(report.suggestion).strip()
    same = collapse(quote) == collapse(said.words)
    base = said.words if same else quote
    has_suggestion = suggestion or report.suggestion == Report.NO_WORDS
    segments = word_diff(base, suggestion) if has_suggestion else []
    return "" if same else quote, segments, bool(suggestion) and collapse(suggestion) == collapse(base)


def _gone(report: Report) -> str:
    """Why the reader's words are not shown."""
    language = get_language() or ""
    if report.erased_at is not None:
        on = date_text(report.erased_at, language)
        return _("What the reader wrote was erased at the reader’s wish on %(date)s.") % {"date": on}
    if report.expired_at is not None:
        on = date_text(report.expired_at, language)
        return _("The reader’s comment was deleted on %(date)s, when its time was over.") % {"date": on}
    return ""


def _mail(report: Report, reply: Reply | None) -> str:
    """How the reader is answered by mail; the address itself is nobody's business here."""
    delivery: Delivery | None = getattr(reply, "delivery", None)
    if delivery is not None:
        if delivery.delivered_at is not None:
            return _("answered by mail")
        if delivery.reason:
            return str(delivery.get_reason_display())
        return _("mail could not be delivered") if delivery.abandoned_at is not None else _("mail on its way")
    if report.contact_id is None or reply is not None:
        return ""
    return (
        _("will be answered by mail") if settings.EMAIL_HOST else _("left an address, but mail is turned off")
    )
