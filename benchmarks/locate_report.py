"""Writes what bench_locate measured: a table to read and the reliability plot of the docs."""

from collections.abc import Mapping, Sequence
from typing import Any

_PLOT = 340
_PAD = 46
_SIZE = _PLOT + 2 * _PAD
_COLOURS = ("#1b5e8a", "#b4531b")

_INTRODUCTION = """
# Finding passages again, side by side

`{command}`: {cases:,} scored reports on {pairs} pairs of revisions from {sources} sources; {rounds}
rounds, every method on every pair in turn. Right, wrong and moved as the README of the data counts them
(a span in the hole of a deleted passage is right, and counted as soft). CPU time of one process on a
shared machine: median over the rounds, with the lowest and the highest round; ratio to `carry`.

| method | right | wrong place | moved | replaced | deleted held | soft | ms a pair | p95 | ratio |
|---|---|---|---|---|---|---|---|---|---|
"""
_BELOW = """
`find` and the searches are given the quotation, 32 characters of context and the old offset; the others
both revisions. The quote search is plain Python here and runs in the first round only: its time says nothing
about the original's, and its threshold costs nothing. The mapped diffs call a passage gone where less than
half of its characters survive.

One more report about a pair costs `carry` {carry_us_a_report:.0f} us; `find` takes {find_us_median:.0f}
us at the median and {find_us_p95:.0f} us at the 95th percentile.

## By source

Each source judged alone. The last column is the calibration error of a source when the stated
confidences are learnt anew from all other sources.

| source | reports | `carry` right | wrong | `find` right | wrong | calibration, left out |
|---|---|---|---|---|---|---|
"""
_CALIBRATION = """
`{name}`: calibration error {error:.3f}; below {ask_below} lie {asked:.1f} % of the answers, and
{asked_off:.1f} % of those are off; of the others {not_asked_off:.1f} % are.

| says | answers | right | wrong place |
|---|---|---|---|
"""
_GROWTH = """
## Growth

Revisions of the data joined end to end, ten reports each; then texts built to be slow.

| text | characters | `carry`, ms | `find`, ms |
|---|---|---|---|
"""
_WEIGHTS = """
## Weights

Each weight a third lower and half as high again, all else as it is; the first row is the engine as it
stands.

| weight | value | right | wrong place | moved right | replaced found |
|---|---|---|---|---|---|
"""


def markdown(result: Mapping[str, Any]) -> str:
    """The whole result as a page."""
    page = _INTRODUCTION.lstrip().format_map(result)
    page += "".join(_method(name, entry) for name, entry in result["methods"].items())
    page += _BELOW.format_map(result["cost"])
    page += "".join(_source(name, row) for name, row in result["by_source"].items())
    page += "\n## Calibration\n"
    for name, entry in result["calibration"].items():
        page += _CALIBRATION.format(name=name, **entry)
        page += "".join(
            f"| {row['says']:.3f} | {row['answers']:,} | {row['right']:.3f} | {row['wrong']:.3f} |\n"
            for row in entry["bins"]
        )
    page += _GROWTH
    for row in result["growth"]:
        page += f"| {row['text']} | {row['characters']:,} | {row['carry_ms']:.0f} | {row['find_ms']:.1f} |\n"
    if result["weights"]:
        page += _WEIGHTS + "".join(map(_weight, result["weights"]))
    return page


def _shares(row: Mapping[str, Any], *names: str, digits: int = 1) -> str:
    return " | ".join(f"{row[name]:.{digits}f} %" for name in names)


def _method(name: str, entry: Mapping[str, Any]) -> str:
    ms = entry["ms_a_pair"]
    shares = _shares(entry, "right", "wrong", "moved", "replaced", "deleted_held", "soft", digits=2)
    time = f"{ms['median']:.2f} ({ms['lowest']:.2f}–{ms['highest']:.2f})"
    return f"| {name} | {shares} | {time} | {ms['p95']:.1f} | {entry['ratio']:.2f} |\n"


def _source(name: str, row: Mapping[str, float]) -> str:
    shares = _shares(row, "right", "wrong", "find_right", "find_wrong")
    return f"| {name} | {row['cases']:,} | {shares} | {row['left_out']:.3f} |\n"


def _weight(row: Mapping[str, Any]) -> str:
    shares = _shares(row, "right", "wrong", "moved", "replaced", digits=2)
    return f"| {row['name']} | {row['value']:g} | {shares} |\n"


def reliability_plot(bins: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    """An SVG of what was said against what was right, 0.7 to 1; a dot's area grows with its answers."""
    middle = _PAD + _PLOT / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}" font-size="12" role="img">',
        "<title>Stated confidence against the share of right answers</title>",
        f'<rect width="{_SIZE}" height="{_SIZE}" fill="#fff"/>',
        f'<path d="M{_PAD} {_PAD}V{_PAD + _PLOT}H{_PAD + _PLOT}" fill="none" stroke="#444"/>',
        f'<path d="M{_x(0.7)} {_y(0.7)}L{_x(1)} {_y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
        _text(middle, _SIZE - 10, "middle", "the answer says"),
        f'<g transform="rotate(-90 12 {middle})">{_text(12, middle, "middle", "share right")}</g>',
    ]
    for tick in (0.7, 0.8, 0.9, 1.0):
        parts.append(_text(_x(tick), _PAD + _PLOT + 18, "middle", f"{tick:.1f}"))
        parts.append(_text(_PAD - 8, _y(tick) + 4, "end", f"{tick:.1f}"))
    for number, ((name, entries), colour) in enumerate(zip(bins.items(), _COLOURS, strict=True)):
        parts += [
            _dot(_x(entry["says"]), _y(entry["right"]), 2 + entry["answers"] ** 0.5 / 6, colour)
            for entry in entries
        ]
        row = _PAD + 14 + 18 * number
        parts += [_dot(_PAD + 16, row - 4, 5, colour), _text(_PAD + 28, row, "start", name)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _text(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="#222">{text}</text>'


def _dot(x: float, y: float, radius: float, colour: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.55"/>'


def _x(share: float) -> float:
    return round(_PAD + _PLOT * (max(share, 0.7) - 0.7) / 0.3, 1)


def _y(share: float) -> float:
    return round(_PAD + _PLOT * (1 - (max(share, 0.7) - 0.7) / 0.3), 1)
