"""The forms that say where a passage stands."""

import pytest
from django.test import Client
from django.utils import timezone

from corrigenda.decide.guards import newest_passage
from corrigenda.flow import State
from corrigenda.models import (
    Article,
    Case,
    Decision,
    Passage,
    Revision,
)
from tests.rooms.decide.reading import address, page, seen_in, text_of

pytestmark = pytest.mark.django_db


def test_a_case_without_a_place_cannot_be_accepted_but_placed(
    desk: Client, article: Article, case: Case
) -> None:
    Case.objects.update(state=State.UNLOCATED)
    Passage.objects.update(start=None, end=None, kind="gone")
    case.entries.create(at=timezone.now(), room="locate", verb="unlocated_gone", new_state="unlocated")
    html = page(desk, case)
    assert 'id="accept"' not in html
    text = text_of(html)
    assert "The quoted words do not stand in the article." in text
    assert "The reader quoted:" in text
    data = {
        **seen_in(html, "decline"),
        "kind": "correction",
        "wording": "39 million",
        "usual": "",
        "notice_text": "",
    }
    response = desk.post(address(case, "accept"), data)
    assert response.status_code == 422
    assert not Decision.objects.exists()
    data = {**seen_in(html, "point"), "words": "the spring"}
    assert desk.post(address(case, "point"), data).status_code == 303
    assert "<mark>the spring</mark>" in page(desk, case)


def test_a_guess_is_shown_and_can_be_confirmed_with_one_press(desk: Client, case: Case) -> None:
    Case.objects.update(state=State.UNLOCATED)
    html = page(desk, case)
    assert "Yes, the marked words are meant" in text_of(html)
    passage = newest_passage(case)
    assert passage is not None
    data = {**seen_in(html, "point"), "words": "31 million", "start": str(passage.start)}
    assert desk.post(address(case, "point"), data).status_code == 303
    case.refresh_from_db()
    assert case.state == State.LOCATED


@pytest.mark.parametrize("start", ["x", "-1", "9" * 5000])
def test_a_place_that_is_no_number_is_asked_for_again(desk: Client, case: Case, start: str) -> None:
    data = {**seen_in(page(desk, case), "point"), "words": "council said", "start": start}
    response = desk.post(address(case, "point"), data)
    assert response.status_code == 422


def test_words_that_stand_twice_are_offered_in_their_sentences(
    desk: Client, case: Case, revision: Revision
) -> None:
    Case.objects.update(state=State.UNLOCATED)
    data = {**seen_in(page(desk, case), "point"), "words": "council said"}
    response = desk.post(address(case, "point"), data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "«council said» nothing more." in text_of(html)
    second = revision.text.rindex("council said")
    assert f'value="{second}"' in html
    assert desk.post(address(case, "point"), {**data, "start": str(second)}).status_code == 303
    passage = newest_passage(case)
    assert passage is not None
    assert passage.start == second
