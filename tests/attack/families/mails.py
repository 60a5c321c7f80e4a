"""Fault 1: small mails that cost a reader of mails minutes, and the honest mails behind them."""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Final

from tests.attack.registry import Until, attack
from tests.attack.target import Target

MOST_SECONDS: Final = 30.0
"""So long an honest mail may take while pills are read."""


def letter(body: str, *lines: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    """Return a mail with a Message-ID of its own."""
    head = [
        "From: Reader <reader@mail.example>",
        "To: corrections@courier.example",
        "Subject: The ferry",
        f"Message-ID: <{secrets.token_hex(12)}@mail.example>",
        f"Content-Type: {kind}",
        *lines,
    ]
    return "\r\n".join([*head, "", body]).encode()


def honest(target: Target) -> bytes:
    """Return a letter as a reader writes it."""
    return letter(f"In {target.paper.origin}/story.html it says “A ticket costs 4 crowns”. It costs 5.\r\n")


def parameters(number: int) -> bytes:
    """Return a mail with so many parameters by RFC 2231."""
    rows = "".join(f";\r\n a*{count}*=x" for count in range(number))
    return letter("x", f"Content-Disposition: inline{rows}")


def parts(number: int) -> bytes:
    """Return a mail of so many empty parts."""
    return letter("--b\r\n\r\n" * number + "--b--", kind='multipart/mixed; boundary="b"')


def nested(depth: int, lines: int = 0) -> bytes:
    """Return a mail of multiparts within each other, and of so many empty lines."""
    body = "".join(
        f'--b{level}\r\nContent-Type: multipart/mixed; boundary="b{level + 1}"\r\n\r\n'
        for level in range(depth)
    )
    return letter(body + "\r\n" * lines, kind='multipart/mixed; boundary="b0"')


def bounce(lines: int) -> bytes:
    """Return a report of failed delivery of so many lines."""
    failed = "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" * (lines // 4)
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    body = f"--b\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n{failed}--b--"
    return letter(body, kind=kind)


PILLS: Final[dict[str, Callable[[], bytes]]] = {
    "unmarked": lambda: letter("instead of" + " " * 900 + "x"),
    "unmarked, 30 kB": lambda: letter("instead of" + " " * 30_000 + "x"),
    "says": lambda: letter(("it should say" + " \t" * 400 + "\r\n") * 20),
    "brackets": lambda: letter("<" + " " * 150_000),
    "many brackets": lambda: letter("<URL: " * 30_000),
    "at signs": lambda: letter("@:\r\n" * 66_000),
    "quotes": lambda: letter("> " * 60_000 + "x"),
    "quotation marks": lambda: letter("“" * 60_000),
    "on wrote": lambda: letter("On " * 40_000 + "wrote:"),
    "parameters": lambda: parameters(50_000),
    "recipients": lambda: letter("x", *(f"To: {', '.join(['a@b.example'] * 400)}" for _ in range(2000))),
    "parts": lambda: parts(200_000),
    "nested": lambda: nested(20_000),
    "nested lines": lambda: nested(28, 6_000_000),
    "bounce": lambda: bounce(40_000),
    "html": lambda: letter("<div>" * 200_000 + "x", kind="text/html"),
    "html attributes": lambda: letter(f"<p {'a=b ' * 200_000}>x", kind="text/html"),
    "encoded words": lambda: letter("x", "Subject: " + "=?utf-8?q?a?= " * 40_000),
    "references": lambda: letter("x", "References: " + "<a@b> " * 60_000),
    "base64": lambda: letter("YQ" * 4_000_000, "Content-Transfer-Encoding: base64"),
    "long line": lambda: letter("a" * 8_000_000),
    "headers": lambda: letter("x", *(f"X-{number}: y" for number in range(60_000))),
}


def pressed(target: Target, names: tuple[str, ...], until: Until) -> None:
    """Hand pills over, four at a time, and honest letters all the while."""
    refused: list[str] = []
    before = target.count("mail")
    sent = 0

    def swallow(raw: bytes) -> None:
        problem = target.mail(raw, seconds=90)
        if problem and not problem.startswith("5"):
            refused.append(problem)

    try:
        for start in range(0, len(names), 4):
            threads = [
                threading.Thread(target=swallow, args=(PILLS[name](),)) for name in names[start : start + 4]
            ]
            for thread in threads:
                thread.start()
            sent += len(threads)
            began = time.monotonic()
            problem = target.mail(honest(target), seconds=MOST_SECONDS)
            sent += not problem
            target.notes.append(
                f"{', '.join(names[start : start + 4])}: an honest mail took {time.monotonic() - began:.1f} s"
            )
            assert not problem, f"an honest mail beside {names[start : start + 4]} is not taken: {problem}"
            for thread in threads:
                thread.join(100)
            assert not refused, (
                f"a mail server will send one of {names[start : start + 4]} again: {refused[0]}"
            )
    finally:
        target.start_lmtp()
    missing = sent - (target.count("mail") - before)
    target.notes.append(f"{sent} mails sent, {missing} of them refused for good")


@attack("mails-words", "1", "Letters of up to 400 kB whose words cost expressions cubic or quadratic time")
def words(target: Target, until: Until) -> None:
    """Each letter is taken or set aside, and honest letters are taken beside them."""
    pressed(target, tuple(PILLS)[:9], until)


@attack("mails-shapes", "1", "Mails with too many parts, parameters, headers, recipients, failures and tags")
def shapes(target: Target, until: Until) -> None:
    """The parser of the standard library is quadratic in some of them."""
    pressed(target, tuple(PILLS)[9:], until)


@attack("mails-again", "1", "The server that takes mails is killed while it reads a pill, and gets it again")
def again(target: Target, until: Until) -> None:
    """As a mail server does: what was begun and never ended must not block the intake at every start."""
    pill = PILLS["unmarked, 30 kB"]()
    for _ in range(3):
        thread = threading.Thread(target=target.mail, args=(pill,), kwargs={"seconds": 60})
        thread.start()
        thread.join(0.7)
        target.processes["lmtp"].kill()
        thread.join(70)
        target.start_lmtp()
    try:
        problem = target.mail(pill, seconds=60)
        assert not problem, f"the pill is not taken, and will come again: {problem}"
        problem = target.mail(honest(target), seconds=MOST_SECONDS)
        assert not problem, f"an honest mail is not taken: {problem}"
    finally:
        target.start_lmtp()
