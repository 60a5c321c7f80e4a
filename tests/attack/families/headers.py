"""Faults 2 and 4: whoever writes headers like a proxy's is still counted as the sender that they are."""

import json
from itertools import cycle, islice
from typing import Final

from tests.attack.registry import Until, attack
from tests.attack.target import NAIVE_PROXY, REPORT_LIMIT, Target
from tests.journeys.senders import forgeries, fresh_address

STORY: Final = "/story.html"
FORGED: Final = tuple(forgeries("198.18.0.1"))


def reports(target: Target, sender: str, number: int, *lines: str) -> list[int]:
    """Send good reports from an address; return their statuses."""
    url = f"{target.paper.origin}{STORY}"
    return [target.door.post_report(sender, url, "The ferry leaves", *lines).status for _ in range(number)]


@attack("headers-reports", "2", "A network whose reports are used up forges the headers of proxies")
def forged_reports(target: Target, until: Until) -> None:
    """Every way of writing them, in every order; none may pass."""
    sender = fresh_address()
    assert reports(target, sender, REPORT_LIMIT + 1) == [201] * REPORT_LIMIT + [429]
    passed: list[str] = []
    sent = 0
    for name in islice(cycle(FORGED), 4 * len(FORGED)):
        if sent >= len(FORGED) and not until:
            break
        lines = forgeries(f"198.18.{sent % 200}.9")[name]
        sent += 1
        if 201 in reports(target, sender, 1, *lines):
            passed.append(name)
    target.notes.append(f"{sent} forged reports sent, {len(passed)} passed")
    assert not passed, (
        f"{len(passed)} of {sent} forged reports passed, such as with {sorted(set(passed))[:3]}"
    )


@attack("headers-victim", "4", "A stranger uses up the reports of a reader by naming the reader's address")
def victim(target: Target, until: Until) -> None:
    """What is counted for somebody else is worse than what is not counted."""
    while until:
        reader = fresh_address()
        for name in islice(FORGED, 3 * REPORT_LIMIT):
            reports(target, fresh_address(), 1, *forgeries(reader)[name])
        found = reports(target, reader, REPORT_LIMIT)
        assert found == [201] * REPORT_LIMIT, f"the reader's own reports are answered {found}"


@attack(
    "headers-known", "2", "A network asks what is known of passages beyond its limit, with forged headers"
)
def forged_questions(target: Target, until: Until) -> None:
    """Questions are limited too."""
    sender, statuses = fresh_address(), list[int]()
    quote = {"type": "TextQuoteSelector", "exact": "The ferry leaves"}
    body = json.dumps({"url": f"{target.paper.origin}{STORY}", "target": {"selector": [quote]}}).encode()

    def ask(*lines: str) -> int:
        own = ("Content-Type: application/json", f"Origin: {target.paper.origin}", *lines)
        return target.door.send(sender, *own, method="POST", path="/widget/known", body=body).status

    while 429 not in statuses:
        assert len(statuses) < 40 * REPORT_LIMIT, f"{len(statuses)} questions and no limit: {set(statuses)}"
        statuses.append(ask())
    passed = [name for name in FORGED if ask(*forgeries("198.18.7.9")[name]) == 200]
    target.notes.append(
        f"{statuses.count(200)} questions of one network passed, then {len(passed)} forged ones"
    )
    assert not passed, f"{len(passed)} of {len(FORGED)} forged questions passed, such as with {passed[:3]}"


@attack("headers-naive", "2", "The same behind a proxy that passes every name on and adds its own line")
def naive_proxy(target: Target, until: Until) -> None:
    """Its line may come first or last; nothing that the client wrote may count for more."""
    passed: list[str] = []
    clients = [fresh_address() for _ in range(2)]

    def send(client: str, before: tuple[str, ...], after: tuple[str, ...]) -> int:
        lines = (*before, f"X-Forwarded-For: {client}", "X-Forwarded-Proto: http", *after)
        url = f"{target.paper.origin}{STORY}"
        return target.door.post_report(NAIVE_PROXY, url, "The ferry leaves", *lines).status

    if not target.is_direct:
        target.notes.append("only where clients reach the desk itself")
        return
    for client in clients:
        while (status := send(client, (), ())) == 201:
            pass
        assert status == 429, f"an honest client of the proxy is answered {status}"
    for name in FORGED:
        lines = forgeries("198.18.9.9")[name]
        # A line of the same name that the client sent comes before the proxy's own: that is what it adds.
        behind = () if any(line.lower().startswith("x-forwarded-for:") for line in lines) else lines
        if 201 in (send(clients[0], lines, ()), send(clients[1], (), behind)):
            passed.append(name)
    assert not passed, f"{len(passed)} of {len(FORGED)} forged reports passed, such as with {passed[:3]}"


@attack("headers-large", "6", "Heads of many and large headers, and of one endless line")
def large_heads(target: Target, until: Until) -> None:
    """They are refused by size, before anything looks into them."""
    heads = [
        tuple(f"X-{number}: {'y' * size}" for number in range(count))
        for count, size in ((90, 10), (900, 10), (90, 600), (12, 60_000), (1, 900_000))
    ]
    # 502 is how a proxy says that the desk hung up on such a head.
    refused = {0, 200, 400, 413, 431, 494} | (set() if target.is_direct else {502})
    while until:
        for lines in heads:
            status = target.door.send(fresh_address(), *lines, path="/healthz").status
            assert status in refused, f"{len(lines)} headers are answered {status}"
