"""The plain form, as a reader without JavaScript sees it."""

import re
import time
from html import unescape

import pytest
from django.test import Client

from corrigenda.models import Report
from tests.rooms.factories import ORIGIN, make_article, make_site

pytestmark = pytest.mark.django_db

ATTACK = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script></textarea>{{ 7|add:7 }}"
FIELDS = {
    "url": f"{ORIGIN}/story.html",
    "quote": "the bridge opened in 1931",
    "suggestion": "the bridge opened in 1932",
    "concern": "fact",
    "comment": "The plaque\r\nsays so.",
    "email": "reader@example.org",
    "key": "4f3c2f1e-0000-4000-8000-000000000001",
}


def value(page: str, name: str) -> str:
    """Return what a field of the page holds, as a browser would send it."""
    found = re.search(rf'<textarea name="{name}"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL) or re.search(
        rf'<input [^>]*name="{name}"[^>]* value="([^"]*)"', page
    )
    assert found is not None, f"no field {name} with a value"
    return unescape(found[1])


def test_the_form_names_the_article_and_holds_the_quote(client: Client) -> None:
    make_article(make_site(), headline="A bridge & its date")
    page = client.get(
        "/report", {"url": f"{ORIGIN}/story.html?fbclid=1", "quote": "opened in\n1931"}
    ).content.decode()
    assert "A bridge &amp; its date" in page
    assert '<span class="masthead__name">The Courier</span>' in page
    assert value(page, "url") == f"{ORIGIN}/story.html"
    assert value(page, "quote") == "opened in\n1931"
    assert "It is never published." in page
    assert re.fullmatch(r"[0-9a-f-]{36}", value(page, "key"))
    assert value(page, "key") != value(client.get("/report").content.decode(), "key")


def test_the_form_is_kept_nowhere_and_framed_nowhere(client: Client) -> None:
    response = client.get("/report")
    assert "no-store" in response["Cache-Control"]
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in response
    assert client.delete("/report").status_code == 405


def test_a_report_goes_in_and_the_reader_to_the_status_page(client: Client) -> None:
    make_site()
    sent = client.post("/report", FIELDS)
    report = Report.objects.get()
    assert sent.status_code == 303
    assert sent["Location"].endswith(f"/status/{report.token}/")
    assert (report.channel, report.exact, report.comment) == (
        Report.Channel.FORM,
        "the bridge opened in 1931",
        "The plaque\nsays so.",
    )
    assert report.language == "en"
    again = client.post("/report", FIELDS)
    assert again["Location"] == sent["Location"]
    assert Report.objects.count() == 1


def test_a_complaint_without_a_quote_is_enough(client: Client) -> None:
    make_site()
    assert client.post("/report", {**FIELDS, "quote": "", "suggestion": ""}).status_code == 303
    assert Report.objects.get().exact == ""


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(client: Client) -> None:
    make_site()
    refused = client.post("/report", {**FIELDS, "concern": "", "email": "nobody", "quote": "x" * 2001})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert not Report.objects.exists()
    assert re.findall(r'<li><a href="#id_(\w+)">', page) == ["quote", "concern", "email"]
    assert 'role="alert" tabindex="-1" data-errors' in page
    assert value(page, "email") == "nobody"
    assert value(page, "quote") == "x" * 2001
    assert value(page, "suggestion") == FIELDS["suggestion"]
    assert value(page, "comment") == FIELDS["comment"]
    assert value(page, "key") == FIELDS["key"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"concern": ""}, "concern"),
        ({"concern": "gossip"}, "concern"),
        ({"email": "nobody"}, "email"),
        ({"quote": "", "comment": ""}, "comment"),
        ({"quote": "x" * 2001}, "quote"),
        ({"suggestion": "x" * 4001}, "suggestion"),
        ({"comment": "x" * 5001}, "comment"),
        ({"url": ""}, "url"),
        ({"url": "https://elsewhere.example/"}, "url"),
        ({"comment": "a\x00b"}, "comment"),
    ],
)
def test_each_error_is_linked_and_described(client: Client, changes: dict[str, str], field: str) -> None:
    make_site()
    response = client.post("/report", {**FIELDS, **changes})
    page = response.content.decode()
    assert response.status_code == 422
    assert re.findall(r'<li><a href="#id_(\w+)">', page) == [field]
    assert f'id="id_{field}"' in page
    assert f'id="id_{field}_error"' in page
    assert re.search(rf'aria-describedby="[^"]*id_{field}_error', page)
    assert not Report.objects.exists()


@pytest.mark.parametrize("key", ["", "short", "x" * 101])
def test_a_form_whose_key_was_tampered_with_is_refused(client: Client, key: str) -> None:
    make_site()
    response = client.post("/report", {**FIELDS, "key": key})
    assert response.status_code == 422
    assert b"idempotency key" in response.content


@pytest.mark.parametrize("url", ["https://elsewhere.example/story", "nonsense", "javascript:alert(1)"])
def test_an_address_of_nobody_is_said_plainly_and_stays(client: Client, url: str) -> None:
    make_site()
    response = client.get("/report", {"url": url})
    page = response.content.decode()
    assert response.status_code == 422
    assert "No publication of this desk has this address." in page
    assert value(page, "url") == url
    assert 'href="javascript' not in page


def test_only_our_own_form_is_taken() -> None:
    make_site()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/report", FIELDS).status_code == 403
    token = value(strict.get("/report").content.decode(), "csrfmiddlewaretoken")
    assert strict.post("/report", {**FIELDS, "csrfmiddlewaretoken": token}).status_code == 303
    elsewhere = strict.post(
        "/report", {**FIELDS, "csrfmiddlewaretoken": token}, headers={"origin": "https://evil.example"}
    )
    assert elsewhere.status_code == 403


@pytest.mark.parametrize("name", ["url", "quote", "suggestion", "concern", "comment", "email", "key"])
def test_hostile_text_comes_back_escaped(client: Client, name: str) -> None:
    make_article(make_site(name=ATTACK[:190]), headline=ATTACK)
    for response in (
        client.post("/report", {**FIELDS, "email": "nobody", name: ATTACK}),
        client.get("/report", {"url": f"{ORIGIN}/story.html", name: ATTACK}),
    ):
        page = response.content.decode()
        assert "<img" not in page
        assert "<script>" not in page
        assert re.search(r"onerror=alert\(1\)&gt;|" + re.escape(ORIGIN), page)
        assert "{{ 7|add:7 }}" in page or "14" not in page


def test_hostile_text_that_is_taken_is_stored_as_text(client: Client) -> None:
    make_site()
    client.post("/report", {**FIELDS, "quote": ATTACK, "suggestion": ATTACK + "!", "comment": ATTACK})
    report = Report.objects.get()
    assert (report.exact, report.suggestion, report.comment) == (ATTACK, ATTACK + "!", ATTACK)


def test_bad_encodings_do_not_break_the_form(client: Client) -> None:
    make_site()
    for data in (b"url=%ff&quote=%00&concern=%ed%a0%80", b"%", b"=&=&", b"url[]=1&url=2"):
        response = client.post("/report", data, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 422
    assert client.get("/report?url=%ff%00&quote=%00%ed%a0%80").status_code == 422


def test_people_do_not_see_the_trap_and_programs_may_fall_into_it(client: Client) -> None:
    make_site()
    page = client.get("/report").content.decode()
    trap = re.search(r'<div class="unseen" aria-hidden="true">.*?<input [^>]*name="website"[^>]*>', page)
    assert trap is not None
    assert 'autocomplete="off"' in trap[0]
    assert 'tabindex="-1"' in trap[0]
    assert "style=" not in page
    assert re.search(r'<link rel="stylesheet" href="[^"]*report/report.css">', page)
    assert client.post("/report", {**FIELDS, "website": "https://pills.example"}).status_code == 303
    assert Report.objects.get().doubts == "honeypot unsealed"


def test_the_form_tells_how_long_it_took(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_site()
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)
    seal = value(client.get("/report").content.decode(), "seal")
    client.post("/report", {**FIELDS, "seal": seal})
    assert Report.objects.get().doubts == "fast"
    monkeypatch.setattr(time, "time", lambda: moment + 60)
    refused = client.post("/report", {**FIELDS, "key": "k" * 16, "concern": "", "seal": seal})
    assert value(refused.content.decode(), "seal") == seal
    assert client.post("/report", {**FIELDS, "key": "k" * 16, "seal": seal}).status_code == 303
    assert Report.objects.get(idempotency_key="k" * 16).doubts == ""
