"""A real desk to attack: server, worker and LMTP on SQLite or PostgreSQL, directly or behind a real proxy."""

import re
import secrets
import smtplib
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg

from tests.attack.browsing import Browser
from tests.attack.honest import Plan
from tests.attack.newspaper import Newspaper, article, printed
from tests.attack.processes import Spent, spent_by
from tests.attack.sending import Answer, Door
from tests.journeys.proxies import Proxy, running_proxy
from tests.journeys.running import own_database
from tests.journeys.senders import HOST, Place, fresh_address
from tests.journeys.serving import Installation, Server
from tests.migrated import lay_tables

EDITOR: Final = "edith"
MEASURED: Final = "meera"
"""An editor with whose account nobody attacks."""
ADMINISTRATOR: Final = "adam"
ADDRESS: Final = "edith@courier.example"
PASSWORD: Final = "a-long-pass-phrase-of-edith"
MAILBOX: Final = "corrections@courier.example"
STORY: Final = (
    "The bridge was opened in 1931 by the mayor.",
    "The ferry leaves at 21:40 from the old quay.",
    "A ticket costs 4 crowns for everybody.",
)
REPORT_LIMIT: Final = 5
NAIVE_PROXY: Final = "127.9.9.9"
"""A trusted address from which nobody sends but an attack that plays a careless proxy."""
SETTINGS: Final = {
    # Small, so that an attack on the limits needs few requests; the honest reader is a network of its own
    # each time.
    "CORRIGENDA_REPORT_LIMIT": str(REPORT_LIMIT),
    "CORRIGENDA_REPORT_LIMIT_SECONDS": "86400",
    # The puzzle would stop our reports, which no browser sends; test_challenge.py attacks it.
    "CORRIGENDA_CHALLENGE_REPORTS": "0",
    "CORRIGENDA_FLOOD_REPORTS": "0",
    # Nothing that the editor declines is answered while we measure: it can always be undone.
    "CORRIGENDA_UNDO_SECONDS": "3600",
    "CORRIGENDA_WORKER_SECONDS": "0.3",
    "CORRIGENDA_FETCH_SECONDS": "3",
    "CORRIGENDA_MAILBOX_ADDRESS": MAILBOX,
    "CORRIGENDA_MAILBOX_SITES": f'{{"{MAILBOX}": "courier"}}',
}


@dataclass
class Target:
    """A running desk, and all that an attacker or a check needs of it."""

    database: str
    proxy: str
    made: Installation
    server: Server
    door: Door
    paper: Newspaper
    authority: str = ""
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    ended_seconds: float = 0.0
    """Processor time of commands that were ended before the target."""
    lmtp_port: int = 0
    case: int = 0
    """A located case for the editor who is measured."""
    notes: list[str] = field(default_factory=list)
    """What an attack wants to have in the table."""

    @property
    def is_direct(self) -> bool:
        """Whether clients reach the desk itself."""
        return self.proxy == "none"

    def start(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        """Start one of the desk's commands, to end with the target."""
        log = self.made.data.parent / f"{name}-{secrets.token_hex(3)}.log"
        with log.open("w") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "corrigenda", *arguments],
                env={**self.made.environment, "CORRIGENDA_PUBLIC_URL": self.door.base},
                stdout=subprocess.PIPE if name == "lmtp" else errors,
                stderr=errors,
                text=True,
            )
        self.processes[name] = process
        return process

    def start_lmtp(self) -> None:
        """Start, or start again, what takes mails."""
        self.end("lmtp")
        process = self.start("lmtp", "mail", "lmtp", "--port", "0")
        assert process.stdout is not None
        said = re.search(r"LMTP at \S+:(\d+)", process.stdout.readline())
        assert said, "LMTP does not start"
        self.lmtp_port = int(said[1])

    def end(self, name: str) -> None:
        """End one of the commands."""
        process = self.processes.pop(name, None)
        if process is None:
            return
        self.ended_seconds += spent_by(process.pid).seconds
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def end_all(self) -> None:
        """End every command but the server."""
        for name in list(self.processes):
            self.end(name)

    def spent(self) -> Spent:
        """Return memory and time of all of the desk's processes."""
        now = spent_by(self.server.process.pid, *(one.pid for one in self.processes.values()))
        return Spent(now.megabytes, now.seconds + self.ended_seconds)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the desk to its end."""
        return subprocess.run(
            [sys.executable, "-m", "corrigenda", *arguments],
            env={**self.made.environment, "CORRIGENDA_PUBLIC_URL": self.door.base},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def shell(self, code: str) -> str:
        """Run code within the desk and return what it prints."""
        done = self.run("manage", "shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query that both databases understand."""
        if self.made.url:
            with psycopg.connect(self.made.url) as connection:
                return list(connection.execute(query.encode()).fetchall())
        with closing(sqlite3.connect(self.made.data / "corrigenda.sqlite3", timeout=30)) as file:
            return list(file.execute(query).fetchall())

    def count(self, table: str, where: str = "1 = 1") -> int:
        """Return how many rows of a table there are."""
        return int(self.ask(f"SELECT count(*) FROM corrigenda_{table} WHERE {where}")[0][0])

    def report(self, url: str, exact: str, *lines: str, key: str = "", **changes: Any) -> Answer:
        """Send a report from a network of its own."""
        return self.door.post_report(fresh_address(), url, exact, *lines, key=key, **changes)

    def state_of(self, answer: Answer) -> str:
        """Return the state of the case of a report that was just stored; empty while it has none."""
        found = self.ask(
            "SELECT c.state FROM corrigenda_case c JOIN corrigenda_report r ON c.id = r.case_id "
            f"WHERE r.id = {int(answer.json['id'])}"
        )
        return str(found[0][0]) if found else ""

    def case_of(self, answer: Answer) -> int:
        """Return the case of a report."""
        return int(
            self.ask(f"SELECT case_id FROM corrigenda_report WHERE id = {int(answer.json['id'])}")[0][0]
        )

    def wait(self, condition: Callable[[], object], what: str, seconds: float = 60) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, what
            time.sleep(0.1)

    def wait_for_state(self, answer: Answer, *states: str, seconds: float = 60) -> None:
        """Wait until the case of a report is in one of the states."""
        assert answer.status == 201, f"a good report is answered {answer.status}: {answer.text[:200]}"
        try:
            self.wait(lambda: self.state_of(answer) in states, "", seconds)
        except AssertionError:
            state = self.state_of(answer) or "not there"
            message = (
                f"after {seconds:.0f} s a case is {state}, not {' or '.join(states)}: {self._told(answer)}"
            )
            raise AssertionError(message) from None

    def _told(self, answer: Answer) -> str:
        """Return what the desk knows of the page of a report."""
        rows = self.ask(
            "SELECT r.url, d.outcome, d.problem, d.attempts, d.article_id FROM corrigenda_report r "
            f"LEFT JOIN corrigenda_address d ON d.url = r.url WHERE r.id = {int(answer.json['id'])}"
        )
        return str(rows[0]) if rows else "no such report"

    def wait_for_case(self, answer: Answer, *, seconds: float = 60) -> None:
        """Wait until a report has a case for which a place was found, or not found."""
        self.wait_for_state(answer, "located", "unlocated", "merged", seconds=seconds)

    def browser(self, *, member: str = "", sender: str = "") -> Browser:
        """Return a browser, signed in where a member is named."""
        opened = Browser(self.door, sender or fresh_address())
        if member:
            answer = opened.sign_in(member, PASSWORD)
            assert answer.status == 302, f"{member} cannot sign in: {answer.status}"
        return opened

    def mail(self, raw: bytes, *, sender: str = "reader@mail.example", seconds: float = 30) -> str:
        """Hand a mail over by LMTP; return "" where it was taken, else what went wrong.

        What begins with a 5 was refused for good (RFC 5321, 4.2.1): a mail server does not send it again.
        """
        try:
            with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=seconds) as client:
                client.sendmail(sender, [MAILBOX], raw)
        except smtplib.SMTPResponseException as error:
            return f"{error.smtp_code} {error.smtp_error!r}"[:120]
        except smtplib.SMTPRecipientsRefused as error:
            return "; ".join(f"{code} {text!r}" for code, text in error.recipients.values())[:120]
        except (OSError, smtplib.SMTPException) as error:
            return f"{type(error).__name__} {error}"[:120]
        return ""

    def logs(self) -> str:
        """Return what all commands have logged."""
        return "\n".join(path.read_text(errors="replace") for path in self.made.data.parent.glob("*.log"))

    def plan(self) -> Plan:
        """Return what the honest reader and the editor need."""
        place = self.door.place
        return Plan(
            port=place.port,
            host=place.host,
            authority=self.authority,
            base=self.door.base,
            paper=self.paper.origin,
            member=MEASURED,
            password=PASSWORD,
            case=self.case,
        )


def add_site(made: Installation, slug: str, *origins: str, options: tuple[str, ...] = ()) -> str:
    """Add a site whose pages this machine serves; return what went wrong, or nothing."""
    places: list[str] = []
    for origin in origins:
        host = urlsplit(origin).netloc
        places += ["--origin", origin, "--fetch-host", host, "--private-host", host]
    command = [sys.executable, "-m", "corrigenda", "site", "add", slug, "--name", slug.title(), *places]
    done = subprocess.run(
        [*command, *options], env=made.environment, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@contextmanager
def running_target(database: str, proxy: str, url: str = "", **extra: str) -> Iterator[Target]:
    """Run a desk until the block ends; `url` is that of a PostgreSQL server's database, empty for SQLite."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="corrigenda-attack-")))
        own = stack.enter_context(own_database(url))
        paper = stack.enter_context(printed())
        made = Installation(folder / "data", own, {**SETTINGS, **_trust(proxy), **extra})
        _prepare(made, paper)
        server = stack.enter_context(made.serve(**_public(proxy)))
        target = _opened(stack, Target(database, proxy, made, server, _door(server, paper), paper))
        stack.callback(target.end_all)
        target.start("work", "work")
        target.start_lmtp()
        paper.pages["/story.html"] = article("A story", STORY)
        answer = target.report(f"{paper.origin}/story.html", "opened in 1931")
        target.wait_for_state(answer, "located")
        target.case = target.case_of(answer)
        yield target


def _trust(proxy: str) -> dict[str, str]:
    trusted = NAIVE_PROXY if proxy == "none" else "127.0.0.1"
    return {"CORRIGENDA_TRUSTED_PROXIES": f'["{trusted}/32"]'}


def _public(proxy: str) -> dict[str, str]:
    if proxy == "none":
        return {}
    # The test's own question whether the server has started goes to the address itself.
    return {"CORRIGENDA_PUBLIC_URL": f"https://{HOST}", "CORRIGENDA_ALLOWED_HOSTS": '["127.0.0.1"]'}


def _prepare(made: Installation, paper: Newspaper) -> None:
    lay_tables(made.data, made.url)
    assert not (problem := add_site(made, "courier", paper.origin)), problem
    made.corrigenda("member", "add", EDITOR, "--email", ADDRESS, "--password", PASSWORD)
    made.corrigenda("member", "add", MEASURED, "--password", PASSWORD)
    made.corrigenda("member", "add", ADMINISTRATOR, "--administrator", "--password", PASSWORD)


def _door(server: Server, paper: Newspaper) -> Door:
    address = f"127.0.0.1:{server.port}"
    return Door(Place(server.port, host=address), f"http://{address}", paper.origin)


def _opened(stack: ExitStack, target: Target) -> Target:
    if target.is_direct:
        return target
    folder = target.made.data.parent / target.proxy
    folder.mkdir()
    proxy: Proxy = stack.enter_context(running_proxy(target.proxy, folder, target.server.port))
    target.door = Door(proxy.secure, f"https://{HOST}", target.paper.origin)
    target.authority = str(proxy.authority)
    return target
