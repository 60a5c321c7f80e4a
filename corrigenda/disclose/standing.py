"""Where a report stands, in plain words for the reader who sent it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corrigenda.disclose.queries import Outcome, public_outcome
from corrigenda.flow import State
from corrigenda.models import Case, Delivery, NoticeKind, Report
from corrigenda.web.answers import decided_sentence
from corrigenda.web.notices import date_text


class Standing(StrEnum):
    """The stages that a reader is told of."""

    RECEIVED = "received"
    ASIDE = "aside"
    LOOKING = "looking"
    EDITOR = "editor"
    ACCEPTED = "accepted"
    NOTING = "noting"
    CORRECTED = "corrected"
    NOTED = "noted"
    DECLINED = "declined"


TITLES: Final = {
    Standing.RECEIVED: gettext_lazy("Received"),
    Standing.ASIDE: gettext_lazy("Not followed up"),
    Standing.LOOKING: gettext_lazy("Looking for the place"),
    Standing.EDITOR: gettext_lazy("An editor is looking"),
    Standing.ACCEPTED: gettext_lazy("Accepted"),
    Standing.NOTING: gettext_lazy("Accepted"),
    Standing.CORRECTED: gettext_lazy("Corrected"),
    Standing.NOTED: gettext_lazy("Note published"),
    Standing.DECLINED: gettext_lazy("No change"),
}
_KIND_TITLES: Final = {
    NoticeKind.CORRECTION: gettext_lazy("Corrected"),
    NoticeKind.CLARIFICATION: gettext_lazy("Made clearer"),
    NoticeKind.UPDATE: gettext_lazy("Updated"),
    NoticeKind.MINOR: gettext_lazy("Put right"),
}
_SENTENCES: Final = {
    # Also of one that is held: why it is would help nobody but those who send spam.
    Standing.RECEIVED: gettext_lazy("Your report has arrived and waits for an editor."),
    Standing.ASIDE: gettext_lazy("An editor has looked at your report and does not follow it up."),
    Standing.LOOKING: gettext_lazy("The words that you marked are being looked for in the article."),
    Standing.EDITOR: gettext_lazy("An editor will read your report and decide. Nothing is decided yet."),
    Standing.ACCEPTED: gettext_lazy(
        "The editors have accepted the report. The change is on its way to the article page."
    ),
    Standing.NOTING: gettext_lazy("The editors have decided to publish a note about this."),
}

_BY_STATE: Final = {
    State.RECEIVED: Standing.LOOKING,
    State.LOCATED: Standing.EDITOR,
    State.UNLOCATED: Standing.EDITOR,
    # A joined case is followed to its end; one read here was parted in between.
    State.MERGED: Standing.EDITOR,
    State.ACCEPTED: Standing.ACCEPTED,
    State.NOTED: Standing.NOTING,
    State.DECLINED: Standing.DECLINED,
    State.FIXED: Standing.CORRECTED,
}
_BY_OUTCOME: Final = {
    "accept": Standing.CORRECTED,
    "note": Standing.NOTED,
    "decline": Standing.DECLINED,
}


DECIDED: Final = frozenset({Standing.CORRECTED, Standing.NOTED, Standing.DECLINED})
"""The stages in which the reader is given the answer."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the report's story."""

    label: str
    at: datetime


def outcome_of(report: Report) -> Outcome | None:
    """Return what has become of a report, None before it has a case."""
    return public_outcome(report.case) if report.case is not None else None


def standing_of(report: Report, outcome: Outcome | None) -> Standing:
    """Return the stage; a decision that may still be undone has not been made for the outside."""
    if outcome is None:
        return Standing.ASIDE if report.held == Report.Held.ASIDE else Standing.RECEIVED
    if outcome.is_open:
        return Standing.EDITOR
    state = State(outcome.case.state)
    if state in _BY_STATE:
        return _BY_STATE[state]
    return _BY_OUTCOME[outcome.decision.outcome] if outcome.decision is not None else Standing.EDITOR


def title_of(standing: Standing, outcome: Outcome | None) -> str:
    """Return the stage as a heading, in the language now in use."""
    if standing == Standing.CORRECTED and outcome is not None and outcome.decision is not None:
        return str(_KIND_TITLES[NoticeKind(outcome.decision.kind)])
    return str(TITLES[standing])


def sentence_of(standing: Standing, outcome: Outcome | None) -> str:
    """Return one sentence on the stage, in the language now in use."""
    if standing in _SENTENCES:
        return str(_SENTENCES[standing])
    return decided_sentence(outcome.decision) if outcome is not None and outcome.decision is not None else ""


def moments_of(report: Report, outcome: Outcome | None) -> list[Moment]:
    """Return the story so far, oldest first."""
    moments = [Moment(_("Received"), report.created_at)]
    if outcome is None:
        return moments
    if outcome.decision is not None:
        moments.append(Moment(_("Decided"), outcome.decision.decided_at))
    if outcome.fix is not None and outcome.fix.live_at is not None:
        moments.append(Moment(_("Changed on the article page"), outcome.fix.live_at))
    if outcome.notice is not None and outcome.notice.published_at is not None:
        moments.append(Moment(_("Note published"), outcome.notice.published_at))
    return moments


def is_joined(case: Case | None) -> bool:
    """Whether the case follows another one."""
    return case is not None and case.state == State.MERGED


def gone_sentence(report: Report, language: str) -> str:
    """Return why what the reader wrote is not shown any more; empty where it is."""
    if report.erased_at is not None:
        on = date_text(report.erased_at, language)
        return _("What you wrote was erased at your wish on %(date)s.") % {"date": on}
    if report.expired_at is not None:
        on = date_text(report.expired_at, language)
        return _("Your comment was deleted on %(date)s, when its time was over.") % {"date": on}
    return ""


def mail_sentence(report: Report, *, mail_is_on: bool) -> str:
    """Return what is said of the answer by mail; the address itself is never shown.

    The sender of the report may have left somebody else's address. So the sentence says nothing about the
    mailbox: not whether it wants our mail, nor whether it exists, nor how many letters it had.
    """
    reply = getattr(report, "reply", None)
    delivery: Delivery | None = getattr(reply, "delivery", None)
    if delivery is not None and delivery.reason == Delivery.Reason.ERASED:
        return _("Your address was deleted before the answer was sent: it stands on this page only.")
    if delivery is not None:
        return _(
            "The answer also goes to the e-mail address that you left, if that mailbox takes our mail. "
            "This page shows it in any case: keep its address."
        )
    if reply is not None:
        return _("Keep the address of this page: it is the only way here.")
    if report.contact is None or not mail_is_on:
        return _("The answer will appear on this page. Keep its address: it is the only way here.")
    return _(
        "As soon as an editor has decided and the decision has been carried out, the answer also goes to the "
        "e-mail address that you left, if that mailbox takes our mail. This page shows it in any case: keep "
        "its address."
    )
