"""Fault 5: addresses, languages and texts far longer than any that is real, in every public place."""

import json
import threading
from collections.abc import Iterator
from itertools import count
from typing import Final
from urllib.parse import quote

from tests.attack.registry import Until, attack, together
from tests.attack.target import Target
from tests.journeys.senders import fresh_address

CJK: Final = "".join(chr(0x4E00 + number) for number in range(16_000))
HOSTS: Final = {
    "16,000 letters of Chinese": CJK,
    "2,000 letters of Chinese": CJK[:2000],
    "labels": "ä." * 8000,
    "one letter": "ö" * 20_000,
    "marks": "a" + "\u0301\u0323" * 7000,
    "right-to-left": "א" * 9000,
    "digits": "1" * 30_000,
    "percent": "%C3%A4" * 5000,
}
JSON: Final = "Content-Type: application/json"


def unlike(address: str, number: int) -> str:
    """Return an address that is unlike all others: nothing remembered helps with it."""
    return f"https://{address[number % 50 :]}{number}/{number}"


@attack("addresses-report", "5", "Twelve at once send reports about hosts of thousands of letters")
def reported(target: Target, until: Until) -> None:
    """Each must be refused by its length, before it is looked at."""
    statuses: set[int] = set()
    numbers = count()

    def send() -> None:
        sender = fresh_address()
        for host in HOSTS.values():
            url = unlike(host, next(numbers))
            answer = target.door.post_report(sender, url, "The ferry leaves")
            statuses.add(answer.status)
            image = {"image": url, "part": "image"}
            story = f"{target.paper.origin}/story.html"
            statuses.add(target.door.post_report(sender, story, "x", **image).status)

    before = target.count("report", f"url LIKE 'https://%' AND url NOT LIKE '{target.paper.origin}%'")
    while until:
        together(12, send)
    after = target.count("report", f"url LIKE 'https://%' AND url NOT LIKE '{target.paper.origin}%'")
    target.notes.append(f"answers: {sorted(statuses)}")
    assert before == after, f"{after - before} reports about foreign hosts were stored"
    assert not {status for status in statuses if status >= 500}, f"answers: {sorted(statuses)}"


def _queries() -> Iterator[str]:
    for number in count():
        for host in HOSTS.values():
            url = quote(unlike(host, number), safe="")[:60_000]
            yield f"/widget/config?url={url}"
            yield f"/report?url={url}"
            yield f"/widget/notices?url={url}"
        yield f"/widget/config?url=https%3A%2F%2Fa.example&lang={'x-' * 20_000}"
        yield f"/log/courier/?after={'9' * 50_000}"
        yield f"/log/courier/?kind={'a' * 50_000}"
        yield f"/accounts/login/?next={'/' * 50_000}"
        yield f"/status/{'x' * 50_000}/"
        yield f"/stop/{'x' * 50_000}/"
        yield f"/{'../' * 15_000}"


@attack(
    "addresses-queries", "5", "Eight at once ask every public page with parameters of 60 kB, without a limit"
)
def asked(target: Target, until: Until) -> None:
    """Nobody counts GET requests, so each must be cheap."""
    statuses: set[int] = set()
    queries = _queries()
    lock = threading.Lock()

    def send() -> None:
        for _ in range(12):
            with lock:
                path = next(queries)
            statuses.add(target.door.send(fresh_address(), path=path).status)

    while until:
        together(8, send)
    target.notes.append(f"answers: {sorted(statuses)}")
    assert not {status for status in statuses if status >= 500}, f"answers: {sorted(statuses)}"


@attack("addresses-headers", "5", "Accept-Language, Origin, Referer and Cookie of 60 kB on every public page")
def long_headers(target: Target, until: Until) -> None:
    """Headers are parameters too."""
    statuses: set[int] = set()
    values = {
        "Accept-Language": "en;q=0.1,a-" * 5000,
        "Origin": f"https://{'xn--a.' * 9000}",
        "Referer": f"https://a.example/{'%ff' * 18_000}",
        "Cookie": "a=b; " * 11_000,
        "If-None-Match": '"a", ' * 11_000,
        "Accept": "text/html;q=0.1," * 3500,
        "If-Modified-Since": "Mon, " * 11_000,
    }

    def send() -> None:
        for name, value in values.items():
            for path in ("/report", "/widget/config", "/log/courier/", "/log/courier/feed.atom"):
                for size in (7000, 60_000):
                    line = f"{name}: {value[:size]}"
                    statuses.add(target.door.send(fresh_address(), line, path=path).status)

    while until:
        together(4, send)
    target.notes.append(f"answers: {sorted(statuses)}")
    assert not {status for status in statuses if status >= 500 and status != 502}, (
        f"answers: {sorted(statuses)}"
    )


@attack("addresses-known", "5", "Questions about passages with addresses and texts of the greatest length")
def questions(target: Target, until: Until) -> None:
    """From many networks, so that the limit of one helps nobody."""
    statuses: set[int] = set()
    numbers = count()

    def send() -> None:
        sender = fresh_address()
        for host in HOSTS.values():
            marked = {"type": "TextQuoteSelector", "exact": "a " * 1900, "prefix": "b " * 1900}
            body = {
                "url": unlike(host, next(numbers)),
                "language": "x-" * 2000,
                "image": unlike(host, next(numbers)),
                "target": {"selector": [marked] * 4},
            }
            raw = json.dumps(body).encode()[:63_000]
            lines = (JSON, f"Origin: {target.paper.origin}")
            answer = target.door.send(sender, *lines, method="POST", path="/widget/known", body=raw)
            statuses.add(answer.status)

    while until:
        together(8, send)
    target.notes.append(f"answers: {sorted(statuses)}")
    assert not {status for status in statuses if status >= 500}, f"answers: {sorted(statuses)}"
