"""Reads the re-anchoring data and judges answers as the README of the data says."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Span = tuple[int, int]

# How much of the truth and the answer must be shared (intersection over union).
SAME_PASSAGE = 0.8
SAME_REPLACEMENT = 0.5


@dataclass(frozen=True, slots=True)
class Case:
    """One report: what the engine is given, and where the passage truly is in the new text."""

    pair: str
    source: str
    label: str
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    golds: tuple[Span, ...]
    gap: Span | None
    moved: bool

    def verdict(self, span: Span | None) -> str:
        """`right`, `soft` (in the hole of a deleted passage), `part` (touches the truth), `lost` or `wrong`.

        `orphan` is right too: a replaced passage that is called gone.
        """
        if self.label == "DELETED":
            if span is None:
                return "right"
            return "soft" if self.gap and self.gap[0] <= span[0] and span[1] <= self.gap[1] else "wrong"
        if span is None:
            return "orphan" if self.label == "REPLACED" else "lost"
        enough = SAME_REPLACEMENT if self.label == "REPLACED" else SAME_PASSAGE
        if self._is_exact(span) or any(_shared(span, gold) >= enough for gold in self.golds):
            return "right"
        return "part" if any(_shared(span, gold) > 0 for gold in self.golds) else "wrong"

    def _is_exact(self, span: Span) -> bool:
        least, most = self.golds[0], self.golds[1]
        return most[0] <= span[0] <= least[0] and least[1] <= span[1] <= most[1]


@dataclass(frozen=True, slots=True)
class Revisions:
    """Two revisions of a text and the reports about the old one."""

    pair: str
    source: str
    path: str
    old: str
    new: str
    cases: tuple[Case, ...]


RIGHT = frozenset(("right", "orphan", "soft"))


def _shared(a: Span, b: Span) -> float:
    both = min(a[1], b[1]) - max(a[0], b[0])
    return max(both, 0) / (max(a[1], b[1]) - min(a[0], b[0]))


def read(folder: Path) -> list[Revisions]:
    """The pairs of revisions with their scored cases (GREY ones are left out, as the README says)."""
    texts = {row["id"]: row["text"] for row in _rows(folder / "texts.jsonl.gz")}
    cases: dict[str, list[Case]] = {}
    for row in _rows(folder / "cases.jsonl.gz"):
        if row["label"] != "GREY":
            cases.setdefault(row["pair"], []).append(_case(row))
    return [
        Revisions(
            row["pair"],
            row["source"],
            row["path"],
            texts[row["old"]],
            texts[row["new"]],
            tuple(cases.get(row["pair"], ())),
        )
        for row in _rows(folder / "pairs.jsonl.gz")
    ]


def _case(row: dict[str, Any]) -> Case:
    golds = tuple((gold[0], gold[1]) for gold in (row["gold_min"], row["gold_max"], row["gold_alt"]) if gold)
    gap = (row["gap"][0], row["gap"][1]) if row["gap"] else None
    given = {
        name: row[name] for name in ("pair", "source", "label", "exact", "prefix", "suffix", "start", "end")
    }
    return Case(**given, golds=golds, gap=gap, moved=row["moved"])


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
