"""Header rules that need no proxy: `corrigenda serve` alone, and asked as a trusted proxy would ask it."""

from collections.abc import Iterator

import pytest

from tests.journeys.senders import Place, forgeries, fresh_address
from tests.journeys.serving import Installation, Server

LIMIT = 2
SETTINGS = {
    "CORRIGENDA_REPORT_LIMIT": str(LIMIT),
    "CORRIGENDA_REPORT_LIMIT_SECONDS": "86400",
    "CORRIGENDA_CHALLENGE_REPORTS": "0",
}
TOLD_APART = [201] * LIMIT + [429]
ATTACKS = list(forgeries("198.18.0.1"))
ALONE = '["127.9.0.1/32"]'
"""The test's own proxy: every other address is a client that reaches the port directly."""
PROXY = "127.9.0.1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    installation = Installation(tmp_path_factory.mktemp("desk") / "data", "", SETTINGS)
    installation.prepare()
    with installation.serve(CORRIGENDA_TRUSTED_PROXIES=ALONE) as server:
        yield server


def place(server: Server) -> Place:
    return Place(server.port, host=f"127.0.0.1:{server.port}")


@pytest.mark.parametrize("attack", ATTACKS)
def test_whoever_reaches_the_port_directly_is_counted_as_himself(server: Server, attack: str) -> None:
    desk, sender, victim = place(server), fresh_address(), fresh_address()
    forged = forgeries(victim)[attack]
    answers = [desk.report(sender, *forged) for _ in range(LIMIT + 3)]
    assert answers == [*TOLD_APART, 429, 429] or set(answers) <= {400, 431, 0}
    assert [desk.report(victim) for _ in range(LIMIT + 1)] == TOLD_APART


def test_clients_behind_a_trusted_proxy_are_counted_apart(server: Server) -> None:
    desk = place(server)
    for client in ("9.9.1.1", "9.9.2.1", "2001:4860:1::1"):
        line = f"X-Forwarded-For: {client}"
        assert [desk.report(PROXY, line) for _ in range(LIMIT + 1)] == TOLD_APART


def test_a_chain_is_believed_from_its_right_end(server: Server) -> None:
    desk = place(server)
    chains = ["X-Forwarded-For: 1.1.{n}.1, 9.9.3.1", "X-Forwarded-For: 1.2.{n}.1, 9.9.3.1, 127.9.0.1"]
    answers = [desk.report(PROXY, chain.format(n=n)) for chain in chains for n in range(3)]
    assert answers == [201, 201, 429, 429, 429, 429]


def test_two_lines_are_one_chain(server: Server) -> None:
    desk = place(server)
    lines = [(f"X-Forwarded-For: 1.3.{n}.1", "X-Forwarded-For: 9.9.4.1") for n in range(4)]
    assert [desk.report(PROXY, *each) for each in lines] == [201, 201, 429, 429]


@pytest.mark.parametrize("name", ["Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP"])
def test_no_other_header_names_a_sender(server: Server, name: str) -> None:
    desk, client = place(server), f"X-Forwarded-For: {fresh_address()}"
    sent = [desk.report(PROXY, f"{name}: for=1.4.{n}.1", client, f"{name}: 1.5.{n}.1") for n in range(4)]
    assert sent == [201, 201, 429, 429]


def test_nobody_is_trusted_by_default_and_readiness_says_what_is_missing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    installation = Installation(tmp_path_factory.mktemp("desk") / "data", "", SETTINGS)
    installation.prepare()
    with installation.serve(CORRIGENDA_TRUSTED_PROXIES="[]") as server:
        desk = place(server)
        assert b'"proxies":{"state":"ok"' in desk.send("127.0.0.1", path="/readyz").body
        answers = [desk.report("127.0.0.1", f"X-Forwarded-For: 9.8.{n}.1") for n in range(4)]
        assert answers == [201, 201, 429, 429]
        found = desk.send("127.0.0.1", path="/readyz")
        assert (found.status, b'"ready":true' in found.body) == (200, True)
        assert b'"proxies":{"state":"warning"' in found.body
        assert b"127.0" not in found.body
        said = server.log.read_text()
        assert said.count("CORRIGENDA_TRUSTED_PROXIES='[\"127.0.0.1/32\"]'") == 1
        assert "9.8." not in said


def test_https_is_believed_from_a_trusted_proxy_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    installation = Installation(tmp_path_factory.mktemp("desk") / "data", "", SETTINGS)
    installation.prepare()
    public = {"CORRIGENDA_PUBLIC_URL": "https://desk.example", "CORRIGENDA_ALLOWED_HOSTS": '["127.0.0.1"]'}
    with installation.serve(CORRIGENDA_TRUSTED_PROXIES=ALONE, **public) as server:
        desk = place(server)

        def stays_with_https(sender: str, *lines: str) -> bool:
            answer = desk.send(sender, *lines, path="/healthz")
            assert answer.status == 200
            return "strict-transport-security" in answer.headers

        assert stays_with_https(PROXY, "X-Forwarded-Proto: https")
        assert stays_with_https(PROXY, "X-Forwarded-Proto: http", "X-Forwarded-Proto: https")
        assert not stays_with_https(PROXY, "X-Forwarded-Proto: http")
        assert not stays_with_https(fresh_address(), "X-Forwarded-Proto: https")
