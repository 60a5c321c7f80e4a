"""Limits where readers meet them: one count for API and form, and a form that keeps what was typed."""

import uuid
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings as present
from django.db import OperationalError
from django.test import Client

from corrigenda.models import Report
from corrigenda.report import door, step
from corrigenda.web.disk import DISK
from tests.rooms.factories import ORIGIN, make_site
from tests.rooms.report.test_wire import BODY, body
from tests.rooms.report.wsgi import call, front_door, plain_view, request


def send_api(*, url: str = f"{ORIGIN}/a", target: object = BODY["target"], **meta: Any) -> Any:
    """Send a report to the API."""
    headers = {"idempotency-key": str(uuid.uuid4()), "origin": ORIGIN}
    sent = body(url=url, target=target)
    return Client().post("/api/reports", sent, content_type="application/json", headers=headers, **meta)


def send_form(*, url: str = f"{ORIGIN}/a", quote: str = "teh", **meta: Any) -> Any:
    """Send a report by the form."""
    typed = {
        "url": url,
        "concern": "typo",
        "quote": quote,
        "comment": "A <typo> of mine",
        "key": str(uuid.uuid4()),
    }
    return Client().post("/report", typed, **meta)


@pytest.fixture
def _two_reports(settings: Any) -> None:
    changes = {"report_limit": 2, "report_limit_seconds": 600.0, "trusted_proxies": [ip_network("127.0.0.1")]}
    settings.OPTIONS = present.OPTIONS.model_copy(update=changes)


@pytest.mark.django_db
@pytest.mark.usefixtures("_two_reports")
def test_api_and_form_count_together() -> None:
    make_site()
    assert send_api(REMOTE_ADDR="203.0.113.1").status_code == 201
    assert send_form(REMOTE_ADDR="203.0.113.2").status_code == 303
    refused = send_api(REMOTE_ADDR="203.0.113.3")
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert 290 <= int(refused["Retry-After"]) <= 300
    assert refused["Access-Control-Allow-Origin"] == ORIGIN
    assert "Retry-After" in refused["Access-Control-Expose-Headers"]
    assert send_form(REMOTE_ADDR="203.0.113.4").status_code == 429
    assert send_api(REMOTE_ADDR="203.0.114.1").status_code == 201
    assert Report.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["view", "form"])
def test_one_network_shuts_an_article_to_no_other(settings: Any, way: str) -> None:
    """Thirty reports of one network became thirty cases, and those of everybody else were held."""
    limits = {"flood_reports": 30, "report_limit": 60, "challenge_reports": 0}
    settings.OPTIONS = present.OPTIONS.model_copy(update=limits)
    make_site()

    def send(words: str, sender: str) -> None:
        # Another query is another address, and no other article.
        url = f"{ORIGIN}/story.html?x={words[-1]}"
        if way == "form":
            assert send_form(url=url, quote=words, REMOTE_ADDR=sender).status_code == 303
        else:
            target = {"source": "x", "selector": [{"type": "TextQuoteSelector", "exact": words}]}
            assert send_api(url=url, target=target, REMOTE_ADDR=sender).status_code == 201

    for number in range(50):
        send(f"junk {number}", "203.0.113.7")
    step.run()
    for number in range(5):
        send(f"true {number}", f"198.51.{number}.7")
    step.run()
    true = Report.objects.filter(exact__startswith="true").values_list("held", "doubts")
    assert list(true) == [("", "unsealed")] * 5
    junk = Report.objects.filter(exact__startswith="junk").values_list("held", "doubts")
    assert list(junk) == [
        *[("", "unsealed")] * 10,
        *[("", "unsealed beyond-share")] * 10,
        *[("flood", "unsealed beyond-share")] * 30,
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_door", [True, False])
def test_the_door_notes_what_is_beyond_the_share_of_a_network(settings: Any, with_door: bool) -> None:
    settings.OPTIONS = present.OPTIONS.model_copy(update={"flood_reports": 6, "challenge_reports": 0})
    make_site()
    with front_door() as door:
        serve = door if with_door else plain_view()
        for sender in ("203.0.113.1", "203.0.113.2", "203.0.113.3", "198.51.100.1"):
            assert call(serve, request(REMOTE_ADDR=sender)).code == 201
    doubts = list(Report.objects.order_by("pk").values_list("doubts", flat=True))
    assert doubts == ["unsealed", "unsealed", "unsealed beyond-share", "unsealed"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_two_reports")
def test_a_forged_header_is_no_way_around() -> None:
    make_site()
    answers = [
        send_api(REMOTE_ADDR="203.0.113.1", HTTP_X_FORWARDED_FOR=f"198.51.{number}.1") for number in range(4)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 429, 429]
    behind = [
        send_api(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"198.51.{number}.1, 192.0.2.1")
        for number in range(4)
    ]
    assert [answer.status_code for answer in behind] == [201, 201, 429, 429]


@pytest.mark.django_db
@pytest.mark.usefixtures("_two_reports")
def test_what_is_wrong_counts_too_and_what_is_only_looked_at_does_not() -> None:
    make_site()
    for _ in range(5):
        assert Client().get("/report", {"url": f"{ORIGIN}/a"}).status_code == 200
        assert Client().options("/api/reports", headers={"origin": ORIGIN}).status_code == 204
        assert Client().get("/api/reports").status_code == 405
    headers = {"idempotency-key": str(uuid.uuid4())}
    bad = [
        Client().post("/api/reports", b"{", content_type="application/json", headers=headers)
        for _ in range(3)
    ]
    assert [answer.status_code for answer in bad] == [400, 400, 429]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_two_reports")
@pytest.mark.parametrize("with_door", [True, False])
def test_what_is_not_read_is_not_counted(with_door: bool) -> None:
    """Any page of the web can make its visitors send such requests: they would use up what they may send."""
    make_site()
    unread: list[tuple[dict[str, str | None], int]] = [
        ({"CONTENT_TYPE": "text/plain"}, 415),
        ({"CONTENT_TYPE": "application/x-www-form-urlencoded"}, 415),
        ({"CONTENT_TYPE": None}, 415),
        ({"CONTENT_LENGTH": None}, 411),
        ({"CONTENT_LENGTH": "9" * 12}, 413),
        ({"HTTP_IDEMPOTENCY_KEY": None}, 400),
    ]
    with front_door() as door:
        serve = door if with_door else plain_view()
        for changes, status in unread * 2:
            assert call(serve, request(None, **changes)).code == status, changes
        assert [call(serve, request()).code for _ in range(3)] == [201, 201, 429]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_door", [True, False])
def test_one_network_sends_so_many_bytes_a_day(settings: Any, with_door: bool) -> None:
    """Sixty reports of 50 kB were taken every ten minutes: 430 MB a day."""
    settings.OPTIONS = present.OPTIONS.model_copy(update={"challenge_reports": 0})
    make_site()
    large = body(comment="\U0001d4b3" * 4900)
    assert 50_000 < len(large) < 64_000
    changes = {"report_bytes_a_day": 3 * len(large), "challenge_reports": 0}
    settings.OPTIONS = present.OPTIONS.model_copy(update=changes)
    with front_door() as door:
        serve = door if with_door else plain_view()
        answers = [call(serve, request(large)) for _ in range(4)]
        assert [answer.code for answer in answers] == [201, 201, 201, 429]
        assert 28_000 < int(answers[3].headers["Retry-After"]) <= 28_800
        assert "Too many reports came from your network." in answers[3].json["detail"]
        assert call(serve, request(large, REMOTE_ADDR="198.51.100.1")).code == 201
    # The form counts with them.
    answer = send_form(REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 429
    assert "A &lt;typo&gt; of mine" in answer.content.decode()
    assert send_form(REMOTE_ADDR="198.51.100.1").status_code == 303


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_door", [True, False])
def test_no_report_is_taken_in_with_little_free_disk(settings: Any, with_door: bool) -> None:
    settings.OPTIONS = present.OPTIONS.model_copy(update={"report_free_bytes": 10**18})
    make_site()
    with front_door() as door:
        serve = door if with_door else plain_view()
        answer = call(serve, request(HTTP_ACCEPT_LANGUAGE="fr"))
        assert answer.code == 503
        assert answer.json["detail"] == "Le service ne peut pas répondre en ce moment. Merci de réessayer."
        assert answer.headers["Content-Language"] == "fr"
        assert answer.headers["Retry-After"] == "60"
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert Report.objects.count() == 0
        settings.OPTIONS = present.OPTIONS.model_copy(update={"report_free_bytes": 1})
        DISK.forget()
        assert call(serve, request()).code == 201


@pytest.mark.django_db
def test_the_form_keeps_what_was_typed_with_little_free_disk(settings: Any) -> None:
    settings.OPTIONS = present.OPTIONS.model_copy(update={"report_free_bytes": 10**18})
    make_site()
    answer = send_form()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    page = answer.content.decode()
    assert "A &lt;typo&gt; of mine" in page
    assert "The desk cannot answer at this moment. Please try again." in page
    assert Report.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("_two_reports")
def test_the_form_keeps_what_was_typed_and_says_when() -> None:
    make_site()
    answers = [send_form() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    page = answers[-1].content.decode()
    assert "A &lt;typo&gt; of mine" in page
    assert "Too many reports came from your network" in page
    assert int(answers[-1]["Retry-After"]) > 0


@pytest.mark.django_db
def test_zero_is_no_limit(settings: Any) -> None:
    settings.OPTIONS = present.OPTIONS.model_copy(update={"report_limit": 0, "challenge_reports": 0})
    make_site()
    assert [send_api().status_code for _ in range(70)] == [201] * 70


@pytest.mark.django_db
def test_the_form_says_that_it_cannot_say(monkeypatch: pytest.MonkeyPatch) -> None:
    make_site()

    def fail(rows: object) -> None:
        raise OperationalError("disk full\nDETAIL: what a reader wrote")

    monkeypatch.setattr(door, "insert_rows", fail)
    answer = send_form()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "A &lt;typo&gt; of mine" in answer.content.decode()
    monkeypatch.undo()
    key = answer.context["form"]["key"].value()
    assert key
    assert f'value="{key}"' in answer.content.decode()


@pytest.mark.django_db
def test_the_log_says_what_failed_and_nothing_of_the_reader(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_site()

    def fail(rows: object) -> None:
        raise OperationalError("disk full\nDETAIL: Failing row contains (reader@example.org)")

    monkeypatch.setattr(door, "insert_rows", fail)
    assert send_api(REMOTE_ADDR="203.0.113.77").status_code == 503
    assert "OperationalError: disk full" in caplog.text
    assert "reader@example.org" not in caplog.text
    assert "203.0.113" not in caplog.text
