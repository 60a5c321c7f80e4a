"""The page of a case: what it shows, what its forms do, and what is said where something cannot be done."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corrigenda.decide.actions import accept_case, decline_case, merge_case, unmerge_case
from corrigenda.decide.guards import Seen, newest_passage, place_token
from corrigenda.flow import State
from corrigenda.models import (
    Article,
    Case,
    Decision,
    Delivery,
    Fix,
    Member,
    Merge,
    Notice,
    NoticeKind,
    Passage,
    Reply,
    Revision,
    Site,
)
from tests.rooms.decide.conftest import HTML
from tests.rooms.factories import make_case, make_member, make_revision

pytestmark = pytest.mark.django_db


def address(case: Case, what: str = "") -> str:
    return f"/desk/cases/{case.pk}/{what}/" if what else f"/desk/cases/{case.pk}/"


def page(desk: Client, case: Case, query: str = "") -> str:
    response = desk.get(address(case) + query)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html: str) -> str:
    html = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def field(html: str, identifier: str) -> str:
    """The value of an input or textarea with this id."""
    tag = re.search(rf'<(input|textarea)[^>]*id="{identifier}"[^>]*>', html)
    assert tag is not None, identifier
    if tag.group(1) == "textarea":
        return unescape(html[tag.end() : html.index("</textarea>", tag.end())].removeprefix("\n"))
    value = re.search(r'value="([^"]*)"', tag.group())
    return unescape(value.group(1)) if value else ""


def seen_in(html: str, way: str) -> dict[str, str]:
    return {"seen": field(html, f"{way}_seen"), "place": field(html, f"{way}_place")}


def accept_data(html: str, **changes: str) -> dict[str, str]:
    data = {
        **seen_in(html, "accept"),
        "usual": field(html, "accept_usual"),
        "wording": field(html, "accept_wording"),
        "kind": "correction",
        "notice_text": field(html, "accept_notice_text"),
        "message": "",
    }
    return {**data, **changes}


def accept(case: Case, member: Member) -> Decision:
    return accept_case(
        case_id=case.pk,
        member=member,
        seen=Seen(changed_at=case.changed_at, place=place_token(newest_passage(case))),
        kind=NoticeKind.CORRECTION,
        wording="39 million",
        message="Thank you.",
    )


def test_the_passage_stands_in_its_context(desk: Client, case: Case) -> None:
    html = page(desk, case)
    assert "The bridge will cost <mark>31 million</mark> crowns, the council said." in html
    text = text_of(html)
    assert "The council voted on Monday." in text
    assert "The council said nothing more." in text
    assert f"Case {case.pk}" in text


def test_the_forms_begin_with_the_first_suggestion(desk: Client, case: Case) -> None:
    html = page(desk, case)
    assert field(html, "accept_wording") == "39 million"
    assert re.search(r'value="correction"[^>]*checked', html)
    usual = field(html, "accept_notice_text")
    assert "31 million" in usual
    assert "39 million" in usual
    assert field(html, "accept_usual") == usual


def test_without_a_suggestion_the_wording_begins_with_the_passage(
    desk: Client, article: Article, revision: Revision
) -> None:
    html = page(desk, make_case(article, revision, exact="the spring", concern="typo"))
    assert field(html, "accept_wording") == "the spring"
    assert field(html, "accept_notice_text") == ""
    assert re.search(r'value="minor"[^>]*checked', html)


def test_a_suggestion_for_a_part_of_the_passage_is_put_in_its_place(
    desk: Client, article: Article, revision: Revision, member: Member
) -> None:
    case = make_case(article, revision, exact="31 million crowns", comment="Look.")
    part = make_case(article, revision, exact="31 million", suggestion="39 million")
    merge_case(source_id=part.pk, target_id=case.pk, member=member)
    html = page(desk, case)
    assert field(html, "accept_wording") == "39 million crowns"
    whole = make_case(
        article, revision, exact="cost 31 million crowns, the council", suggestion="not be built"
    )
    merge_case(source_id=whole.pk, target_id=case.pk, member=member)
    assert field(page(desk, case, f"?use={whole.report.pk}"), "accept_wording") == "31 million crowns"
    assert field(page(desk, case, f"?use={part.report.pk}"), "accept_wording") == "39 million crowns"


def test_every_report_of_the_case_and_of_the_joined_ones_is_shown(
    desk: Client, article: Article, revision: Revision, case: Case, member: Member, settings: LazySettings
) -> None:
    settings.EMAIL_HOST = "mail.example"
    other = make_case(
        article,
        revision,
        exact="31 million crowns",
        concern="unclear",
        comment="Crowns of which country?",
        email="reader@post.example",
        channel="form",
    )
    merge_case(source_id=other.pk, target_id=case.pk, member=member)
    html = page(desk, case)
    text = text_of(html)
    for words in (
        "2 reports",
        "See the minutes.",
        "Crowns of which country?",
        "unclear or misleading",
        "form",
    ):
        assert words in text
    assert "will be answered by mail" in text
    assert "reader@post.example" not in html
    assert "<del>" in html
    assert "<ins>" in html


def test_a_suggestion_that_says_what_the_article_says_is_called_so(
    desk: Client, article: Article, revision: Revision
) -> None:
    case = make_case(article, revision, exact="31 million", suggestion=" 31  million ")
    assert "This is what the article says already." in text_of(page(desk, case))


def test_words_that_were_changed_already_are_shown_with_what_they_read_now(
    desk: Client, article: Article, case: Case
) -> None:
    newer = make_revision(article, HTML.replace("31", "39"))
    at = newer.text.index("39 million")
    Passage.objects.create(
        case=case,
        revision=newer,
        start=at,
        end=at + 10,
        kind="edited",
        confidence=0.9,
        found_at=timezone.now(),
    )
    html = page(desk, case)
    assert "Already changed: now reads “39 million”" in text_of(html)
    assert re.search(r"<del>.*31</del><ins>.*39</ins> million", html)


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
    assert re.search(r"<del>.*31</del><ins>.*37</ins> million", html)
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


def test_what_was_typed_is_kept_even_where_the_form_has_gone(desk: Client, case: Case) -> None:
    html = page(desk, case)
    Case.objects.update(state=State.UNLOCATED)
    data = accept_data(html, wording="Half an hour of work")
    response = desk.post(address(case, "accept"), data)
    assert response.status_code == 422
    text = text_of(response.content.decode())
    assert "Half an hour of work" in text
    assert "The passage has no place in the article" in text


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


def test_a_case_that_is_open_again_takes_the_same_form_once_more(
    desk: Client, case: Case, member: Member
) -> None:
    html = page(desk, case)
    decision = accept(case, member)
    desk.post(address(case, "undo"))
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
    assert desk.post(address(case, "undo")).status_code == 303
    html = page(desk, case)
    assert field(html, "accept_wording") == "37 million"
    assert field(html, "accept_notice_text") == "Ours."
    assert field(html, "accept_message") == "Dear reader"
    assert re.search(r'value="update"[^>]*checked', html)


def test_undo_that_comes_too_late_says_so(desk: Client, case: Case, member: Member) -> None:
    accept(case, member)
    Case.objects.update(not_before=timezone.now())
    assert "Undo" not in text_of(page(desk, case))
    response = desk.post(address(case, "undo"), follow=True)
    assert "It is too late to undo this" in text_of(response.content.decode())


def test_what_happens_is_told_stage_by_stage(
    desk: Client, case: Case, member: Member, article: Article, settings: LazySettings
) -> None:
    settings.EMAIL_HOST = "mail.example"
    Site.objects.update(connector=Site.Connector.FILES)
    decision = accept(case, member)
    text = text_of(page(desk, case))
    assert "It waits a moment, so that it can be undone." in text
    assert "1 reader will be answered, 0 by mail" in text
    now = timezone.now()
    fix = Fix.objects.create(case=case, decision=decision, prepared_at=now, problem="The disk is full.")
    assert "The disk is full." in text_of(page(desk, case))
    fix.applied_at, fix.problem = now, ""
    fix.save()
    assert "The fix is made; the article page does not show it yet" in text_of(page(desk, case))
    fix.live_at = now
    fix.save()
    notice = Notice.objects.create(
        case=case,
        decision=decision,
        article=article,
        kind="correction",
        language="en",
        text="Wrong.",
        drafted_at=now,
    )
    text = text_of(page(desk, case))
    assert "The new wording is live" in text
    assert "The notice is drafted, and published with the fix" in text
    Notice.objects.update(published_at=now, placed_at=now, status="published")
    reply = Reply.objects.create(report=case.report, decision=decision, notice=notice, created_at=now)
    delivery = Delivery.objects.create(case=case, reply=reply, message_id="<1@x>", next_attempt_at=now)
    Case.objects.update(state=State.CLOSED, silent_seconds=1.5)
    text = text_of(page(desk, case))
    assert "The notice is published" in text
    assert "Between the fix and its public notice: 1.5 s" in text
    assert "1 reader is answered" in text
    assert "Mails: 0 sent, 1 waiting, 0 failed." in text
    assert "hx-get" in page(desk, case)
    delivery.delivered_at = now
    delivery.save()
    html = page(desk, case)
    assert "Mails: 1 sent, 0 waiting, 0 failed." in text_of(html)
    assert "answered by mail" in text_of(html)
    assert "hx-get" not in html  # nothing more will happen


def test_by_hand_the_wording_is_there_to_copy(desk: Client, case: Case, member: Member) -> None:
    accept(case, member)
    html = page(desk, case)
    assert 'id="wording" lang="en" dir="auto">39 million<' in html
    assert f'hx-get="{address(case, "fix")}"' not in html  # it may still be undone
    Fix.objects.create(case=case, decision=Decision.objects.get(), prepared_at=timezone.now())
    html = page(desk, case)
    assert f'hx-get="{address(case, "fix")}"' in html
    assert f'action="{address(case, "check")}"' in html  # where no script runs
    assert "Check now" in desk.get(address(case, "fix")).content.decode()
    assert f'href="{case.article.canonical_url}"' in html if case.article else False


def test_progress_is_sent_only_when_it_has_changed(desk: Client, case: Case, member: Member) -> None:
    accept(case, member)
    version = page(desk, case).partition('"version": "')[2].partition('"')[0]
    progress = address(case, "progress")
    htmx = {"HX-Request": "true"}
    assert desk.get(progress, {"version": version}, headers=htmx).status_code == 204
    Fix.objects.create(
        case=case, decision=Decision.objects.get(), prepared_at=timezone.now(), problem="Late."
    )
    changed = desk.get(progress, {"version": version}, headers=htmx)
    assert "Late." in changed.content.decode()
    desk.post(address(case, "undo"))
    Fix.objects.all().delete()
    desk.post(address(case, "undo"))
    assert desk.get(progress, headers=htmx)["HX-Refresh"] == "true"


def test_whoever_has_the_case_open_learns_that_it_moved(desk: Client, case: Case, member: Member) -> None:
    html = page(desk, case)
    meanwhile = address(case, "meanwhile")
    assert desk.get(meanwhile, seen_in(html, "accept")).status_code == 204
    accept(case, member)
    told = desk.get(meanwhile, seen_in(html, "accept"))
    assert "Mara Quill: Accepted" in text_of(told.content.decode())
    assert desk.get(meanwhile, {**seen_in(html, "accept"), "reload": "yes"})["HX-Refresh"] == "true"


def test_the_preview_follows_wording_and_kind(desk: Client, case: Case) -> None:
    data = accept_data(page(desk, case), wording="37 million")
    html = desk.post(address(case, "preview"), data).content.decode()
    assert re.search(r"<del>.*31</del><ins>.*37</ins> million", html)
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


@pytest.mark.parametrize("target", ["", "x", "0", "999999", "9" * 40])
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


def test_the_history_tells_who_when_and_what(desk: Client, case: Case, member: Member) -> None:
    accept(case, member)
    for _ in range(3):
        case.entries.create(at=timezone.now(), room="locate", verb="carried", before="31", after="31")
    html = page(desk, case)
    history = html[html.index('id="history"') :]
    text = text_of(history)
    assert "Accepted Mara Quill, " in text
    assert "UTC" in text
    assert "before: 31 million" in text
    assert "after: 39 million" in text
    assert "×3" in text


def test_a_message_to_readers_never_enters_the_history(desk: Client, case: Case, member: Member) -> None:
    accept(case, member)
    html = page(desk, case)
    assert "Thank you." not in html[html.index('id="history"') :]


def test_hostile_texts_stay_texts_and_do_not_break_the_page(
    desk: Client, article: Article, revision: Revision
) -> None:
    evil = (
        "<img src=x onerror=alert(1)>\u202e\u0000\u0007"
        + "W" * 10_000
        + "</textarea><script>alert(2)</script>"
    )
    case = make_case(
        article,
        revision,
        exact="31 million",
        suggestion=evil.replace("\0", ""),
        comment=evil.replace("\0", ""),
    )
    html = page(desk, case)
    assert "<img" not in html
    assert "<script>alert" not in html
    assert html.count("</textarea>") == html.count("<textarea")
    assert not {"\u202e", "\u0007"} & set(html)
    data = accept_data(html, message="</textarea><script>alert(3)</script>", wording="31 million")
    again = desk.post(address(case, "accept"), data).content.decode()
    assert "<script>alert" not in again


def test_a_case_whose_report_was_never_stored_can_still_be_seen(desk: Client, article: Article) -> None:
    now = timezone.now()
    bare = Case.objects.create(site=article.site, state=State.UNLOCATED, opened_at=now, changed_at=now)
    assert "0 reports" in text_of(page(desk, bare))


@pytest.mark.parametrize("state", list(State))
def test_a_case_can_be_seen_in_every_state(desk: Client, case: Case, state: State) -> None:
    Case.objects.update(state=state)
    assert page(desk, case)


def test_a_case_that_is_not_there(desk: Client, db: None) -> None:
    for what in ("", "accept", "progress", "meanwhile", "undo", "part"):
        path = f"/desk/cases/4711/{what}/" if what else "/desk/cases/4711/"
        response = desk.get(path) if what in {"", "progress", "meanwhile"} else desk.post(path)
        assert response.status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_reports(
    desk: Client, article: Article, revision: Revision, case: Case, member: Member
) -> None:
    def measure() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(desk, case)
        return len(captured)

    merge_case(
        source_id=make_case(article, revision, exact="31 million").pk, target_id=case.pk, member=member
    )
    make_case(article, revision, exact="31 million crowns")
    few = measure()
    for _ in range(8):
        other = make_case(article, revision, exact="31 million", email=f"{_}@post.example", comment="Look.")
        merge_case(source_id=other.pk, target_id=case.pk, member=member)
        make_case(article, revision, exact="31 million crowns")
    assert measure() == few


def test_a_case_parted_long_ago_still_shows_its_own_report(
    desk: Client, article: Article, revision: Revision, case: Case, member: Member
) -> None:
    other = make_case(article, revision, exact="31 million", comment="Mine alone.")
    merge_case(source_id=other.pk, target_id=case.pk, member=member)
    unmerge_case(source_id=other.pk, member=member)
    assert "Mine alone." in page(desk, other)
    assert "Mine alone." not in page(desk, case)


def test_the_next_case_to_decide_is_one_press_away(
    desk: Client, article: Article, revision: Revision, case: Case
) -> None:
    assert "data-next" not in page(desk, case)
    later = make_case(article, revision, exact="the spring")
    assert f'href="{address(later)}" data-next' in page(desk, case)
    assert f'href="{address(case)}" data-next' in page(desk, later)


def test_a_decision_cannot_be_made_from_another_site(case: Case, member: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    assert client.post(address(case, "decline"), {"reason": "no_change"}).status_code == 403
    assert not Decision.objects.exists()


def test_ages_are_told_with_the_exact_time_beside_them(desk: Client, case: Case) -> None:
    Case.objects.update(opened_at=timezone.now() - timedelta(days=2))
    assert re.search(
        r'<time datetime="[^"]+[+-]\d\d:\d\d" title="[^"]+UTC">2\xa0days ago</time>', page(desk, case)
    )


def test_once_a_fix_is_live_the_passage_shows_what_became_of_it(
    desk: Client, case: Case, member: Member
) -> None:
    accept(case, member)
    assert "<mark>31 million</mark>" in page(desk, case)
    Case.objects.update(state=State.FIXED)
    html = page(desk, case)
    assert re.search(r"cost <del>.*31</del><ins>.*39</ins> million crowns", html)


def test_the_badge_follows_the_state(desk: Client, case: Case, member: Member) -> None:
    accept(case, member)
    Case.objects.update(state=State.CLOSED)
    fragment = desk.get(address(case, "progress"), headers={"HX-Request": "true"}).content.decode()
    assert 'id="state" data-state="closed" hx-swap-oob="true">corrected<' in fragment


def test_an_editor_may_choose_among_wordings(
    desk: Client, article: Article, revision: Revision, case: Case, member: Member
) -> None:
    other = make_case(article, revision, exact="31 million", suggestion="35 million")
    merge_case(source_id=other.pk, target_id=case.pk, member=member)
    html = page(desk, case)
    assert text_of(html).count("Begin with this wording") == 2
    assert field(page(desk, case, f"?use={other.report.pk}"), "accept_wording") == "35 million"
