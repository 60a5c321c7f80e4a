"""The forms of a case: accepting, noting, declining, undoing, and two people at it."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from corrigenda.decide.actions import decline_case
from corrigenda.decide.guards import Seen
from corrigenda.flow import State
from corrigenda.models import (
    Article,
    Case,
    Decision,
    Member,
    Passage,
    Site,
)
from tests.rooms.decide.conftest import HTML
from tests.rooms.decide.doing import decline, undo
from tests.rooms.decide.reading import accept, accept_data, address, field, page, seen_in, text_of
from tests.rooms.factories import make_case, make_member, make_revision

pytestmark = pytest.mark.django_db


def test_accepting_by_the_form(desk: Client, case: Case, member: Member) -> None:
    html = page(desk, case)
    response = desk.post(address(case, "accept"), accept_data(html, message="Thank you."))
    assert (response.status_code, response["Location"]) == (303, address(case))
    decision = Decision.objects.get()
    assert (decision.wording, decision.kind, decision.member) == ("39 million", "correction", member)
    assert decision.notice_text == ""  # the usual sentence was left as it is
    case.refresh_from_db()
    assert case.state == State.ACCEPTED


def test_a_notice_of_the_editors_own_is_kept(desk: Client, case: Case) -> None:
    desk.post(address(case, "accept"), accept_data(page(desk, case), notice_text="We had the sum wrong."))
    assert Decision.objects.get().notice_text == "We had the sum wrong."


def test_without_a_script_the_offered_notice_follows_the_wording(desk: Client, case: Case) -> None:
    desk.post(address(case, "accept"), accept_data(page(desk, case), wording="37 million"))
    assert Decision.objects.get().notice_text == ""  # not the sentence about 39 million


def test_a_preview_without_a_script_writes_nothing(desk: Client, case: Case) -> None:
    data = accept_data(page(desk, case), wording="37 million", message="To be kept", preview="yes")
    response = desk.post(address(case, "accept"), data)
    html = response.content.decode()
    assert response.status_code == 200
    assert field(html, "accept_message") == "To be kept"
    assert re.search(r"<del>.*31 million</del><ins>.*37 million</ins>", html)
    assert not Decision.objects.exists()


def test_noting_by_the_form(desk: Client, case: Case) -> None:
    html = page(desk, case)
    data = {**seen_in(html, "note"), "kind": "clarification", "notice_text": "An estimate.", "message": ""}
    assert desk.post(address(case, "note"), data).status_code == 303
    case.refresh_from_db()
    assert case.state == State.NOTED


def test_declining_by_the_form(desk: Client, case: Case) -> None:
    data = {**seen_in(page(desk, case), "decline"), "reason": "no_change", "message": "It stands."}
    assert desk.post(address(case, "decline"), data).status_code == 303
    assert Decision.objects.get().reason == "no_change"


@pytest.mark.parametrize(
    ("way", "changes", "sentence"),
    [
        ("accept", {"wording": "31 million"}, "This is what the article says already."),
        ("accept", {"kind": "nonsense"}, "Select a valid choice."),
        ("accept", {"wording": "x" * 10_001}, "at most 10000 characters"),
        ("note", {"notice_text": "  "}, "Write the note."),
        ("decline", {"reason": ""}, "Choose a reason: the readers are told."),
    ],
)
def test_what_cannot_be_done_is_said_and_keeps_what_was_typed(
    desk: Client, case: Case, way: str, changes: dict[str, str], sentence: str
) -> None:
    html = page(desk, case)
    data = accept_data(html) | seen_in(html, way) | {"reason": "accurate", "message": "Dear reader"} | changes
    response = desk.post(address(case, way), data)
    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in text_of(html)
    assert field(html, f"{way}_message") == "Dear reader"
    assert re.search(rf'<details name="way" id="{way}"[^>]* open>', html)
    assert not Decision.objects.exists()
    case.refresh_from_db()
    assert case.state == State.LOCATED


def test_a_wording_that_the_markup_cannot_take_is_refused_with_the_reason(
    desk: Client, article: Article
) -> None:
    Site.objects.update(connector=Site.Connector.FILES)
    revision = make_revision(
        article, "<table><tr><td>Bread</td><td>31</td></tr><tr><td>Milk</td></tr></table>"
    )
    case = make_case(article, revision, exact="Bread\n31\nMilk", suggestion="Bread and milk")
    html = page(desk, case)
    assert "preview__problem" in html
    response = desk.post(address(case, "accept"), accept_data(html))
    assert response.status_code == 422
    assert field(response.content.decode(), "accept_wording") == "Bread and milk"


def test_what_was_typed_is_kept_even_where_the_form_has_gone(desk: Client, case: Case) -> None:
    html = page(desk, case)
    Case.objects.update(state=State.UNLOCATED)
    data = accept_data(html, wording="Half an hour of work")
    response = desk.post(address(case, "accept"), data)
    assert response.status_code == 422
    text = text_of(response.content.decode())
    assert "Half an hour of work" in text
    assert "The passage has no place in the article" in text


def test_two_editors_the_second_is_told_who_did_what_and_keeps_every_word(desk: Client, case: Case) -> None:
    html = page(desk, case)
    other = make_member("bo", first_name="Bo", last_name="Lind")
    decline_case(
        case_id=case.pk,
        member=other,
        seen=Seen(changed_at=case.changed_at, place=""),
        reason=Decision.Reason.ACCURATE,
    )
    response = desk.post(address(case, "accept"), accept_data(html, message="A long letter to the reader"))
    text = text_of(response.content.decode())
    assert response.status_code == 409
    assert "This case has moved since you opened it." in text
    assert "Bo Lind: Declined" in text
    assert "What you had typed" in text
    assert "A long letter to the reader" in text
    assert "39 million" in text
    assert Decision.objects.get().member == other


def number_in(html: str) -> str:
    """The number of the decision that a page offers to undo."""
    found = re.search(r'name="decision" value="(\d+)"', html)
    assert found is not None
    return found[1]


def test_a_case_that_is_open_again_takes_the_same_form_once_more(
    desk: Client, case: Case, member: Member
) -> None:
    html = page(desk, case)
    decision = accept(case, member)
    desk.post(address(case, "undo"), {"decision": decision.pk})
    response = desk.post(address(case, "accept"), accept_data(html, wording="37 million", message="Kept"))
    stale = response.content.decode()
    assert response.status_code == 409
    assert "Decision undone" in text_of(stale)
    assert field(stale, "accept_wording") == "37 million"
    assert field(stale, "accept_message") == "Kept"
    data = accept_data(stale, message=field(stale, "accept_message"))
    assert desk.post(address(case, "accept"), data).status_code == 303
    assert Decision.objects.exclude(pk=decision.pk).get().wording == "37 million"


def test_the_worker_may_be_faster_than_an_editor(desk: Client, article: Article, case: Case) -> None:
    html = page(desk, case)
    newer = make_revision(article, HTML.replace("31", "35"))
    at = newer.text.index("35 million")
    Passage.objects.create(
        case=case,
        revision=newer,
        start=at,
        end=at + 10,
        kind="edited",
        confidence=0.9,
        found_at=timezone.now(),
    )
    response = desk.post(address(case, "accept"), accept_data(html))
    stale = response.content.decode()
    assert response.status_code == 409
    assert "Already changed: now reads “35 million”" in text_of(stale)
    assert field(stale, "accept_wording") == "39 million"
    assert desk.post(address(case, "accept"), accept_data(stale)).status_code == 303


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-01-01T10:00:00", "x" * 100])
def test_a_form_without_its_moment_is_never_carried_out(desk: Client, case: Case, seen: str) -> None:
    data = accept_data(page(desk, case), seen=seen)
    assert desk.post(address(case, "accept"), data).status_code in {409, 422}
    assert not Decision.objects.exists()


def test_undo_brings_the_forms_back_with_what_was_written(desk: Client, case: Case) -> None:
    desk.post(
        address(case, "accept"),
        accept_data(
            page(desk, case), wording="37 million", notice_text="Ours.", message="Dear reader", kind="update"
        ),
    )
    decided = page(desk, case)
    assert "data-until" in decided
    assert "Undo" in text_of(decided)
    assert desk.post(address(case, "undo"), {"decision": number_in(decided)}).status_code == 303
    html = page(desk, case)
    assert field(html, "accept_wording") == "37 million"
    assert field(html, "accept_notice_text") == "Ours."
    assert field(html, "accept_message") == "Dear reader"
    assert re.search(r'value="update"[^>]*checked', html)


def test_undo_takes_back_the_decision_that_was_shown_and_no_other(
    desk: Client, case: Case, member: Member
) -> None:
    """A page that is still open in another window shows a decision that somebody has replaced."""
    accept(case, member)
    shown = page(desk, case)
    undo(case, member)
    case.refresh_from_db()
    decline(case, member)
    for data in ({"decision": number_in(shown)}, {}, {"decision": "²"}):
        response = desk.post(address(case, "undo"), data, follow=True)
        assert "Somebody else was faster" in text_of(response.content.decode())
    case.refresh_from_db()
    assert case.state == State.DECLINED
    assert desk.post(address(case, "undo"), {"decision": number_in(page(desk, case))}).status_code == 303
    case.refresh_from_db()
    assert case.state == State.LOCATED


def test_undo_that_comes_too_late_says_so(desk: Client, case: Case, member: Member) -> None:
    decision = accept(case, member)
    Case.objects.update(not_before=timezone.now())
    assert "Undo" not in text_of(page(desk, case))
    response = desk.post(address(case, "undo"), {"decision": decision.pk}, follow=True)
    assert "It is too late to undo this" in text_of(response.content.decode())


def test_the_preview_follows_wording_and_kind(desk: Client, case: Case) -> None:
    data = accept_data(page(desk, case), wording="37 million")
    html = desk.post(address(case, "preview"), data).content.decode()
    assert re.search(r"<del>.*31 million</del><ins>.*37 million</ins>", html)
    assert "37 million" in field(html, "accept_notice_text")
    assert html.count('hx-swap-oob="true"') == 2
    html = desk.post(address(case, "preview"), {**data, "kind": "clarification"}).content.decode()
    assert "could be misunderstood" in field(html, "accept_notice_text")


def test_the_preview_never_touches_a_notice_of_the_editors_own(desk: Client, case: Case) -> None:
    data = accept_data(page(desk, case), wording="37 million", notice_text="Ours.")
    assert "<textarea" not in desk.post(address(case, "preview"), data).content.decode()


def test_the_preview_says_what_is_wrong_before_the_form_is_sent(desk: Client, case: Case) -> None:
    html = page(desk, case)
    same = desk.post(address(case, "preview"), accept_data(html, wording="31 million")).content.decode()
    assert "This is what the article says already." in text_of(same)
    empty = desk.post(address(case, "preview"), accept_data(html, wording=" ")).content.decode()
    assert "The marked words will be taken out." in text_of(empty)


def test_a_decision_cannot_be_made_from_another_site(case: Case, member: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    assert client.post(address(case, "decline"), {"reason": "no_change"}).status_code == 403
    assert not Decision.objects.exists()
