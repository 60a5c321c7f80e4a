"""docs/reference/api.md says what the API does: its snippets run, its tables agree with the document."""

import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # published without types

from corrigenda.config.api import document
from corrigenda.config.options import Options
from corrigenda.disclose.standing import Standing
from corrigenda.report.drafts import LEAST_KEY, MOST_KEY
from tests.conformance.seed import TOKEN
from tests.conformance.serving import ROOT

TEXT: Final = (ROOT / "docs/reference/api.md").read_text("utf-8")
DESK: Final = "https://desk.example"
BLOCK: Final = re.compile(r"(?:<!-- file: (\S+) -->\n)?```(sh|json)\n(.*?)```", re.DOTALL)
OPEN_END: Final = "…"
URL_LIMIT: Final = "2,000"
"""Of an address, which is measured when it has been cleaned: JSON Schema has no word for that."""


@cache
def described() -> dict[str, Any]:
    """Return the OpenAPI document."""
    made: dict[str, Any] = json.loads(document())
    return made


def section(heading: str) -> str:
    """Return what stands below a heading of the reference."""
    return TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """Return the cells of all tables in a text, without their heads."""
    lines = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line] for line in lines]


def names(cell: str) -> list[str]:
    """Return what a cell names."""
    return re.findall(r"`([^`]+)`", cell)


def agrees(shown: Any, answered: Any) -> bool:
    """Whether an answer is what is shown: "…" stands for anything, a number in quotes for any other."""
    if isinstance(shown, dict):
        is_open = OPEN_END in shown
        told = {name: value for name, value in shown.items() if name != OPEN_END}
        same = isinstance(answered, dict) and (
            told.keys() <= answered.keys() if is_open else told.keys() == answered.keys()
        )
        return same and all(agrees(value, answered[name]) for name, value in told.items())
    if isinstance(shown, list):
        if shown[-1:] == [OPEN_END]:
            shown, answered = shown[:-1], answered[: len(shown) - 1]
        return len(shown) == len(answered) and all(map(agrees, shown, answered))
    if isinstance(shown, str) and isinstance(answered, str):
        if shown.isdecimal():
            return answered.isdecimal()
        return bool(re.fullmatch(".+".join(map(re.escape, shown.split(OPEN_END))), answered))
    return bool(shown == answered)


def test_every_snippet_does_what_it_says(served: str, tmp_path: Path) -> None:
    answered: Any = None
    run = compared = 0
    for file, language, content in BLOCK.findall(TEXT.replace(DESK, served)):
        if file:
            (tmp_path / file).write_text(content)
        elif language == "sh":
            done = subprocess.run(
                ["bash", "-ec", content],
                cwd=tmp_path,
                env={**os.environ, "TOKEN": TOKEN},
                capture_output=True,
                text=True,
                check=True,
            )
            answered = json.loads(done.stdout)
            run += 1
        else:
            shown = json.loads(content)
            assert agrees(shown, answered), f"shown:\n{content}\nanswered:\n{json.dumps(answered, indent=2)}"
            compared += 1
    assert (run, compared) == (8, 6)


def test_a_snippet_that_was_wrong_would_be_found() -> None:
    assert agrees({"id": "12", "url": "https://…/", "…": "…"}, {"id": "9", "url": "https://a/", "more": 1})
    assert agrees(["a", "…"], ["a", "b"])
    assert not agrees({"id": "12"}, {"id": "x"})
    assert not agrees({"a": 1}, {"a": 1, "b": 2})
    assert not agrees({"a": 1, "…": "…"}, {"b": 2})
    assert not agrees(["a"], ["a", "b"])
    assert not agrees("https://…/", "https:///")


def test_every_address_is_in_the_table_of_addresses() -> None:
    told = {names(row[0])[0] for row in rows(TEXT.partition("\n## ")[0])}
    operations = {
        f"{method.upper()} {path}" for path, methods in described()["paths"].items() for method in methods
    }
    assert told == operations | {"GET /api/openapi.json"}
    for address in told:
        assert f"\n## {address}\n" in TEXT


def test_every_status_is_in_the_table_of_problems() -> None:
    told = {names(row[0])[0] for row in rows(section("Problems"))}
    statuses = {
        status
        for methods in described()["paths"].values()
        for operation in methods.values()
        for status in operation["responses"]
        if int(status) >= 400
    }
    assert told == statuses


def test_every_member_of_a_report_is_in_its_table_with_its_limit() -> None:
    schemas = described()["components"]["schemas"]
    inner = {**schemas["TextQuoteSelector"]["properties"], **schemas["TextPositionSelector"]["properties"]}
    members = {
        **{name: value for name, value in schemas["ReportBody"]["properties"].items() if name != "target"},
        **{f"target.{name}": value for name, value in schemas["Target"]["properties"].items()},
        **{f"target.selector.{name}": value for name, value in inner.items() if name != "type"},
    }
    table = {names(row[0])[0]: row for row in rows(section("POST /api/reports"))}
    assert table.keys() == members.keys()
    needed = {*schemas["ReportBody"]["required"], "target.source", "target.selector", "target.selector.exact"}
    for name, (_name, is_needed, most, meaning) in table.items():
        assert (is_needed == "yes") == (name in needed), name
        email = members[name].get("anyOf", [{}])[0].get("maxLength")
        limit = members[name].get("maxLength", email)
        assert most == (URL_LIMIT if name == "url" else f"{limit:,}" if limit else ""), name
        assert set(members[name].get("enum", [])) <= set(names(meaning)), name
    assert f"{LEAST_KEY} to {MOST_KEY} visible" in TEXT
    assert f"{Options.model_fields['report_bytes'].default:,}" in section("Problems")


@pytest.mark.parametrize(
    ("heading", "schema"),
    [
        ("GET /api/reports/{token}", "ReportState"),
        ("GET /widget/config", "WidgetConfig"),
        ("POST /widget/known", "KnownPassage"),
        ("GET /widget/notices", "PageNotices"),
    ],
)
def test_every_member_of_an_answer_is_in_its_table(heading: str, schema: str) -> None:
    members = described()["components"]["schemas"][schema]["properties"]
    told = {name for row in rows(section(heading)) for name in names(row[0])}
    assert told - set(Standing) == set(members)


def test_every_state_is_in_its_table() -> None:
    told = [names(row[0])[0] for row in rows(section("GET /api/reports/{token}").partition("| state |")[2])]
    assert told == [one.value for one in Standing]


def test_the_document_is_sound() -> None:
    text = document().decode()
    made = described()
    assert made["openapi"] == "3.1.0"
    for schema in made["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for kind, name in re.findall(r'"\$ref":"#/components/(\w+)/([\w-]+)"', text):
        assert name in made["components"][kind], name
    identities = [one["operationId"] for methods in made["paths"].values() for one in methods.values()]
    assert len(set(identities)) == len(identities)


def test_the_example_of_the_document_is_that_of_the_reference() -> None:
    body = described()["paths"]["/api/reports"]["post"]["requestBody"]["content"]["application/json"]
    (shown,) = re.findall(r"<!-- file: report.json -->\n```json\n(.*?)```", TEXT, re.DOTALL)
    assert body["examples"]["report"]["value"] == json.loads(shown)
