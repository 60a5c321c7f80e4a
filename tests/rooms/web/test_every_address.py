"""What holds for the answer of every address: headers, methods, sign-in before the desk."""

import re
from collections.abc import Iterator, Sequence

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from corrigenda.web.programs import is_for_programs
from tests.rooms.factories import make_member, make_report, make_site

pytestmark = pytest.mark.django_db

FILES = (
    "/static/corrigenda/web/icon.svg",
    "/static/corrigenda/web/base.css",
    "/static/corrigenda/widget/corrigenda.js",
)
NOWHERE = ("/nowhere", "/desk/nowhere/", "/accounts/signup/", "/api/nothing", "/static/nothing.js")
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW")


def _walk(patterns: Sequence[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(?!int:)[^>]+>", "courier", route))


ADDRESSES = sorted(_walk(get_resolver().url_patterns))
DESK = [path for path in ADDRESSES if path.startswith("/desk/")]
PAGES = [path for path in ADDRESSES if not is_for_programs(path)]


@pytest.fixture(autouse=True)
def _site() -> None:
    make_report(make_site(), exact="31 houses")


def test_the_walk_finds_the_desk_and_the_api() -> None:
    assert {"/desk/cases/1/accept/", "/desk/attachments/1/", "/api/reports", "/status/courier/"} <= {
        *ADDRESSES
    }
    assert len(DESK) > 20


@pytest.mark.parametrize("path", [*ADDRESSES, *FILES, *NOWHERE])
def test_no_answer_can_be_framed_or_taken_for_something_else(path: str) -> None:
    for method in METHODS:
        answer = Client().generic(method, path)
        content = answer.getvalue()
        if answer.streaming:
            answer.close()  # the file; on others it would end the connection of the test
        policy = answer["Content-Security-Policy"]
        for rule in ("frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "default-src 'none'"):
            assert rule in policy, method
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        kind = answer.get("Content-Type", "")
        assert bool(kind) or not content
        if kind.startswith("text/") or kind.partition(";")[0].endswith("xml"):
            assert "charset" in kind, (method, kind)


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/desk/nowhere/", "/desk"])
@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "member"])
def test_no_other_page_loads_one_of_ours(client: Client, path: str, signed_in: bool) -> None:
    if signed_in:
        client.force_login(make_member())
    for method in ("GET", "HEAD", "POST"):
        assert client.generic(method, path)["Cross-Origin-Resource-Policy"] == "same-origin", method


@pytest.mark.parametrize("path", [*FILES, "/api/openapi.json", "/log/courier/feed.json"])
def test_what_other_pages_load_stays_open_to_them(client: Client, path: str) -> None:
    answer = client.get(path)
    answer.close()
    assert "Cross-Origin-Resource-Policy" not in answer
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "member"])
def test_pages_have_no_other_methods(client: Client, path: str, signed_in: bool) -> None:
    if signed_in:
        client.force_login(make_member())
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        answer = client.generic(method, path, headers={"x-secret": "a secret of the request"})
        assert answer.status_code == 405, method
        assert "GET" in answer["Allow"]
        assert b"a secret of the request" not in answer.content


@pytest.mark.parametrize("path", ["/api/reports", "/widget/known", "/api/openapi.json", *FILES])
def test_nothing_is_sent_back_to_trace(client: Client, path: str) -> None:
    answer = client.generic("TRACE", path, headers={"x-secret": "a secret of the request"})
    assert answer.status_code == 405
    assert b"a secret of the request" not in answer.getvalue()


@pytest.mark.parametrize("path", DESK)
def test_the_desk_does_nothing_for_strangers(client: Client, path: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        answer = client.generic(method, path)
        assert answer.status_code in {302, 405}, method
        if answer.status_code == 302:
            assert answer["Location"].startswith("/accounts/login/?next=/desk/")
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith(("/desk/", "/accounts/"))])
def test_no_browser_keeps_what_a_member_sees(client: Client, path: str) -> None:
    member = make_member()
    for method in ("GET", "POST"):
        client.force_login(member)
        assert "no-store" in client.generic(method, path)["Cache-Control"], method


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/static/",
            "/static/corrigenda/",
            "/static/corrigenda/web/",
            "/static/corrigenda/../config/settings.py",
        ),
        *("/.git/config", "/static/.git/config", "/.env", "/corrigenda.sqlite3", "/secret_key", "/admin/"),
    ],
)
def test_no_folder_is_listed_and_no_file_of_the_desk_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_a_member_is_refused_is_logged_with_the_name(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(make_member())
    assert client.post("/desk/sites/new/?secret=1").status_code == 403
    said = [record.getMessage() for record in caplog.records if record.name == "corrigenda.web.refusals"]
    assert said == ["ed was refused: POST /desk/sites/new/"]
