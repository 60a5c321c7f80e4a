"""Schemathesis sends a served desk what its OpenAPI document allows and forbids, and finds nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from corrigenda.config.api import API
from tests.conformance.serving import ROOT
from tests.journeys.serving import Installation, Server

Record = Callable[[str, object], None]

LEAN: Final = ("--max-examples", "8", "--generation-deterministic", "--suppress-health-check", "all")
"""So few and always the same, for every run of the tests; what takes long on a busy machine is no finding."""
LONG: Final = ("--max-examples", "2000", "--suppress-health-check", "all")
FRONT_DOOR: Final = {"front door": "true", "plain view": "false"}


def examine(server: Server, folder: Path, *arguments: str) -> str:
    """Run every check of schemathesis in all its phases, and return what it says."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run"),
            f"http://127.0.0.1:{server.port}/api/openapi.json",
            *("--checks", "all", "--mode", "all", "--continue-on-failure", "--no-color"),
            *arguments,
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "default",
            "SCHEMATHESIS_HOOKS": "tests.conformance.hooks",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{server.log.read_text()[-20_000:]}"
    return done.stdout


def find_nothing(server: Server, folder: Path, record: Record, *arguments: str) -> None:
    """Examine the API; every operation has been tried, and the states of reports that were handed in."""
    said = examine(server, folder, *arguments)
    operations = sum(len(methods) for methods in API.get_openapi_schema(path_prefix="")["paths"].values())
    assert f"Selected: {operations}/{operations}" in said
    assert f"Tested: {operations}" in said
    assert "No issues found" in said
    assert re.search(r"API Links:\s+[1-9]\d* covered", said), said
    (generated, passed), *_none = re.findall(r"(\d+) generated, (\d+) passed", said)
    assert generated == passed
    log = server.log.read_text()
    assert "Traceback" not in log
    record("requests", int(generated))


@pytest.mark.parametrize("door", ["front door", pytest.param("plain view", marks=pytest.mark.one_database)])
def test_the_api_is_what_its_document_says(
    desk: Installation, door: str, tmp_path: Path, record_property: Record
) -> None:
    with desk.serve(CORRIGENDA_FRONT_DOOR=FRONT_DOOR[door]) as server:
        find_nothing(server, tmp_path, record_property, *LEAN)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("door", FRONT_DOOR)
def test_the_api_is_so_over_and_over(
    desk: Installation, door: str, tmp_path: Path, record_property: Record
) -> None:
    with desk.serve(CORRIGENDA_FRONT_DOOR=FRONT_DOOR[door]) as server:
        find_nothing(server, tmp_path, record_property, *LONG)
