"""Serves an installation of the test's own, sends it reports as readers would, and kills it."""

import http.client
import json
import os
import re
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.migrated import lay_tables
from tests.ports import free_port

ORIGIN = "https://courier.example"
START_SECONDS = 60


def report_body(**changes: Any) -> bytes:
    """Return the body of a good report with members changed."""
    quote = {"type": "TextQuoteSelector", "exact": "opened in 1931", "prefix": "which ", "suffix": ", was"}
    body = {
        "url": f"{ORIGIN}/story.html",
        "language": "en",
        "target": {"source": f"{ORIGIN}/story.html", "selector": [quote]},
        "concern": "fact",
        "suggestion": "opened in 1932",
        **changes,
    }
    return json.dumps(body).encode()


@dataclass
class Server:
    """A running `corrigenda serve` with its own process group."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def workers(self) -> list[int]:
        """Return the processes that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(number) for number in children.split()]

    def kill(self) -> None:
        """Kill every process at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = 25) -> int:
        """End it as a service manager does; return its exit code.

        Less than the 30 seconds after which `serve` kills a server process that does not end
        (workers_kill_timeout).
        """
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def resident_megabytes(self) -> float:
        """Return the memory that its worker processes hold."""
        status = "".join(Path(f"/proc/{worker}/status").read_text() for worker in self.workers())
        return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024

    def get(self, path: str, **headers: str) -> int:
        """Return the status of a page."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 (our own address)
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code


@dataclass
class Installation:
    """A data folder and a database with one site."""

    data: Path
    url: str
    extra: dict[str, str] = field(default_factory=dict)
    logs: Path | None = None
    """Folder of what its servers say; beside the data by default."""

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of its commands."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
        own = {"DATABASE_URL": self.url, "CORRIGENDA_DATA_DIR": str(self.data), "PYTHONUNBUFFERED": "1"}
        # The tests send as a proxy on this address would.
        own["CORRIGENDA_TRUSTED_PROXIES"] = '["127.0.0.1/32"]'
        return {**clean, **own, **self.extra}

    def corrigenda(self, *arguments: str) -> None:
        """Run a command."""
        command = [sys.executable, "-m", "corrigenda", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def prepare(self) -> None:
        """Make the tables and the site."""
        lay_tables(self.data, self.url)
        self.corrigenda("site", "add", "courier", "--name", "The Courier", "--origin", ORIGIN)

    @contextmanager
    def serve(self, **extra: str) -> Iterator[Server]:
        """Serve until the block ends, at a free port unless one is set; yields once pages are answered."""
        port = int(extra.get("CORRIGENDA_PORT") or free_port())
        log = (self.logs or self.data.parent) / f"serve-{secrets.token_hex(4)}.log"
        address = f"http://127.0.0.1:{port}"
        own = {"CORRIGENDA_PORT": str(port), "CORRIGENDA_PUBLIC_URL": address}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "corrigenda", "serve"],
                env={**self.environment, **own, **extra},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        server = Server(process, port, log)
        try:
            _wait_until_it_answers(server, int(self.extra.get("CORRIGENDA_WORKERS", "1")))
            yield server
        finally:
            if process.poll() is None:
                server.kill()

    def forget_reports(self) -> None:
        """Empty the table."""
        statement = "DELETE FROM corrigenda_report"
        if self.url:
            with psycopg.connect(self.url) as connection:
                connection.execute(statement)
        else:
            with closing(sqlite3.connect(self.data / "corrigenda.sqlite3")) as file:
                file.execute(statement)
                file.commit()

    def rows(self) -> list[tuple[str, int]]:
        """Return key and number of every report that is stored."""
        query = "SELECT idempotency_key, id FROM corrigenda_report ORDER BY id"
        if self.url:
            with psycopg.connect(self.url) as connection:
                return [(str(key), int(number)) for key, number in connection.execute(query)]
        with closing(sqlite3.connect(self.data / "corrigenda.sqlite3")) as file:
            return [(str(key), int(number)) for key, number in file.execute(query)]


def directly(port: int) -> http.client.HTTPConnection:
    """Connect to a desk without a proxy."""
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


@dataclass
class Readers:
    """Readers who keep sending, note what they were promised, and send again what was never answered."""

    port: int = 0
    promised: dict[str, int] = field(default_factory=dict)
    """Keys that were answered 201, with the number of the report."""
    unanswered: set[str] = field(default_factory=set)
    refusals: list[tuple[int, bytes]] = field(default_factory=list)
    comment: str = "The plaque says so. " * 20
    connect: Callable[[int], http.client.HTTPConnection] = directly
    """Opens a connection to the port."""
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, port: int, number: int = 8) -> None:
        """Let so many readers begin."""
        self.port = port
        self._stopped.clear()
        self._threads = [threading.Thread(target=self._send_and_send) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let them finish the report under way, if anybody answers it."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a reader waits for ever"

    def wait_for(self, number: int) -> None:
        """Wait until so many reports more have been promised."""
        goal = len(self.promised) + number
        deadline = time.monotonic() + 60
        while len(self.promised) < goal:
            assert time.monotonic() < deadline, f"no 201 any more: {self.refusals[-3:]}"
            time.sleep(0.005)

    def send(self, connection: http.client.HTTPConnection, key: str) -> None:
        """Send one report and note what comes of it."""
        headers = {
            "Content-Type": "application/json",
            "Origin": ORIGIN,
            "Idempotency-Key": key,
            "X-Forwarded-For": _some_network(),
        }
        self.unanswered.add(key)
        connection.request("POST", "/api/reports", report_body(comment=self.comment), headers)
        response = connection.getresponse()
        content = response.read()
        self.unanswered.discard(key)
        if response.status == 201:
            number = int(json.loads(content)["id"])
            assert self.promised.setdefault(key, number) == number, "a key was promised two reports"
        else:
            self.refusals.append((response.status, content))

    def send_again(self, port: int) -> None:
        """Send again, under their keys, the reports that nobody answered."""
        with closing(self.connect(port)) as connection:
            for key in sorted(self.unanswered):
                self.send(connection, key)

    def _send_and_send(self) -> None:
        while not self._stopped.is_set():
            try:
                with closing(self.connect(self.port)) as connection:
                    while not self._stopped.is_set():
                        self.send(connection, str(uuid.uuid4()))
            except (OSError, http.client.HTTPException):
                self._stopped.wait(0.02)


def _some_network() -> str:
    return f"{secrets.randbelow(200) + 11}.{secrets.randbelow(256)}.{secrets.randbelow(256)}.7"


def _wait_until_it_answers(server: Server, workers: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            started = len(re.findall(rb"Started worker-\d+$", server.log.read_bytes(), re.MULTILINE))
            if started >= workers and server.get("/healthz") == 200:
                return
            time.sleep(0.05)
        except OSError:
            time.sleep(0.05)
    message = f"The server does not answer:\n{server.log.read_text(errors='replace')}"
    raise AssertionError(message)
