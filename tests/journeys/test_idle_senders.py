"""Senders who stop in the middle: editors sign in and decide, and readers report, while they hang."""

import http.cookiejar
import json
import os
import re
import socket
import threading
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.journeys import raw
from tests.journeys.papers import page_of, served
from tests.journeys.raw import answer_on, asked, connect, idle_senders, request
from tests.journeys.running import own_database
from tests.journeys.serving import Installation, Server
from tests.migrated import lay_tables
from tests.waiting import wait_until

PASSWORD = "a-long-pass-phrase"
PATHS = ("/report", "/api/reports", "/accounts/login/", "/widget/known")
LINES = [f"Paragraph {number} says that gate {number} opened in 19{number:02}." for number in range(10, 40)]


@dataclass
class Desk:
    """A served installation whose newspaper can be read, with an editor."""

    made: Installation
    server: Server
    origin: str
    used: int = 0

    def report(self, network: str) -> raw.Answer:
        """Let a reader report another passage."""
        quote = {"type": "TextQuoteSelector", "exact": LINES[self.used], "prefix": "", "suffix": ""}
        self.used += 1
        url = f"{self.origin}/story.html"
        body = {
            "url": url,
            "language": "en",
            "target": {"source": url, "selector": [quote]},
            "concern": "fact",
            "suggestion": "It did not.",
        }
        content = json.dumps(body).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Idempotency-Key", str(uuid.uuid4())),
            ("Content-Length", str(len(content))),
            ("X-Forwarded-For", network),
        ]
        return asked(self.server.port, "POST /api/reports HTTP/1.1", headers, content)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("idle")
    (folder / "public").mkdir()
    (folder / "public" / "story.html").write_text(page_of("story", LINES))
    with ExitStack() as stack:
        url = stack.enter_context(own_database(os.environ.get("DATABASE_URL", "")))
        origin = stack.enter_context(served(folder / "public", corrigenda="http://localhost"))
        host = origin.removeprefix("http://")
        extra = {
            "CORRIGENDA_TRUSTED_PROXIES": '["127.0.0.0/8"]',
            # Nobody is let go by time here: they hang as long as a test takes.
            "CORRIGENDA_BODY_SECONDS": "300",
            "CORRIGENDA_UNDO_SECONDS": "0",
            # Idle reports count too; how many a network may send is tested elsewhere.
            "CORRIGENDA_REPORT_LIMIT": "1000",
        }
        made = Installation(folder / "data", url, extra)
        lay_tables(made.data, made.url)
        places = ("--origin", origin, "--fetch-host", host, "--private-host", host)
        made.corrigenda("site", "add", "courier", "--name", "The Courier", *places)
        made.corrigenda("member", "add", "anna", "--administrator", "--password", PASSWORD)
        yield Desk(made, stack.enter_context(made.serve()), origin)


@dataclass
class Person:
    """A browser without pictures."""

    port: int
    network: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def open(self, path: str, **fields: str) -> str:
        """Return a page, or what follows a form that is sent."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        data = urllib.parse.urlencode(fields).encode() if fields else None
        asked_for = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data)
        asked_for.add_header("X-Forwarded-For", self.network)
        with opener.open(asked_for, timeout=60) as response:
            return str(response.read().decode())

    def sign_in(self) -> None:
        """Sign in as the editor."""
        page = self.open("/accounts/login/")
        self.open(
            "/accounts/login/", login="anna", password=PASSWORD, csrfmiddlewaretoken=hidden(page, "csrf")
        )
        assert {"sessionid", "corrigenda_browser"} <= {cookie.name for cookie in self.jar}

    def decline(self, case: int) -> str:
        """Decline a case; return the page that follows."""
        page = self.open(f"/desk/cases/{case}/")
        form = page[page.index(f'action="/desk/cases/{case}/decline/"') :]
        return self.open(
            f"/desk/cases/{case}/decline/",
            csrfmiddlewaretoken=hidden(form, "csrf"),
            seen=hidden(form, "seen"),
            place=hidden(form, "place"),
            reason="no_change",
        )


def hidden(page: str, name: str) -> str:
    """Return the first hidden field whose name begins so."""
    found = re.search(rf'name="{name}[a-z]*" value="([^"]*)"', page)
    assert found is not None, (name, page[:2000])
    return found[1]


def newest_case(desk: Desk) -> int:
    """Let the worker locate what was reported; return the newest case."""
    desk.made.corrigenda("work", "--once")
    person = Person(desk.server.port, "198.51.100.7")
    person.sign_in()
    return max(map(int, re.findall(r"/desk/cases/(\d+)/", person.open("/desk/"))))


@pytest.mark.parametrize("networks", [1, 250], ids=["from one network", "from many networks"])
@pytest.mark.parametrize("number", [8, 28, 200])
def test_an_editor_decides_and_a_reader_reports_while_they_hang(
    desk: Desk, number: int, networks: int
) -> None:
    assert desk.report("192.0.2.1").status == 201
    case = newest_case(desk)
    with idle_senders(desk.server.port, number, networks=networks, paths=PATHS) as idle:
        editor = Person(desk.server.port, "198.51.100.8")
        editor.sign_in()
        assert f"/desk/cases/{case}/" in editor.open("/desk/")
        assert "/undo/" in editor.decline(case) or "eclined" in editor.open(f"/desk/cases/{case}/")
        reported = desk.report(f"198.51.{number}.{networks}")
        assert (reported.status, "token" in json.loads(reported.content)) == (201, True)
        # A reader in the very network of those who hang is served too: he takes the place of the oldest.
        assert desk.report("9.0.0.77").status == 201
        hang = [connection for connection in idle.connections if not can_be_read(connection)]
        assert len(hang) >= min(number - 1, 28)


def test_work_for_strangers_never_holds_up_a_browser_that_is_known(desk: Desk) -> None:
    with desk.made.serve(CORRIGENDA_THREADS="3", CORRIGENDA_MEMBER_THREADS="1") as server:
        editor = Person(server.port, "198.51.100.8")
        editor.sign_in()
        stranger = Person(server.port, "192.0.2.9")
        page = stranger.open("/accounts/login/")
        token = hidden(page, "csrf")
        (cookie,) = [f"{one.name}={one.value}" for one in stranger.jar if one.name == "csrftoken"]

        def guess(number: int) -> int:
            # Each costs the time of at least one password hash.
            fields = {"login": f"nobody-{number}", "password": "wrong", "csrfmiddlewaretoken": token}
            content = urllib.parse.urlencode(fields).encode()
            headers = [
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Content-Length", str(len(content))),
                ("Cookie", cookie),
                ("X-Forwarded-For", f"203.0.{number}.9"),
            ]
            return asked(server.port, "POST /accounts/login/ HTTP/1.1", headers, content).status

        with ThreadPoolExecutor(40) as strangers:
            guesses = [strangers.submit(guess, number) for number in range(40)]
            wait_until(lambda: any(one.done() for one in guesses), "nobody is answered")
            assert "/desk/" in editor.open("/desk/")
            waited = [one for one in guesses if not one.done()]
            assert len(waited) > 5, "the editor waited until nearly all strangers were answered"
            # The sign-in itself may refuse some while so many passwords are compared.
            assert {one.result() for one in guesses} <= {200, 429, 503}


def can_be_read(connection: socket.socket) -> bool:
    """Whether an answer has come, or the end."""
    connection.setblocking(False)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(60)
    return True


def test_a_body_that_does_not_come_is_answered_408(desk: Desk) -> None:
    with desk.made.serve(CORRIGENDA_BODY_SECONDS="0.5") as server:
        for path in PATHS:
            with idle_senders(server.port, 1, networks=1, paths=[path]) as idle:
                answered = answer_on(idle.connections[0])
                assert answered.status == 408, path
                assert b"again" in answered.content or b"once more" in answered.content
                assert raw.is_closed(idle.connections[0])
                if path == "/api/reports":
                    assert json.loads(answered.content)["status"] == 408
                    assert answered.headers["retry-after"] == "5"
        # One that comes in pieces, in time, is taken.
        with closing(connect(server.port)) as slow:
            content = json.dumps({"url": f"{desk.origin}/story.html"}).encode()
            headers = [
                ("Content-Type", "application/json"),
                ("Idempotency-Key", str(uuid.uuid4())),
                ("Content-Length", str(len(content))),
            ]
            slow.sendall(request(server.port, "POST /api/reports HTTP/1.1", headers, content[:10]))
            slow.sendall(content[10:])
            assert answer_on(slow).status == 422


def test_a_drip_of_bytes_does_not_lengthen_the_time(desk: Desk) -> None:
    with (
        desk.made.serve(CORRIGENDA_BODY_SECONDS="1") as server,
        idle_senders(server.port, 1, networks=1, paths=["/report"]) as idle,
    ):
        (connection,) = idle.connections
        stopped = threading.Event()

        def drip() -> None:
            while not stopped.wait(0.05):
                try:
                    connection.sendall(b" ")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            assert answer_on(connection).status == 408
        finally:
            stopped.set()
            dripping.join()


def test_who_promises_a_large_body_is_refused_before_it_comes(desk: Desk) -> None:
    for path, type_ in (("/api/reports", "application/json"), ("/report", "text/plain")):
        with closing(connect(desk.server.port)) as connection:
            headers = [
                ("Content-Type", type_),
                ("Content-Length", "99999999"),
                ("Idempotency-Key", str(uuid.uuid4())),
            ]
            connection.sendall(request(desk.server.port, f"POST {path} HTTP/1.1", headers, b"x"))
            assert answer_on(connection).status == 413


def test_slow_heads_and_idle_connections_are_ended(desk: Desk) -> None:
    with desk.made.serve(CORRIGENDA_HEADER_SECONDS="1") as server, ExitStack() as opened:
        silent = opened.enter_context(closing(connect(server.port)))
        begun = opened.enter_context(closing(connect(server.port)))
        begun.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        kept = opened.enter_context(closing(connect(server.port)))
        kept.sendall(request(server.port, "GET /healthz HTTP/1.1", []))
        assert answer_on(kept).status == 200
        assert raw.is_closed(kept)
        for connection in (silent, begun):
            ended = connection.recv(1000)
            assert ended == b"" or b"408" in ended.partition(b"\r\n")[0] or b"400" in ended


def test_a_head_that_is_too_large_is_refused(desk: Desk) -> None:
    with closing(connect(desk.server.port)) as connection:
        head = request(desk.server.port, "GET /healthz HTTP/1.1", [("X-Long", "x" * 1_000_000)])
        # The rest is not read: the connection may be reset before the answer is seen.
        with suppress(ConnectionError):
            connection.sendall(head)
        with suppress(ConnectionError):
            assert answer_on(connection).status == 431
    assert asked(desk.server.port, "GET /healthz HTTP/1.1", [("X-Long", "x" * 8_000)]).status == 200


def test_who_does_not_read_an_answer_is_let_go(desk: Desk) -> None:
    file = next(iter(sorted(Path("corrigenda/static").rglob("*.js"), key=lambda path: -path.stat().st_size)))
    path = "/static/" + file.relative_to("corrigenda/static").as_posix()
    asks = 16_000_000 // file.stat().st_size + 1
    with desk.made.serve(CORRIGENDA_READER_SECONDS="1") as server, ExitStack() as opened:
        for _ in range(20):
            reader = opened.enter_context(closing(connect(server.port, receives=4096)))
            reader.setblocking(False)
            try:
                for _ in range(asks):
                    reader.send(request(server.port, f"GET {path} HTTP/1.1", []))
            except BlockingIOError:
                pass
        assert server.get("/healthz") == 200
        wait_until(lambda: raw.open_connections(server.port) == 0, "readers who do not read are kept")
        assert server.get("/healthz") == 200


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
SETTINGS_FRAME = 4


def first_bytes(port: int) -> bytes:
    """Return what a server answers to who speaks HTTP/2 without asking."""
    with closing(connect(port)) as connection:
        connection.sendall(PREFACE)
        try:
            return connection.recv(9)
        except ConnectionResetError:
            return b""


def test_http_2_without_tls_is_off_unless_asked_for(desk: Desk) -> None:
    refused = first_bytes(desk.server.port)
    assert refused == b"" or refused.startswith(b"HTTP/1.1")
    with desk.made.serve(CORRIGENDA_HTTP2="true") as server:
        assert first_bytes(server.port)[3] == SETTINGS_FRAME
        assert server.get("/healthz") == 200


def test_the_start_warns_of_nothing(desk: Desk) -> None:
    with desk.made.serve() as server:
        assert server.get("/healthz") == 200
        assert server.stop() == 0
        said = server.log.read_text()
    assert not [line for line in said.splitlines() if "WARN" in line.upper()], said
