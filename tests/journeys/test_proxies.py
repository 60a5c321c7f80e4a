"""nginx, Caddy and HAProxy as deploy/ configures them, before a real desk, attacked by their clients."""

import os
import socket
import ssl
import struct
import subprocess
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from tests import tools
from tests.journeys.proxies import Proxy, running_proxy
from tests.journeys.senders import HOST, Answer, forgeries, fresh_address, report_lines
from tests.journeys.serving import Installation, Server, report_body

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

LIMIT = 2
"""Reports that one network may send at once."""
PUBLIC = {
    "CORRIGENDA_PUBLIC_URL": f"https://{HOST}",
    "CORRIGENDA_ALLOWED_HOSTS": '["127.0.0.1"]',
    "CORRIGENDA_REPORT_LIMIT": str(LIMIT),
    "CORRIGENDA_REPORT_LIMIT_SECONDS": "86400",
    "CORRIGENDA_CHALLENGE_REPORTS": "0",
}
TOLD_APART = [201] * LIMIT + [429]
ENDS = {"nginx": {b"", b"408"}, "haproxy": {b"", b"408"}, "caddy": {b"", b"200", b"408", b"502"}}
"""How a slow sender is sent away; an empty 200 is what Caddy 2.6 says of a body that it gave up."""
LARGE = "/log/long/feed.atom"
"""An answer of 100,000 bytes, larger than the buffers of HAProxy: each & of the policy is &amp; there."""
ATTACKS = list(forgeries("198.18.0.1"))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("desk") / "data", "", PUBLIC)
    made.prepare()
    made.corrigenda(
        *("site", "add", "long", "--name", "The Long Read", "--origin", "https://long.example"),
        *("--policy", "&" * 19_900),
    )
    return made


def send_until_refused(proxy: Proxy, sender: str) -> list[int]:
    """Send reports as an honest client, one more than the limit."""
    return [proxy.secure.report(sender) for _ in range(LIMIT + 1)]


def test_honest_clients_are_counted_apart(proxy: Proxy) -> None:
    for _ in range(3):
        assert send_until_refused(proxy, fresh_address()) == TOLD_APART


@pytest.mark.parametrize("attack", ATTACKS)
def test_forged_headers_count_for_nothing(proxy: Proxy, attack: str) -> None:
    sender, victim = fresh_address(), fresh_address()
    forged = forgeries(victim)[attack]
    first = [proxy.secure.report(sender, *forged) for _ in range(LIMIT)]
    assert set(first) <= {201, 400, 431, 0}, "it counts, or the proxy refuses it"
    counted = first.count(201)
    assert send_until_refused(proxy, sender) == [*[201] * (LIMIT - counted), *[429] * (counted + 1)]
    # Used up: whatever is sent under another name now is refused too, here or by the proxy.
    later = {proxy.secure.report(sender, *forged) for _ in range(3)}
    assert later <= {429, 400, 431, 0}
    assert send_until_refused(proxy, victim) == TOLD_APART, "the one whose address was forged is left alone"


def test_a_client_cannot_have_the_proxys_headers_taken_away(proxy: Proxy) -> None:
    sender = fresh_address()
    assert send_until_refused(proxy, sender) == TOLD_APART
    # Names in Connection are for one hop, and proxies take them out (RFC 9110, section 7.6.1).
    named = "close, X-Forwarded-For, X-Forwarded-Proto"
    assert proxy.secure.report(sender, connection=named) in {429, 400}
    answer = proxy.secure.send(sender, path="/healthz", connection=named)
    assert "strict-transport-security" in answer.headers or answer.status == 400


@pytest.mark.parametrize("attack", ATTACKS)
def test_forged_headers_count_for_nothing_in_http_2(proxy: Proxy, attack: str, tmp_path: Path) -> None:
    sender, victim = fresh_address(), fresh_address()
    assert send_until_refused(proxy, sender) == TOLD_APART
    forged = [line for line in forgeries(victim)[attack] if not line.startswith(" ")]
    status, version = _by_http_2(proxy, sender, forged, tmp_path)
    assert status != 201
    assert (status, version) == (429, "2") or status in {400, 431, 0}
    assert send_until_refused(proxy, victim) == TOLD_APART


def test_an_honest_client_of_http_2_is_counted_as_itself(proxy: Proxy, tmp_path: Path) -> None:
    sender = fresh_address()
    answers = [_by_http_2(proxy, sender, [], tmp_path) for _ in range(LIMIT + 1)]
    assert answers == [(201, "2")] * LIMIT + [(429, "2")]


def _by_http_2(proxy: Proxy, sender: str, lines: list[str], folder: Path) -> tuple[int, str]:
    """Send a report by HTTP/2; return the status and the version that was spoken."""
    curl = tools.program(tools.CURL)
    tools.require(tools.CURL, curl)
    body, head = folder / "report.json", folder / "headers.txt"
    body.write_bytes(report_body())
    head.write_text("\n".join(report_lines(lines)), encoding="latin-1")
    command = [str(curl), "--silent", "--http2", "--interface", sender, "--cacert", str(proxy.authority)]
    command += ["--connect-to", f"{HOST}:443:127.0.0.1:{proxy.spot.https}", "--data-binary", f"@{body}"]
    command += ["--header", f"@{head}", "--output", os.devnull, "--write-out", "%{http_code} %{http_version}"]
    done = subprocess.run(
        [*command, f"https://{HOST}/api/reports"], capture_output=True, text=True, check=False, timeout=60
    )
    status, version = done.stdout.split()
    return int(status), version


@pytest.mark.parametrize("lines", [(), ("X-Forwarded-Proto: http",), ("X_Forwarded_Proto: zzz", "Zz: x")])
def test_https_is_said_by_the_proxy_alone(proxy: Proxy, lines: tuple[str, ...]) -> None:
    secure = proxy.secure.send(fresh_address(), *lines, path="/healthz")
    assert (secure.status, "strict-transport-security" in secure.headers) == (200, True)
    plain = proxy.plain.send(fresh_address(), *lines, path="/log/?a=b")
    assert plain.status in {301, 308}
    assert plain.headers["location"] == f"https://{HOST}/log/?a=b"


@pytest.mark.parametrize("path", ["/api/reports", "/widget/config?url=https://courier.example/"])
def test_a_program_is_not_sent_on_to_https(proxy: Proxy, path: str) -> None:
    for method, body in (("GET", b""), ("POST", report_body())):
        answer = proxy.plain.send(fresh_address(), *report_lines(), method=method, path=path, body=body)
        assert answer.status == 403
        assert "location" not in answer.headers


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_is_1_3_where_the_client_has_it_and_never_older_than_1_2(proxy: Proxy) -> None:
    address = ("127.0.0.1", proxy.spot.https)
    context = ssl.create_default_context(cafile=proxy.authority)
    for newest, spoken in ((ssl.TLSVersion.TLSv1_3, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2")):
        context.maximum_version = newest
        with context.wrap_socket(socket.create_connection(address), server_hostname=HOST) as opened:
            assert opened.version() == spoken
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # this side would speak it
    with socket.create_connection(address) as plain, pytest.raises(ssl.SSLError) as refused:
        context.wrap_socket(plain, server_hostname=HOST)
    assert refused.value.reason == "TLSV1_ALERT_PROTOCOL_VERSION"


@pytest.mark.parametrize(
    "weak", ["AES256-GCM-SHA384", "ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES256-SHA", "AES128-SHA"]
)
def test_old_ciphers_are_refused(proxy: Proxy, weak: str) -> None:
    context = ssl.create_default_context(cafile=proxy.authority)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{weak}:@SECLEVEL=0")
    with (
        socket.create_connection(("127.0.0.1", proxy.spot.https)) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(plain, server_hostname=HOST)
    context.set_ciphers(f"{weak}:ECDHE+AESGCM")
    with context.wrap_socket(
        socket.create_connection(("127.0.0.1", proxy.spot.https)), server_hostname=HOST
    ) as opened:
        spoken = opened.cipher()
    assert spoken is not None
    assert spoken[0].startswith("ECDHE")
    assert "GCM" in spoken[0]


def test_readiness_finds_nothing_wrong_even_with_a_forged_header(proxy: Proxy) -> None:
    answer = proxy.secure.send(fresh_address(), "X-Forwarded-For: 203.0.113.7", path="/readyz")
    assert (answer.status, b'"proxies":{"state":"ok"' in answer.body) == (200, True), answer.body


def test_the_widget_is_compressed_and_pages_are_not(proxy: Proxy) -> None:
    asked = "Accept-Encoding: gzip"
    widget = proxy.secure.send(fresh_address(), asked, path="/static/corrigenda/widget/corrigenda.js")
    assert (widget.status, widget.headers.get("content-encoding")) == (200, "gzip")
    assert "accept-encoding" in widget.headers.get("vary", "").lower()
    plain = proxy.secure.send(fresh_address(), path="/static/corrigenda/widget/corrigenda.js")
    assert "content-encoding" not in plain.headers
    assert len(widget.body) < len(plain.body)
    page = proxy.secure.send(fresh_address(), asked, path="/accounts/login/")
    assert (page.status, "content-encoding" in page.headers) == (200, False)
    assert b"csrfmiddlewaretoken" in page.body


def test_what_is_too_large_is_refused(proxy: Proxy) -> None:
    def send(size: int) -> Answer:
        return proxy.secure.send(
            fresh_address(), *report_lines(), method="POST", path="/api/reports", body=b"x" * size
        )

    assert send(300_000).status in {413, 0}
    assert send(63_000).status == 400, "what the desk takes reaches it"


def test_slow_senders_are_sent_away_and_hold_nobody_up(proxy: Proxy) -> None:
    # More than the desk has threads, each from a network of its own.
    slow = [fresh_address() for _ in range(60)]
    with ExitStack() as held:
        waiting = []
        for number, sender in enumerate(slow):
            opened = held.enter_context(proxy.secure.connection(sender))
            path = "/api/reports" if number % 2 else "/report"
            opened.sendall(
                proxy.secure.wire(*report_lines(), "Content-Length: 900", method="POST", path=path)
            )
            opened.sendall(b"{")
            waiting.append(opened)
        head = held.enter_context(proxy.secure.connection(fresh_address()))
        head.sendall(b"GET / HTTP/1.1\r\nHost: corre")
        assert send_until_refused(proxy, fresh_address()) == TOLD_APART
        for opened in (head, waiting[0], waiting[1]):
            opened.settimeout(60)
            assert _end_of(opened) in ENDS[proxy.name]


def test_readers_who_take_nothing_hold_nobody_up(proxy: Proxy) -> None:
    sender = fresh_address()
    with ExitStack() as held:
        for _ in range(2):
            opened = held.enter_context(closing(_open_http_2(proxy, sender)))
            # A window of no bytes (RFC 9113, section 6.9.2): not even the first byte of an answer may come.
            opened.sendall(_PREFACE + _frame(4, 0, 0, struct.pack(">HI", 4, 0)))
            for number in range(90):
                opened.sendall(_frame(1, 5, 2 * number + 1, _head_of_get(LARGE)))
        answers = [proxy.secure.send(fresh_address(), path=LARGE).status for _ in range(3)]
        # Where none is free, HAProxy answers 503 after ten seconds, and Caddy nothing within forty.
        assert answers == [200] * 3


_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def _open_http_2(proxy: Proxy, sender: str) -> ssl.SSLSocket:
    trust = ssl.create_default_context(cafile=str(proxy.authority))
    trust.set_alpn_protocols(["h2"])
    plain = socket.create_connection(("127.0.0.1", proxy.secure.port), 40, source_address=(sender, 0))
    opened = trust.wrap_socket(plain, server_hostname=HOST)
    assert opened.selected_alpn_protocol() == "h2"
    return opened


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def _head_of_get(path: str) -> bytes:
    """Return the headers of a GET as HPACK writes them with its static table (RFC 7541, appendix A)."""
    names = ((0x01, HOST), (0x04, path))  # :authority, :path
    return b"\x82\x87" + b"".join(bytes([name, len(text)]) + text.encode() for name, text in names)


def _end_of(opened: socket.socket) -> bytes:
    """Wait until the other side ends the request; return the status that it gives, if it gives one."""
    try:
        said = opened.recv(4096)
    except ConnectionError:
        return b""
    return said.split()[1] if said else b""


def test_half_a_report_is_never_taken_for_a_whole_one(proxy: Proxy, installation: Installation) -> None:
    stored = len(installation.rows())
    body = report_body()
    with proxy.secure.connection(fresh_address()) as opened:
        length = f"Content-Length: {len(body) + 50}"
        opened.sendall(proxy.secure.wire(*report_lines(), length, method="POST", path="/api/reports") + body)
        opened.settimeout(60)
        assert _end_of(opened) in ENDS[proxy.name]
    assert len(installation.rows()) == stored


def test_one_address_cannot_take_all_connections(proxy: Proxy) -> None:
    if proxy.name == "caddy":
        pytest.skip(
            "Caddy as Debian has it limits connections to the desk, not of an address: the guide says so"
        )
    sender = fresh_address()
    # nginx counts requests under way, HAProxy connections from their first byte: half a head is enough there.
    place = proxy.secure if proxy.name == "nginx" else proxy.plain
    half = place.wire(*report_lines(), "Content-Length: 900", method="POST", path="/report")
    with ExitStack() as held:
        for _ in range(130):
            with suppress(ConnectionError):
                opened = held.enter_context(place.connection(sender))
                opened.sendall(half if proxy.name == "nginx" else half[:40])
        assert {place.send(sender, path="/healthz").status for _ in range(3)} <= {429, 0}
        assert proxy.secure.send(fresh_address(), path="/healthz").status == 200


def test_no_address_of_a_client_is_written(proxy: Proxy, server: Server) -> None:
    sender = fresh_address()
    proxy.secure.report(sender)
    proxy.secure.send(sender, path="/nothing")
    proxy.secure.send(sender, "X-Forwarded-For : x", path="/")
    said = proxy.said() + server.log.read_text()
    assert sender not in said
    with closing(
        socket.create_connection(("127.0.0.1", proxy.spot.https), source_address=(sender, 0))
    ) as raw:
        raw.sendall(b"not TLS\r\n\r\n")
        raw.settimeout(20)
        while raw.recv(4096):
            pass
    assert sender not in proxy.said()


WRONG: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "clients write X-Forwarded-For": (
        {"    proxy_set_header X-Forwarded-For $remote_addr;\n": ""},
        {},
        "lets senders write X-Forwarded-For",
    ),
    "no X-Forwarded-For": (
        {"X-Forwarded-For $remote_addr": 'X-Forwarded-For ""'},
        {},
        "sends no X-Forwarded-For",
    ),
    "no X-Forwarded-Proto": (
        {"X-Forwarded-Proto $scheme": 'X-Forwarded-Proto ""'},
        {},
        "sends no X-Forwarded-Proto",
    ),
    "not configured": ({}, {"CORRIGENDA_TRUSTED_PROXIES": "[]"}, "a proxy that is not configured"),
}


@pytest.mark.parametrize("fault", list(WRONG))
def test_a_wrong_configuration_is_found(installation: Installation, fault: str, tmp_path: Path) -> None:
    changes, settings, sentence = WRONG[fault]
    with (
        installation.serve(**PUBLIC, **settings) as server,
        running_proxy("nginx", tmp_path, server.port, changes) as proxy,
    ):
        sender = fresh_address()
        for _ in range(10):
            proxy.secure.send(sender, path="/log/")
        answer = proxy.secure.send(sender, "X-Forwarded-For: 203.0.113.7", path="/readyz")
        assert answer.status == 200
        assert sentence in answer.body.decode()
        assert "127.0." not in answer.body.decode()
        said = [
            line
            for line in server.log.read_text().splitlines()
            if "WARNING corrigenda.web.forwarding" in line
        ]
        assert len(said) == 1, said
        if fault == "not configured":
            assert """CORRIGENDA_TRUSTED_PROXIES='["127.0.0.1/32"]'""" in said[0]


def test_the_attack_works_where_clients_write_the_header(installation: Installation, tmp_path: Path) -> None:
    changes = WRONG["clients write X-Forwarded-For"][0]
    with (
        installation.serve(**PUBLIC) as server,
        running_proxy("nginx", tmp_path, server.port, changes) as proxy,
    ):
        sender = fresh_address()
        sent = [proxy.secure.report(sender, f"X-Forwarded-For: 198.18.{n}.1") for n in range(6)]
        assert sent == [201] * 6, "what the tests above are worth"
