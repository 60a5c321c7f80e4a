"""What a reader is told who is about to report what is known already: nothing of any other reader."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from corrigenda.disclose.known_queries import Standing
from corrigenda.flow import State
from corrigenda.models import Case, Decision, NoticeKind
from corrigenda.web.answers import reason_sentence
from corrigenda.web.notices import notice_url
from corrigenda.web.plain import plain
from corrigenda.web.settled import Settled

_CORRECTED: Final = {
    NoticeKind.CORRECTION: gettext_lazy("This has been corrected."),
    NoticeKind.CLARIFICATION: gettext_lazy("This has been made clearer."),
    NoticeKind.UPDATE: gettext_lazy("This has been updated."),
    NoticeKind.MINOR: gettext_lazy("A slip here has been put right."),
}


def known_as_json(known: Standing | Settled | None, *, now: datetime) -> dict[str, object] | None:
    """Return what is known as the widget reads it, in the language now in use."""
    if known is None:
        return None
    if isinstance(known, Standing):
        return {"state": "open", "sentence": _sentence(known, now), "readers": known.readers}
    if known.notice is None:
        return {
            "state": "declined",
            "sentence": _("This has been reported before. The editors have decided not to change it."),
            "reason": reason_sentence(known.decision),
        }
    noted = known.decision.outcome == Decision.Outcome.NOTE
    corrected = _CORRECTED[NoticeKind(known.notice.kind)]
    return {
        "state": "corrected",
        "sentence": _("The editors have published a note about this.") if noted else str(corrected),
        "kind": known.notice.kind,
        "text": plain(known.notice.text).strip(),
        "href": notice_url(known.notice),
        "date": known.at.isoformat(timespec="seconds"),
    }


def _sentence(standing: Standing, now: datetime) -> str:
    if _is_accepted(standing.case, now):
        sentence = ngettext(
            "%(readers)s reader has reported this. A change or a note is on its way.",
            "%(readers)s readers have reported this. A change or a note is on its way.",
            standing.readers,
        )
    else:
        sentence = ngettext(
            "%(readers)s reader has reported this. An editor is looking at it.",
            "%(readers)s readers have reported this. An editor is looking at it.",
            standing.readers,
        )
    return sentence % {"readers": standing.readers}


def _is_accepted(case: Case, now: datetime) -> bool:
    """Whether a decision stands that cannot be undone any more; before, there is none for the outside."""
    decided = case.state in {State.ACCEPTED, State.NOTED, State.FIXED}
    return decided and (case.not_before is None or case.not_before <= now)
