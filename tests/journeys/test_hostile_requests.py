"""Hostile requests by the thousand: no failure of the server, flat memory, and the desk answers meanwhile."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.journeys.attackers import Attacker, Editor, Record
from tests.journeys.hostility import Hostility
from tests.journeys.running import own_database
from tests.journeys.serving import Installation, Readers, Server
from tests.waiting import wait_until

RecordProperty = Callable[[str, object], None]
POSTGRESQL = bool(os.environ.get("DATABASE_URL"))
ATTACKERS = 6
SEED = 20261123


@pytest.fixture
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("hostile") / "data"
    with own_database(os.environ.get("DATABASE_URL", "")) as url:
        # So many good ones are among them that their number alone would ask each for a solved puzzle.
        extra = {"CORRIGENDA_WORKERS": "2" if POSTGRESQL else "1", "CORRIGENDA_CHALLENGE_REPORTS": "2000"}
        made = Installation(data, url, extra)
        made.prepare()
        yield made


def attack(server: Server, record: Record, requests: int, seed: int) -> None:
    """Send so many hostile requests from several sides."""
    attackers = [
        Attacker(Hostility(seed + number, server.port), server.port, record, -(-requests // ATTACKERS))
        for number in range(ATTACKERS)
    ]
    for attacker in attackers:
        attacker.start()
    for attacker in attackers:
        attacker.join()


def withstand(installation: Installation, requests: int, record_property: RecordProperty) -> float:
    """Serve an attack; return by how many megabytes the server has grown after the first fifth of it."""
    record, editor = Record(), Editor.of(installation)
    with installation.serve() as server:
        desk = threading.Thread(target=editor.work, args=(server,))
        desk.start()
        try:
            attack(server, record, requests // 5, SEED)
            before = server.resident_megabytes()
            attack(server, record, requests - requests // 5, SEED + ATTACKERS)
            after = server.resident_megabytes()
        finally:
            editor.end()
            desk.join()
        log = server.log.read_text(errors="replace")
        assert server.stop() == 0
    assert record.broken == []
    assert "Traceback" not in log
    assert set(editor.statuses) == {200}
    assert record.sent >= requests
    stored = dict(installation.rows())
    assert {key: stored.get(key) for key in record.promised} == record.promised
    by_status = {status: 0 for _name, status in record.answers}
    for (_name, status), number in record.answers.items():
        by_status[status] += number
    figures = {
        "requests": record.sent,
        "by status": dict(sorted(by_status.items())),
        "acknowledged": len(record.promised),
        "desk pages": sum(editor.statuses.values()),
        "slowest desk page, s": round(editor.slowest, 2),
        "memory before, MB": round(before, 1),
        "memory after, MB": round(after, 1),
    }
    for name, value in figures.items():
        record_property(name, value)
    print(figures)  # noqa: T201
    return after - before


def test_hostile_requests(installation: Installation, record_property: RecordProperty) -> None:
    withstand(installation, 2000, record_property)


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_a_hundred_thousand_hostile_requests(
    installation: Installation, record_property: RecordProperty
) -> None:
    assert withstand(installation, 100_000, record_property) < 20


def unread_bytes(port: int) -> int:
    """Return how many bytes wait in the kernel for the server at a port (proc(5), the column rx_queue)."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(int(line[4].split(":")[1], 16) for line in lines if line[1].endswith(f":{port:04X}"))


def test_those_who_never_finish_a_body_hold_nobody_else_up(installation: Installation) -> None:
    editor = Editor.of(installation)
    with installation.serve() as server, ExitStack() as held:
        for path in ("/api/reports", "/report", "/accounts/login/"):
            for number in range(100):
                connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
                held.enter_context(closing(connection))
                lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Content-Length: 2000"]
                lines += ["Content-Type: application/json", "Idempotency-Key: 0123456789abcdef"]
                lines += [f"X-Forwarded-For: 9.9.{number}.1", "", "{"]
                connection.sendall("\r\n".join(lines).encode())
        wait_until(lambda: unread_bytes(server.port) == 0, "the server does not read what was sent")
        assert [server.get("/desk/", Cookie=f"sessionid={editor.cookie}") for _ in range(10)] == [200] * 10
        readers = Readers()
        readers.start(server.port, 4)
        readers.wait_for(20)
        readers.stop()
        assert readers.refusals == []
