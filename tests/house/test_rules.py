"""The habits of the house as rules: sizes, imports, leftovers, pinned dependencies without addresses."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 500
LONGEST_FILE_AT_P95 = 300
LONGEST_FUNCTION_AT_P95 = 40
DRAWERS = {"utils", "util", "helpers", "helper", "lib", "common", "misc", "tools"}
LEFTOVER = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "Not" + "Implemented"]))


def tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def product_modules() -> list[Path]:
    return [
        path for path in tracked("corrigenda/*.py", "corrigenda/**/*.py") if "migrations" not in path.parts
    ]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def at_p95(sizes: list[int]) -> int:
    return sorted(sizes)[int(len(sizes) * 0.95)]


def test_files_are_short() -> None:
    sizes = {path: len(path.read_text().splitlines()) for path in product_modules()}
    assert sizes, "no module found"
    assert [str(path) for path, size in sizes.items() if size > LONGEST_FILE] == []
    assert at_p95(list(sizes.values())) <= LONGEST_FILE_AT_P95


def test_functions_are_short() -> None:
    sizes = [
        (node.end_lineno or 0) - node.lineno + 1 for path in product_modules() for node in functions(path)
    ]
    assert at_p95(sizes) <= LONGEST_FUNCTION_AT_P95


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in product_modules()
        for node in functions(path)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path) for path in product_modules() if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_no_drawers() -> None:
    names = {part for path in product_modules() for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert names & DRAWERS == set()


def test_nothing_is_left_for_later() -> None:
    sources = tracked("*.py", "*.ts", "*.html", "*.md", "*.css")
    left = [
        str(path.relative_to(ROOT)) for path in sources if LEFTOVER.search(path.read_text(errors="replace"))
    ]
    assert left == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_python_lock_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links)\b", text, re.MULTILINE)
    pinned = re.findall(r"^[a-z0-9].*==", text, re.MULTILINE)
    assert len(pinned) > 20
    assert all(f"{line}" in text for line in pinned)
    for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_npm_lock_has_no_address() -> None:
    text = (ROOT / "widget" / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert '"integrity"' in text


def test_no_path_of_a_machine_is_tracked() -> None:
    homes = (str(ROOT.parent) + "/", str(Path.home()) + "/")
    if str(ROOT.parent) in {"/", "/tmp"}:
        pytest.skip("the checkout stands where every path would match")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.stat().st_size < 2_000_000 and any(home in path.read_text(errors="replace") for home in homes)
    ]
    assert found == []
