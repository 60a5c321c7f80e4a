"""docs/reference/api.md says what the API does: its examples are sent, its lists compared."""

import http
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client

from corrigenda.config.options import Options
from corrigenda.models import Report
from corrigenda.report import drafts, wire
from tests.rooms.factories import ORIGIN, make_site

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "api.md").read_text("utf-8")
REQUEST, RECEIPT, CONFIG, PROBLEM = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
KEY = "".join(re.findall(r"^Idempotency-Key: (\S+)$", DOCUMENT, re.MULTILINE))


def send(body: str) -> dict[str, Any]:
    """Send a body with the document's own headers, and return the answer with its status."""
    response = Client().post(
        "/api/reports", body, content_type="application/json", headers={"idempotency-key": KEY}
    )
    return {**json.loads(response.content), "answered": response.status_code}


@pytest.mark.django_db
def test_the_example_is_taken_in_and_answered_as_it_says() -> None:
    make_site(name="The Harbour Courier")
    answer = send(REQUEST)
    shown = json.loads(RECEIPT)
    assert answer.pop("answered") == 201
    assert answer.keys() == shown.keys()
    assert answer["message"] == shown["message"]
    assert Report.objects.get().exact == "opened in 1931"


@pytest.mark.django_db
def test_the_example_of_a_problem_is_one() -> None:
    make_site()
    answer = send(json.dumps({**json.loads(REQUEST), "concern": ""}))
    assert answer.pop("answered") == 422
    assert answer == json.loads(PROBLEM)


@pytest.mark.django_db
def test_the_example_of_the_config_is_one() -> None:
    make_site(name="The Harbour Courier")
    answer = json.loads(
        Client().get("/widget/config", {"url": f"{ORIGIN}/news/bridge.html", "lang": "en"}).content
    )
    shown = json.loads(CONFIG)
    assert answer.keys() == shown.keys()
    for name in ("site", "language", "dir", "root", "maxQuote"):
        assert answer[name] == shown[name]
    assert answer["form"].partition("?")[2] == shown["form"].partition("?")[2]
    assert shown["concerns"][0] in answer["concerns"]
    assert shown["messages"].items() <= answer["messages"].items()


def test_every_member_concern_and_limit_is_named() -> None:
    members = {field.encode_name for field in msgspec.structs.fields(wire.ReportBody)} - {"target"}
    nested = {field.encode_name for field in msgspec.structs.fields(wire.Target)}
    for selector in (wire.TextQuoteSelector, wire.TextPositionSelector):
        nested |= {f"selector.{field.encode_name}" for field in msgspec.structs.fields(selector)}
    rows = {
        name
        for row in re.findall(r"^\| (`.*?) \|", DOCUMENT, re.MULTILINE)
        for name in re.findall(r"`(.*?)`", row)
    }
    assert {name for name in rows if not name.isdigit()} == members | {f"target.{name}" for name in nested}
    for concern in Report.Concern.values:
        assert f"`{concern}`" in DOCUMENT
    limits = [*drafts.MOST.values(), Options.model_fields["report_bytes"].default]
    for limit in limits:
        assert f"{limit:,}" in DOCUMENT
    assert f"{drafts.LEAST_KEY} to {drafts.MOST_KEY} visible" in DOCUMENT


def test_every_status_is_named() -> None:
    room = Path(wire.__file__).parent
    source = "".join((room / name).read_text("utf-8") for name in ("api.py", "answers.py", "exchange.py"))
    used = {str(http.HTTPStatus[name].value) for name in re.findall(r"HTTPStatus\.([A-Z_]+)", source)}
    assert used == set(re.findall(r"^\| `(\d{3})` \|", DOCUMENT, re.MULTILINE)) | {"201", "204"}
