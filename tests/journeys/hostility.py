"""Requests that nobody well-meaning sends, made from a seed, as the bytes that go over the wire."""

import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.journeys.serving import ORIGIN, report_body

HARD: Final = (
    "\x00",
    "\ud800",
    "\r\nSet-Cookie: a=b",
    "<script>",
    "\u202e",
    "\ufeff",
    "%00%0d%0a",
    "'; --",
    "𒈙",
)
HOSTS: Final = ("evil.example", "127.0.0.1, evil.example", "[::1", "a" * 300, "127.0.0.1:99999", "..", "")
URLS: Final = (
    *(
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "//courier.example",
        "https://courier.example:99999/",
    ),
    *(
        "https://u:p@courier.example/",
        "https://xn--/",
        "https://courier.example/" + "a" * 60_000,
        "https://[::1/",
    ),
)
PATHS: Final = (
    *(
        "/api/reports/",
        "/api//reports",
        "/api/reports%00",
        "/api/reports?" + "a=b&" * 500,
        "/..%2f..%2fetc/passwd",
    ),
    *(
        "/report?url=" + "%ff" * 300,
        "/widget/config?url=%00",
        "/widget/config?url=https://u@x&lang=" + "x" * 900,
    ),
    *(
        "/widget/notices?url=https%3A%2F%2F%5B",
        "/r/" + "x" * 43,
        "/log/%F0%9F%92%A9/",
        "/static/../settings.py",
    ),
    *(
        "/api/reports/" + "x" * 43,
        "/desk/?after=%00",
        "/desk/cases/99999999999999999999/",
        "/account/login/?next=//x",
    ),
)


@dataclass
class Request:
    """One request as bytes; the defaults make a good report."""

    method: str = "POST"
    path: str = "/api/reports"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    malformed: bool = False
    """Not HTTP: whoever gets it may close the connection without a word."""
    held: bool = False
    """Its end never comes: the connection is kept open for a while instead."""
    raw: bytes = b""

    def wire(self) -> bytes:
        """Return the bytes."""
        if self.raw:
            return self.raw
        headers = {"Content-Length": str(len(self.body)), **self.headers}
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value != "-"]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + self.body


class Hostility:
    """Makes requests, the same for the same seed and port but for their keys."""

    def __init__(self, seed: int, port: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 (attacks, not secrets)
        self._port = port
        self._keys = [str(uuid.uuid4()) for _ in range(50)]
        self._kinds: list[tuple[str, Callable[[], Request]]] = [
            (name.removeprefix("_send_"), getattr(self, name))
            for name in dir(self)
            if name.startswith("_send_")
        ]

    def next(self) -> tuple[str, Request]:
        """Return the name of an attack and one request of it."""
        name, make = self._chance.choice(self._kinds)
        return name, make()

    def _good(self, body: bytes | None = None, /, **headers: str) -> Request:
        places = [self._chance.randrange(1, 255) for _ in range(3)]
        sent = {
            "Host": f"127.0.0.1:{self._port}",
            "Content-Type": "application/json",
            "Origin": ORIGIN,
            "Idempotency-Key": str(uuid.uuid4()),
            "X-Forwarded-For": f"{places[0]}.{places[1]}.{places[2]}.9",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return Request(headers=sent, body=report_body() if body is None else body)

    def _noise(self, length: int) -> bytes:
        return self._chance.randbytes(length)

    def _send_good(self) -> Request:
        return self._good()

    def _send_replayed_key(self) -> Request:
        changed = self._chance.choice([{}, {"comment": "again"}, {"url": "x"}, {"concern": ""}])
        return self._good(report_body(**changed), Idempotency_Key=self._chance.choice(self._keys))

    def _send_bad_key(self) -> Request:
        keys = ("", "short", "x" * 5000, "\xff" * 20, "a b c d e f g h i j", "%0d%0a" * 5, "\t" * 20)
        return self._good(Idempotency_Key=self._chance.choice(keys))

    def _send_flood(self) -> Request:
        return self._good(X_Forwarded_For="203.0.113.66")

    def _send_forged_forwarding(self) -> Request:
        forged = (
            "unknown",
            "1.2.3",
            "9" * 900,
            "::1%eth0",
            "[::1]:99",
            "1.1.1.1," * 300,
            "\xe9",
            "-",
            ", ,",
            "::ffff:1.2.3.4",
        )
        header = self._chance.choice(["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host"])
        return self._good(**{header: self._chance.choice(forged), "X-Forwarded-Proto": "https, http"})

    def _send_oversized(self) -> Request:
        return self._good(b'{"comment": "' + b"x" * self._chance.choice([63_000, 64_001, 300_000]) + b'"}')

    def _send_wrong_length(self) -> Request:
        said = self._chance.choice(
            ["-1", "ten", "9" * 30, "1e3", "0x10", "+5", "5, 5", "18446744073709551616"]
        )
        return Request(headers={**self._good().headers, "Content-Length": said}, malformed=True)

    def _send_bad_encoding(self) -> Request:
        text = report_body().decode()
        ways = ("utf-16", "utf-32", "utf-7", "cp037")
        made = [text.encode(way) for way in ways] + [
            b"\xef\xbb\xbf" + text.encode(),
            b'{"url": "\xff\xfe"}',
            b'"\xc0\x80"',
        ]
        return self._good(self._chance.choice(made), Content_Type="application/json; charset=utf-16")

    def _send_broken_json(self) -> Request:
        body = bytearray(report_body())
        for _ in range(self._chance.randrange(1, 6)):
            body[self._chance.randrange(len(body))] = self._chance.randrange(256)
        return self._good(bytes(body[: self._chance.randrange(1, len(body) + 1)]))

    def _send_hard_text(self) -> Request:
        member = self._chance.choice(
            ["url", "language", "concern", "comment", "suggestion", "email", "image", "part"]
        )
        text = "".join(self._chance.choices(HARD, k=self._chance.randrange(1, 40)))
        return self._good(json.dumps({**json.loads(report_body()), member: text}).encode())

    def _send_bad_url(self) -> Request:
        return self._good(report_body(url=self._chance.choice(URLS)))

    def _send_deep_nesting(self) -> Request:
        opening, closing = self._chance.choice([("[", "]"), ('{"a":', "}"), ('{"target":', "}")])
        depth = self._chance.choice([100, 5000, 60_000 // len(opening)])
        return self._good(
            (opening * depth + "1" + closing * self._chance.choice([0, depth]))[:63_900].encode()
        )

    def _send_huge_number(self) -> Request:
        number = self._chance.choice(
            ["9" * 60_000, "1e999999", "-1", "2147483648", "1.5", "NaN", "-0", "1e-400", "0x1"]
        )
        place = json.dumps({"type": "TextPositionSelector", "start": "HERE", "end": "HERE"})
        body = report_body(target={"source": "", "selector": ["PLACE"]}).decode()
        body = body.replace('"PLACE"', place).replace('"HERE"', number)
        return self._good(body.encode())

    def _send_wrong_types(self) -> Request:
        value: Any = self._chance.choice([None, 3, [], {}, True, ["x"] * 1000, {"__proto__": {}}])
        return self._good(
            report_body(
                **{self._chance.choice(["url", "target", "concern", "seal", "altcha", "x" * 500]): value}
            )
        )

    def _send_many_members(self) -> Request:
        return self._good(json.dumps({f"k{number}": "" for number in range(4000)}).encode())

    def _send_wrong_host(self) -> Request:
        return self._good(Host=self._chance.choice(HOSTS))

    def _send_wrong_type(self) -> Request:
        types = (
            "text/plain",
            "",
            "application/json; charset*=x'y'z",
            "multipart/form-data",
            "a" * 5000,
            "\xff",
            "application/xml",
        )
        return self._good(Content_Type=self._chance.choice(types))

    def _send_wrong_method(self) -> Request:
        request = self._good(b"")
        request.method = self._chance.choice(["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "BREW", "TRACE"])
        return request

    def _send_other_address(self) -> Request:
        request = self._good(b"", Accept_Language="," * 500 + "a-" * 500, Cookie="sessionid=" + "%00" * 200)
        request.method, request.path = "GET", self._chance.choice(PATHS)
        return request

    def _send_hostile_form(self) -> Request:
        types = (
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data; boundary=" + "x" * 900,
        )
        request = self._good(
            self._noise(self._chance.randrange(2000)), Content_Type=self._chance.choice(types)
        )
        request.path = self._chance.choice(
            ["/report", "/account/login/", "/widget/known", "/desk/", "/api/reports/x"]
        )
        return request

    def _send_question_about_a_passage(self) -> Request:
        request = self._good(
            self._chance.choice([b"[]", b"{}", b"[" * 9000, report_body(), self._noise(300)])
        )
        request.path = "/widget/known"
        return request

    def _send_injected_header(self) -> Request:
        request = self._good(
            Origin=self._chance.choice([f"{ORIGIN}\r\nX-Evil: 1", f"{ORIGIN}\nX: y", "\x00", "a\rb"])
        )
        request.malformed = True
        return request

    def _send_many_headers(self) -> Request:
        more = {
            f"X-{number}": "y" * self._chance.choice([5, 2000])
            for number in range(self._chance.choice([90, 300]))
        }
        return Request(headers={**self._good().headers, **more}, body=report_body(), malformed=True)

    def _send_chunks(self) -> Request:
        request = self._good(Transfer_Encoding="chunked", Content_Length=self._chance.choice(["-", "5"]))
        request.body = self._chance.choice(
            [b'5\r\n{"a":\r\n0\r\n\r\n', b"zz\r\n", b"-5\r\nabc\r\n", b"ffffffffffffffff1\r\n", b""]
        )
        request.malformed = True
        return request

    def _send_garbage(self) -> Request:
        raw = (
            b"\x16\x03\x01\x02\x00" + self._noise(500),
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + self._noise(90),
            b"GET /\r\n\r\n",
        )
        return Request(
            raw=self._chance.choice([*raw, self._noise(900), b"\r\n" * 200, b"POST " + b"/" * 9000]),
            malformed=True,
        )

    def _send_half_a_body(self) -> Request:
        request = self._good(report_body()[: self._chance.randrange(200)], Content_Length="2000")
        request.path = self._chance.choice(["/api/reports", "/api/reports", "/report", "/widget/known"])
        request.held = True
        return request
