"""`make audit` tells a finding, no finding, and an index that did not answer apart."""

import json

import pytest

from tests.audit import found_by_npm, found_by_pip, tell

FAULT = {"id": "PYSEC-2026-1", "fix_versions": ["2.1"], "aliases": [], "description": "A fault."}


def test_a_finding_of_pip_is_named_with_what_mends_it() -> None:
    report = {"dependencies": [{"name": "one", "version": "2.0", "vulns": [FAULT]}], "fixes": []}
    assert found_by_pip(json.dumps(report)) == ["one 2.0: PYSEC-2026-1, fixed in 2.1"]


def test_a_finding_of_npm_is_named() -> None:
    report = {"auditReportVersion": 2, "vulnerabilities": {"one": {"range": "<2", "severity": "high"}}}
    assert found_by_npm(json.dumps(report)) == ["one <2: high"]


def test_nothing_found_is_no_silence() -> None:
    assert found_by_pip('{"dependencies": [{"name": "one", "version": "2.0", "vulns": []}]}') == []
    assert found_by_npm('{"auditReportVersion": 2, "vulnerabilities": {}}') == []


def test_a_package_that_the_index_told_nothing_of_is_no_clean_bill() -> None:
    good = {"name": "one", "version": "2.0", "vulns": []}
    skipped = {"name": "two", "skip_reason": "Dependency not found"}
    assert found_by_pip(json.dumps({"dependencies": [good, skipped]})) is None
    faulty = {**good, "vulns": [FAULT]}
    assert found_by_pip(json.dumps({"dependencies": [faulty, skipped]})) is not None


@pytest.mark.parametrize(
    "said", ["", '{"dependencies": []}', "<html>", "[]", "{}", '{"error": {"code": "ENOAUDIT"}}']
)
def test_an_index_that_does_not_answer_is_no_clean_bill(
    said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found_by_pip(said) is None
    assert found_by_npm(said) is None
    assert tell("requirements.lock", None) == 2
    assert "not audited" in capsys.readouterr().out
    assert tell("requirements.lock", []) == 0
    assert tell("requirements.lock", ["one 2.0: PYSEC-2026-1, fixed in 2.1"]) == 1
