"""Reads Chromium's traces: how long the main thread was busy, with which scripts, and between which marks."""

from collections.abc import Iterable, Sequence
from typing import Any

Event = dict[str, Any]
Span = tuple[float, float]


def union(spans: Iterable[Span]) -> float:
    """Return how much time the spans cover, each moment once."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _main_thread(events: Sequence[Event]) -> tuple[int, int]:
    """Process and thread in which the page ran: where its marks or its scripts are."""
    for event in events:
        if event["name"] in {"EvaluateScript", "ParseHTML"} and "dur" in event:
            return event["pid"], event["tid"]
    raise ValueError("the trace holds no page")


def _spans(events: Sequence[Event], wanted: Sequence[str]) -> list[Span]:
    """The complete events of the main thread by their name, in milliseconds."""
    place = _main_thread(events)
    return [
        (event["ts"] / 1000, (event["ts"] + event["dur"]) / 1000)
        for event in events
        if event["name"] in wanted and "dur" in event and (event["pid"], event["tid"]) == place
    ]


def busy(events: Sequence[Event]) -> float:
    """Return how long the page's main thread ran tasks, in milliseconds."""
    return union(_spans(events, ("RunTask", "ThreadControllerImpl::RunTask")))


def own_scripts(events: Sequence[Event], addresses: Sequence[str]) -> float:
    """Return how long the main thread was in events that name a script at one of the addresses."""
    place = _main_thread(events)
    return union(
        (event["ts"] / 1000, (event["ts"] + event["dur"]) / 1000)
        for event in events
        if "dur" in event
        and (event["pid"], event["tid"]) == place
        and any(address in url for url in _addresses(event) for address in addresses)
    )


def _addresses(event: Event) -> list[str]:
    """The script addresses that an event names."""
    details = event.get("args", {})
    data = details.get("data") or {}
    found = [details.get("fileName"), details.get("url")]
    if isinstance(data, dict):
        found += [data.get("url"), data.get("scriptName")]
    return [address for address in found if isinstance(address, str)]


def since(events: Sequence[Event], first: str, last: str, *, script: str) -> list[float]:
    """Return the milliseconds from each mark `first` to the next mark `last`.

    "script" for `first` means the moment at which that script begins to run.
    """
    begun = [
        event["ts"] / 1000
        for event in events
        if (event["name"] == first and "blink.user_timing" in event.get("cat", ""))
        or (
            first == "script"
            and event["name"] == "EvaluateScript"
            and any(script in url for url in _addresses(event))
        )
    ]
    ended = [
        event["ts"] / 1000
        for event in events
        if event["name"] == last and "blink.user_timing" in event.get("cat", "")
    ]
    return [end - start for start, end in zip(sorted(begun), sorted(ended), strict=False)]
