"""Error pages read no form: a request that nobody can read costs one short line, whatever it says."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from corrigenda.config.settings import LINE
from corrigenda.server.calling import called
from corrigenda.web.logs import OneLine
from tests.rooms.report.wsgi import plain_view, request

pytestmark = pytest.mark.django_db

COOKIE = f"csrftoken={'a' * 32}"
FORM = "application/x-www-form-urlencoded"
CHARSETS = ["utf8", "UTF_8", "us-ascii", "iso-8859-1", "utf-16", '"utf8"', "x-unknown"]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log holds, written as the product writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(OneLine(LINE))
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


def lines(written: io.StringIO) -> int:
    """How many messages there are; a traceback belongs to the one before it."""
    return sum(not line.startswith("  | ") for line in written.getvalue().splitlines())


@pytest.mark.parametrize("path", ["/report", "/accounts/login/", "/healthz", "/nope"])
@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_in_any_charset_is_no_failure(path: str, charset: str, written: io.StringIO) -> None:
    environ = request(
        b"", PATH_INFO=path, HTTP_COOKIE=COOKIE, CONTENT_TYPE=f"{FORM}; charset={charset}", HTTP_ORIGIN=None
    )
    reply = called(plain_view(), environ)
    assert reply.status in {403, 404}
    assert len(written.getvalue()) < 400, written.getvalue()[:2000]


@pytest.mark.parametrize("path", ["/report", "/accounts/login/", "/healthz", "/nope"])
def test_an_error_page_does_not_read_the_form_that_failed(path: str, written: io.StringIO) -> None:
    """Django without the server before it, as its own commands serve it: what reads the form fails once."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(path, "a=b", content_type=f"{FORM}; charset=utf8")
    assert answer.status_code in {400, 404, 405}
    assert lines(written) == 1
    assert len(written.getvalue()) < 400


@pytest.mark.parametrize("path", ["/report", "/accounts/login/", "/nope"])
def test_too_many_fields_are_told_once(path: str, written: io.StringIO) -> None:
    data = "&".join(f"a{number}=" for number in range(1_100)).encode()
    environ = request(data, PATH_INFO=path, HTTP_COOKIE=COOKIE, CONTENT_TYPE=FORM, HTTP_ORIGIN=None)
    reply = called(plain_view(), environ)
    assert reply.status in {400, 404}
    assert lines(written) == 1
    assert len(written.getvalue()) < 400


def test_a_form_in_parts_that_ends_nowhere_is_a_bad_request(written: io.StringIO) -> None:
    for kind in (
        "multipart/form-data",
        "multipart/form-data; charset=utf8",
        'multipart/form-data; boundary="',
    ):
        environ = request(b"x", PATH_INFO="/report", HTTP_COOKIE=COOKIE, CONTENT_TYPE=kind, HTTP_ORIGIN=None)
        assert called(plain_view(), environ).status in {400, 403}, kind
    assert lines(written) == 3


def test_the_page_of_an_unknown_address_has_a_token_that_its_form_is_taken_with() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/nope", headers={"host": "testserver"})
    assert page.status_code == 404
    token = page.context["csrf_token"]
    answer = client.post("/i18n/setlang/", {"language": "uk", "csrfmiddlewaretoken": str(token)})
    assert answer.status_code == 302
