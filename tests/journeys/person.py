"""A person who writes to a desk by every way, and where to look for what is left of them."""

import json
import os
import re
import signal
import smtplib
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.journeys.postbox import Postbox
from tests.journeys.serving import Installation, Server

EMAIL = "marisol.quintanar@mail.example"
OTHER_SPELLING = "Marisol.Quintanar+paper@MAIL.example"
MARKS = (b"quintanar", b"zyxqv")
"""The person's name, and a word that stands in every text of the person, in whatever case."""
BYSTANDER = "bystander@other.example"
NETWORKS = (b"198.51.100.", b"127.0.0.9")
"""Where the person's requests come from: as the proxy says it, and as the socket does."""
DESK = "corrections@desk.example"
STORY = [
    "The bridge was opened in 1931 by the mayor.",
    "The ferry leaves at 21:40.",
    "A ticket costs 4 crowns.",
]

DECLINE = """
from corrigenda.decide.actions import decline_case
from corrigenda.decide.guards import Seen, newest_passage, place_token
from corrigenda.flow import OPEN
from corrigenda.models import Case, Decision, Member
ed = Member.objects.create(username="ed")
for case in Case.objects.filter(state__in=OPEN):
    seen = Seen(changed_at=case.changed_at, place=place_token(newest_passage(case)))
    decline_case(case_id=case.pk, member=ed, seen=seen,
                 reason=Decision.Reason.ACCURATE, message="It stands.")
"""


class Talkative(Postbox):
    """A mail server that says more than it should when it refuses the second spelling."""

    async def handle_RCPT(  # noqa: N802 (names and arguments are aiosmtpd's)
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        """Answer RCPT TO."""
        if "+" in address:
            return "550 5.1.1 <marisol.quintanar=40mail.example@relay> Marisol Quintanar (zyxqv) has left"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@dataclass
class Desk:
    """An installation that runs, and the logs of all its processes."""

    made: Installation
    server: Server
    lmtp_port: int
    paper: str
    postbox: Postbox
    logs: list[Path] = field(default_factory=list)

    def run(self, *arguments: str, given: str = "", again: str = "") -> str:
        """Run a command; its standard error is a log. One that fails with the words `again` is run again."""
        environment = {
            **self.made.environment,
            "CORRIGENDA_PUBLIC_URL": f"http://127.0.0.1:{self.server.port}",
        }
        command = [sys.executable, "-m", "corrigenda", *arguments]
        said = ""
        for _attempt in range(10):
            done = subprocess.run(
                command,
                env=environment,
                input=given,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            said += done.stdout
            if not (again and done.returncode and again in done.stderr):
                break
        assert done.returncode == 0, said + done.stderr
        log = self.made.data.parent / f"{arguments[0]}-{len(self.logs)}.log"
        log.write_text(done.stderr)
        self.logs.append(log)
        return said

    def kill_after(self, line: str, *arguments: str) -> None:
        """Run a command, and kill it as a power cut would once it has said so much, or a moment later."""
        command = [sys.executable, "-m", "corrigenda", *arguments]
        log = self.made.data.parent / f"killed-{len(self.logs)}.log"
        self.logs.append(log)
        with (
            log.open("wb") as errors,
            subprocess.Popen(
                command, env=self.made.environment, stdout=subprocess.PIPE, stderr=errors, text=True
            ) as process,
        ):
            assert process.stdout is not None
            assert any(said.startswith(line) for said in process.stdout)
            process.kill()

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Send a request from the person's network, through a proxy that says so."""
        url = f"http://127.0.0.1:{self.server.port}{path}"
        known = {"X-Forwarded-For": "198.51.100.77", **headers}
        request = urllib.request.Request(url, data, {key.replace("_", "-"): known[key] for key in known})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 (our own address)
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def report(self, *, key: str = "", quote: dict[str, str] | None = None, **changes: str) -> str:
        """Send a report as the widget does; return the path of its status page."""
        marked = {"exact": "opened in 1931", "prefix": "The bridge was ", "suffix": " by", **(quote or {})}
        selector = {"type": "TextQuoteSelector", **marked}
        body = {
            "url": f"{self.paper}/story.html",
            "language": "en",
            "target": {"source": self.paper, "selector": [selector]},
            "concern": "fact",
            **changes,
        }
        status, answer = self.ask(
            "/api/reports",
            json.dumps(body).encode(),
            Content_Type="application/json",
            Idempotency_Key=key or str(uuid.uuid4()),
        )
        assert status == 201, answer
        return str(urllib.parse.urlsplit(json.loads(answer)["status"]).path)

    def fill_in(self, **fields: str) -> str:
        """Send the plain form as a browser does; return the status page that it leads to."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        url = f"http://127.0.0.1:{self.server.port}/report"
        page = opener.open(f"{url}?url={self.paper}/story.html", timeout=30).read().decode()
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        typed = {**{name: unescape(value) for name, value in hidden.items()}, **fields}
        with opener.open(url, urllib.parse.urlencode(typed).encode(), timeout=30) as response:
            assert "/status/" in response.url
            return str(response.read().decode())

    def mail(self, sender: str, *mails: bytes, to: str = DESK) -> None:
        """Hand mails over by LMTP."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=60) as client:
            for raw in mails:
                client.sendmail(sender, [to], raw)

    def rows(self) -> dict[tuple[str, str], dict[str, object]]:
        """Return every row of every table."""
        return {(table, str(row.get("id", row))): row for table, row in _rows(self.made)}

    def told(self) -> dict[str, list[str]]:
        """Return what the history of each case says, by the case's number."""
        told: dict[str, list[str]] = {}
        for (table, _key), row in self.rows().items():
            if table == "corrigenda_entry":
                told.setdefault(str(row["case_id"]), []).append(
                    f"{row['verb']} {row['before']} {row['after']}"
                )
        return told


def _rows(made: Installation) -> Iterator[tuple[str, dict[str, object]]]:
    if made.url:
        with psycopg.connect(made.url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT * FROM "{table}"'.encode())
                names = [column.name for column in cursor.description or ()]
                for values in cursor.fetchall():
                    yield str(table), dict(zip(names, values, strict=True))
        return
    with closing(sqlite3.connect(made.data / "corrigenda.sqlite3")) as file_:
        file_.row_factory = sqlite3.Row
        tables = file_.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").fetchall()
        for (table,) in tables:
            for row in file_.execute(f'SELECT * FROM "{table}"').fetchall():
                yield str(table), dict(row)


def marks_in(content: bytes) -> list[bytes]:
    """Return the marks of the person in some bytes."""
    lower = content.lower()
    return [mark for mark in MARKS if mark in lower]


def columns_with_marks(desk: Desk) -> set[str]:
    """Return the columns in which something of the person stands."""
    return {
        f"{table}.{column}"
        for (table, _key), row in desk.rows().items()
        for column, value in row.items()
        if marks_in(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())
    }


def files_with_marks(made: Installation) -> set[str]:
    """Return the files in which something of the person stands: data folder, and the database's own."""
    folders = [made.data]
    if made.url:
        with psycopg.connect(made.url, autocommit=True) as connection:
            # What the planner samples stands in files as well.
            connection.execute("ANALYZE")
            connection.execute("CHECKPOINT")
            (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
            (oid,) = connection.execute(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).fetchone() or (0,)
        folders.append(Path(folder) / "base" / str(oid))
        if not os.access(folders[-1], os.R_OK | os.X_OK):
            pytest.skip("the files of this PostgreSQL cannot be read")
    found = set()
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        if marks_in(path.read_bytes()) or marks_in(str(path).encode()):
            found.add(str(path))
    return found


@contextmanager
def lmtp(made: Installation, log: Path) -> Iterator[int]:
    """Run `corrigenda mail lmtp` until the block ends."""
    command = [sys.executable, "-m", "corrigenda", "mail", "lmtp", "--port", "0"]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, env=made.environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert process.stdout is not None
        said = re.search(r"LMTP at \S+:(\d+)", process.stdout.readline())
        assert said, log.read_text(errors="replace")
        yield int(said[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()
