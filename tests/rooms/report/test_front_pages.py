"""What stands between the front door and Django: threads of its own, bodies read first, types dropped."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse

from corrigenda.report.front.bodies import Readers, ReadFirst
from corrigenda.report.front.pages import Pages
from tests.rooms.factories import make_site
from tests.rooms.report.wsgi import call, front_door, request

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_are_made_on_their_own_threads_and_end_there() -> None:
    ended: list[str] = []

    class Page(HttpResponse):
        def close(self) -> None:
            ended.append(threading.current_thread().name)
            super().close()

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [("X-Thread", threading.current_thread().name)])
        if environ["PATH_INFO"] == "/stream":
            return StreamingHttpResponse(iter([b"a", b"b"]))
        if environ["PATH_INFO"] == "/fails":
            raise OSError("as it may")
        return Page(b"page")

    pages = Pages(application, threads=2)
    with ThreadPoolExecutor(16) as clients:
        answers = list(clients.map(lambda _: call(pages, request(PATH_INFO="/")), range(64)))
    assert {answer.body for answer in answers} == {b"page"}
    assert len({answer.headers["X-Thread"] for answer in answers}) <= 2
    assert all(name.startswith("pages") for name in ended)
    assert len(ended) == 64
    assert call(pages, request(PATH_INFO="/stream")).body == b"ab"
    with pytest.raises(OSError, match="as it may"):
        call(pages, request(PATH_INFO="/fails"))
    pages._pool.shutdown()
    close_old_connections()


def test_a_type_that_django_fails_at_is_no_failure_elsewhere_either() -> None:
    make_site()
    with front_door() as door:
        answered = call(
            door, request(b"a=b", PATH_INFO="/report", CONTENT_TYPE="text/plain; charset*=bogus'en'x")
        )
    assert answered.code == 403


class Stopped:
    """A body whose sender stopped in the middle."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.goes_on = threading.Event()

    def read(self, _length: int) -> bytes:
        """Wait for the rest."""
        self.reached.set()
        assert self.goes_on.wait(10)
        return b"{}"


def test_a_body_waits_on_a_thread_that_is_lent_for_it() -> None:
    seen: list[bytes] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        length = environ.get("CONTENT_LENGTH", "0")
        seen.append(environ["wsgi.input"].read(int(length)) if length.isdecimal() else b"unread")
        return [b""]

    first = ReadFirst(application, readers=Readers(1))
    stopped = Stopped()
    with ThreadPoolExecutor(1) as clients:
        slow = clients.submit(call, first, {**request(b"{}"), "wsgi.input": stopped})
        assert stopped.reached.wait(10)
        busy = call(first, request(b"{}"))
        assert (busy.code, busy.headers["Retry-After"]) == (503, "5")
        assert call(first, request(b"", CONTENT_LENGTH="ten")).code == 200
        stopped.goes_on.set()
        assert slow.result(10).code == 200
    assert call(first, request(b"{}")).code == 200
    assert seen == [b"unread", b"{}", b"{}"]
