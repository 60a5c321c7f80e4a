"""Below the addresses of programs: methods, preflights, and every error as a problem."""

import json
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client, RequestFactory
from ninja.errors import ValidationError

from corrigenda.config import api as public
from corrigenda.disclose import queries
from corrigenda.web import cors
from corrigenda.web.problems import PROBLEM
from corrigenda.web.programs import is_for_programs
from tests.rooms.factories import ORIGIN, make_article, make_case, make_report, make_revision, make_site

GETS = ["/widget/config", "/widget/notices", "/api/reports/x", "/log/courier/feed.json", "/api/openapi.json"]
SITE_PAGES = ["/widget/config", "/api/reports/x", "/widget/known", "/api/reports"]
ALL_PAGES = ["/widget/notices", "/log/courier/feed.json", "/api/openapi.json"]


def problem(response: Any, status: int) -> dict[str, Any]:
    """Return the problem that a response is, which no cookie comes with."""
    assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)
    held: dict[str, Any] = json.loads(response.content)
    assert (held["status"], held["type"]) == (status, "about:blank")
    assert held["detail"]
    assert not response.cookies
    return held


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/reports/a/b", "/widget/", "/widget/x.js"])
def test_an_unknown_address_is_no_page(path: str) -> None:
    assert problem(Client().get(path), 404)["detail"] == "There is nothing at this address."
    problem(Client(enforce_csrf_checks=True).post(path, b"{}", content_type="application/json"), 404)


@pytest.mark.django_db
def test_other_addresses_keep_their_pages() -> None:
    assert not is_for_programs("/log/courier/")
    assert "<h1" in Client().get("/nothing").content.decode()


@pytest.mark.django_db
def test_it_is_said_in_the_language_asked_for() -> None:
    response = Client().get("/api/nothing", headers={"accept-language": "uk"})
    assert response["Content-Language"] == "uk"
    assert problem(response, 404)["title"] == "Not Found"


@pytest.mark.django_db
@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
def test_a_method_that_an_address_has_not(path: str, method: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, path)
    problem(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.django_db
def test_a_question_is_posted() -> None:
    response = Client().get("/widget/known")
    problem(response, 405)
    assert response["Allow"] == "POST, OPTIONS"


@pytest.mark.django_db
def test_head_is_get_without_a_body() -> None:
    report = make_report(make_site(), exact="31 houses")
    for path in (f"/api/reports/{report.token}", f"/widget/notices?url={ORIGIN}/", "/api/openapi.json"):
        head, get = Client().head(path), Client().get(path)
        assert head.status_code == 200
        assert head.content == b""
        assert head["ETag"] == get["ETag"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", SITE_PAGES)
def test_preflights_of_our_sites_alone_are_allowed(path: str) -> None:
    make_site()
    ours = Client().options(path, headers={"origin": ORIGIN})
    assert (ours.status_code, ours["Access-Control-Allow-Origin"]) == (204, ORIGIN)
    assert ours["Access-Control-Allow-Methods"] in {"GET", "POST"}
    other = Client().options(path, headers={"origin": "https://evil.example"})
    assert other.status_code == 204
    assert "Access-Control-Allow-Origin" not in other


@pytest.mark.django_db
@pytest.mark.parametrize("path", ALL_PAGES)
def test_what_is_public_may_be_read_by_every_page(path: str) -> None:
    make_site()
    for response in (
        Client().options(path, headers={"origin": "https://anybody.example"}),
        Client().get(path, {"url": ORIGIN}, headers={"origin": "https://anybody.example"}),
        Client().get(path, {"url": "nonsense"}),
        Client().put(path),
    ):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.django_db
def test_a_host_that_is_not_ours() -> None:
    problem(Client().get("/api/openapi.json", headers={"host": "evil.example"}), 400)


@pytest.mark.django_db
def test_a_body_too_large(settings: Any) -> None:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    problem(Client().post("/widget/known", b" " * (most + 1), content_type="application/json"), 413)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def fail(_token: str) -> None:
        message = "the server is gone\nDETAIL: Failing row contains (what a reader wrote)"
        raise error(message)

    monkeypatch.setattr(queries, "report_with", fail)
    response = Client().get("/api/reports/x")
    assert "gone" not in problem(response, 503)["detail"]
    assert response["Retry-After"] == "5"


@pytest.mark.django_db
def test_a_database_that_does_not_say_whose_pages_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_origin: str) -> None:
        raise OperationalError

    monkeypatch.setattr(cors, "site_of_origin", fail)
    problem(Client().get("/widget/config", {"url": ORIGIN}, headers={"origin": ORIGIN}), 503)


@pytest.mark.django_db
def test_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_token: str) -> None:
        message = "a secret"
        raise RuntimeError(message)

    monkeypatch.setattr(queries, "report_with", fail)
    response = Client(raise_request_exception=False).get("/api/reports/x")
    assert "secret" not in problem(response, 500)["detail"]


@pytest.mark.django_db
def test_a_parameter_that_is_missing_is_named() -> None:
    held = problem(Client().get("/widget/notices"), 422)
    assert (held["field"], held["detail"]) == ("url", "This field is missing.")


@pytest.mark.django_db
def test_the_document_is_kept_by_caches() -> None:
    first = Client().get("/api/openapi.json")
    assert (first["Cache-Control"], first["Content-Type"]) == ("public, max-age=300", "application/json")
    again = Client().get("/api/openapi.json", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert not first.cookies


def test_the_document_is_made_once() -> None:
    request = RequestFactory().get("/api/openapi.json")
    public.show_document(request)
    made = public.document.cache_info().misses
    public.show_document(request)
    assert public.document.cache_info().misses == made


ODD_QUERIES = [
    "url=%ff%fe",
    "url=https://courier.example/%00",
    "url=%ed%a0%80",
    "url=a&url=https://courier.example/",
    "url=https://courier.example:99999/",
    "url=https://[::1",
    "url=https://courier.example/&lang=%00",
    f"url=https://courier.example/{'a' * 6000}",
    "&" * 5000,
]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ODD_QUERIES)
@pytest.mark.parametrize("path", ["/widget/config", "/widget/notices", "/log/courier/feed.json"])
def test_an_odd_query_is_no_fault_of_ours(path: str, query: str) -> None:
    make_site()
    assert Client().get(f"{path}?{query}").status_code in {200, 400, 422}


@pytest.mark.django_db
@pytest.mark.parametrize("member", ["url", "language", "part", "image", "exact", "prefix", "suffix"])
@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "\U0010ffff", "\u202e", ""])
def test_an_odd_question_is_no_fault_of_ours(member: str, odd: str) -> None:
    article = make_article(make_site())
    make_case(article, make_revision(article, "<p>31 houses.</p>"), exact="31 houses")
    quote = {"type": "TextQuoteSelector", "exact": "31 houses", "prefix": "", "suffix": ""}
    question: dict[str, Any] = {"url": article.canonical_url, "language": "en", "part": "image", "image": "x"}
    (quote if member in quote else question)[member] = odd
    question["target"] = {"selector": [quote]}
    response = Client().post("/widget/known", json.dumps(question), content_type="application/json")
    assert response.status_code in {200, 422}


def test_every_parameter_at_fault_is_named() -> None:
    errors = [
        {"type": "missing", "loc": ("query", "url"), "msg": "Field required"},
        {"type": "int_parsing", "loc": ("query", "before"), "msg": "Input should be a valid integer"},
    ]
    held = problem(public.refuse(RequestFactory().get("/"), ValidationError(errors)), 422)
    assert [error["field"] for error in held["errors"]] == ["url", "before"]
    assert "Input should be a valid integer" in held["detail"]
