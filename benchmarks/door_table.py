"""The results of bench_door.py as a page that can be read."""

from statistics import median
from typing import Any, Final

_HEAD: Final = """\
# The front door under load

Made by `{command}`: {connections} connections that stay open, {seconds:g} s a run after
one round of warming up, {repeats} rounds in which every contender takes its turn; medians, with the least and
the most. {cores} cores, which the load shares with the servers, and with other work (a column says how many
cores that took): trust the ratios, which are taken within each round.

Each request is a report of {bytes} bytes with a key of its own, from one of 100,000 networks behind a trusted
proxy. Limits are on; reports of a site are counted too, but no number of them asks for a puzzle here
(`CORRIGENDA_CHALLENGE_REPORTS=100000000`), for the load solves none. Server processes: two on PostgreSQL, one
on SQLite. The plain view has {threads} threads a process.

"""


def markdown(document: dict[str, Any]) -> str:
    """Return the page."""
    parts = [_head(document)]
    parts += [_disk(result) for result in document["results"]]
    return "\n".join(parts)


def _head(document: dict[str, Any]) -> str:
    runs = document["results"][0]["runs"]
    repeats = max(len(of_it) for of_it in runs.values())
    return _HEAD.format(
        command=document["command"],
        connections=document["connections"],
        seconds=document["seconds"],
        repeats=repeats,
        cores=document["machine"]["cores"],
        bytes=document["report_bytes"],
        threads=document["plain_threads"],
    )


def _disk(result: dict[str, Any]) -> str:
    lines = [f"## {_TITLES[result['disk']]}", ""]
    lines += [
        "| | requests/s | p50 ms | p99 ms | CPU: server + database | load | others | refused, broken |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(name, runs) for name, runs in result["runs"].items()]
    lines += ["", "| ratio of requests/s | median | least to most |", "|---|---|---|"]
    lines += [
        f"| {name} | **{median(values):.2f}** | {min(values):.2f} to {max(values):.2f} |"
        for name, values in result["ratios"].items()
    ]
    sync = result["sync"]
    lines += ["", f"Syncing 4 kB took {sync['median']:.2f} ms in the middle, p99 {sync['p99']:.2f} ms."]
    lines += ["", "Durable by:", ""]
    lines += [
        f"- {name}: {', '.join(f'{key} = {value}' for key, value in settings.items())}"
        for name, settings in result["settings"].items()
    ]
    surplus = [run["unaccounted"] for runs in result["runs"].values() for run in runs]
    lines += [
        "",
        f"Rows beyond those acknowledged, a run (under way when it ended): {min(surplus)} to {max(surplus)}.",
        "",
    ]
    for name, seen in result["traces"].items():
        lines += [_TRACED.format(name=name, **seen), "", "```"]
        lines += [*seen["excerpt"], "```", ""]
    return "\n".join(lines)


_TRACED: Final = (
    "System calls of {name} (strace; process and call): of {reports} reports sent one after the other,\n"
    "{synced_before} had their sync before their 201. The last one:"
)


def _row(name: str, runs: list[dict[str, Any]]) -> str:
    def spread(key: str, form: str) -> str:
        values = [run[key] for run in runs]
        return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"

    def middle(key: str) -> str:
        return f"{median(run[key] for run in runs):.2f}"

    wrong = f"{sum(run['refused'] for run in runs)}, {sum(run['broken'] for run in runs)}"
    cells = [name, spread("requests_per_second", ",.0f"), spread("p50", ".1f"), spread("p99", ".1f")]
    cells += [
        f"{middle('server_cpu')} + {middle('database_cpu')}",
        middle("load_cpu"),
        middle("others_cpu"),
        wrong,
    ]
    return f"| {' | '.join(cells)} |"


_TITLES: Final = {
    "repeatable": "Repeatable disk: memory, every fsync and fdatasync takes 0.2 ms",
    "real": "The real disk of the machine",
}
