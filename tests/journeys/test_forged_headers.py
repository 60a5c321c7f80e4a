"""Which header lines a sender can forge through a proxy: none that this desk believes, in any order."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from itertools import permutations

import pytest

from tests.journeys.raw import Answer, answer_on, asked, connect, request
from tests.journeys.serving import ORIGIN, Installation, Server, report_body

PROXY = ("X-Forwarded-For", "198.51.100.99")
FORGED = (
    *("X_Forwarded_For", "x_forwarded_for", "X-Forwarded_For", "X_Forwarded-For", "X_FORWARDED_FOR"),
    *("HTTP_X_FORWARDED_FOR", "Forwarded", "X-Real-IP", "X_Real_IP", "Remote_Addr", "REMOTE-ADDR"),
    *("X-Forwarded-For-", "X-Forwarded-For_", "_X-Forwarded-For", "X-Forwarded.For", "Client_IP"),
)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    extra = {
        "CORRIGENDA_TRUSTED_PROXIES": '["127.0.0.0/8"]',
        "CORRIGENDA_REPORT_LIMIT": "3",
        "CORRIGENDA_CHALLENGE_REPORTS": "0",
    }
    made = Installation(tmp_path_factory.mktemp("forged") / "data", "", extra)
    made.prepare()
    return made


@pytest.fixture(scope="module")
def server(installation: Installation) -> Iterator[Server]:
    with installation.serve() as running:
        yield running


class Forger:
    """Sends reports through a proxy, whose line is among those that the sender wrote."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = connect(port)
        self.number = 0

    def network(self) -> str:
        """Return an address of a network that has sent nothing yet."""
        self.number += 1
        return f"203.{self.number // 250}.{self.number % 250}.9"

    def send(self, lines: list[tuple[str, str]], *, own_first: bool) -> int:
        """Send a report with these lines before or behind what every report has; return the status."""
        content = report_body()
        own = [
            ("Content-Type", "application/json"),
            ("Cookie", "a=b"),
            ("Origin", ORIGIN),
            ("Idempotency-Key", str(uuid.uuid4())),
            ("Content-Length", str(len(content))),
        ]
        headers = own + lines if own_first else lines + own
        self.connection.sendall(request(self.port, "POST /api/reports HTTP/1.1", headers, content))
        return answer_on(self.connection).status


def test_no_name_takes_the_place_of_the_proxys_line(server: Server) -> None:
    forger = Forger(server.port)
    with closing(forger.connection):
        assert [forger.send([PROXY], own_first=True) for _ in range(5)] == [201] * 3 + [429] * 2
        for name in FORGED:
            for idle in range(4):
                others = [(f"Zz{number}", "1") for number in range(idle)]
                for order in permutations([0, 1, 2]):
                    lines = [[(name, forger.network())], [PROXY], others]
                    arranged = [line for place in order for line in lines[place]]
                    for own_first in (True, False):
                        assert forger.send(arranged, own_first=own_first) == 429, arranged
        # Several at once, and the sender's own lines of the right name, which the proxy's follows.
        several = [("X_Forwarded_For", forger.network()) for _ in range(3)]
        before = [("X-Forwarded-For", forger.network()) for _ in range(2)]
        for arranged in ([*several, PROXY], [PROXY, *several], [*before, PROXY], [*several, *before, PROXY]):
            assert forger.send(arranged, own_first=True) == 429, arranged
        joined = [("X-Forwarded-For", f"{forger.network()}, {forger.network()}, {PROXY[1]}")]
        assert forger.send(joined, own_first=True) == 429
        # The limit is the sender's alone: others are served.
        assert forger.send([("X-Forwarded-For", forger.network())], own_first=True) == 201


def test_other_doors_count_the_same_sender(server: Server) -> None:
    address = "198.51.101.1"
    ask = "POST /widget/known HTTP/1.1"
    content = b"{}"

    def status(lines: list[tuple[str, str]]) -> int:
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content))), *lines]
        return asked(server.port, ask, headers, content).status

    statuses = [status([("X-Forwarded-For", address)]) for _ in range(60)]
    assert 429 in statuses
    forged = [
        status([("X-Forwarded-For", address), ("X_Forwarded_For", f"203.0.{number}.9"), ("Zz0", "1")])
        for number in range(10)
    ]
    assert set(forged) == {429}


@pytest.mark.parametrize("path", ["GET /healthz", "OPTIONS /api/reports"])
def test_only_a_trusted_proxy_says_that_a_request_came_by_https(
    installation: Installation, path: str
) -> None:
    own = {"CORRIGENDA_PUBLIC_URL": "https://desk.example", "CORRIGENDA_ALLOWED_HOSTS": '["127.0.0.1"]'}

    def is_secure(port: int, *lines: tuple[str, str]) -> bool:
        answered: Answer = asked(port, f"{path} HTTP/1.1", lines)
        return "strict-transport-security" in answered.headers

    real, idle = ("X-Forwarded-Proto", "https"), [("Zz0", "1"), ("Zz1", "1"), ("Zz2", "1")]
    with installation.serve(**own) as server:
        assert is_secure(server.port, real)
        assert not is_secure(server.port)
        for name in ("X_Forwarded_Proto", "X-Forwarded_Proto", "X_FORWARDED_PROTO"):
            for lines in permutations([(name, "zzz"), real, idle[0]]):
                assert is_secure(server.port, *lines, *idle[1:])
            for lines in permutations([(name, "https"), ("X-Forwarded-Proto", "http"), *idle[:1]]):
                assert not is_secure(server.port, *lines)
            assert not is_secure(server.port, (name, "https"), *idle)
        # A proxy that adds its word to the sender's: its own is the last.
        assert is_secure(server.port, ("X-Forwarded-Proto", "http"), real)
        assert not is_secure(server.port, real, ("X-Forwarded-Proto", "http"))
    with installation.serve(**own, CORRIGENDA_TRUSTED_PROXIES='["192.0.2.0/24"]') as server:
        assert not is_secure(server.port, real)
