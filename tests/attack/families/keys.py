"""Fault 8 and races: idempotency keys that others know, and thirty requests at once with one."""

import hashlib
import secrets
import threading
from email.parser import BytesHeaderParser
from typing import Final

from tests.attack.families.mails import letter
from tests.attack.registry import HELD, Until, attack, together
from tests.attack.sending import Answer
from tests.attack.target import Target

OF_A_MAIL: Final = ("Message-ID", "From", "Date", "Subject")


def computed_keys(raw: bytes) -> list[str]:
    """Return what a holder of a mail can compute, by the rule that counted when fault 8 was found."""
    text = raw.replace(b"\r\n", b"\n")
    head, _, body = text.partition(b"\n\n")
    headers = BytesHeaderParser().parsebytes(head + b"\n\n")
    same = "\n".join(
        part for name in OF_A_MAIL for part in (name, *(str(one) for one in headers.get_all(name, [])))
    )
    digest = hashlib.sha256(same.encode("utf-8", "replace"))
    digest.update(b"\n\n" + body.strip())
    found = [digest.hexdigest(), *(hashlib.sha256(one).hexdigest() for one in (raw, text, body))]
    return [f"{prefix}{one}" for one in found for prefix in ("mail-", "mail:", "")]


def told(target: Target, mark: str) -> bytes:
    """Return a letter whose comment holds a mark."""
    return letter(f"In {target.paper.origin}/story.html it says “The ferry leaves at 21:40”. No. {mark}\r\n")


@attack("keys-replay", "8", "Whoever holds a mail computes its key and asks for the report's receipt")
def replay(target: Target, until: Until) -> None:
    """The answer must not be that of the mail's report."""
    while until:
        mark = secrets.token_hex(8)
        raw = told(target, mark)
        assert not (problem := target.mail(raw)), problem
        token = target.ask(f"SELECT token FROM corrigenda_report WHERE comment LIKE '%{mark}%'")
        assert token, "the letter became no report"
        for key in computed_keys(raw):
            answer = target.report(f"{target.paper.origin}/story.html", "The ferry leaves", key=key)
            assert str(token[0][0]) not in answer.text, f"the key {key[:9]}… opens the report of a mail"
            assert not answer.header("Idempotent-Replayed"), f"the key {key[:9]}… was replayed"


@attack("keys-swallow", "8", "Whoever holds a mail sends a report under its key before the mail is read")
def swallow(target: Target, until: Until) -> None:
    """The letter must become a report of its own all the same."""
    while until:
        mark = secrets.token_hex(8)
        raw = told(target, mark)
        for key in computed_keys(raw):
            target.report(f"{target.paper.origin}/story.html", "The ferry leaves", key=key)
        assert not (problem := target.mail(raw)), problem
        assert target.count("report", f"comment LIKE '%{mark}%'") == 1, "the letter was swallowed"


@attack("keys-inner", "8", "Reports come under the prefixes that the desk uses for keys of its own")
def inner(target: Target, until: Until) -> None:
    """Such names belong to the desk."""
    url = f"{target.paper.origin}/story.html"
    while until:
        for prefix in ("mail-", "demo-"):
            answer = target.report(url, "The ferry leaves", key=f"{prefix}{secrets.token_hex(32)}")
            assert 400 <= answer.status < 500, f"a key with {prefix} is answered {answer.status}"


@attack(
    "keys-race", HELD, "Thirty requests at once under one key, from thirty networks, with different words"
)
def race(target: Target, until: Until) -> None:
    """One row, one receipt."""
    url = f"{target.paper.origin}/story.html"
    while until:
        key, answers = secrets.token_hex(16), list[Answer]()
        start = threading.Barrier(30)

        def send(key: str = key, answers: list[Answer] = answers, start: threading.Barrier = start) -> None:
            start.wait()
            answers.append(target.report(url, "The ferry leaves", key=key, comment=secrets.token_hex(4)))

        together(30, send)
        receipts = {answer.json["id"] for answer in answers if answer.status == 201}
        assert target.count("report", f"idempotency_key LIKE '%{key}%'") == 1, "not one row"
        assert len(receipts) == 1, f"{len(receipts)} receipts of one key"
        others = {answer.status for answer in answers} - {201, 409, 422, 503, 429}
        assert not others, f"answers: {others}"
