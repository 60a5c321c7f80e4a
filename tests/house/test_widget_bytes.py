"""The widget's bytes as a publisher's engineer would weigh them: `gzip -9`, which keeps the file's name."""

import gzip
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILT = ROOT / "corrigenda/static/corrigenda/widget"


def test_every_part_has_a_budget_and_keeps_it() -> None:
    budget = json.loads((ROOT / "widget/package.json").read_text())["budget"]
    parts = {path.name: path.read_bytes() for path in BUILT.glob("*.js")}
    assert budget.keys() == parts.keys()
    # The header of a gzip file names the file and ends the name with a zero (RFC 1952, 2.3.1).
    weights = {name: len(gzip.compress(text, 9)) + len(name) + 1 for name, text in parts.items()}
    assert {name: weight for name, weight in weights.items() if weight > budget[name]} == {}
