"""Fault 9 and slow networks: senders who never finish, readers who never read, connections that only wait."""

import http.client
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from typing import Final

from tests.attack.measuring import watch_for
from tests.attack.registry import Until, attack
from tests.attack.sending import read_answer
from tests.attack.target import Target
from tests.journeys.senders import fresh_address

FORM: Final = "Content-Type: application/x-www-form-urlencoded"
JSON: Final = "Content-Type: application/json"
PATHS: Final = {
    "/report": FORM,
    "/accounts/login/": FORM,
    "/api/reports": JSON,
    "/widget/known": JSON,
    "/desk/cases/1/decline/": FORM,
}
A_NETWORK: Final = 4
"""Connections from each network."""


@contextmanager
def connections(target: Target, beginnings: Sequence[bytes]) -> Iterator[list[socket.socket]]:
    """Open a connection for each, a few from every network, and send how it begins."""
    with ExitStack() as stack:
        opened: list[socket.socket] = []
        for number, beginning in enumerate(beginnings):
            if number % A_NETWORK == 0:
                sender = fresh_address()
            try:
                one = stack.enter_context(target.door.place.connection(sender))
                one.settimeout(10)
                one.sendall(beginning)
            except OSError:
                continue  # refused: that is one way to hold
            opened.append(one)
        yield opened


def hold(target: Target, until: Until, beginnings: Sequence[bytes], piece: bytes = b"") -> None:
    """Open the connections and keep them busy with a piece every other second."""
    with connections(target, beginnings) as opened:
        first = len(opened)
        while until:
            watch_for(min(2.0, until.left))
            for one in list(opened):
                try:
                    one.sendall(piece)
                except OSError:
                    opened.remove(one)
        target.notes.append(f"{first} connections opened, {len(opened)} of them took bytes to the end")


def bodies(target: Target, number: int, paths: Sequence[str] = tuple(PATHS)) -> list[bytes]:
    """Return the beginnings of requests whose bodies never end."""
    wire = target.door.place.wire
    return [
        wire(PATHS[path], f"Origin: {target.paper.origin}", "Content-Length: 5000", method="POST", path=path)
        + b"a"
        for path in islice(cycle(paths), number)
    ]


@attack("slots-8", "9", "Eight senders stop inside a form")
def eight(target: Target, until: Until) -> None:
    """What shut the editors out."""
    hold(target, until, bodies(target, 8, ["/report"]))


@attack("slots-28", "9", "28 senders stop inside bodies of every kind")
def twenty_eight(target: Target, until: Until) -> None:
    """What shut the readers out."""
    hold(target, until, bodies(target, 28))


@attack("slots-200", "9", "200 senders from 50 networks stop inside bodies of every kind")
def two_hundred(target: Target, until: Until) -> None:
    """More than any pool has threads."""
    hold(target, until, bodies(target, 200))


@attack("slots-cookie", "9", "40 senders stop inside forms with a session cookie that they made up")
def with_cookies(target: Target, until: Until) -> None:
    """A share for those who are signed in must not be for anybody who says so."""
    cookies = (
        f"Cookie: sessionid={'a' * 32}; __Host-sessionid={'a' * 32}",
        FORM,
        "Content-Length: 5000",
    )
    path = f"/desk/cases/{target.case}/decline/"
    hold(target, until, [target.door.place.wire(*cookies, method="POST", path=path) + b"a"] * 40)


@attack("slots-drip", "9", "100 senders send a byte of a body every other second")
def dripping(target: Target, until: Until) -> None:
    """A limit on silence alone does not end them."""
    hold(target, until, bodies(target, 100), b"a")


@attack("slots-heads", "9", "100 senders send a byte of a head every other second")
def slow_heads(target: Target, until: Until) -> None:
    """As Slowloris does."""
    hold(
        target,
        until,
        [f"GET /report HTTP/1.1\r\nHost: {target.door.place.host}\r\nX-A: ".encode()] * 100,
        b"a",
    )


@attack("slots-keepalive", "9", "300 connections are kept open after one request each")
def idle_connections(target: Target, until: Until) -> None:
    """Browsers and proxies do the same, in smaller numbers."""
    wire = target.door.place.wire(method="GET", path="/healthz", connection="keep-alive")
    hold(target, until, [wire] * 300)


@attack("slots-readers", "9", "60 readers ask for large files and pages and never read the answers")
def slow_readers(target: Target, until: Until) -> None:
    """Answers that nobody takes must not hold the threads that make them."""
    wire = target.door.place.wire
    script = wire(method="GET", path="/static/corrigenda/widget/corrigenda.js", connection="keep-alive")
    form = wire(method="GET", path="/report", connection="keep-alive")
    document = wire(method="GET", path="/api/openapi.json", connection="keep-alive")
    hold(target, until, [(script + form + document) * 40] * 60)


@attack("slots-unlock", "9", "Slots are free again when those who held them go")
def free_again(target: Target, until: Until) -> None:
    """Hold and let go, again and again; then everything is served."""
    while until:
        with connections(target, bodies(target, 60)):
            watch_for(min(1.0, until.left))
    answer = target.report(f"{target.paper.origin}/story.html", "The ferry leaves")
    assert answer.status == 201, f"a report after the attack is answered {answer.status}"


@attack("slots-finish", "9", "A sender who is slow, but not too slow, is served")
def slow_and_honest(target: Target, until: Until) -> None:
    """A limit that cuts honest readers on a bad line off would be an attack of its own."""
    body = b"url=&quote=&concern=fact&comment=slow+line"
    head = target.door.place.wire(FORM, f"Content-Length: {len(body)}", method="POST", path="/report")
    with target.door.place.connection(fresh_address()) as opened:
        opened.settimeout(30)
        opened.sendall(head + body[:10])
        watch_for(3.0)
        opened.sendall(body[10:])
        try:
            status = read_answer(opened, "POST").status
        except (OSError, http.client.HTTPException) as error:
            status = 0
            target.notes.append(repr(error))
    assert status in {200, 403, 422}, f"a body that takes three seconds is answered {status}"
