"""Whom to believe about the sender: nobody by default, and what is wrong with a proxy is said."""

import json
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings as present
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from corrigenda.config.options import Options
from corrigenda.web import forwarding, readiness
from corrigenda.web.forwarding import ENOUGH, SECONDS_KEPT, Fault, Forwarded, Proxies
from corrigenda.web.networks import Peers

STRANGER = "203.0.113.9"
SIGNS = ["HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED"]


@pytest.fixture
def _one_proxy(settings: Settings) -> None:
    changes = {"trusted_proxies": [ip_network("127.0.0.1")]}
    settings.OPTIONS = settings.OPTIONS.model_copy(update=changes)


@pytest.fixture
def _behind_https(settings: Settings) -> None:
    settings.SECURE = True


def seen_behind(**environ: str) -> dict[str, Any]:
    """Return the environ that an application gets to see."""
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start_response: object) -> list[bytes]:
        seen.update(environ)
        return []

    served = Forwarded(application, trusted=present.OPTIONS.trusted_proxies)
    served({"PATH_INFO": "/", **environ}, lambda *_: None)
    return seen


def readyz(**meta: Any) -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz", **meta)
    assert answer["Cache-Control"] == "no-store"
    said: dict[str, Any] = json.loads(answer.content)
    return answer.status_code, said


def test_nobody_is_trusted_by_default() -> None:
    assert Options.model_fields["trusted_proxies"].get_default(call_default_factory=True) == []


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "10.0.0.1", STRANGER, "", "unix:"])
def test_what_a_peer_says_that_is_not_trusted_is_dropped(peer: str) -> None:
    seen = seen_behind(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR="198.51.100.1", HTTP_X_FORWARDED_PROTO="https")
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"} & set(seen)


@pytest.mark.usefixtures("_one_proxy")
def test_what_a_trusted_proxy_says_is_kept() -> None:
    said = {"HTTP_X_FORWARDED_FOR": "198.51.100.1", "HTTP_X_FORWARDED_PROTO": "https"}
    for peer in ("127.0.0.1", "::ffff:127.0.0.1"):
        assert seen_behind(REMOTE_ADDR=peer, **said).items() >= said.items()
    assert "HTTP_X_FORWARDED_FOR" not in seen_behind(REMOTE_ADDR="127.0.0.2", **said)


@pytest.mark.usefixtures("_one_proxy")
@pytest.mark.parametrize("said", ["http, https", "zzz,https", "http,http, https"])
def test_of_two_words_for_the_scheme_the_proxys_own_is_kept(said: str) -> None:
    seen = seen_behind(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_PROTO=said)
    assert seen["HTTP_X_FORWARDED_PROTO"] == "https"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    ("peer", "advice"),
    [
        ("127.0.0.1", """set CORRIGENDA_TRUSTED_PROXIES='["127.0.0.1/32"]'"""),
        ("::1", """set CORRIGENDA_TRUSTED_PROXIES='["::1/128"]'"""),
        ("172.17.0.1", """set CORRIGENDA_TRUSTED_PROXIES='["172.17.0.1/32"]'"""),
        ("fd00::7", """set CORRIGENDA_TRUSTED_PROXIES='["fd00::7/128"]'"""),
        ("", "a proxy at a Unix socket, which has no address to trust"),
    ],
)
def test_a_proxy_that_is_not_configured_is_named_once(
    caplog: pytest.LogCaptureFixture, sign: str, peer: str, advice: str
) -> None:
    for _ in range(50):
        seen_behind(REMOTE_ADDR=peer, **{sign: "198.51.100.1"})
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert advice in caplog.text
    assert "198.51.100.1" not in caplog.text
    assert forwarding.PROXIES.faults() == [Fault.NOT_CONFIGURED]


def test_a_stranger_cannot_fill_the_log_or_spoil_readiness(caplog: pytest.LogCaptureFixture) -> None:
    for peer in (STRANGER, "2001:4860::8888", "8.8.8.8"):
        for sign in SIGNS:
            seen_behind(REMOTE_ADDR=peer, **{sign: "127.0.0.1"})
    assert caplog.records == []
    assert forwarding.PROXIES.faults() == []


def test_requests_without_such_headers_are_no_proxys(caplog: pytest.LogCaptureFixture) -> None:
    seen_behind(REMOTE_ADDR="127.0.0.1")
    seen_behind(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="")
    assert (caplog.records, forwarding.PROXIES.faults()) == ([], [])


def test_the_warning_ends_an_hour_after_the_last_such_request() -> None:
    class Clock:
        now = 50.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()
    proxies = Proxies(clock=clock)
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    proxies.notice(environ, Peers([]).of(environ))
    clock.now += SECONDS_KEPT - 1
    assert proxies.faults() == [Fault.NOT_CONFIGURED]
    clock.now += 2
    assert proxies.faults() == []


@pytest.mark.usefixtures("_one_proxy")
@pytest.mark.parametrize("forwarded", ["", "unknown", "198.51.100.1, _hidden", "198.51.100.1,"])
def test_a_trusted_proxy_that_names_no_sender_is_noticed(
    caplog: pytest.LogCaptureFixture, forwarded: str
) -> None:
    for number in range(ENOUGH + 20):
        assert (forwarding.PROXIES.faults() == [Fault.NO_SENDER]) is (number >= ENOUGH)
        seen_behind(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert len(caplog.records) == 1
    assert "The proxy 127.0.0.1 is in CORRIGENDA_TRUSTED_PROXIES and sends no X-Forwarded-For" in caplog.text
    seen_behind(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1, 198.51.100.1")
    assert forwarding.PROXIES.faults() == [], "put right, without a restart"


@pytest.mark.usefixtures("_one_proxy", "_behind_https")
def test_a_trusted_proxy_that_does_not_say_https_is_noticed(caplog: pytest.LogCaptureFixture) -> None:
    said = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    for _ in range(20):
        seen_behind(**said)
    assert forwarding.PROXIES.faults() == [Fault.NO_SCHEME]
    assert len(caplog.records) == 1
    assert "sends no X-Forwarded-Proto" in caplog.text
    seen_behind(**said, HTTP_X_FORWARDED_PROTO="https")
    assert forwarding.PROXIES.faults() == []


@pytest.mark.usefixtures("_one_proxy", "_behind_https")
def test_probes_and_a_few_requests_of_the_operators_own_are_no_fault() -> None:
    for _ in range(ENOUGH - 1):
        seen_behind(REMOTE_ADDR="127.0.0.1")
    for path in ("/healthz", "/readyz"):
        for _ in range(20):
            seen_behind(REMOTE_ADDR="127.0.0.1", PATH_INFO=path)
    assert forwarding.PROXIES.faults() == []


@pytest.mark.usefixtures("_one_proxy")
def test_without_https_no_scheme_is_missed() -> None:
    for _ in range(20):
        seen_behind(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert forwarding.PROXIES.faults() == []


@pytest.mark.django_db
def test_readiness_of_a_desk_that_is_well() -> None:
    ok = {"state": "ok", "detail": ""}
    checks = dict.fromkeys(("database", "tables", "proxies", "disk"), ok)
    assert readyz() == (200, {"ready": True, "checks": checks})
    assert Client().post("/readyz").status_code == 405


@pytest.mark.django_db
def test_a_wrong_proxy_is_a_warning_without_an_address() -> None:
    seen_behind(REMOTE_ADDR="172.17.0.5", HTTP_X_FORWARDED_FOR="198.51.100.1")
    status, said = readyz()
    assert (status, said["ready"], said["checks"]["proxies"]["state"]) == (200, True, "warning")
    assert "a proxy that is not configured" in said["checks"]["proxies"]["detail"]
    assert "172.17" not in json.dumps(said)
    assert "198.51" not in json.dumps(said)


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_proxy")
def test_a_forged_request_finds_out_that_it_could_be_forged() -> None:
    said = readyz(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7")[1]["checks"]["proxies"]
    assert said == {"state": "warning", "detail": Fault.FORGED.value}
    for forwarded in ("203.0.113.7, 9.9.9.9", "9.9.9.9"):
        said = readyz(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)[1]["checks"]["proxies"]
        assert said["state"] == "ok"


@pytest.mark.django_db
def test_a_desk_without_its_database_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> bool:
        raise OperationalError("connection to 10.1.2.3 failed")

    monkeypatch.setattr(readiness, "database_answers", down)
    status, said = readyz()
    assert (status, said["ready"], said["checks"]["database"]["state"]) == (503, False, "failed")
    assert "10.1.2.3" not in json.dumps(said)


@pytest.mark.django_db
def test_a_desk_with_old_tables_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    later = readiness._last_migrations() | {("corrigenda", "9999_later")}
    monkeypatch.setattr(readiness, "_last_migrations", lambda: later)
    status, said = readyz()
    assert (status, said["checks"]["tables"]["state"]) == (503, "failed")
    assert "corrigenda manage migrate" in said["checks"]["tables"]["detail"]


@pytest.mark.django_db
def test_tables_are_looked_at_by_two_small_queries(django_assert_max_num_queries: Any) -> None:
    readiness._last_migrations()
    with django_assert_max_num_queries(3):
        readyz()
