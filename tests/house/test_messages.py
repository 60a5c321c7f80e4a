"""The catalogues are whole: every text is translated, and what is compiled is what is written."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import messages, tools

CATALOGUES = sorted((messages.PACKAGE / "locale").rglob("*.po"))


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package whose catalogues have just been brought up to date."""
    tools.require(tools.GETTEXT, shutil.which("msgfmt"))
    package = tmp_path_factory.mktemp("messages") / "corrigenda"
    shutil.copytree(
        messages.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "articles", "assets")
    )
    messages.gather(package)
    return package


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_is_translated(gathered: Path, catalogue: Path, tmp_path: Path) -> None:
    fresh = gathered / catalogue.relative_to(messages.PACKAGE)
    command = ["msgattrib", "--only-fuzzy", "--no-obsolete", str(fresh)]
    fuzzy = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    command = ["msgattrib", "--untranslated", "--no-obsolete", str(fresh)]
    untranslated = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert fuzzy == "", "these were guessed by a tool; run make messages and look at them"
    assert untranslated == "", "these lack a translation; run make messages and write one"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_is_the_written_one(catalogue: Path, tmp_path: Path) -> None:
    tools.require(tools.GETTEXT, shutil.which("msgfmt"))
    messages.compile_catalogue(catalogue, tmp_path / "fresh.mo")
    assert (tmp_path / "fresh.mo").read_bytes() == catalogue.with_suffix(".mo").read_bytes()
