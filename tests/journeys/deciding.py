"""Decides every located case as an editor would, between two halves of the worker's work.

`python -m tests.journeys.deciding MEMBER accept|note|decline WORDING [MOST]`
"""

import sys

import django

django.setup()

from corrigenda.decide.actions import accept_case, decline_case, note_case  # noqa: E402 (tables exist only now)
from corrigenda.decide.guards import Seen, newest_passage, place_token  # noqa: E402
from corrigenda.flow import State  # noqa: E402
from corrigenda.models import Case, Decision, Member, NoticeKind  # noqa: E402


def main(username: str, outcome: str, wording: str, most: str = "1000") -> None:
    """Decide about the oldest cases, `most` of them."""
    member = Member.objects.get(username=username)
    for case in Case.objects.filter(state=State.LOCATED).order_by("id")[: int(most)]:
        passage = newest_passage(case)
        assert passage is not None
        seen = Seen(changed_at=case.changed_at, place=place_token(passage))
        if outcome == "accept":
            accept_case(
                case_id=case.pk, member=member, seen=seen, kind=NoticeKind.CORRECTION, wording=wording
            )
        elif outcome == "note":
            kind = NoticeKind.CLARIFICATION
            note_case(case_id=case.pk, member=member, seen=seen, kind=kind, notice_text=wording)
        else:
            decline_case(case_id=case.pk, member=member, seen=seen, reason=Decision.Reason.NO_CHANGE)


if __name__ == "__main__":
    main(*sys.argv[1:])
