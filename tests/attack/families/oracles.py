"""Faults 11, 16 and 17: what strangers, other accounts and logs are told."""

import re
import secrets
import stat
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.attack.registry import Until, attack
from tests.attack.sending import Answer
from tests.attack.target import Target
from tests.journeys.senders import fresh_address

_STOP: Final = """
from corrigenda.connectors.recipients import digest_of
from corrigenda.models import Stop
Stop.objects.create(digest=digest_of({address!r}))
"""
_ODD: Final = ("x", "/x", "?x=1", "//", "/../", "%2f", "/%00")


def status_path(answer: Answer) -> str:
    """Return the path of the status page of a report that was just stored."""
    assert answer.status == 201, answer.text
    return urlsplit(str(answer.json["status"])).path


@attack("oracles-stopped", "11", "A stranger reports with the address of somebody who wants no mail")
def stopped(target: Target, until: Until) -> None:
    """The status page must say the same as of any other address."""
    while until:
        mark = secrets.token_hex(4)
        addresses = [f"victim-{mark}@mail.example", f"nobody-{mark}@mail.example"]
        target.shell(_STOP.format(address=addresses[0]))
        url = f"{target.paper.origin}/story.html"
        wanted = {"exact": "The ferry leaves", "suggestion": f"The ferry left, {mark}"}
        # The two are joined with this one, or with an earlier one.
        target.report(url, **wanted)
        paths = [status_path(target.report(url, **wanted, email=address)) for address in addresses]
        pages = _pages_in_one_state(target, paths)
        lines = [_lines(page) for page in pages]
        differ = [pair for pair in zip(*lines, strict=False) if len(set(pair)) > 1]
        assert lines[0] == lines[1], (
            f"the status pages of a stopped and of an unknown address differ: {differ[:3]}"
        )


def _pages_in_one_state(target: Target, paths: list[str]) -> list[str]:
    """Return the pages when they tell of one state: the worker takes up one report after the other."""
    pages: list[str] = []

    def are_in_one_state() -> bool:
        pages[:] = [target.door.send(fresh_address(), path=path).text for path in paths]
        return len({_state(page) for page in pages}) == 1

    target.wait(are_in_one_state, "the two reports do not come to one state")
    return pages


def _state(page: str) -> tuple[str, bool]:
    found = re.search(r'data-standing="(\w+)"', page)
    return found[1] if found else "", "Your report was joined with another one" in page


def _lines(page: str) -> list[str]:
    """Return the lines of a page without what differs by report: tokens, numbers, moments."""
    page = re.sub(r"<time\b.*?</time>", "", page, flags=re.DOTALL)
    return re.sub(r'(?:value|href|action|content|datetime)="[^"]*"|nonce-\S+', "", page).splitlines()


@attack("oracles-logs", "17", "Status and stop links are mistyped, POSTed to and sent with odd methods")
def logs(target: Target, until: Until) -> None:
    """Whoever reads the log must not be able to open them."""
    answer = target.report(
        f"{target.paper.origin}/story.html", "The ferry leaves", email="logged@mail.example"
    )
    path = status_path(answer)
    token = path.strip("/").rpartition("/")[2]
    while until:
        for room in ("status", "stop", "api/reports"):
            for odd in _ODD:
                for method in ("GET", "POST", "PUT", "TRACE"):
                    target.door.send(fresh_address(), method=method, path=f"/{room}/{token}{odd}", body=b"")
                    target.door.send(
                        fresh_address(), method=method, path=f"/{room}/{token}/{odd}", body=b"a=b"
                    )
    said = target.logs()
    assert token not in said, "a token is in the log"
    assert "logged@mail.example" not in said, "an e-mail address is in the log"


def open_to_others(folder: Path) -> list[str]:
    """Return the files and folders that other accounts can read or write."""
    paths = [folder, *folder.rglob("*")]
    return [
        str(path.name)
        for path in paths
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]


@attack("oracles-files", "16", "Another account reads the data folder while the desk runs with umask 022")
def files(target: Target, until: Until) -> None:
    """Looked at while everything is written to."""
    while until:
        target.report(f"{target.paper.origin}/story.html", "The ferry leaves")
        found = open_to_others(target.made.data)
        assert not found, f"open to other accounts: {sorted(set(found))[:8]}"


@attack("oracles-export", "16", "An export of personal data is written over a file that everybody can read")
def export(target: Target, until: Until) -> None:
    """It must be closed however it was before."""
    address = f"export-{secrets.token_hex(4)}@mail.example"
    while until:
        target.report(f"{target.paper.origin}/story.html", "The ferry leaves", email=address)
        file = target.made.data.parent / f"export-{secrets.token_hex(4)}.json"
        file.touch(mode=0o644)
        done = target.run("privacy", "export", address, "--output", str(file))
        assert done.returncode == 0, "the export fails: " + " / ".join(done.stderr.splitlines()[-2:])
        assert not file.stat().st_mode & 0o077, f"the export has the mode {oct(file.stat().st_mode)}"
        assert address in file.read_text()


@attack("oracles-h2", "17", "Clients speak HTTP/2 without TLS to the desk")
def http2(target: Target, until: Until) -> None:
    """It is off unless asked for: behind a proxy nobody needs it, and it has attacks of its own."""
    if not target.is_direct:
        target.notes.append("only where clients reach the desk itself")
        return
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
    with target.door.place.connection(fresh_address()) as opened:
        opened.settimeout(5)
        opened.sendall(preface)
        try:
            answer = opened.recv(64)
        except OSError:
            answer = b""
    assert answer[3:4] != b"\x04", f"the desk answers in HTTP/2: {answer!r}"
    upgrade = (
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
        "Connection: Upgrade, HTTP2-Settings",
    )
    status = target.door.send(fresh_address(), *upgrade, path="/healthz").status
    assert status in {200, 400}, f"Upgrade: h2c is answered {status}"
