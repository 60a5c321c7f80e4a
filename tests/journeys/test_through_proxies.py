"""What clients get through nginx, Caddy and HAProxy with the files of deploy/, and what the desk stores."""

import http.client
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

import pytest

from corrigenda.config.options import Options
from tests import tools
from tests.journeys import exchanges
from tests.journeys.proxies import KINDS, Proxy, running_proxy
from tests.journeys.senders import HOST, fresh_address, report_lines
from tests.journeys.serving import Installation, Readers, Server, report_body
from tests.ports import free_port
from tests.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

SETTINGS = {
    "CORRIGENDA_PUBLIC_URL": f"https://{HOST}",
    "CORRIGENDA_ALLOWED_HOSTS": '["127.0.0.1"]',
    "CORRIGENDA_REPORT_LIMIT": "100000",
    "CORRIGENDA_CHALLENGE_REPORTS": "0",
}
WITHOUT_LENGTH = {"nginx": 201, "caddy": 411, "haproxy": 411}
"""nginx counts a body before it passes it on, and says its length to the desk."""
DATA_FRAME, HEADERS_FRAME, RESET_FRAME, SETTINGS_FRAME, GOAWAY_FRAME = 0, 1, 3, 4, 7
WHILE_DOWN = {"nginx": {502}, "caddy": {502}, "haproxy": set[int]()}
"""What is answered while the desk is started again; HAProxy lets requests wait."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("desk") / "data", "", SETTINGS)
    made.prepare()
    return made


def test_head_is_answered_as_get_without_the_body(proxy: Proxy) -> None:
    exchanges.ask_for_heads(proxy.secure)


def test_a_file_that_a_client_has_is_not_sent_again(proxy: Proxy) -> None:
    exchanges.ask_again_for_a_file(proxy.secure)


def test_who_asks_before_sending_is_answered(proxy: Proxy) -> None:
    exchanges.ask_before_sending(proxy.secure)


def test_a_report_that_does_not_say_its_length_is_answered_always_alike(proxy: Proxy) -> None:
    bodies = [report_body(comment="x" * size) for size in (0, 4_000)] * 100
    with ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(partial(exchanges.send_in_chunks, proxy.secure), bodies))
    assert {answer.status for answer in answers} == {WITHOUT_LENGTH[proxy.name]}
    # What the desk says to it reaches the sender through Caddy most times, not always.
    assert proxy.name != "caddy" or not any(answer.body for answer in answers), "the desk was asked"


def test_a_request_in_a_body_is_none(proxy: Proxy) -> None:
    exchanges.hide_a_request_in_a_body(proxy.secure)


def test_who_breaks_off_leaves_nothing_behind(
    proxy: Proxy, installation: Installation, server: Server
) -> None:
    for _ in range(10):
        exchanges.break_off(proxy.secure, installation)
    assert "Traceback" not in server.log.read_text()


def by_http_2(proxy: Proxy, *options: str) -> list[str]:
    """Return the command that sends a report by HTTP/2 and prints its status."""
    curl = tools.program(tools.CURL)
    tools.require(tools.CURL, curl)
    command = [
        str(curl),
        "--silent",
        "--http2",
        "--interface",
        fresh_address(),
        "--cacert",
        str(proxy.authority),
    ]
    command += ["--connect-to", f"{HOST}:443:127.0.0.1:{proxy.spot.https}", "--output", os.devnull]
    command += ["--write-out", "%{http_code} %{http_version}"]
    lines = (part for line in report_lines() for part in ("--header", line))
    return [*command, *lines, *options, f"https://{HOST}/api/reports"]


@pytest.mark.parametrize(("size", "answered"), [(63_000, {"400 2"}), (300_000, {"413 2", "000 0"})])
def test_a_large_body_comes_by_http_2(proxy: Proxy, size: int, answered: set[str], tmp_path: Path) -> None:
    body = tmp_path / "body"
    body.write_bytes(b"x" * size)
    command = by_http_2(proxy, "--data-binary", f"@{body}")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout in answered


def frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    """Return a frame of HTTP/2 (RFC 9113, 4.1)."""
    return len(content).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + content


def half_a_report() -> bytes:
    """Return the beginning of a connection of HTTP/2 with a report that stops after its first byte."""
    lines = [line.partition(": ") for line in report_lines(("Content-Length: 900",))]
    fields = [(":method", "POST"), (":scheme", "https"), (":authority", HOST), (":path", "/api/reports")]
    fields += [(name.lower(), value) for name, _, value in lines]
    # Literal fields that nobody needs to remember (RFC 7541, 6.2.2).
    head = b"".join(
        b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
        for name, value in fields
    )
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS_FRAME, 0, 0, b"")
    return preface + frame(HEADERS_FRAME, 4, 1, head) + frame(DATA_FRAME, 0, 1, b"{")


def await_end(came: BinaryIO) -> None:
    """Wait for an answer, or for the end of the stream or the connection."""
    while head := came.read(9):
        came.read(int.from_bytes(head[:3]))
        if head[3] in {HEADERS_FRAME, RESET_FRAME, GOAWAY_FRAME}:
            return


def test_a_slow_sender_by_http_2_is_sent_away(proxy: Proxy, installation: Installation) -> None:
    stored = len(installation.rows())
    trust = ssl.create_default_context(cafile=proxy.authority)
    trust.set_alpn_protocols(["h2"])
    # By HTTP/2 Caddy has no shorter time than the one for a whole answer.
    patience = 75 if proxy.name == "caddy" else 30
    plain = socket.create_connection(
        ("127.0.0.1", proxy.spot.https), patience, source_address=(fresh_address(), 0)
    )
    with trust.wrap_socket(plain, server_hostname=HOST) as opened, opened.makefile("rb") as came:
        opened.sendall(half_a_report())
        await_end(came)
    assert len(installation.rows()) == stored


@dataclass
class Idle:
    """How long a proxy has kept connections on which nothing was said after an answer."""

    seconds: list[float] = field(default_factory=list)
    opened: int = 0


class _Answers(BaseHTTPRequestHandler):
    """Says ok to everything, for as long as the other side keeps the connection."""

    protocol_version = "HTTP/1.1"

    def __init__(self, idle: Idle, *arguments: object) -> None:
        self._idle = idle
        super().__init__(*arguments)  # type: ignore[arg-type]

    def handle(self) -> None:
        """Answer one request after the other."""
        self._idle.opened += 1
        self._answered = time.monotonic()
        with suppress(ConnectionError):
            super().handle()
        self._idle.seconds.append(time.monotonic() - self._answered)

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
        self._answered = time.monotonic()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def answering(idle: Idle) -> Iterator[int]:
    """Answer in place of a desk until the block ends; yields the port."""
    with ThreadingHTTPServer(("127.0.0.1", free_port()), partial(_Answers, idle)) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("name", list(KINDS))
def test_a_proxy_gives_up_an_idle_connection_before_the_desk_does(name: str, tmp_path: Path) -> None:
    idle = Idle()
    with answering(idle) as port, running_proxy(name, tmp_path, port) as proxy:
        for _ in range(3):
            assert proxy.secure.send(fresh_address(), path="/log/").status == 200
        wait_until(lambda: len(idle.seconds) == idle.opened, "it is kept for ever")
    # The desk ends it then: a report on its way at that moment would be lost.
    assert max(idle.seconds) < Options.model_fields["header_seconds"].default - 3


class Secure(http.client.HTTPConnection):
    """A connection to a proxy as a browser has it."""

    def __init__(self, proxy: Proxy, _port: int) -> None:
        super().__init__(HOST, timeout=40)
        self._proxy = proxy

    def connect(self) -> None:
        """Open it."""
        trust = self._proxy.secure.trust
        assert trust is not None
        plain = socket.create_connection(("127.0.0.1", self._proxy.spot.https), 40)
        self.sock = trust.wrap_socket(plain, server_hostname=HOST)


@pytest.mark.parametrize("name", list(KINDS))
def test_no_report_is_lost_when_the_desk_is_started_again(
    installation: Installation, name: str, tmp_path: Path
) -> None:
    port = free_port()
    settings = {**SETTINGS, "CORRIGENDA_PORT": str(port)}
    with installation.serve(**settings) as first, running_proxy(name, tmp_path, port) as proxy:
        readers = Readers(connect=partial(Secure, proxy))
        readers.start(proxy.spot.https, 6)
        try:
            readers.wait_for(50)
            assert first.stop() == 0
            with installation.serve(**settings):
                readers.wait_for(50)
                readers.stop()
                readers.send_again(port)
        finally:
            readers.stop()
    stored = dict(installation.rows())
    assert {key: stored.get(key) for key in readers.promised} == readers.promised
    assert readers.unanswered == set()
    assert {status for status, _ in readers.refusals} <= WHILE_DOWN[name]
