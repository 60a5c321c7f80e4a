"""Sends hostile requests from many threads, and notes what came back, while an editor goes on working."""

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from contextlib import closing, suppress
from dataclasses import dataclass, field

from tests.journeys.hostility import Hostility, Request
from tests.journeys.serving import Installation, Server

MOST_HELD = 3
"""Connections that each attacker keeps open in the middle of a body."""
_SIGN_IN = """
from django.test import Client
from corrigenda.models import Member
client = Client(SERVER_NAME="localhost")
client.force_login(Member.objects.get(username="anna"))
print(client.cookies["sessionid"].value)
"""


@dataclass
class Record:
    """What came back, from all attackers together."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By attack and status; 0 for a connection that was closed without a word."""
    promised: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    """What should not have happened."""
    sent: int = 0

    def note(self, name: str, request: Request, status: int, content: bytes, key: str) -> None:
        """Note one answer."""
        self.sent += 1
        self.answers[name, status] += 1
        if status >= 500 and status != 503:
            self.broken.append(f"{name}: {status} for {request.wire()[:300]!r}")
        if status == 0 and not request.malformed:
            self.broken.append(f"{name}: no answer to {request.wire()[:300]!r}")
        if status == 201:
            number = int(json.loads(content)["id"])
            if self.promised.setdefault(key, number) != number:
                self.broken.append(f"{name}: a second report under a key")


class Attacker(threading.Thread):
    """One of those who send."""

    def __init__(self, hostility: Hostility, port: int, record: Record, requests: int) -> None:
        super().__init__()
        self._hostility = hostility
        self._port = port
        self._record = record
        self._requests = requests
        self._held: deque[socket.socket] = deque()
        self._connection: socket.socket | None = None

    def run(self) -> None:
        """Send them all."""
        for _ in range(self._requests):
            name, request = self._hostility.next()
            try:
                self._send(name, request)
            except Exception as error:  # noqa: BLE001 (a thread's exception would go unseen)
                self._record.broken.append(f"{name}: {error!r} at {request.wire()[:300]!r}")
                self._drop()
        for held in (*self._held, self._connection):
            if held is not None:
                held.close()

    def _send(self, name: str, request: Request) -> None:
        if request.held:
            self._hold(request)
            self._record.sent += 1
            self._record.answers[name, -1] += 1
            return
        if request.malformed:
            self._drop()
        again = self._connection is not None
        status, content = self._exchange(self._connection or self._connect(), request)
        if status == 0 and again:
            # A connection that stays open may be closed while the next request is on its way.
            status, content = self._exchange(self._connect(), request)
        self._record.note(name, request, status, content, request.headers.get("Idempotency-Key", ""))

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=60)

    def _hold(self, request: Request) -> None:
        held = self._connect()
        held.sendall(request.wire())
        self._held.append(held)
        if len(self._held) > MOST_HELD:
            self._held.popleft().close()

    def _exchange(self, connection: socket.socket, request: Request) -> tuple[int, bytes]:
        self._connection = None
        with suppress(ConnectionError):
            connection.sendall(request.wire())
        if request.malformed:
            # It may lack its end: whoever waits for that is told that it does not come.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        try:
            with closing(http.client.HTTPResponse(connection, method=request.method)) as response:
                response.begin()
                content = response.read()
        except (http.client.HTTPException, ConnectionError):
            connection.close()
            return 0, b""
        except BaseException:
            connection.close()
            raise
        if request.malformed or response.will_close or response.status in {408, 413}:
            connection.close()
        else:
            self._connection = connection
        return response.status, content


@dataclass
class Editor:
    """Someone who works at the desk meanwhile."""

    cookie: str
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    _ended: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, installation: Installation) -> "Editor":
        """Sign in."""
        installation.corrigenda(
            "member", "add", "anna", "--administrator", "--password", "a-long-pass-phrase"
        )
        command = [sys.executable, "-m", "corrigenda", "manage", "shell", "--no-imports", "-c", _SIGN_IN]
        said = subprocess.run(
            command, env=installation.environment, capture_output=True, text=True, check=True
        )
        return cls(said.stdout.split()[-1])

    def work(self, server: Server) -> None:
        """Look at the queue until told to end."""
        while not self._ended.wait(0.1):
            began = time.monotonic()
            self.statuses[server.get("/desk/", Cookie=f"sessionid={self.cookie}")] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)

    def end(self) -> None:
        """Stop working."""
        self._ended.set()
