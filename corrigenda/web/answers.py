"""What a reader is told about a decision: the same words on the status page and in the mail."""

from dataclasses import dataclass
from typing import Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from corrigenda.models import Decision, Notice, NoticeKind, Report
from corrigenda.web.notices import notice_url
from corrigenda.web.places import public_place
from corrigenda.web.plain import plain

CHANGED: Final = {
    NoticeKind.CORRECTION: _("The article has been corrected."),
    NoticeKind.CLARIFICATION: _("The article has been made clearer."),
    NoticeKind.UPDATE: _("The article has been updated."),
    NoticeKind.MINOR: _("The slip has been put right."),
}
NOTED: Final = _("The editors have published a note. The text of the article is unchanged.")
NOTED_BESIDE: Final = {
    Report.Part.HEADLINE: _("The editors have published a note about the headline."),
    Report.Part.IMAGE: _("The editors have published a note about the image."),
}
"""Beside the text they may have changed what they speak of, in their own CMS."""
DECLINED: Final = _("The editors have decided not to change the article.")
REASONS: Final = {
    Decision.Reason.NO_CHANGE: _("No change is needed."),
    Decision.Reason.ACCURATE: _("The text is accurate as it stands."),
    Decision.Reason.OPINION: _("This is a matter of opinion or style."),
    Decision.Reason.ALREADY_FIXED: _("This had already been corrected."),
    Decision.Reason.NOT_OURS: _("These words are not part of our own text."),
    Decision.Reason.UNCLEAR: _("It was not clear to us what should be changed."),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in one language; nothing in it was typed by a reader."""

    decided: str
    """One sentence: what was decided."""
    reason: str
    """One sentence, for a report that was declined."""
    message: str
    """What the editor wrote to the readers."""
    quote: str
    """The words of the article that the decision was about, as they stood; empty where it was withdrawn."""
    now: str
    """The words that stand there now, where they were changed."""
    note: str
    """The public note."""
    place: str
    """The address of the exact place on the article page."""
    log: str
    """The address of the note in the corrections log."""


def answer_of(*, decision: Decision, notice: Notice | None, language: str) -> Answer:
    """Return what the readers of a case are told of its decision, in a language that the desk speaks.

    `notice` is the published one, None where there is none.
    """
    case = decision.case
    changed = decision.outcome == Decision.Outcome.ACCEPT
    article = case.article
    # Words of a withdrawn article are repeated only where they were published with a notice.
    is_shown = notice is not None or article is None or article.is_public
    with translation.override(language):
        return Answer(
            decided=str(decided_sentence(decision)),
            reason=str(reason_sentence(decision)),
            message=plain(decision.message).strip(),
            quote=plain(decision.old).strip() if is_shown else "",
            now=plain(decision.wording).strip() if changed else "",
            note=plain(notice.text).strip() if notice is not None else "",
            place=public_place(
                article.canonical_url if article is not None else "",
                case=case,
                is_decided=True,
                notice=notice,
                own=None,
            ),
            log=notice_url(notice) if notice is not None else "",
        )


def decided_sentence(decision: Decision) -> str:
    """Return one sentence that says what was decided, in the language now in use."""
    if decision.outcome == Decision.Outcome.ACCEPT:
        return str(CHANGED[NoticeKind(decision.kind)])
    if decision.outcome == Decision.Outcome.DECLINE:
        return str(DECLINED)
    return str(NOTED_BESIDE.get(_part_of(decision), NOTED))


def _part_of(decision: Decision) -> Report.Part:
    report = Report.objects.filter(case=decision.case_id).first()
    return Report.Part(report.part) if report is not None else Report.Part.BODY


def reason_sentence(decision: Decision) -> str:
    """Return why a report was declined, in the language now in use; empty for the other outcomes."""
    return str(REASONS[Decision.Reason(decision.reason)]) if decision.reason else ""
