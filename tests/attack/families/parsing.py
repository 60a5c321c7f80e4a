"""Held before: requests that two servers could read as different ones, and reports that are no reports."""

import json
import secrets
from collections.abc import Iterator
from typing import Final

from tests.attack.registry import HELD, Until, attack
from tests.attack.sending import report_of
from tests.attack.target import Target
from tests.journeys.senders import fresh_address

REFUSED: Final = frozenset({0, 400, 403, 404, 405, 408, 411, 413, 415, 422, 431, 501, 505})


def hidden(target: Target, mark: str) -> bytes:
    """Return a whole report request that must never be read as one."""
    body = json.dumps(
        report_of(f"{target.paper.origin}/story.html", "The ferry leaves", {"comment": mark})
    ).encode()
    lines = (
        "Content-Type: application/json",
        f"Origin: {target.paper.origin}",
        f"Idempotency-Key: {secrets.token_hex(16)}",
    )
    return target.door.place.wire(*lines, method="POST", path="/api/reports", body=body)


def odd_lengths(target: Target, inner: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield requests whose length is said in an odd way, with a request in what may be their body."""
    host, size = target.door.place.host, len(inner)
    start = f"POST /report HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    lengths = {
        "two lengths": f"Content-Length: 0\r\nContent-Length: {size}",
        "a plus": f"Content-Length: +{size}",
        "a list": f"Content-Length: {size}, {size}",
        "a minus": "Content-Length: -1",
        "hexadecimal": f"Content-Length: 0x{size:x}",
        "a space before the colon": f"Content-Length : {size}",
        "an underscore": f"Content_Length: {size}",
        "an odd coding": "Transfer-Encoding: xchunked",
        "identity": f"Transfer-Encoding: identity\r\nContent-Length: {size}",
        "two codings": "Transfer-Encoding: chunked, identity",
        "a tab": "Transfer-Encoding:\tchunked\x0b",
        "endless": "Content-Length: 99999999999999999999",
        "a chunk extension": 'Transfer-Encoding: chunked\r\nX: "\r\n0\r\n\r\n',
    }
    for name, line in lengths.items():
        yield name, f"{start}{line}\r\n\r\n".encode() + inner


@attack("parsing-lengths", HELD, "Bodies of odd lengths hide a request")
def lengths(target: Target, until: Until) -> None:
    """Refused, or read as what they are; nothing hidden is stored under another sender's name."""
    second = 0
    while until:
        mark = secrets.token_hex(8)
        sender = fresh_address()
        for name, wire in odd_lengths(target, hidden(target, mark)):
            answer = target.door.raw(sender, wire, method="POST", seconds=12)
            assert answer.status < 500 or answer.status in {501, 505}, f"{name} is answered {answer.status}"
            # Read as a second request of the same client it is that client's own report, and counted so. In
            # the body of a form it must never be one.
            assert answer.status != 201, f"with {name} the hidden request is answered"
        second += target.count("report", f"comment = '{mark}'")
    target.notes.append(f"{second} hidden requests were read as the same client's next one")


@attack(
    "parsing-paths",
    HELD,
    "The door for reports is asked for under other spellings of its path, and other types",
)
def spellings(target: Target, until: Until) -> None:
    """What is not its address is not there; what is no JSON is refused."""
    good = json.dumps(report_of(f"{target.paper.origin}/story.html", "The ferry leaves", {})).encode()
    paths = [
        "//api/reports",
        "/api//reports",
        "/API/reports",
        "/api/reports;x",
        "/api/reports/",
        "/x/../api/reports/./",
    ]
    types = ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""]
    while until:
        for path in paths:
            lines = ("Content-Type: application/json", f"Origin: {target.paper.origin}")
            key = f"Idempotency-Key: {secrets.token_hex(16)}"
            answer = target.door.send(fresh_address(), *lines, key, method="POST", path=path, body=good)
            # Proxies may tidy a path; then it is the door.
            assert answer.status in REFUSED | {301, 308} or not target.is_direct, f"{path}: {answer.status}"
        for kind in types:
            lines = (f"Content-Type: {kind}", f"Idempotency-Key: {secrets.token_hex(16)}")
            answer = target.door.send(fresh_address(), *lines, method="POST", path="/api/reports", body=good)
            assert answer.status in REFUSED, f"a report as {kind!r} is answered {answer.status}"


@attack("parsing-bodies", HELD, "Bodies that are too long, too deep, half, double, and of every wrong type")
def bodies(target: Target, until: Until) -> None:
    """Each gets an answer that says no, and nothing is stored."""
    good = report_of(f"{target.paper.origin}/story.html", "The ferry leaves", {})
    text = json.dumps(good)
    odd: tuple[object, ...] = (None, [], {}, 3, ["x"] * 900)
    wrong: list[bytes] = [
        *(
            b"[" * 60_000,
            b'{"a":' * 12_000,
            b"9" * 60_000,
            b'{"a":1e999999}',
            b"\xff" * 900,
            b"",
            b"null",
            b'"',
        ),
        *(
            text[:-9].encode(),
            (text + text).encode(),
            text.encode("utf-16"),
            b"{" + b'"a":1,' * 9000 + b'"b":1}',
        ),
        *(json.dumps({**good, name: value}).encode() for name in good for value in odd),
        *(json.dumps({**good, name: "a" * 59_000}).encode() for name in good if isinstance(good[name], str)),
        b"a" * 70_000,
    ]
    before = target.count("report", "comment LIKE 'aaaa%' OR language LIKE 'aaaa%'")
    allowed = REFUSED | {201}  # a member that may be absent may be null
    while until:
        for body in wrong:
            lines = (
                "Content-Type: application/json",
                f"Origin: {target.paper.origin}",
                f"Idempotency-Key: {secrets.token_hex(16)}",
            )
            answer = target.door.send(fresh_address(), *lines, method="POST", path="/api/reports", body=body)
            assert answer.status in allowed, f"{body[:60]!r} is answered {answer.status}"
    stored = target.count("report", "comment LIKE 'aaaa%' OR language LIKE 'aaaa%'") - before
    assert not stored, f"{stored} reports with texts that are too long are stored"
