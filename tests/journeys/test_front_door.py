"""The front door as it is served: killed under load, ended, in several processes; promises are kept."""

import http.client
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.journeys.raw import answer_on, asked, connect, is_closed, request
from tests.journeys.running import own_database
from tests.journeys.serving import ORIGIN, Installation, Readers, report_body
from tests.ports import free_port
from tests.waiting import wait_until

Record = Callable[[str, object], None]
POSTGRESQL = bool(os.environ.get("DATABASE_URL"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("front") / "data"
    with own_database(os.environ.get("DATABASE_URL", "")) as url:
        extra = {"CORRIGENDA_WORKERS": "2" if POSTGRESQL else "1", "CORRIGENDA_CHALLENGE_REPORTS": "0"}
        made = Installation(data, url, extra)
        made.prepare()
        yield made


@pytest.fixture
def installation(prepared: Installation) -> Installation:
    prepared.forget_reports()
    return prepared


def assert_promises_are_kept(installation: Installation, readers: Readers) -> None:
    """Every report that was answered 201 is stored, under that number, once."""
    rows = installation.rows()
    stored = dict(rows)
    assert len(stored) == len(rows), "a key is stored twice"
    broken = {key: number for key, number in readers.promised.items() if stored.get(key) != number}
    assert broken == {}


def survive_kills(installation: Installation, kills: int, record: Record) -> None:
    readers = Readers()
    chance = random.Random(kills)  # noqa: S311 (moments, not secrets)
    for _ in range(kills):
        with installation.serve() as server:
            readers.send_again(server.port)
            readers.start(server.port)
            readers.wait_for(20)
            time.sleep(chance.uniform(0.0, 0.6))  # pause: a power cut comes at any moment
            server.kill()
            readers.stop()
        assert_promises_are_kept(installation, readers)
    with installation.serve() as server:
        readers.send_again(server.port)
        assert readers.unanswered == set()
        assert server.stop() == 0
    assert_promises_are_kept(installation, readers)
    assert {key for key, _number in installation.rows()} == readers.promised.keys()
    assert readers.refusals == []
    record("kills", kills)
    record("acknowledgements checked", len(readers.promised))
    print(f"{kills} kills, {len(readers.promised)} acknowledgements, each stored exactly once")  # noqa: T201


def test_killed_under_load(installation: Installation, record_property: Record) -> None:
    survive_kills(installation, 3, record_property)


@pytest.mark.long
def test_killed_twenty_times(installation: Installation, record_property: Record) -> None:
    survive_kills(installation, 20, record_property)


def test_a_killed_worker_is_replaced_and_its_promises_are_kept(installation: Installation) -> None:
    readers = Readers()
    with installation.serve() as server:
        readers.start(server.port)
        readers.wait_for(30)
        killed = server.workers()[0]
        os.kill(killed, signal.SIGKILL)
        wait_until(
            lambda: killed not in server.workers() and len(server.workers()) >= (2 if POSTGRESQL else 1),
            "the worker was not replaced",
        )
        readers.wait_for(30)
        readers.stop()
        readers.send_again(server.port)
        assert readers.unanswered == set()
    assert_promises_are_kept(installation, readers)


def test_what_was_taken_is_answered_before_the_end(installation: Installation) -> None:
    readers = Readers()
    with installation.serve() as server:
        readers.start(server.port, 16)
        readers.wait_for(100)
        code = server.stop()
        readers.stop()
    assert code == 0
    assert_promises_are_kept(installation, readers)
    # Nothing was stored whose sender did not hear of it: what had been taken in was answered too.
    assert {key for key, _number in installation.rows()} == readers.promised.keys()


@pytest.mark.one_database
@pytest.mark.parametrize("moment", [b"Spawning worker-2", b"Started worker-1", b"Started worker-2"])
def test_a_server_ends_while_its_processes_start(installation: Installation, moment: bytes) -> None:
    log = installation.data.parent / "ended-early.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "corrigenda", "serve", "--port", str(free_port())],
            env={**installation.environment, "CORRIGENDA_WORKERS": "2"},
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: moment in log.read_bytes(), "no process was started")
        process.send_signal(signal.SIGTERM)
        # `serve` kills one that does not end after 30 seconds.
        assert process.wait(25) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.one_database
def test_every_line_of_the_log_has_one_form(installation: Installation) -> None:
    with installation.serve() as server:
        assert server.stop() == 0
    lines = server.log.read_text().splitlines()
    form = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d+ [A-Z]+ [\w.]+ \S")
    assert [line for line in lines if not form.match(line)] == []
    assert any(line.endswith("Started worker-1") for line in lines)


def test_a_key_means_one_report_in_every_process(installation: Installation) -> None:
    keys = [str(uuid.uuid4()) for _ in range(40)]
    with installation.serve() as server:
        everyone = [Readers(comment=f"reader {number}") for number in range(12)]
        start = threading.Barrier(len(everyone))

        def send(readers: Readers) -> None:
            with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
                start.wait()
                for key in keys:
                    readers.send(connection, key)

        threads = [threading.Thread(target=send, args=(readers,)) for readers in everyone]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [readers.refusals for readers in everyone] == [[]] * len(everyone)
    rows = installation.rows()
    assert len(rows) == len(keys)
    assert all(readers.promised == dict(rows) for readers in everyone)


@pytest.mark.one_database
def test_off_means_the_plain_view(installation: Installation) -> None:
    readers = Readers()
    with installation.serve(CORRIGENDA_FRONT_DOOR="false", CORRIGENDA_THREADS="4") as server:
        readers.start(server.port, 4)
        readers.wait_for(20)
        readers.stop()
    assert_promises_are_kept(installation, readers)
    assert readers.refusals == []
    code = "from corrigenda.config.server import application; print(type(application.door).__name__)"
    served = [
        subprocess.check_output(
            [sys.executable, "-c", code],
            env={**installation.environment, "CORRIGENDA_FRONT_DOOR": on},
            text=True,
        )
        for on in ("true", "false")
    ]
    assert [name.strip() for name in served] == ["FrontDoor", "NoneType"]


def test_a_new_site_is_served_without_a_restart(installation: Installation) -> None:
    body = report_body(url="https://gazette.example/a")
    headers = {"Content-Type": "application/json", "Origin": "https://gazette.example"}

    def send(port: int) -> tuple[int, str | None]:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            key = {"Idempotency-Key": str(uuid.uuid4())}
            connection.request("POST", "/api/reports", body, {**headers, **key})
            response = connection.getresponse()
            response.read()
            return response.status, response.headers["Access-Control-Allow-Origin"]

    with installation.serve() as server:
        assert send(server.port) == (422, None)
        installation.corrigenda(
            "site", "add", "gazette", "--name", "G", "--origin", "https://gazette.example"
        )
        wait_until(
            lambda: send(server.port) == (201, "https://gazette.example"), "the new site is not served"
        )


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_a_refused_report_is_answered_after_its_body_and_the_connection_goes_on(
    installation: Installation, kind: str
) -> None:
    """A proxy makes a 502 of an answer where the connection ends with bytes that nobody has read."""
    refused = {"text/plain": 415, "application/json": 429}[kind]
    body = report_body(comment="x" * 3_000).ljust(60_000)
    with installation.serve(CORRIGENDA_REPORT_LIMIT="1") as server, closing(connect(server.port)) as opened:

        def head(media: str, size: int) -> bytes:
            lines = {"Content-Type": media, "Idempotency-Key": str(uuid.uuid4()), "Content-Length": str(size)}
            return request(server.port, "POST /api/reports HTTP/1.1", list(lines.items()))

        small = report_body()
        opened.sendall(head("application/json", len(small)) + small)
        assert answer_on(opened).status == 201
        for _ in range(3):
            opened.sendall(head(kind, len(body)) + body[:100])
            # What would come too early would be here before the next answer on another connection.
            assert asked(server.port, "GET /healthz HTTP/1.1", []).status == 200
            opened.sendall(body[100:])
            assert answer_on(opened).status == refused
        opened.sendall(request(server.port, "GET /healthz HTTP/1.1", []))
        assert answer_on(opened).status == 200


@pytest.mark.one_database
def test_a_refused_report_whose_body_does_not_come_is_answered_in_time(installation: Installation) -> None:
    with (
        installation.serve(CORRIGENDA_BODY_SECONDS="1") as server,
        closing(connect(server.port)) as opened,
    ):
        lines = [("Content-Type", "text/plain"), ("Content-Length", "60000")]
        opened.sendall(request(server.port, "POST /api/reports HTTP/1.1", lines, b"x"))
        assert answer_on(opened).status == 415
        assert is_closed(opened)


def test_no_network_address_is_logged_or_stored(installation: Installation) -> None:
    address = "203.0.113.77"
    with installation.serve(CORRIGENDA_REPORT_LIMIT="2") as server:
        answers = Counter[int]()
        for path in ["/api/reports"] * 4 + ["/report", "/nowhere", "/api/reports"]:
            with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
                headers = {
                    "Content-Type": "application/json",
                    "Idempotency-Key": str(uuid.uuid4()),
                    "X-Forwarded-For": address,
                    "Origin": ORIGIN,
                }
                connection.request("POST", path, report_body(), headers)
                answers[connection.getresponse().status] += 1
        server.stop()
        assert answers[201] == 2
        assert answers[429] == 3
        assert address.encode() not in server.log.read_bytes()
    for file in installation.data.rglob("*"):
        assert not file.is_file() or address.encode() not in file.read_bytes(), file
