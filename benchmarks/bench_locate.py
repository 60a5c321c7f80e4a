"""Measures the passage engine beside its peers on the re-anchoring data: `make bench-locate`.

Reads ../shared/data/anchoring beside the checkout (or --data FOLDER) and writes
benchmarks/results/locate.{json,md} and the reliability plot in docs/reference. --weights adds the table of
each weight changed, which takes some minutes more.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.locate_data import RIGHT, Case, Revisions, Span, read
from benchmarks.locate_peers import (
    Answers,
    QuoteSearch,
    character_diff,
    nearest_exact,
    word_lcs,
)
from benchmarks.locate_report import markdown, reliability_plot
from benchmarks.locate_versions import compare, told
from corrigenda.passage import Match, Selector, carry, find
from corrigenda.passage.confidence import ASK_BELOW

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "anchoring"

Method = Callable[[str, str, Sequence[Case]], Answers]
# In plain Python too slow for every round: the first one is enough for its shares.
_ONCE = frozenset(("quote search", "quote search, threshold"))
# Weights of size and time, which do not change what is right.
_LIMITS = ("MOST_", "SEED", "WINDOW")


def matches_of_carry(old: str, new: str, cases: Sequence[Case]) -> list[Match]:
    """What `carry` answers."""
    return carry(old, new, [(case.start, case.end) for case in cases])


def matches_of_find(_old: str, new: str, cases: Sequence[Case]) -> list[Match]:
    """What `find` answers, given the quotation, its context and where it stood."""
    return [find(new, Selector(case.exact, case.prefix, case.suffix), case.start) for case in cases]


def _spans(matches: Callable[[str, str, Sequence[Case]], list[Match]]) -> Method:
    return lambda old, new, cases: [match.span for match in matches(old, new, cases)]


_QUOTES = QuoteSearch()
METHODS: dict[str, Method] = {
    "carry": _spans(matches_of_carry),
    "find": _spans(matches_of_find),
    "word LCS, mapped": word_lcs,
    "character diff, mapped": character_diff,
    "quote search": _QUOTES.best,
    "quote search, threshold": _QUOTES.strict,
    "nearest exact string": nearest_exact,
}


def _share(verdicts: Iterable[str], among: Iterable[str]) -> float:
    listed, wanted = list(verdicts), frozenset(among)
    return 100 * sum(verdict in wanted for verdict in listed) / len(listed) if listed else 0.0


def score(cases: Sequence[Case], answers: Sequence[Span | None]) -> dict[str, float]:
    """The shares, in per cent, that the table shows."""
    judged = [(case, case.verdict(answer)) for case, answer in zip(cases, answers, strict=True)]
    verdicts = [verdict for _, verdict in judged]
    return {
        "right": _share(verdicts, RIGHT),
        "wrong": _share(verdicts, ("wrong",)),
        "moved": _share((verdict for case, verdict in judged if case.moved), RIGHT),
        "replaced": _share((verdict for case, verdict in judged if case.label == "REPLACED"), ("right",)),
        "deleted_held": 100 - _share((v for case, v in judged if case.label == "DELETED"), ("wrong",)),
        "soft": _share(verdicts, ("soft",)),
        "lost": _share(verdicts, ("lost",)),
        "part": _share(verdicts, ("part",)),
    }


def run(revisions: Sequence[Revisions], rounds: int) -> dict[str, Any]:
    """Every method on every pair in turn, `rounds` times: shares, and CPU milliseconds a pair."""
    cases = [case for pair in revisions for case in pair.cases]
    answers: dict[str, Answers] = defaultdict(list)
    times: dict[str, list[list[float]]] = {name: [] for name in METHODS}
    for turn in range(rounds):
        methods = {name: method for name, method in METHODS.items() if turn == 0 or name not in _ONCE}
        for name in methods:
            times[name].append([])
        for number, pair in enumerate(revisions):
            for name, method in methods.items():
                began = time.process_time()
                spans = method(pair.old, pair.new, pair.cases)
                times[name][-1].append(1000 * (time.process_time() - began))
                if turn == 0:
                    answers[name] += spans
            if number % 100 == 0:
                print(f"round {turn + 1} of {rounds}: {number} of {len(revisions)} pairs", file=sys.stderr)
    base = median(median(turn) for turn in times["carry"])
    return {
        name: score(cases, answers[name])
        | {"ms_a_pair": _timing(times[name])}
        | {"ratio": _ratio(times[name], base)}
        for name in METHODS
    }


def _timing(turns: Sequence[Sequence[float]]) -> dict[str, float]:
    medians = [median(turn) for turn in turns]
    tails = [quantiles(turn, n=20)[-1] for turn in turns]
    return {"median": median(medians), "lowest": min(medians), "highest": max(medians), "p95": median(tails)}


def _ratio(turns: Sequence[Sequence[float]], base: float) -> float:
    return median(median(turn) for turn in turns) / base


def costs(revisions: Sequence[Revisions], rounds: int) -> dict[str, float]:
    """What one more report about a pair costs `carry`, and what a `find` takes, in us."""
    more: list[float] = []
    finds: list[float] = []
    for _ in range(rounds):
        for pair in revisions:
            spans = [(case.start, case.end) for case in pair.cases]
            if len(spans) < 2:
                continue
            began = time.process_time()
            carry(pair.old, pair.new, spans[:1])
            between = time.process_time()
            carry(pair.old, pair.new, spans * 10)
            more.append(((time.process_time() - between) - (between - began)) / (len(spans) * 10 - 1))
            for case in pair.cases:
                began = time.perf_counter()
                find(pair.new, Selector(case.exact, case.prefix, case.suffix), case.start)
                finds.append(time.perf_counter() - began)
    return {
        "carry_us_a_report": 1e6 * median(more),
        "find_us_median": 1e6 * median(finds),
        "find_us_p95": 1e6 * quantiles(finds, n=20)[-1],
    }


def _bins(judged: Iterable[tuple[float, str]]) -> dict[float, tuple[int, int, int]]:
    """For each stated confidence: answers, right ones, wrong ones."""
    bins: dict[float, tuple[int, int, int]] = {}
    for says, verdict in judged:
        answers, right, wrong = bins.get(says, (0, 0, 0))
        bins[says] = answers + 1, right + (verdict in RIGHT), wrong + (verdict == "wrong")
    return dict(sorted(bins.items()))


def calibration(judged: Sequence[tuple[float, str]]) -> dict[str, Any]:
    """Stated against observed, the expected calibration error, and what asking a human parts."""
    bins = _bins(judged)
    total = len(judged)
    asked = [verdict for says, verdict in judged if says < ASK_BELOW]
    others = [verdict for says, verdict in judged if says >= ASK_BELOW]
    return {
        "error": sum(abs(says * n - right) for says, (n, right, _) in bins.items()) / total,
        "ask_below": ASK_BELOW,
        "asked": 100 * len(asked) / total,
        "asked_off": 100 - _share(asked, RIGHT),
        "not_asked_off": 100 - _share(others, RIGHT),
        "bins": [
            {"says": says, "answers": n, "right": right / n, "wrong": wrong / n}
            for says, (n, right, wrong) in bins.items()
        ],
    }


def by_source(judged: Mapping[str, Sequence[tuple[Case, float, str]]]) -> dict[str, dict[str, float]]:
    """Each source alone, and its calibration error when confidences are learnt from all others."""
    table = {}
    for source in sorted({case.source for case, _, _ in judged["carry"]}):
        mine = [(says, verdict) for case, says, verdict in judged["carry"] if case.source == source]
        found = [verdict for case, _, verdict in judged["find"] if case.source == source]
        learnt = _bins((says, verdict) for case, says, verdict in judged["carry"] if case.source != source)
        shares = {says: (right + 1) / (n + 2) for says, (n, right, _) in learnt.items()}
        error = sum(abs(shares.get(says, says) * n - right) for says, (n, right, _) in _bins(mine).items())
        table[source] = {
            "cases": len(mine),
            "right": _share((verdict for _, verdict in mine), RIGHT),
            "wrong": _share((verdict for _, verdict in mine), ("wrong",)),
            "find_right": _share(found, RIGHT),
            "find_wrong": _share(found, ("wrong",)),
            "left_out": error / len(mine),
        }
    return table


def judge(revisions: Sequence[Revisions]) -> dict[str, list[tuple[Case, float, str]]]:
    """Each case with the confidence and the verdict of `carry` and of `find`."""
    judged: dict[str, list[tuple[Case, float, str]]] = {"carry": [], "find": []}
    for pair in revisions:
        for name, matches in (("carry", matches_of_carry), ("find", matches_of_find)):
            for case, match in zip(pair.cases, matches(pair.old, pair.new, pair.cases), strict=True):
                judged[name].append((case, match.confidence, case.verdict(match.span)))
    return judged


def growth(revisions: Sequence[Revisions]) -> list[dict[str, Any]]:
    """Times on joined revisions (1 to 100 long articles) and on texts built to be slow."""
    # One pair an article: joined revisions of one would repeat themselves.
    pairs = list({pair.path: pair for pair in revisions if 4_000 < len(pair.old) < 8_000}.values())
    texts = []
    for count in (1, 10, 25, 100):
        old, new = "\n".join(p.old for p in pairs[:count]), "\n".join(p.new for p in pairs[:count])
        texts.append((f"{count} articles", old, new))
    words = "word " * 1_000_000
    marks = "e\u0301\u0308" * 333_333
    line = " ".join(f"w{number % 5_003}" for number in range(170_000))
    texts += [
        ("a million repeated words", words, words[:2_500_000] + "other " + words[2_500_000:]),
        ("no spaces", "x" * 1_000_000, "x" * 500_000 + "y" + "x" * 500_000),
        ("combining marks", marks, marks[:400_001] + "o" + marks[400_001:]),
        (
            "one 1 MB line, every fiftieth word changed",
            line,
            line.replace(" w50 ", " other ").replace("w7 ", "w "),
        ),
        (
            "15,000 lines turned round",
            "\n".join(map(str, range(15_000))),
            "\n".join(map(str, range(15_000, 0, -1))),
        ),
        ("a million full stops", "." * 1_000_000, "." * 999_999 + "!"),
    ]
    return [_grow(name, old, new) for name, old, new in texts]


def _grow(name: str, old: str, new: str) -> dict[str, Any]:
    spans = [(at, at + 30) for at in range(0, len(old) - 30, max(len(old) // 10, 1))][:10]
    began = time.process_time()
    carry(old, new, spans)
    between = time.process_time()
    middle = len(old) // 2
    find(new, Selector.of(old, middle, middle + 40), middle)
    ended = time.process_time()
    return {
        "text": name,
        "characters": len(old),
        "carry_ms": 1000 * (between - began),
        "find_ms": 1000 * (ended - between),
    }


def change_weights(revisions: Sequence[Revisions]) -> list[dict[str, Any]]:
    """The shares of `carry` with each weight a third lower and half as high again."""
    modules = [module for name, module in sys.modules.items() if name.startswith("corrigenda.passage.")]
    weights = vars(sys.modules["corrigenda.passage.weights"])
    names = [name for name in weights if name.isupper() and not name.startswith(_LIMITS)]
    cases = [case for pair in revisions for case in pair.cases]
    rows: list[dict[str, Any]] = []
    for name in ["as it stands", *names]:
        value = weights.get(name, 1)
        changed = [value * 2 / 3, value * 3 / 2] if name in weights else [value]
        for other in changed:
            new = max(round(other), 1) if isinstance(value, int) else min(other, 1.0) if value <= 1 else other
            for module in modules:
                if hasattr(module, name):
                    setattr(module, name, new)
            answers = [
                span for pair in revisions for span in METHODS["carry"](pair.old, pair.new, pair.cases)
            ]
            rows.append({"name": name, "value": new} | score(cases, answers))
        for module in modules:
            if hasattr(module, name):
                setattr(module, name, value)
    return rows


def _last_weights(folder: Path) -> list[dict[str, Any]]:
    """The table of weights of the last run that made one."""
    last = folder / "locate.json"
    rows: list[dict[str, Any]] = json.loads(last.read_text())["weights"] if last.is_file() else []
    return rows


def main() -> int:
    """Runs it all and writes the results."""
    parser = argparse.ArgumentParser(description="Measures the passage engine beside its peers.")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the re-anchoring data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--weights", action="store_true", help="also change each weight in turn")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FOLDER",
        help="another version of this project: only run both in turn, and write nothing",
    )
    options = parser.parse_args()
    if not (options.data / "cases.jsonl.gz").is_file():
        print(
            "The re-anchoring data is absent: nothing was measured. Name its folder with --data.",
            file=sys.stderr,
        )
        return 1
    if options.against:
        return told(compare(ROOT, options.against.resolve(), options.data.resolve(), options.rounds))
    folder = ROOT / "benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    revisions = read(options.data)
    methods = run(revisions, options.rounds)
    judged = judge(revisions)
    calibrated = {
        name: calibration([(says, verdict) for _, says, verdict in rows]) for name, rows in judged.items()
    }
    result = {
        "command": "python -m benchmarks.bench_locate" + " --weights" * options.weights,
        "pairs": len(revisions),
        "cases": len(judged["carry"]),
        "sources": len({pair.source for pair in revisions}),
        "rounds": options.rounds,
        "methods": methods,
        "cost": costs(revisions, 1),
        "by_source": by_source(judged),
        "calibration": calibrated,
        "growth": growth(revisions),
        "weights": change_weights(revisions) if options.weights else _last_weights(folder),
    }
    (folder / "locate.json").write_text(json.dumps(result, indent=1) + "\n")
    (folder / "locate.md").write_text(markdown(result))
    plot = reliability_plot({name: entry["bins"] for name, entry in calibrated.items()})
    (ROOT / "docs" / "reference" / "passage-confidence.svg").write_text(plot)
    print(markdown(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
