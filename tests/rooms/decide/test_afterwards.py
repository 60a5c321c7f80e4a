"""What the page of a case tells after the decision."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import (
    Article,
    Case,
    Contact,
    Decision,
    Delivery,
    Fix,
    Member,
    Notice,
    Reply,
    Site,
)
from tests.rooms.decide.reading import accept, address, page, seen_in, text_of

pytestmark = pytest.mark.django_db


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
    assert "data-poll" not in html  # nothing more will happen


def test_no_mail_is_promised_while_mail_is_turned_off(
    desk: Client, case: Case, member: Member, settings: LazySettings
) -> None:
    report = case.report
    report.contact = Contact.objects.create(email="reader@example.org")
    report.save()
    accept(case, member)
    settings.EMAIL_HOST = "mail.example"
    assert "1 reader will be answered, 1 by mail" in text_of(page(desk, case))
    settings.EMAIL_HOST = ""
    assert "1 reader will be answered, 0 by mail" in text_of(page(desk, case))


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
    shown = {"decision": accept(case, member).pk}
    version = page(desk, case).partition('"version": "')[2].partition('"')[0]
    progress = address(case, "progress")
    htmx = {"HX-Request": "true"}
    assert desk.get(progress, {"version": version}, headers=htmx).status_code == 204
    Fix.objects.create(
        case=case, decision=Decision.objects.get(), prepared_at=timezone.now(), problem="Late."
    )
    changed = desk.get(progress, {"version": version}, headers=htmx)
    assert "Late." in changed.content.decode()
    until = page(desk, case).partition('"until": "')[2].partition('"')[0]
    same = desk.get(progress, {"version": version, "until": until}, headers=htmx).content.decode()
    assert 'id="undo"' not in same
    Case.objects.update(not_before=None)
    late = desk.get(progress, {"version": version, "until": until}, headers=htmx).content.decode()
    assert '<div id="toast" hx-swap-oob="true"></div>' in late
    Case.objects.update(not_before=timezone.now() + timedelta(seconds=30))
    desk.post(address(case, "undo"), shown)
    Fix.objects.all().delete()
    desk.post(address(case, "undo"), shown)
    assert desk.get(progress, headers=htmx)["HX-Refresh"] == "true"


def test_whoever_has_the_case_open_learns_that_it_moved(desk: Client, case: Case, member: Member) -> None:
    html = page(desk, case)
    meanwhile = address(case, "meanwhile")
    assert desk.get(meanwhile, seen_in(html, "accept")).status_code == 204
    accept(case, member)
    told = desk.get(meanwhile, seen_in(html, "accept"))
    assert "Mara Quill: Accepted" in text_of(told.content.decode())
    assert desk.get(meanwhile, {**seen_in(html, "accept"), "reload": "yes"})["HX-Refresh"] == "true"


FAR = ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+00:00", "x", "1e9999"]


@pytest.mark.parametrize("seen", FAR)
def test_a_moment_that_no_page_shows_is_no_failure(desk: Client, case: Case, seen: str) -> None:
    assert desk.get(address(case, "meanwhile"), {"seen": seen}).status_code in {200, 204}
    for what in ("accept", "note", "decline", "point"):
        typed = {"seen": seen, "kind": "correction", "wording": "x", "notice_text": "y", "words": "31"}
        assert desk.post(address(case, what), typed).status_code in {409, 422}, what


@pytest.mark.parametrize("place", ["x-1-2", "-", "9" * 60, "²-1", "1e5-2"])
def test_a_place_that_no_page_shows_is_a_stale_page(desk: Client, case: Case, place: str) -> None:
    typed = {**seen_in(page(desk, case), "accept"), "kind": "correction", "wording": "39 million"}
    assert desk.post(address(case, "accept"), {**typed, "place": place}).status_code == 409


def test_once_a_fix_is_live_the_passage_shows_what_became_of_it(
    desk: Client, case: Case, member: Member
) -> None:
    accept(case, member)
    assert "<mark>31 million</mark>" in page(desk, case)
    Case.objects.update(state=State.FIXED)
    html = page(desk, case)
    assert re.search(r"cost <del>.*31 million</del><ins>.*39 million</ins> crowns", html)


def test_the_badge_follows_the_state(desk: Client, case: Case, member: Member) -> None:
    accept(case, member)
    Case.objects.update(state=State.CLOSED)
    fragment = desk.get(address(case, "progress"), headers={"HX-Request": "true"}).content.decode()
    assert 'id="state" data-state="closed" hx-swap-oob="true">corrected<' in fragment
