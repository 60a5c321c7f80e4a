"""GET /api/reports/{token}: the state of a report, for whoever holds its token."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from corrigenda import ledger
from corrigenda.disclose.standing import Standing
from corrigenda.flow import State
from corrigenda.models import Case, Decision, Merge, NoticeKind, Report
from tests.rooms.disclose.making import BY, make_decided, make_delivery, make_fixed, make_notice
from tests.rooms.factories import ORIGIN, make_article, make_case, make_report, make_revision, make_site

HOSTILE = "<script>alert(1)</script>\r\nX: y\u202e"


def ask(report: Report, query: str = "", **headers: str) -> Any:
    """Ask for the state of a report."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().get(f"/api/reports/{report.token}{query}", headers=sent)


def told(report: Report, query: str = "") -> Mapping[str, Any]:
    """Return what is told of a report."""
    response = ask(report, query)
    assert response.status_code == 200
    held: Mapping[str, Any] = json.loads(response.content)
    return held


@pytest.mark.django_db
def test_a_report_that_nobody_has_read() -> None:
    report = make_report(make_site(), exact="31 houses", email="reader@example.org", comment="I was there.")
    state = told(report)
    assert (state["id"], state["state"], state["language"]) == (str(report.pk), Standing.RECEIVED, "en")
    assert state["received_at"] == report.created_at.isoformat(timespec="seconds")
    assert state["status"].endswith(f"/status/{report.token}/")
    for name in ("decided_at", "changed_at", "article", "answer", "notice"):
        assert state[name] is None
    assert state["place"] == ""


@pytest.mark.django_db
def test_it_holds_no_contact_data_no_words_of_readers_and_nothing_of_others() -> None:
    decision = make_decided(
        email="reader@example.org", report={"comment": "my own comment", "suggestion": "my own suggestion"}
    )
    article = decision.case.article
    assert article is not None
    other = make_case(
        article,
        article.revisions.get(),
        exact="31 houses",
        state=State.MERGED,
        email="other@example.org",
        comment="another comment",
    )
    Merge.objects.create(source=other, target=decision.case, merged_at=timezone.now())
    make_fixed(decision)
    notice = make_notice(decision)
    make_delivery(decision, notice)
    reports = [decision.case.report, other.report]
    for report, stranger in (reports, reports[::-1]):
        body = ask(report).content.decode()
        assert json.loads(body)["state"] == Standing.CORRECTED
        for hidden in ("reader@", "other@", "my own", "another", stranger.token):
            assert hidden not in body
        assert not {"email", "contact", "comment", "suggestion", "readers"} & json.loads(body).keys()


@pytest.mark.django_db
def test_a_correction_with_its_notice_and_the_answer() -> None:
    decision = make_decided(message="Thank you.")
    fix = make_fixed(decision)
    notice = make_notice(decision, placed_at=timezone.now())
    ledger.advance(decision.case, State.DISCLOSED, by=BY)
    state = told(decision.case.report)
    assert (state["state"], state["title"]) == (Standing.CORRECTED, "Corrected")
    assert fix.live_at is not None
    assert state["decided_at"] == decision.decided_at.isoformat(timespec="seconds")
    assert state["changed_at"] == fix.live_at.isoformat(timespec="seconds")
    assert state["answer"]["message"] == "Thank you."
    assert (state["answer"]["quote"], state["answer"]["now"]) == ("31 houses", "39 houses")
    assert state["notice"]["kind"] == NoticeKind.CORRECTION
    assert state["notice"]["href"].endswith(f"/log/courier/{notice.pk}/")
    assert state["place"] == f"{ORIGIN}/story.html#{notice.anchor}"
    assert state["article"] == {"url": f"{ORIGIN}/story.html", "headline": "A story"}


@pytest.mark.django_db
def test_a_decline_says_why() -> None:
    decision = make_decided(outcome=Decision.Outcome.DECLINE)
    state = told(decision.case.report)
    assert state["state"] == Standing.DECLINED
    assert state["answer"]["reason"] == "The text is accurate as it stands."
    assert state["notice"] is None


@pytest.mark.django_db
def test_a_decision_that_may_be_undone_is_not_told() -> None:
    decision = make_decided()
    Case.objects.filter(pk=decision.case.pk).update(not_before=timezone.now() + timedelta(seconds=9))
    state = told(decision.case.report)
    assert (state["state"], state["decided_at"], state["answer"]) == (Standing.EDITOR, None, None)


@pytest.mark.django_db
def test_another_language_may_be_asked_for() -> None:
    report = make_report(make_site(), exact="31 houses", language="en")
    assert told(report, "?lang=uk")["language"] == "uk"
    assert told(report, "?lang=uk")["title"] != told(report)["title"]
    assert told(report, "?lang=tlh")["language"] == "en"
    assert ask(report, "?lang=uk")["Content-Language"] == "uk"


@pytest.mark.django_db
def test_a_version_that_is_known_is_not_sent_again() -> None:
    article = make_article(make_site())
    case = make_case(article, make_revision(article, "<p>31 houses.</p>"), exact="31 houses")
    first = ask(case.report)
    assert first["Cache-Control"] == "private, no-cache"
    again = ask(case.report, if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    ledger.advance(case, State.DECLINED, by=BY)
    assert ask(case.report, if_none_match=first["ETag"]).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["nobody", "x" * 43, "%00", "é", "a" * 3000])
def test_a_token_of_nobody_is_not_found(token: str) -> None:
    response = Client().get(f"/api/reports/{token}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(response.content)["status"] == 404


@pytest.mark.django_db
def test_pages_of_our_sites_alone_may_read_it() -> None:
    report = make_report(make_site(), exact="31 houses")
    assert ask(report, origin=ORIGIN)["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Origin" not in ask(report, origin="https://evil.example")


@pytest.mark.django_db
def test_hostile_words_stay_words() -> None:
    decision = make_decided(message=HOSTILE)
    make_fixed(decision)
    notice = make_notice(decision, text=HOSTILE)
    state = told(decision.case.report)
    assert state["notice"]["text"] == notice.text.replace("\r\n", "\n").replace("\u202e", "")
    assert "\r" not in state["answer"]["message"]
    response = ask(decision.case.report)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "X" not in response
