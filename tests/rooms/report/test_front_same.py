"""Front door and plain view, sent the same table of requests, give the same status, body and headers."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as present
from django.db import OperationalError

from corrigenda.models import Contact, Report
from corrigenda.report import door
from corrigenda.report.front.headers import headers_as_set
from corrigenda.report.spam.seals import make_seal
from corrigenda.web.limits import LIMITS
from tests.rooms.factories import ORIGIN, make_site
from tests.rooms.report.test_wire import PLACE, QUOTE, body, with_selectors
from tests.rooms.report.wsgi import Answered, Application, call, front_door, plain_view, request

KEY = "4f3c2f1e-0000-4000-8000-000000000001"
MOST = present.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
QUOTED = {"type": "TextQuoteSelector", "exact": "x"}


def over_https() -> dict[str, Any]:
    """Return a good request that came over https."""
    return {**request(), "wsgi.url_scheme": "https"}


Make = Callable[[], dict[str, Any]]
REQUESTS: dict[str, Make] = {
    "good": request,
    "good, with an e-mail address": lambda: request(body(email="reader@example.org")),
    "good, in Ukrainian": lambda: request(body(language="uk")),
    "good, in a language that the desk does not speak": lambda: request(body(language="tlh")),
    "good, of a language code longer than its column": lambda: request(body(language="en" + "-abcdefgh" * 9)),
    "good, with a charset": lambda: request(CONTENT_TYPE="Application/JSON; charset=utf-8"),
    "good, without an Origin": lambda: request(HTTP_ORIGIN=None),
    "good, of another origin": lambda: request(HTTP_ORIGIN="https://evil.example"),
    "good, of a sandboxed page": lambda: request(HTTP_ORIGIN="null"),
    "good, over https": over_https,
    "good, through a proxy": lambda: request(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1"),
    "good, with cookies": lambda: request(HTTP_COOKIE=f"sessionid={'a' * 32}; csrftoken={'b' * 32}"),
    "good, with hostile text": lambda: request(body(comment="<script>alert(1)</script>\r\nSet-Cookie: a=b")),
    "good, at the longest": lambda: request(body(comment="ї" * 5000)),
    "good, with a NUL in the origin": lambda: request(HTTP_ORIGIN="https://a\x00"),
    "good, with an origin of no end": lambda: request(HTTP_ORIGIN="https://" + "a" * 9999),
    "good, with the trap filled in": lambda: request(body(website="https://pills.example")),
    "good, with a fresh seal": lambda: request(body(seal=make_seal())),
    "good, with a seal of nobody": lambda: request(body(seal="19ab4c5e7f0.0000000000000000")),
    "good, of a program with a seal of nobody": lambda: request(body(seal="x"), HTTP_ORIGIN=None),
    "good, with a solution that nobody asked for": lambda: request(body(altcha="x" * 50_000)),
    "a trap of the wrong type": lambda: request(body(website=None, seal=["x"])),
    "not JSON": lambda: request(b"nope"),
    "nothing": lambda: request(b""),
    "not UTF-8": lambda: request(b'{"url": "\xff"}'),
    "UTF-16": lambda: request(body().decode().encode("utf-16")),
    "half a surrogate pair": lambda: request(b'{"url": "\\ud800"}'),
    "deep": lambda: request(b"[" * 60_000),
    "a list": lambda: request(b"[]"),
    "a number of no end": lambda: request(b"9" * 60_000),
    "shorter than said": lambda: request(body()[:-1], CONTENT_LENGTH=str(len(body()))),
    "an unknown member": lambda: request(body(colour="red")),
    "a member missing": lambda: request(body(url=None)),
    "a member of the wrong type": lambda: request(body(comment=3)),
    "several members wrong": lambda: request(body(url="x", concern="", email="nobody", comment="x" * 5001)),
    "no address": lambda: request(body(url="javascript:alert(1)")),
    "an address of nobody": lambda: request(body(url="https://elsewhere.example/")),
    "an address of nobody, in Ukrainian": lambda: request(
        body(url="https://elsewhere.example/", language="uk")
    ),
    "an unknown concern": lambda: request(body(concern="gossip")),
    "a NUL": lambda: request(body(comment="a\x00b")),
    "no quote": lambda: request(with_selectors(PLACE)),
    "an empty quote": lambda: request(with_selectors({**QUOTE, "exact": " "})),
    "two quotes": lambda: request(with_selectors(QUOTE, QUOTE)),
    "a place that ends before it starts": lambda: request(with_selectors(QUOTED, {**PLACE, "start": 9})),
    "a place beyond every page": lambda: request(with_selectors(QUOTED, {**PLACE, "end": 2**31})),
    "no key": lambda: request(HTTP_IDEMPOTENCY_KEY=None),
    "an empty key": lambda: request(HTTP_IDEMPOTENCY_KEY=""),
    "a short key": lambda: request(HTTP_IDEMPOTENCY_KEY="short"),
    "a long key": lambda: request(HTTP_IDEMPOTENCY_KEY="x" * 101),
    "a key in Latin-1": lambda: request(HTTP_IDEMPOTENCY_KEY="\xe9" * 20),
    "another type": lambda: request(CONTENT_TYPE="text/plain"),
    "a form": lambda: request(CONTENT_TYPE="application/x-www-form-urlencoded"),
    "a form with files": lambda: request(CONTENT_TYPE="multipart/form-data; boundary=x"),
    "a type that Django fails at": lambda: request(CONTENT_TYPE="application/json; charset*=bogus'en'x"),
    "no type": lambda: request(CONTENT_TYPE=None),
    "in chunks": lambda: request(CONTENT_LENGTH=None, HTTP_TRANSFER_ENCODING="chunked"),
    "a length that is none": lambda: request(CONTENT_LENGTH="ten"),
    "a length below nothing": lambda: request(CONTENT_LENGTH="-1"),
    "too large": lambda: request(b" " * (MOST + 1)),
    "as large as may be": lambda: request(b" " * MOST),
    "too large by its own word": lambda: request(CONTENT_LENGTH="9" * 18),
    "a length of no end": lambda: request(CONTENT_LENGTH="9" * 5000),
    "too large, in Ukrainian": lambda: request(b" " * (MOST + 1), HTTP_ACCEPT_LANGUAGE="uk, en;q=0.5"),
    "an odd Accept-Language": lambda: request(b"", HTTP_ACCEPT_LANGUAGE=",;q=x," + "a-" * 5000),
    "asked in Ukrainian, written in English": lambda: request(body(url="x"), HTTP_ACCEPT_LANGUAGE="uk"),
    "preflight": lambda: request(b"", REQUEST_METHOD="OPTIONS", HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST"),
    "preflight of another origin": lambda: request(
        b"", REQUEST_METHOD="OPTIONS", HTTP_ORIGIN="https://evil.example"
    ),
    "preflight without an Origin": lambda: request(b"", REQUEST_METHOD="OPTIONS", HTTP_ORIGIN=None),
    "GET": lambda: request(b"", REQUEST_METHOD="GET"),
    "HEAD": lambda: request(b"", REQUEST_METHOD="HEAD"),
    "PUT": lambda: request(REQUEST_METHOD="PUT"),
    "DELETE": lambda: request(b"", REQUEST_METHOD="DELETE"),
    "an unknown method": lambda: request(b"", REQUEST_METHOD="BREW"),
    "another host": lambda: request(HTTP_HOST="evil.example"),
    "a host that is none": lambda: request(HTTP_HOST="testserver, evil.example"),
    "a host with a port": lambda: request(HTTP_HOST="testserver:8000"),
    "no host": lambda: request(HTTP_HOST=None),
    "a forwarded host": lambda: request(HTTP_X_FORWARDED_HOST="evil.example"),
    "another address": lambda: request(PATH_INFO="/api/reports/"),
    "another case": lambda: request(PATH_INFO="/API/reports"),
}
NEW = {name for name in REQUESTS if name.startswith("good")} | {
    "a host with a port",
    "a forwarded host",
    "no host",
}


@pytest.fixture
def both() -> Iterator[tuple[Application, Application]]:
    """The plain view and the front door, on the same site."""
    make_site()
    with front_door() as front:
        yield plain_view(), front


def comparable(answered: Answered) -> Answered:
    """Return an answer with what differs from one report to the next blotted out."""
    content = re.sub(rb'"id":"\d+"', b'"id":"N"', answered.body)
    content = re.sub(rb'(/status/|"token":")[\w-]{43}', rb"\1T", content)
    headers = dict(answered.headers)
    if content != answered.body:
        assert headers["Content-Length"] == str(len(answered.body))
        headers["Content-Length"] = "N"
    if "Location" in headers:
        headers["Location"] = re.sub(r"/api/reports/[\w-]{43}$", "/api/reports/T", headers["Location"])
    if "Set-Cookie" in headers:
        headers["Set-Cookie"] = re.sub(r"=[^;]*", "=", headers["Set-Cookie"])
    # The pages on which Django refuses hosts and addresses bear a fresh token each time.
    content = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", content)
    return Answered(answered.status, headers, content)


def sent_to_both(both: tuple[Application, Application], make: Make) -> tuple[Answered, Answered]:
    """Send a request to each as if the other had not been asked; what is stored must be the same."""
    answers, stored = [], []
    for application in both:
        LIMITS.forget()
        answers.append(comparable(call(application, make())))
        stored.append(rows())
        Report.objects.all().delete()
        Contact.objects.all().delete()
    assert stored[0] == stored[1]
    return answers[0], answers[1]


def rows() -> list[dict[str, Any]]:
    """Return everything that is stored, but for what is random."""
    random = {"id", "token", "idempotency_key", "contact_id", "created_at"}
    return [
        {name: value for name, value in row.items() if name not in random}
        for row in Report.objects.values("contact__email", *[field.attname for field in Report._meta.fields])
    ]


@pytest.mark.django_db(transaction=True)
def test_the_same_answers(both: tuple[Application, Application]) -> None:
    answers = {name: sent_to_both(both, make) for name, make in REQUESTS.items()}
    differ = {name: pair for name, pair in answers.items() if pair[0] != pair[1]}
    assert differ == {}
    front = {name: pair[1] for name, pair in answers.items()}
    assert {name for name, answered in front.items() if answered.code == 201} == NEW
    assert {answered.code for answered in front.values()} == {201, 204, 400, 404, 405, 411, 413, 415, 422}
    for answered in front.values():
        assert answered.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answered.headers["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_over_https_the_browser_is_told_to_stay_there(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers_as_set.cache_clear()
    make_site()
    with front_door() as front:
        both = plain_view(), front
        for make in (over_https, lambda: request(HTTP_X_FORWARDED_PROTO="https")):
            answers = sent_to_both(both, make)
            assert answers[0] == answers[1]
            assert "max-age=31536000" in answers[1].headers["Strict-Transport-Security"]
        view, plain = sent_to_both(both, lambda: request(HTTP_X_FORWARDED_PROTO="http"))
        assert view == plain
        assert "Strict-Transport-Security" not in plain.headers
    headers_as_set.cache_clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("later", [body(), body(comment="typed once more"), body(concern="nothing")])
def test_the_same_receipt_again(both: tuple[Application, Application], later: bytes) -> None:
    for first, second in (both, both[::-1]):
        LIMITS.forget()
        receipt = call(first, request(HTTP_IDEMPOTENCY_KEY=KEY))
        again = [call(side, request(later, HTTP_IDEMPOTENCY_KEY=KEY)) for side in (first, second, second)]
        assert [answer.body for answer in again] == [receipt.body] * 3
        assert [answer.code for answer in again] == [201] * 3
        assert {answer.headers.get("Idempotent-Replayed") for answer in again} == {"true"}
        assert "Idempotent-Replayed" not in receipt.headers
        assert again[0].headers == again[1].headers
        assert Report.objects.count() == 1
        Report.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("later", [body(url="https://elsewhere.example/"), body(url="x")])
def test_a_key_shows_nothing_to_another_site(both: tuple[Application, Application], later: bytes) -> None:
    assert call(both[0], request(HTTP_IDEMPOTENCY_KEY=KEY)).code == 201
    view, front = (call(side, request(later, HTTP_IDEMPOTENCY_KEY=KEY)) for side in both)
    assert view == front
    assert front.code == 422
    assert b"token" not in front.body


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_to_a_key_that_only_this_desk_makes(both: tuple[Application, Application]) -> None:
    view, front = (call(side, request(HTTP_IDEMPOTENCY_KEY=f"mail-{'a' * 64}")) for side in both)
    assert view == front
    assert front.code == 400
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("data", [body(comment=3), b"nope", b""])
def test_a_body_that_cannot_be_read_is_no_repeat(both: tuple[Application, Application], data: bytes) -> None:
    assert call(both[0], request(HTTP_IDEMPOTENCY_KEY=KEY)).code == 201
    view, front = (call(side, request(data, HTTP_IDEMPOTENCY_KEY=KEY)) for side in both)
    assert view == front
    assert front.code in {400, 422}


@pytest.mark.django_db(transaction=True)
def test_the_same_limit(both: tuple[Application, Application], settings: Any) -> None:
    settings.OPTIONS = present.OPTIONS.model_copy(update={"report_limit": 3})
    assert [call(side, request()).code for side in (*both, both[0])] == [201] * 3
    view, front = (call(side, request()) for side in both)
    assert view == front
    assert (front.code, front.json["title"]) == (429, "Too Many Requests")
    assert int(front.headers["Retry-After"]) > 100
    assert call(both[1], request(REMOTE_ADDR="198.51.100.1")).code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "said", ["database or disk is full", "disk I/O error", "server closed the connection"]
)
def test_the_same_answer_when_the_disk_is_full(
    both: tuple[Application, Application], monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def fail(rows: object) -> None:
        raise OperationalError(said)

    monkeypatch.setattr(door, "insert_rows", fail)
    view, front = sent_to_both(both, request)
    assert front == view
    assert (front.code, front.headers["Retry-After"]) == (503, "5")
    assert front.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert not Report.objects.exists()
