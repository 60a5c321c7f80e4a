"""The front door: batches, repeats, full queues, failures, forks, its end, and the sites that it knows."""

import multiprocessing
import threading
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.backends.utils import CursorWrapper

from corrigenda.models import Contact, Origin, Report, Site
from corrigenda.report.door import Order, Stored, store
from corrigenda.report.front.refusals import MOST_ASKED
from corrigenda.report.front.sites import KNOWN_SECONDS, UNKNOWN_SECONDS, SiteDirectory
from corrigenda.web.limits import LIMITS
from tests.rooms.factories import ORIGIN, make_site
from tests.rooms.report.test_wire import body
from tests.rooms.report.wsgi import Answered, Served, call, front_door, request
from tests.waiting import wait_until

KEY = "4f3c2f1e-0000-4000-8000-00000000000"
pytestmark = pytest.mark.django_db(transaction=True)


class Gate:
    """Stands where batches are stored: notes their sizes, and holds them until it is opened."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.reached = threading.Semaphore(0)
        self.open = threading.Event()

    def store(self, orders: Sequence[Order]) -> list[Stored | None]:
        """Wait, then store."""
        self.sizes.append(len(orders))
        self.reached.release()
        assert self.open.wait(10)
        return store(orders)


class Clients(ThreadPoolExecutor):
    """Readers who send at the same time."""

    def send(self, door: Served, data: bytes | None = None, **changes: str | None) -> Future[Answered]:
        """Send a report without waiting for the answer."""
        return self.submit(_sent, door, data, changes)


def _sent(door: Served, data: bytes | None, changes: dict[str, str | None]) -> Answered:
    LIMITS.forget()
    return call(door, request(data, **changes))


@contextmanager
def held(gate: Gate, **given: Any) -> Iterator[tuple[Served, Clients]]:
    """Yield a door whose writer stands at the gate with a first report of its own."""
    with front_door(carry_out=gate.store, **given) as door, Clients(64) as clients:
        clients.send(door, HTTP_IDEMPOTENCY_KEY=f"{KEY}0")
        assert gate.reached.acquire(timeout=10)
        try:
            yield door, clients
        finally:
            gate.open.set()


def waiting(door: Served, number: int) -> None:
    """Wait until so many orders wait behind the one that is held."""
    wait_until(lambda: door.line._pending > number, "they do not wait", pause=0.002)


def codes(answers: Sequence[Future[Answered]]) -> list[int]:
    """Return the statuses."""
    return [answer.result(20).code for answer in answers]


class Clock:
    """A clock that stands until it is set."""

    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_django_is_not_asked() -> None:
    make_site()

    def django(environ: object, start_response: object) -> list[bytes]:
        raise AssertionError("the request went on to Django")

    with front_door(pages=django) as door:
        assert call(door, request()).code == 201
        assert call(door, request(REQUEST_METHOD="OPTIONS")).code == 204
        with pytest.raises(AssertionError):
            call(door, request(HTTP_HOST="evil.example"))
    assert Report.objects.get().channel == "widget"


def test_what_waits_is_stored_by_one_commit_and_answered_after_it() -> None:
    make_site()
    gate = Gate()
    with held(gate) as (door, clients):
        answers = [clients.send(door) for _ in range(30)]
        waiting(door, 30)
        assert not any(answer.done() for answer in answers)
        assert not Report.objects.exists()
        gate.open.set()
        assert codes(answers) == [201] * 30
    # The first, held, has let the others gather; those that were still being read then came a batch later.
    assert gate.sizes[0] == 1
    assert sum(gate.sizes) == 31
    assert len(gate.sizes) <= 4
    assert Report.objects.count() == 31
    assert len({answer.result().json["id"] for answer in answers}) == 30


def test_a_key_repeated_within_a_batch_stores_once() -> None:
    make_site()
    gate = Gate()
    with held(gate) as (door, clients):
        answers = [
            clients.send(door, body(comment=str(number), email="a@b.example"), HTTP_IDEMPOTENCY_KEY=f"{KEY}1")
            for number in range(8)
        ]
        refused = clients.send(door, body(concern="nothing"), HTTP_IDEMPOTENCY_KEY=f"{KEY}1")
        waiting(door, 9)
        gate.open.set()
        assert codes([*answers, refused]) == [201] * 9
    first = [answer.result() for answer in answers if "Idempotent-Replayed" not in answer.result().headers]
    assert len(first) == 1
    assert {answer.result().body for answer in [*answers, refused]} == {first[0].body}
    assert (Report.objects.count(), Contact.objects.count()) == (2, 1)


def test_the_same_keys_at_two_doors_at_once_are_stored_once() -> None:
    make_site()
    with front_door() as one, front_door() as other, Clients(16) as clients:
        answers = [
            clients.send(door, body(email="a@b.example"), HTTP_IDEMPOTENCY_KEY=f"{KEY}-{number}")
            for number in range(40)
            for door in (one, other, one)
        ]
        assert codes(answers) == [201] * 120
    assert (Report.objects.count(), Contact.objects.count()) == (40, 40)
    assert len({answer.result().body for answer in answers}) == 40
    assert sum("Idempotent-Replayed" not in answer.result().headers for answer in answers) == 40


def test_a_bad_row_is_refused_and_the_rest_of_its_batch_is_stored() -> None:
    make_site()
    gone = make_site("gone", origin="https://gone.example")
    gate = Gate()
    with held(gate) as (door, clients):
        good = [clients.send(door, body(email="a@b.example")) for _ in range(5)]
        bad = [clients.send(door, body(url="https://gone.example/a", language="uk")) for _ in range(2)]
        waiting(door, 7)
        gone.delete()
        gate.open.set()
        assert codes(good) == [201] * 5
        assert codes(bad) == [422] * 2
        assert bad[0].result().json["field"] == "url"
        assert bad[0].result().headers["Content-Language"] == "uk"
        later = clients.send(door)
        assert codes([later]) == [201]
    assert (Report.objects.count(), Contact.objects.count()) == (7, 5)


def test_a_full_queue_says_so_at_once() -> None:
    make_site()
    gate = Gate()
    with held(gate, most_waiting=3) as (door, clients):
        taken = [clients.send(door) for _ in range(2)]
        waiting(door, 2)
        answered = clients.send(door).result(5)
        assert (answered.code, answered.headers["Retry-After"]) == (503, "5")
        assert answered.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answered.json["title"] == "Service Unavailable"
        gate.open.set()
        assert codes(taken) == [201] * 2
        assert codes([clients.send(door)]) == [201]
    assert Report.objects.count() == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"REQUEST_METHOD": "OPTIONS"}, 204),
        ({"CONTENT_TYPE": "text/plain"}, 415),
        ({"CONTENT_LENGTH": "9999999"}, 413),
    ],
    ids=["preflight", "type", "size"],
)
@pytest.mark.parametrize("origin", ["https://evil.example", ORIGIN], ids=["foreign", "ours"])
def test_what_is_refused_takes_no_place_of_a_report(origin: str, changes: dict[str, Any], code: int) -> None:
    make_site()
    gate, clock = Gate(), Clock()
    with held(gate, most_waiting=3, sites=SiteDirectory(clock=clock)) as (door, clients):
        clock.now += KNOWN_SECONDS  # what is known of the sites is old
        refused = [clients.send(door, HTTP_ORIGIN=origin, **changes) for _ in range(30)]
        assert codes(refused) == [code] * 30  # while the reports wait
        given = {answer.result().headers.get("Access-Control-Allow-Origin") for answer in refused}
        assert given == {ORIGIN if origin == ORIGIN else None}
        taken = [clients.send(door) for _ in range(2)]
        waiting(door, 2)
        gate.open.set()
        assert codes(taken) == [201] * 2


def test_a_slow_database_holds_few_refusals_and_the_rest_is_answered_by_what_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_site()
    clock, asked, go_on = Clock(), threading.Semaphore(0), threading.Event()
    sites = SiteDirectory(clock=clock)
    assert sites.is_ours(ORIGIN)
    ask = sites._ask_the_database

    def slow() -> None:
        asked.release()
        assert go_on.wait(10)
        ask()

    monkeypatch.setattr(sites, "_ask_the_database", slow)
    clock.now += KNOWN_SECONDS
    options: dict[str, Any] = {"REQUEST_METHOD": "OPTIONS"}
    with front_door(sites=sites) as door, Clients(100) as clients:
        held_up = [clients.send(door, HTTP_ORIGIN=f"https://e{n}.example", **options) for n in range(64)]
        try:
            assert asked.acquire(timeout=10)
            wait_until(lambda: door.line._refusals._asked == MOST_ASKED, "they do not wait", pause=0.002)
            further = [
                clients.send(door, HTTP_ORIGIN=origin, **options) for origin in (ORIGIN, "https://e.test")
            ]
            assert codes(further) == [204] * 2
            allowed = [answer.result().headers.get("Access-Control-Allow-Origin") for answer in further]
            assert allowed == [ORIGIN, None]
        finally:
            go_on.set()
        assert codes(held_up) == [204] * MOST_ASKED


def test_nobody_waits_for_ever_and_the_key_tells_later() -> None:
    make_site()
    gate = Gate()
    with held(gate, answer_seconds=0.3) as (door, clients):
        late = clients.send(door, HTTP_IDEMPOTENCY_KEY=f"{KEY}9")
        assert codes([late]) == [503]
        gate.open.set()
        again = [clients.send(door, HTTP_IDEMPOTENCY_KEY=f"{KEY}{number}") for number in (0, 9)]
        assert codes(again) == [201, 201]
        # What the writer had begun is stored, what nobody waited for any longer was left out.
        assert again[0].result().headers.get("Idempotent-Replayed") == "true"
        assert "Idempotent-Replayed" not in again[1].result().headers
    assert Report.objects.count() == 2


@pytest.mark.parametrize("error", [OperationalError("database or disk is full"), RuntimeError("a mistake")])
def test_a_failure_is_told_and_the_next_batch_is_stored(error: Exception) -> None:
    make_site()
    fails = [error]

    def carry_out(orders: Sequence[Order]) -> list[Stored | None]:
        if fails:
            raise fails.pop()
        return store(orders)

    with front_door(carry_out=carry_out) as door:
        assert call(door, request()).code == 503
        assert not Report.objects.exists()
        assert [call(door, request()).code for _ in range(2)] == [201, 201]


def backend_exists(cursor: CursorWrapper, number: int) -> bool:
    """Whether PostgreSQL still has the process of a connection."""
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [number])
    return bool(cursor.fetchone()[0])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could be restarted")
def test_a_restarted_database_goes_unnoticed() -> None:
    make_site()
    servers: list[int] = []

    def carry_out(orders: Sequence[Order]) -> list[Stored | None]:
        connection.ensure_connection()
        servers.append(connection.connection.info.backend_pid)
        return store(orders)

    with front_door(carry_out=carry_out) as door:
        assert call(door, request()).code == 201
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [servers[0]])
            wait_until(lambda: not backend_exists(cursor, servers[0]), "the connection is not ended")
        assert [call(door, request()).code for _ in range(3)] == [201] * 3
    assert servers[1] == servers[0]
    assert servers[2] == servers[3] != servers[0]
    assert Report.objects.count() == 4


def test_what_was_taken_is_stored_before_the_end() -> None:
    make_site()
    gate = Gate()
    with held(gate) as (door, clients):
        answers = [clients.send(door) for _ in range(6)]
        waiting(door, 6)
        ends = clients.submit(door.close)
        wait_until(lambda: door.line._closed, "the line is not closed", pause=0.002)
        assert codes([clients.send(door)]) == [503]
        assert not ends.done()
        gate.open.set()
        ends.result(10)
        assert codes(answers) == [201] * 6
    assert Report.objects.count() == 7
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("reports")]


def _in_a_child(door: Served, sender: Any) -> None:
    answered = call(door, request())
    sender.send((answered.code, door.line._hand._thread is not None))
    door.close()
    connections.close_all()


def test_a_process_forked_off_has_a_writer_of_its_own() -> None:
    make_site()
    with front_door() as door:
        assert call(door, request()).code == 201
        connections.close_all()
        receiver, sender = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=_in_a_child, args=(door, sender))
        with warnings.catch_warnings():
            # That a process with threads is forked is what this is about.
            warnings.simplefilter("ignore", DeprecationWarning)
            child.start()
        assert receiver.poll(20)
        assert receiver.recv() == (201, True)
        child.join(20)
        assert child.exitcode == 0
        assert call(door, request()).code == 201
    assert Report.objects.count() == 3


def test_a_new_site_is_known_at_once_and_a_deleted_one_for_two_seconds() -> None:
    clock = Clock()
    sites = SiteDirectory(clock=clock)
    assert not sites.is_ours(ORIGIN)
    site = make_site()
    assert not sites.is_ours(ORIGIN)
    clock.now += UNKNOWN_SECONDS
    assert sites.is_ours(ORIGIN)
    site.delete()
    clock.now += KNOWN_SECONDS - 0.01
    assert sites.is_ours(ORIGIN)
    clock.now += 0.01
    assert not sites.is_ours(ORIGIN)
    assert UNKNOWN_SECONDS <= KNOWN_SECONDS <= 5


def test_a_site_that_was_changed_is_known_as_it_is_within_two_seconds() -> None:
    clock = Clock()
    sites = SiteDirectory(clock=clock)
    site = make_site()
    assert sites.site_of_origin(ORIGIN) == site
    Site.objects.update(name="Renamed")
    Origin.objects.create(site=site, origin="https://other.example")
    clock.now += KNOWN_SECONDS
    found = sites.site_of_origin("https://other.example")
    assert found is not None
    assert found.name == "Renamed"


def test_unknown_origins_cost_few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    sites = SiteDirectory(clock=clock)
    asked: list[float] = []
    ask = sites._ask_the_database

    def counted() -> None:
        asked.append(clock.now)
        ask()

    monkeypatch.setattr(sites, "_ask_the_database", counted)
    make_site()
    for number in range(500):
        assert not sites.is_ours(f"https://evil-{number}.example")
        clock.now += 0.01
    assert len(asked) <= 5 / UNKNOWN_SECONDS + 1
    assert not sites.is_ours("x" * 301)
    assert not sites.is_ours("")


def test_a_database_that_is_gone_leaves_the_sites_known(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    sites, fresh = SiteDirectory(clock=clock), SiteDirectory(clock=clock)
    make_site()
    assert sites.is_ours(ORIGIN)

    class Gone:
        def select_related(self, *_names: str) -> None:
            raise OperationalError("connection refused")

    monkeypatch.setattr(Origin, "objects", Gone())
    clock.now += 100 * KNOWN_SECONDS
    assert sites.is_ours(ORIGIN)
    with pytest.raises(OperationalError):
        fresh.is_ours(ORIGIN)
    with front_door(sites=fresh) as door:
        assert call(door, request()).code == 503
        assert call(door, request(REQUEST_METHOD="OPTIONS")).code == 204
