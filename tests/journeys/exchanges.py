"""What HTTP allows and few clients do, asked of the desk itself or through a proxy before it."""

import json
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from tests.journeys.senders import Answer, Place, fresh_address, report_lines
from tests.journeys.serving import ORIGIN, Installation, report_body
from tests.waiting import wait_until

FILE = "/static/corrigenda/widget/corrigenda.js"
PATHS = ("/healthz", "/log/", "/accounts/login/", FILE, "/nothing", "/api/reports")


@dataclass
class Talk:
    """A connection that is kept, with one request after the other."""

    place: Place
    opened: socket.socket
    came: BinaryIO

    def ask(
        self, *lines: str, method: str = "GET", path: str = "/healthz", body: bytes | None = None
    ) -> Answer:
        """Send a request; return its answer."""
        wire = self.place.wire(*lines, method=method, path=path, body=body, connection="keep-alive")
        self.opened.sendall(wire)
        return self.answer(has_body=method != "HEAD")

    def answer(self, *, has_body: bool = True) -> Answer:
        """Read one answer and not a byte more (RFC 9112, 6.3): what follows too early spoils the next one."""
        status = int(self.came.readline().split()[1])
        headers = {}
        while line := self.came.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        if not has_body or status in {100, 204, 304}:
            return Answer(status, headers)
        if headers.get("transfer-encoding") != "chunked":
            return Answer(status, headers, self.came.read(int(headers["content-length"])))
        body = b""
        while size := int(self.came.readline(), 16):
            body += self.came.read(size + 2)[:-2]
        assert self.came.readline() == b"\r\n"
        return Answer(status, headers, body)


@contextmanager
def talking(place: Place) -> Iterator[Talk]:
    """Open a connection."""
    with place.connection(fresh_address()) as opened, opened.makefile("rb") as came:
        yield Talk(place, opened, came)


def ask_for_heads(place: Place) -> None:
    """HEAD is answered as GET, without the body, and the connection goes on."""
    with talking(place) as talk:
        for path in PATHS:
            head, whole = talk.ask(method="HEAD", path=path), talk.ask(path=path)
            assert head.status == whole.status
            if "content-length" in head.headers:
                assert head.headers["content-length"] == str(len(whole.body))
            assert talk.ask().body == b"ok\n"


def ask_again_for_a_file(place: Place) -> None:
    """A file that the client has is not sent again, compressed or not."""
    with talking(place) as talk:
        for accepted in ((), ("Accept-Encoding: gzip",)):
            sent = talk.ask(*accepted, path=FILE)
            assert (sent.status, bool(sent.body)) == (200, True)
            again = talk.ask(*accepted, f"If-None-Match: {sent.headers['etag']}", path=FILE)
            assert again.status == 304
            assert talk.ask().body == b"ok\n"


def ask_before_sending(place: Place) -> None:
    """Who asks whether to send a body is told to, and who would send too much is refused at once."""
    body = report_body()

    def asks(length: int) -> bytes:
        lines = report_lines(("Expect: 100-continue", f"Content-Length: {length}"))
        return place.wire(*lines, method="POST", path="/api/reports", connection="keep-alive")

    with talking(place) as talk:
        talk.opened.sendall(asks(len(body)))
        assert talk.answer().status == 100
        talk.opened.sendall(body)
        # More than one 100 may come (RFC 9110, 15.2): a proxy says it, and passes on what the desk says.
        statuses = [talk.answer().status]
        while statuses[-1] == 100:
            statuses.append(talk.answer().status)
        assert statuses[-1] == 201
    with talking(place) as talk:
        talk.opened.sendall(asks(900_000))
        assert talk.answer().status == 413


def send_in_chunks(place: Place, body: bytes) -> Answer:
    """Send a report that does not say its length; return the answer."""
    lines = report_lines(("Transfer-Encoding: chunked",))
    with talking(place) as talk:
        chunks = b"7\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (body[:7], len(body) - 7, body[7:])
        talk.opened.sendall(place.wire(*lines, method="POST", path="/api/reports") + chunks)
        return talk.answer()


def hide_a_request_in_a_body(place: Place) -> None:
    """What is in a body is never taken for a request, also where nobody reads the body."""
    hidden = place.wire(method="GET", path="/healthz")
    for path, lines in (
        ("/api/reports", ("Content-Type: text/plain",)),
        ("/nothing", ("Content-Type: text/plain",)),
        ("/api/reports", ()),
    ):
        with talking(place) as talk:
            assert talk.ask(*lines, method="POST", path=path, body=hidden).status >= 400
            with suppress(ConnectionError, IndexError):  # it may close
                assert b"ready" in talk.ask(path="/readyz").body


def break_off(place: Place, installation: Installation) -> None:
    """A client that goes away leaves no half a report, and one that is whole is stored once."""
    body = report_body()
    half, whole = str(uuid.uuid4()), str(uuid.uuid4())

    def lines(key: str) -> tuple[str, ...]:
        return ("Content-Type: application/json", f"Origin: {ORIGIN}", f"Idempotency-Key: {key}")

    for path in ("/api/reports", "/report"):
        with place.connection(fresh_address()) as opened:
            opened.sendall(place.wire(*lines(half), method="POST", path=path, body=body)[:-20])
    with place.connection(fresh_address()) as opened:
        opened.sendall(place.wire(*lines(whole), method="POST", path="/api/reports", body=body))
    # A proxy may see that its client has gone before it has passed the report on: then it comes again.
    answered = place.send(fresh_address(), *lines(whole), method="POST", path="/api/reports", body=body)
    assert answered.status == 201
    stored = dict(installation.rows())
    assert stored[whole] == int(json.loads(answered.body)["id"])
    assert [key for key, _ in installation.rows()].count(whole) == 1
    assert half not in stored
    with talking(place) as talk:
        wait_until(lambda: talk.ask().body == b"ok\n", "nobody is answered any more")
