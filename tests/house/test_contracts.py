"""The import contracts hold, and each of them catches what it is there to catch."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"

PLANTED = {
    "a room imports a room": ("fix/planted.py", "from corrigenda.decide import step"),
    "a room imports a room inside a function": (
        "watch/planted.py",
        "def run() -> None:\n    from corrigenda.send import step",
    ),
    "a room imports a room for its types only": (
        "send/planted.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from corrigenda.disclose import step",
    ),
    "a room imports the accounts": ("decide/planted.py", "from corrigenda.accounts import signin"),
    "a table imports the ledger": ("models/planted.py", "from corrigenda import ledger"),
    "the shell imports a room": ("web/planted.py", "import corrigenda.report"),
    "a connector imports a table": ("connectors/planted.py", "from corrigenda.models import Case"),
    "a connector imports the ledger": ("connectors/planted.py", "from corrigenda import ledger"),
    "the text engine imports Django": ("passage/planted.py", "from django.db import models"),
    "the flow imports a table": ("flow.py", "from corrigenda.models import Case"),
    "a room imports the worker": ("locate/planted.py", "from corrigenda import worker"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__", "static", "locale", "articles", "assets")
    shutil.copytree(ROOT / "corrigenda", folder / "corrigenda", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_contracts_hold_as_the_house_stands(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("what", PLANTED)
def test_planted_violation_is_caught(copy: Path, what: str) -> None:
    path, code = PLANTED[what]
    file = copy / "corrigenda" / path
    before = file.read_text() if file.exists() else None
    file.write_text(f"{before or ''}\n{code}\n")
    try:
        done = lint(copy)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before)
    assert done.returncode == 1, f"{what} went unnoticed:\n{done.stdout}"
    assert "BROKEN" in done.stdout
