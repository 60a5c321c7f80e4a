"""POST /api/reports and GET /widget/config as a program sees them."""

import json
import re
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from corrigenda.models import Contact, Report
from corrigenda.report import door
from corrigenda.report.messages import MESSAGES
from tests.rooms.factories import ORIGIN, make_site
from tests.rooms.report.test_wire import BODY, body

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

ROOT = Path(__file__).resolve().parents[3]
ATTACK = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>{{ 7|add:7 }}"


def post(data: bytes | None = None, *, key: str | None = "", **headers: str) -> "Response":
    """Send a report as the widget does; the key is fresh unless given, and left out for None."""
    sent = {"origin": ORIGIN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if key is not None:
        sent["idempotency-key"] = key or str(uuid.uuid4())
    return Client(enforce_csrf_checks=True).post(
        "/api/reports", body() if data is None else data, content_type="application/json", headers=sent
    )


def problem(response: "Response", status: int) -> Mapping[str, Any]:
    """Return the problem that a response holds, which says its status and is readable by our pages."""
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    held: Mapping[str, Any] = json.loads(response.content)
    assert (held["status"], held["type"]) == (status, "about:blank")
    assert held["title"]
    assert held["detail"]
    assert not Report.objects.exists()
    assert not Contact.objects.exists()
    return held


@pytest.mark.django_db
def test_a_report_is_taken_in_without_a_cookie(settings: Any) -> None:
    settings.PUBLIC_URL = "https://desk.example"
    make_site()
    response = post()
    report = Report.objects.get()
    assert response.status_code == 201
    assert json.loads(response.content) == {
        "id": str(report.pk),
        "token": report.token,
        "status": f"https://desk.example/status/{report.token}/",
        "message": "Thank you. The newsroom of The Courier has your report.",
    }
    assert response["Location"] == f"https://desk.example/api/reports/{report.token}"
    assert report.channel == Report.Channel.WIDGET
    assert (response["Cache-Control"], response["Content-Language"]) == ("no-store", "en")
    assert "Idempotent-Replayed" not in response
    assert not response.cookies


@pytest.mark.django_db
def test_a_repeated_key_gets_the_same_answer_and_is_told() -> None:
    make_site()
    key = str(uuid.uuid4())
    first, again = post(key=key), post(body(comment="typed once more"), key=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" in again["Access-Control-Expose-Headers"]
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_report_at_once_is_stored_once() -> None:
    make_site()
    key, start, answers = str(uuid.uuid4()), threading.Barrier(4), list["Response"]()

    def send() -> None:
        start.wait()
        try:
            answers.append(post(key=key))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert Report.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "field"),
    [
        (body(url="https://elsewhere.example/"), "url"),
        (body(url=None), "url"),
        (body(colour="red"), "colour"),
        (body(concern="gossip"), "concern"),
        (body(concern=""), "concern"),
        (body(email="nobody"), "email"),
        (body(comment="a\x00b"), "comment"),
        (body(suggestion="x" * 4001), "suggestion"),
        (
            body(target={"source": "x", "selector": [{"type": "TextQuoteSelector", "exact": ""}]}),
            "target.selector.exact",
        ),
        (
            body(target={"source": "x", "selector": [{"type": "TextQuoteSelector", "exact": "x" * 2001}]}),
            "target.selector.exact",
        ),
        (
            body(
                target={
                    "source": "x",
                    "selector": [{"type": "TextQuoteSelector", "exact": "x", "prefix": "p" * 501}],
                }
            ),
            "target.selector.prefix",
        ),
    ],
)
def test_a_wrong_field_is_named(data: bytes, field: str) -> None:
    make_site()
    held = problem(post(data), 422)
    assert held["field"] == field
    assert held["errors"] == [{"field": field, "detail": held["detail"]}]


@pytest.mark.django_db
def test_an_unknown_address_is_said_in_a_plain_sentence_in_the_readers_language() -> None:
    make_site()
    held = problem(post(body(url="https://elsewhere.example/")), 422)
    assert held["detail"] == "No publication of this desk has this address, so the report was not stored."


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b" ", b"nope", b"\xff", b'{"url": "\\ud800"}', b"[" * 60_000])
def test_a_body_that_is_not_json(data: bytes) -> None:
    make_site()
    assert problem(post(data), 422 if data[:1] == b"[" else 400)


@pytest.mark.django_db
@pytest.mark.parametrize("key", [None, "short", "x" * 101, "has a space in it"])
def test_a_key_that_is_none(key: str | None) -> None:
    make_site()
    assert "dempotency" in problem(post(key=key), 400)["detail"]


@pytest.mark.django_db
def test_a_database_that_fails_is_said_truthfully(monkeypatch: pytest.MonkeyPatch) -> None:
    make_site()

    def fail(rows: object) -> None:
        raise OperationalError

    monkeypatch.setattr(door, "insert_rows", fail)
    response = post()
    assert "cannot say" in problem(response, 503)["detail"]
    assert response["Retry-After"] == "5"


@pytest.mark.django_db
def test_an_oversized_body_is_not_read(settings: Any) -> None:
    make_site()
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert str(most) in problem(post(body(comment="x" * most)), 413)["detail"]


@pytest.mark.django_db
def test_a_body_of_another_type_or_of_unknown_length() -> None:
    make_site()
    client = Client()
    headers = {"origin": ORIGIN, "idempotency-key": str(uuid.uuid4())}
    problem(client.post("/api/reports", body(), content_type="text/plain", headers=headers), 415)
    problem(client.post("/api/reports", BODY, headers=headers), 415)
    chunked = client.post(
        "/api/reports", body(), content_type="application/json", headers=headers, CONTENT_LENGTH=""
    )
    problem(chunked, 411)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_refused(method: str) -> None:
    make_site()
    response = getattr(Client(), method)("/api/reports", headers={"origin": ORIGIN})
    problem(response, 405)
    assert response["Allow"] == "POST, OPTIONS"
    config = Client().post("/widget/config", headers={"origin": ORIGIN})
    problem(config, 405)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), [("/api/reports", "POST"), ("/widget/config", "GET")])
def test_a_preflight_is_for_the_pages_of_our_sites(path: str, method: str) -> None:
    make_site()
    client = Client()
    ours = client.options(path, headers={"origin": ORIGIN, "access-control-request-method": method})
    assert ours.status_code == 204
    assert ours["Access-Control-Allow-Origin"] == ORIGIN
    assert ours["Access-Control-Allow-Methods"] == method
    assert ours["Access-Control-Allow-Headers"] == "Content-Type, Idempotency-Key"
    assert "Origin" in ours["Vary"]
    assert "Access-Control-Allow-Credentials" not in ours
    for origin in (
        "https://evil.example",
        "null",
        "http://courier.example",
        f"{ORIGIN}.evil.example",
        "x" * 999,
        "\x00",
    ):
        answer = client.options(path, headers={"origin": origin, "access-control-request-method": method})
        assert answer.status_code == 204
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
        assert "Origin" in answer["Vary"]


@pytest.mark.django_db
def test_another_origin_may_not_read_the_answer() -> None:
    make_site()
    for response in (
        post(origin="https://evil.example"),
        Client().get("/widget/config", {"url": ORIGIN}, headers={"origin": "https://evil.example"}),
    ):
        assert "Access-Control-Allow-Origin" not in response
        assert "Origin" in response["Vary"]


@pytest.mark.django_db
def test_the_widget_learns_what_it_needs(settings: Any) -> None:
    settings.PUBLIC_URL = "https://desk.example"
    make_site(root_selectors=["article", "main"])
    response = Client().get(
        "/widget/config",
        {"url": f"{ORIGIN}/a?b=c&utm_source=x#d", "lang": "en-GB"},
        headers={"origin": ORIGIN},
    )
    config = json.loads(response.content)
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    assert "Cookie" not in response["Vary"]
    assert {name: config[name] for name in ("site", "language", "dir", "root", "form", "maxQuote")} == {
        "site": "The Courier",
        "language": "en",
        "dir": "ltr",
        "root": ["article", "main"],
        "form": "https://desk.example/report?url=https%3A%2F%2Fcourier.example%2Fa%3Fb%3Dc",
        "maxQuote": 2000,
    }
    assert [concern["value"] for concern in config["concerns"]] == [
        "fact",
        "unclear",
        "typo",
        "missing",
        "other",
    ]
    assert config["concerns"][0]["label"] == "wrong fact"
    assert config["messages"]["title"] == "Suggest a correction"
    assert config["messages"].keys() == MESSAGES.keys()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "languages", "answered"),
    [
        ("uk", ["en"], "uk"),
        ("", ["uk"], "uk"),
        ("tlh", ["uk"], "uk"),
        ("tlh", ["tlh"], "en"),
        ("x" * 900, ["en"], "en"),
    ],
)
def test_the_widget_speaks_the_nearest_language(asked: str, languages: list[str], answered: str) -> None:
    make_site(languages=languages)
    response = Client().get(
        "/widget/config", {"url": ORIGIN, "lang": asked}, headers={"accept-language": "en"}
    )
    assert json.loads(response.content)["language"] == answered
    assert response["Content-Language"] == answered


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", ["", "nonsense", "https://elsewhere.example/", "javascript:alert(1)", f"{ORIGIN}\x00"]
)
def test_a_page_of_nobody_has_no_widget(url: str) -> None:
    make_site()
    response = Client().get("/widget/config", {"url": url}, headers={"origin": ORIGIN})
    if url == f"{ORIGIN}\x00":
        assert response.status_code == 200  # a browser drops such characters from an address
    else:
        assert problem(response, 422)["field"] == "url"


def test_the_words_of_the_widget_are_those_that_are_translated() -> None:
    assert json.loads((ROOT / "widget" / "messages.json").read_text("utf-8")) == MESSAGES


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES if code != "en"])
def test_the_words_of_the_widget_are_translated(language: str) -> None:
    with translation.override(language):
        assert [key for key, sentence in MESSAGES.items() if gettext(sentence) == sentence] == []
        for sentence in MESSAGES.values():
            assert re.findall(r"\{\w+\}", gettext(sentence)) == re.findall(r"\{\w+\}", sentence)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["suggestion", "comment"])
def test_hostile_text_is_stored_as_text(name: str) -> None:
    make_site()
    assert post(body(**{name: ATTACK})).status_code == 201
    assert getattr(Report.objects.get(), name) == ATTACK


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["url", "language", "concern", "email", ATTACK])
def test_hostile_fields_come_back_as_data_alone(name: str) -> None:
    make_site()
    response = post(body(**{name: ATTACK}))
    assert "html" not in response["Content-Type"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.status_code == (201 if name == "language" else 422)
