"""The buttons that join and part cases."""

import pytest
from django.test import Client

from corrigenda.decide.actions import merge_case, unmerge_case
from corrigenda.flow import State
from corrigenda.models import (
    Article,
    Case,
    Member,
    Merge,
    Revision,
)
from tests.rooms.decide.reading import address, page, text_of
from tests.rooms.factories import NO_ROW, make_case

pytestmark = pytest.mark.django_db


def test_joining_and_parting_by_the_buttons(
    desk: Client, article: Article, revision: Revision, case: Case
) -> None:
    other = make_case(article, revision, exact="cost 31 million crowns, the council")
    html = page(desk, case)
    assert "The same: join them" in text_of(html)
    assert f'action="{address(other, "join")}"' in html
    assert f'name="target" value="{case.pk}"' in html
    response = desk.post(address(other, "join"), {"target": str(case.pk)})
    assert response["Location"] == address(case)
    assert "Not the same: part it" in text_of(page(desk, case))
    assert f"joined to case {case.pk}" in text_of(page(desk, other))
    assert desk.post(address(other, "part")).status_code == 303
    assert not Merge.objects.standing().exists()
    assert "The same: join them" in text_of(page(desk, case))


@pytest.mark.parametrize("target", ["", "x", "0", str(NO_ROW), "9" * 40])
def test_joining_to_a_case_that_is_not_there(desk: Client, case: Case, target: str) -> None:
    assert desk.post(address(case, "join"), {"target": target}).status_code == 404


def test_joining_what_cannot_be_joined_says_so(
    desk: Client, article: Article, revision: Revision, case: Case
) -> None:
    other = make_case(article, revision, exact="31 million", state=State.CLOSED)
    response = desk.post(address(case, "join"), {"target": str(other.pk)}, follow=True)
    assert response.redirect_chain[-1][0] == address(case)
    assert "they cannot be joined" in text_of(response.content.decode())


def test_an_open_case_is_offered_to_a_decided_one_and_the_newer_to_the_older(
    desk: Client, article: Article, revision: Revision, case: Case
) -> None:
    newer = make_case(article, revision, exact="31 million", state=State.ACCEPTED)
    assert f'action="{address(case, "join")}"' in page(desk, case)
    assert f'action="{address(case, "join")}"' in page(desk, newer)
    Case.objects.filter(pk=newer.pk).update(state=State.LOCATED)
    assert f'action="{address(newer, "join")}"' in page(desk, case)


def test_a_case_parted_long_ago_still_shows_its_own_report(
    desk: Client, article: Article, revision: Revision, case: Case, member: Member
) -> None:
    other = make_case(article, revision, exact="31 million", comment="Mine alone.")
    merge_case(source_id=other.pk, target_id=case.pk, member=member)
    unmerge_case(source_id=other.pk, member=member)
    assert "Mine alone." in page(desk, other)
    assert "Mine alone." not in page(desk, case)
