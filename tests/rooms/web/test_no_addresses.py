"""Whatever a request does wrong, neither log nor database keeps where it came from."""

import logging
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from pytest_django import Settings

from corrigenda.web.logs import OneLine
from tests.rooms.factories import make_member, make_site

PEER, CLIENT = "203.0.113.77", "198.51.100.201"
pytestmark = pytest.mark.django_db


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("planted")


urlpatterns = [path("fail/", fail)]
"""The addresses of a desk that fails."""


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Everything that any logger says, down to the least, as it would be written."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keep()
    handler.setFormatter(OneLine("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


def test_no_network_address_is_kept(lines: list[str], settings: Settings) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"report_limit": 1})
    make_site()
    make_member("anna")
    client = Client(enforce_csrf_checks=True, raise_request_exception=False, REMOTE_ADDR=PEER)
    client.defaults["HTTP_X_FORWARDED_FOR"] = f"{CLIENT}, {PEER}"
    answers = [
        client.get("/nothing/"),
        client.get("/status/nobody/"),
        client.get("/", headers={"Host": "elsewhere.example"}),
        client.post("/accounts/login/", {"login": "anna", "password": "wrong"}),
        client.post("/api/reports", b"{", content_type="application/json"),
        client.post(
            "/api/reports", b"{}", content_type="application/json", headers={"Idempotency-Key": "k" * 20}
        ),
        client.post(
            "/api/reports", b"{}", content_type="application/json", headers={"Idempotency-Key": "k" * 20}
        ),
    ]
    assert {answer.status_code for answer in answers} >= {400, 403, 404, 429}
    with override_settings(ROOT_URLCONF=__name__):
        assert client.get("/fail/").status_code == 500
    # Sign-ins without the token that only a browser has, until there were too many.
    signing_in = Client(REMOTE_ADDR=PEER)
    tried = {
        signing_in.post("/accounts/login/", {"login": "anna", "password": f"wrong {number}"}).status_code
        for number in range(40)
    }
    assert 429 in tried
    said = "\n".join(lines)
    assert "Not Found: /nothing/" in said
    assert "planted" in said
    assert PEER not in said
    assert CLIENT not in said
    for model in apps.get_models():
        for row in model._default_manager.values():
            assert PEER not in str(row)
            assert CLIENT not in str(row)
