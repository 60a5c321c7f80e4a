"""Pages are fetched from listed hosts at checked addresses, within bounds; every refusal says why."""

import gzip
import socket
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Sequence

import pytest
import trustme

from corrigenda import __version__
from corrigenda.connectors.fetch import (
    FetchError,
    Page,
    RefusedError,
    UnreachableError,
    UnsuitableError,
    fetch,
)
from tests.ports import free_port
from tests.rooms.connectors.servers import Answer, Server, drip, serving

HTML = {"Content-Type": "text/html; charset=utf-8"}


def get(server: Server, path: str = "/", **options: object) -> Page:
    """Fetch from a server that the site lists and excepts."""
    values: dict[str, object] = {"hosts": [server.place], "private_hosts": [server.place], "timeout": 5.0}
    return fetch(server.url(path), **{**values, **options})  # type: ignore[arg-type]  # tests mix the options


def answering(*answers: Sequence[str] | OSError) -> tuple[Callable[[str, int], Sequence[str]], list[str]]:
    """Return a resolver that gives one answer after another, the last one for ever, and what it was asked."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        if isinstance(answer, OSError):
            raise answer
        return answer

    return resolve, asked


def test_a_page(server: Server) -> None:
    """Status, text, headers and address come back; the server sees who asks."""
    server.answers["/a?b=%20c&utm_source=x"] = Answer("<p>Ciào</p>", headers={**HTML, "X-Cache": "HIT"})
    answer = get(server, "/a?b=%20c&utm_source=x#d", contact="https://desk.example")
    assert (answer.status, answer.html) == (200, "<p>Ciào</p>")
    assert answer.url == server.url("/a?b=%20c&utm_source=x")
    assert answer.headers["x-cache"] == "HIT"
    path, headers = server.requests[0]
    assert path == "/a?b=%20c&utm_source=x"
    assert headers["user-agent"] == f"Corrigenda/{__version__} (+https://desk.example)"
    assert headers["host"] == server.place
    assert "cookie" not in headers


@pytest.mark.parametrize("path", ["/politics;art12,34", "/politics;a1?p=2", "/a;b/c;d", "/;a", "/?;"])
def test_the_whole_path_is_asked_for(server: Server, path: str) -> None:
    """Some newspapers name their articles by what follows a semicolon, and a redirect may lead there."""
    server.answers[path] = Answer("<p>The article</p>")
    server.answers["/old"] = Answer(status=301, headers={"Location": path})
    assert get(server, path).html == "<p>The article</p>"
    assert get(server, "/old").url == server.url(path)
    assert server.paths() == [path, "/old", path]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503])
def test_other_statuses_come_back_without_text(server: Server, status: int) -> None:
    """The caller tells missing from failing."""
    server.answers["/"] = Answer("<p>No.</p>", status)
    answer = get(server)
    assert (answer.status, answer.html) == (status, "")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://courier.example/", r"begins with http:// or https://"),
        ("file:///etc/passwd", r"begins with http:// or https://"),
        ("https://ed:secret@courier.example/", r"user name or a password"),
        ("https://evil.example/", r"host evil\.example with port 443 is not among those that the site lists"),
        ("https://courier.example:8443/", r"host courier\.example with port 8443 is not among"),
        ("http://courier.example@evil.example/", r"user name"),
        ("http://courier.example\\@evil.example:81/", r"port|stands at"),
        ("http://127.0.0.1/", r"is not among"),
        ("http://2130706433/", r"host 127\.0\.0\.1 with port 80 is not among"),
    ],
)
def test_addresses_that_are_refused_before_anything_is_sent(url: str, sentence: str) -> None:
    """Nothing is resolved for an address that is not the site's."""
    resolve, asked = answering(["127.0.0.1"])
    with pytest.raises(RefusedError, match=sentence):
        fetch(url, hosts=["courier.example"], resolve=resolve)
    assert set(asked) <= {"courier.example"}


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["1.1.1.1", "127.0.0.1"],
    ],
)
def test_names_that_answer_with_a_private_address_are_refused(addresses: list[str], server: Server) -> None:
    """One bad address among good ones is enough."""
    resolve, _ = answering(addresses)
    url = server.url("/", host="courier.example")
    with pytest.raises(RefusedError, match=r"courier\.example stands at .+ not fetched from"):
        fetch(url, hosts=[f"courier.example:{server.port}"], resolve=resolve, timeout=2)
    assert server.requests == []


def test_the_exception_is_for_one_host_and_port(server: Server) -> None:
    """The same machine under another port stays shut."""
    resolve, _ = answering(["127.0.0.1"])
    server.answers["/"] = Answer("<p>open</p>")
    with serving() as other:
        hosts = [f"courier.example:{server.port}", f"courier.example:{other.port}"]
        url = server.url("/", host="courier.example")
        assert fetch(url, hosts=hosts, private_hosts=hosts[:1], resolve=resolve).html == "<p>open</p>"
        with pytest.raises(RefusedError, match=r"stands at 127\.0\.0\.1"):
            fetch(
                other.url("/", host="courier.example"), hosts=hosts, private_hosts=hosts[:1], resolve=resolve
            )
        assert other.requests == []


def test_the_exception_never_opens_a_metadata_service(server: Server) -> None:
    """An administrator's slip is not enough."""
    resolve, _ = answering(["169.254.169.254"])
    place = f"courier.example:{server.port}"
    with pytest.raises(RefusedError, match=r"stands at 169\.254\.169\.254"):
        fetch(server.url("/", host="courier.example"), hosts=[place], private_hosts=[place], resolve=resolve)


def test_a_private_host_must_be_listed_too(server: Server) -> None:
    """private_hosts alone lets nothing in."""
    with pytest.raises(RefusedError, match="not among"):
        fetch(server.url("/"), hosts=[], private_hosts=[server.place])


def test_the_checked_address_is_the_one_connected_to(server: Server) -> None:
    """Rebinding: a second answer would lead elsewhere and is never asked for. Host keeps the name."""
    server.answers["/"] = Answer("<p>checked</p>")
    with serving("127.0.0.2") as _:
        resolve, asked = answering(["127.0.0.1"], ["127.0.0.2"])
        place = f"courier.example:{server.port}"
        answer = fetch(
            server.url("/", host="courier.example"), hosts=[place], private_hosts=[place], resolve=resolve
        )
    assert answer.html == "<p>checked</p>"
    assert asked == ["courier.example"]
    assert server.requests[0][1]["host"] == place


def test_rebinding_between_two_hops_is_caught(server: Server) -> None:
    """A redirect back to the same name resolves anew and is checked anew."""
    place = f"courier.example:{server.port}"
    server.answers["/"] = Answer(status=302, headers={"Location": "/next"})
    resolve, asked = answering(["127.0.0.1"], ["169.254.169.254"])
    with pytest.raises(RefusedError, match=r"stands at 169\.254\.169\.254"):
        fetch(server.url("/", host="courier.example"), hosts=[place], private_hosts=[place], resolve=resolve)
    assert asked == ["courier.example", "courier.example"]
    assert server.paths() == ["/"]


def test_a_dead_address_is_stepped_over(server: Server) -> None:
    """Where the first of two addresses refuses, the second is used."""
    server.answers["/"] = Answer("<p>second</p>")
    place = f"courier.example:{server.port}"
    resolve, _ = answering(["127.0.0.3", "127.0.0.1"])
    url = server.url("/", host="courier.example")
    assert fetch(url, hosts=[place], private_hosts=[place], resolve=resolve).html == "<p>second</p>"


def test_ipv6() -> None:
    """An address in brackets works from end to end."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("needs IPv6 on the loopback interface")
    with serving("::1") as server:
        server.answers["/"] = Answer("<p>six</p>")
        assert get(server).html == "<p>six</p>"
        with pytest.raises(RefusedError, match=r"stands at ::1"):
            get(server, private_hosts=[])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: Server, status: int) -> None:
    """Relative and in another spelling."""
    server.answers["/"] = Answer(status=status, headers={"Location": "/новини?a=1#b"})
    server.answers["/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8?a=1"] = Answer("<p>there</p>")
    answer = get(server)
    assert answer.html == "<p>there</p>"
    assert answer.url.endswith("/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8?a=1")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "//10.0.0.1/",
        "file:///etc/passwd",
        "http://[::ffff:127.0.0.1]:{port}/secret",
    ],
)
def test_redirects_to_forbidden_places_are_refused(server: Server, location: str) -> None:
    """Each hop is held to the rules of the first."""
    server.answers["/"] = Answer(status=302, headers={"Location": location.format(port=server.port)})
    server.answers["/secret"] = Answer("<p>secret</p>")
    with pytest.raises(RefusedError):
        get(server)
    assert server.paths() == ["/"]


def test_a_redirect_to_a_listed_name_at_a_private_address_is_refused(server: Server) -> None:
    """The list of hosts is not enough: the name's addresses are checked on every hop."""
    resolve, asked = answering(["127.0.0.1"])
    server.answers["/"] = Answer(
        status=302, headers={"Location": f"http://www.courier.example:{server.port}/"}
    )
    hosts = [server.place, f"www.courier.example:{server.port}"]
    with pytest.raises(RefusedError, match=r"www\.courier\.example stands at 127\.0\.0\.1"):
        get(server, hosts=hosts, resolve=resolve)
    assert asked == ["127.0.0.1", "www.courier.example"]
    assert server.paths() == ["/"]


def test_redirects_end(server: Server) -> None:
    """Five are followed, the sixth is not."""
    for number in range(9):
        server.answers[f"/{number}"] = Answer(status=302, headers={"Location": f"/{number + 1}"})
    server.answers["/9"] = Answer("<p>end</p>")
    assert get(server, "/4").html == "<p>end</p>"
    with pytest.raises(UnsuitableError, match="more than 5 redirects"):
        get(server, "/3")


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "image/png", "application/pdf", "nonsense"]
)
def test_other_types_are_not_read(server: Server, kind: str) -> None:
    """Only HTML is an article."""
    server.answers["/"] = Answer("<p>x</p>", headers={"Content-Type": kind})
    with pytest.raises(UnsuitableError, match="not an HTML page"):
        get(server)


@pytest.mark.parametrize(
    "headers", [{}, {"Content-Type": "application/xhtml+xml"}, {"Content-Type": "TEXT/HTML"}]
)
def test_html_is_read(server: Server, headers: dict[str, str]) -> None:
    """Also where the server names no type."""
    server.answers["/"] = Answer("<p>x</p>", headers=headers)
    assert get(server).html == "<p>x</p>"


def test_size_is_bounded(server: Server) -> None:
    """By what the server claims, and by what it sends; exactly the limit is allowed."""
    server.answers["/fits"] = Answer(b"x" * 20_000)
    server.answers["/large"] = Answer(b"x" * 20_001)
    server.answers["/stream"] = Answer(drip(10_000, pause=0, piece=b"x" * 1000))
    assert len(get(server, "/fits", max_bytes=20_000).html) == 20_000
    for path in ("/large", "/stream"):
        with pytest.raises(UnsuitableError, match="larger than 20,000 bytes"):
            get(server, path, max_bytes=20_000)


def test_packed_pages(server: Server) -> None:
    """gzip is unpacked, also in several members; a page cut off inside is not taken for the whole."""
    headers = {**HTML, "Content-Encoding": "gzip"}
    packed = gzip.compress(b"<p>one</p>")
    server.answers["/one"] = Answer(packed, headers=headers)
    server.answers["/two"] = Answer(packed + gzip.compress(b"<p>two</p>"), headers=headers)
    server.answers["/cut"] = Answer(packed[:-9], headers=headers)
    server.answers["/none"] = Answer(b"<p>plain</p>", headers=headers)
    server.answers["/brotli"] = Answer(b"x", headers={**HTML, "Content-Encoding": "br"})
    assert get(server, "/one").html == "<p>one</p>"
    assert get(server, "/two").html == "<p>one</p><p>two</p>"
    for path in ("/cut", "/none"):
        with pytest.raises(UnreachableError, match="broke off"):
            get(server, path)
    with pytest.raises(UnsuitableError, match="packed"):
        get(server, "/brotli")


def test_a_gzip_bomb_stays_small(server: Server) -> None:
    """100 MB of nothing in 100 kB: refused, and memory never holds more than a few times the limit."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
    server.answers["/"] = Answer(bomb, headers={**HTML, "Content-Encoding": "gzip"})
    assert len(bomb) < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(UnsuitableError, match="larger than 500,000 bytes"):
            get(server, max_bytes=500_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_a_slow_drip_ends(server: Server) -> None:
    """Bytes that keep coming do not keep the worker."""
    sent: list[bytes] = []
    server.answers["/"] = Answer(drip(600, pause=0.1, sent=sent))
    with pytest.raises(UnreachableError, match="in time"):
        get(server, timeout=0.5)
    assert len(sent) < 600, "it waited for the end"


def test_slow_headers_end() -> None:
    """A server that drips its headers is left too."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        place = f"127.0.0.1:{port}"
        # Nothing ever comes: without a limit of its own the fetch would not end.
        with pytest.raises(UnreachableError, match="in time"):
            fetch(f"http://{place}/", hosts=[place], private_hosts=[place], timeout=0.4)


def test_a_slow_resolver_ends() -> None:
    """The operating system's resolver knows no time limit; the fetch does."""

    answers = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        answers.wait(60)
        return ["1.1.1.1"]

    try:
        with pytest.raises(UnreachableError, match="in time"):
            fetch("https://courier.example/", hosts=["courier.example"], timeout=0.3, resolve=resolve)
        assert not answers.is_set(), "it waited for the resolver"
    finally:
        answers.set()


def test_the_time_is_for_all_redirects_together(server: Server) -> None:
    """Hops do not each get the whole time."""

    for number in range(5):
        server.answers[f"/{number}"] = Answer(status=302, headers={"Location": f"/{number + 1}"}, pause=0.15)
    server.answers["/5"] = Answer("<p>too late</p>")
    assert get(server, "/3", timeout=60).html == "<p>too late</p>"
    with pytest.raises(UnreachableError, match="in time"):
        get(server, "/0", timeout=0.5)


@pytest.mark.parametrize(
    "resolve", [answering(OSError("no such name"))[0], answering([])[0]], ids=["no name", "no address"]
)
def test_names_without_an_address(resolve: Callable[[str, int], Sequence[str]]) -> None:
    """An unknown name may be known later: it is unreachable, not refused."""
    with pytest.raises(UnreachableError, match="could not be reached"):
        fetch("https://courier.example/", hosts=["courier.example"], resolve=resolve)


def test_nobody_listens() -> None:
    """A closed port is unreachable."""
    place = f"127.0.0.1:{free_port()}"
    with pytest.raises(UnreachableError, match="could not be reached"):
        fetch(f"http://{place}/", hosts=[place], private_hosts=[place], timeout=2)


def test_an_answer_that_breaks_off(server: Server) -> None:
    """Half an article is never taken for the article."""
    server.answers["/"] = Answer(b"<p>half", length=5000)
    with pytest.raises(UnreachableError, match="broke off"):
        get(server)


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("<p>Привіт</p>".encode(), "", "<p>Привіт</p>"),
        ("<p>Привіт</p>".encode("cp1251"), "; charset=windows-1251", "<p>Привіт</p>"),
        ("<p>Привіт</p>".encode("koi8-u"), '; charset="KOI8-U"', "<p>Привіт</p>"),
        (
            "<meta charset=windows-1251><p>Привіт</p>".encode("cp1251"),
            "",
            "<meta charset=windows-1251><p>Привіт</p>",
        ),
        (
            "<meta charset=windows-1251><p>Привіт</p>".encode(),
            "; charset=utf-8",
            "<meta charset=windows-1251><p>Привіт</p>",
        ),
        ("\ufeff<p>Привіт</p>".encode("utf-16-le"), "; charset=utf-8", "<p>Привіт</p>"),
        ("\ufeff<p>Привіт</p>".encode(), "; charset=windows-1251", "<p>Привіт</p>"),
        ("<p>Привіт</p>".encode(), "; charset=no-such-thing", "<p>Привіт</p>"),
        ("<p>Привіт</p>".encode(), "; charset=x\x01y", "<p>Привіт</p>"),
        (b"<p>caf\xe9</p>", "; charset=iso-8859-1", "<p>café</p>"),
        (b"<p>\x93x\x94</p>", "; charset=latin1", "<p>“x”</p>"),
        (b"<p>bad \xff byte</p>", "; charset=utf-8", "<p>bad \ufffd byte</p>"),
        (b"", "; charset=utf-8", ""),
    ],
)
def test_charsets(server: Server, body: bytes, charset: str, text: str) -> None:
    """Byte order mark, header, meta element, content: in this order, as a browser decides."""
    server.answers["/"] = Answer(body, headers={"Content-Type": f"text/html{charset}"})
    assert get(server).html == text


def test_tls_keeps_the_name() -> None:
    """The connection goes to the checked address; SNI, certificate and Host are those of the name."""
    authority = trustme.CA()
    serves, trusts = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("courier.example").configure_cert(serves)
    authority.configure_trust(trusts)
    named: list[str | None] = []

    def note_name(_socket: object, name: str | None, _context: object) -> None:
        named.append(name)

    serves.sni_callback = note_name
    resolve, _ = answering(["127.0.0.1"])
    with serving(tls=serves) as server:
        server.answers["/"] = Answer("<p>safe</p>")
        places = [f"courier.example:{server.port}", f"other.example:{server.port}"]

        def get_https(host: str, tls: ssl.SSLContext | None) -> Page:
            url = f"https://{host}:{server.port}/"
            return fetch(url, hosts=places, private_hosts=places, resolve=resolve, tls=tls, timeout=5)

        assert get_https("courier.example", trusts).html == "<p>safe</p>"
        assert named == ["courier.example"]
        assert server.requests[0][1]["host"] == places[0]
        for host, tls in (("other.example", trusts), ("courier.example", None)):
            with pytest.raises(UnreachableError, match="certificate could not be verified"):
                get_https(host, tls)
        assert len(server.requests) == 1


def test_proxies_of_the_environment_are_not_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would connect in our place, without the checks."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answers["/"] = Answer("<p>direct</p>")
    assert get(server).html == "<p>direct</p>"


def test_every_refusal_is_a_fetch_error() -> None:
    """A caller that catches FetchError catches all."""
    assert all(issubclass(kind, FetchError) for kind in (RefusedError, UnreachableError, UnsuitableError))
