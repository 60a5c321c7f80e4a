"""Fault 6: names that Python remembers for ever, sent by anybody, as charset of requests, mails and pages."""

import secrets
from collections.abc import Callable
from typing import Final

from tests.attack.newspaper import Page
from tests.attack.processes import spent_by
from tests.attack.registry import Until, attack
from tests.attack.target import Target
from tests.journeys.senders import fresh_address

MOST_MEGABYTES: Final = 25.0
"""By which memory may grow after a first round, whatever is sent: the noise of pools and fixed caches."""


def odd_name(size: int) -> str:
    """Return a charset name that nobody has sent before."""
    return secrets.token_hex(8) + "x" * size


def grown(
    target: Target, send: Callable[[], None], until: Until, *, of: str = "", most: float = MOST_MEGABYTES
) -> None:
    """Send a first round, then up to four more, and assert that memory is as after the first.

    `of` names the one of the desk's processes that is looked at; all of them where it is empty.
    """

    def held() -> float:
        return (spent_by(target.processes[of].pid) if of else target.spent()).megabytes

    send()
    first = held()
    done = 0
    while done < 4 and (done < 2 or until):
        send()
        done += 1
    last = held()
    target.notes.append(f"memory after the first round {first:.0f} MB, after {done} more {last:.0f} MB")
    assert last - first < most, f"memory grew from {first:.0f} to {last:.0f} MB"


@attack(
    "memory-requests", "6", "GET and POST requests each declare a charset name of their own, up to 300 kB"
)
def of_requests(target: Target, until: Until) -> None:
    """Nobody counts GET requests."""
    paths = ("/healthz", "/report", "/widget/config", "/accounts/login/", "/nowhere")

    def send() -> None:
        for number in range(100):
            size = (300_000, 300_000, 60_000, 7_000)[number % 4]
            kind = ("text/plain", "application/json", "multipart/form-data; boundary=x")[number % 3]
            line = f"Content-Type: {kind}; charset={odd_name(size)}"
            target.door.send(fresh_address(), line, path=paths[number % len(paths)])
            target.door.send(fresh_address(), line, method="POST", path="/report", body=b"a=b")

    grown(target, send, until)


@attack("memory-mails", "6", "Mails each declare 150 charset names of 30 kB, in parts and in encoded words")
def of_mails(target: Target, until: Until) -> None:
    """A part and a header are decoded apart."""
    problems: list[str] = []

    def send() -> None:
        problems.extend([target.mail(odd_mail(150, 30_000)) for _ in range(3)])

    grown(target, send, until)
    refused = [problem for problem in problems if problem]
    assert not refused, f"{len(refused)} of {len(problems)} mails were not taken: {refused[0]}"


def odd_mail(parts: int, size: int) -> bytes:
    """Return a mail whose parts and headers name charsets that do not exist."""
    boundary = secrets.token_hex(8)
    lines = [
        "From: reader@mail.example",
        "To: corrections@courier.example",
        f"Message-ID: <{secrets.token_hex(8)}@mail.example>",
        f"Subject: =?{odd_name(200)}?q?odd?=",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
    ]
    for _ in range(parts):
        name = odd_name(size)
        folded = "\n ".join(name[start : start + 900] for start in range(0, len(name), 900))
        lines += [f"--{boundary}", f"Content-Type: text/plain; charset={folded}", "", "odd", ""]
    return "\r\n".join([*lines, f"--{boundary}--", ""]).encode()


@attack("memory-pages", "6", "Pages of the newspaper each declare a charset name of their own, of 60 kB")
def of_pages(target: Target, until: Until) -> None:
    """Whoever may name a page of the site lets the worker fetch it."""
    paths: list[str] = []

    def send() -> None:
        fresh = [f"/odd-{secrets.token_hex(6)}.html" for _ in range(40)]
        for path in fresh:
            kind = f"text/html; charset={odd_name(55_000)}"
            body = f"<meta charset={odd_name(900)}><article><p>Odd words stand here.</article>".encode()
            target.paper.pages[path] = Page(body, headers=(("Content-Type", kind),))
            assert target.report(f"{target.paper.origin}{path}", "Odd words").status == 201
        paths.extend(fresh)
        target.wait(
            lambda: all(target.paper.asked[path] for path in fresh), "the worker reads no page any more"
        )

    grown(target, send, until, of="work", most=5.0)


@attack("memory-languages", "6", "Requests each ask for a language and a path of their own")
def of_languages(target: Target, until: Until) -> None:
    """What is remembered by language or address must have an end."""

    def send() -> None:
        for _ in range(150):
            name = secrets.token_hex(6)
            language = f"Accept-Language: x-{name},{name}-{name};q=0.5"
            target.door.send(
                fresh_address(), language, path=f"/widget/config?url=https://{name}.example/&lang={name}"
            )
            target.door.send(
                fresh_address(), language, f"Origin: https://{name}.example", path=f"/{name}/{name}"
            )

    grown(target, send, until)
