"""Each action of the desk with the least that it needs, as an editor who has just looked would do it."""

from corrigenda.decide.actions import (
    accept_case,
    decline_case,
    note_case,
    undo_decision,
)
from corrigenda.decide.guards import Seen, newest_passage, place_token
from corrigenda.flow import State
from corrigenda.models import (
    Case,
    Decision,
    Member,
    NoticeKind,
)


def seen(case: Case) -> Seen:
    return Seen(changed_at=case.changed_at, place=place_token(newest_passage(case)))


def accept(case: Case, member: Member, wording: str = "39 million", **rest: object) -> Decision:
    return accept_case(
        case_id=case.pk,
        member=member,
        seen=seen(case),
        kind=NoticeKind.CORRECTION,
        wording=wording,
        **rest,  # type: ignore[arg-type]  # texts, as the tests below give them
    )


def decline(case: Case, member: Member) -> Decision:
    return decline_case(
        case_id=case.pk,
        member=member,
        seen=seen(case),
        reason=Decision.Reason.NO_CHANGE,
        message="It stands.",
    )


def note(case: Case, member: Member, text: str = "The sum is an estimate.") -> Decision:
    return note_case(
        case_id=case.pk, member=member, seen=seen(case), kind=NoticeKind.CLARIFICATION, notice_text=text
    )


def undo(case: Case, member: Member) -> Case:
    return undo_decision(case_id=case.pk, member=member)


def nothing_written(case: Case, state: State) -> bool:
    entries = case.entries.count()
    case.refresh_from_db()
    return case.state == state and entries == 0 and not case.decisions.exists()
