"""Held before, and fault 17: what a newspaper's server may do to the worker that reads its pages."""

import gzip
import http.server
import secrets
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.attack.newspaper import Page, article, printed, redirect
from tests.attack.registry import HELD, Until, attack
from tests.attack.target import Target, add_site
from tests.ports import free_port

HTML: Final = ("Content-Type", "text/html; charset=utf-8")
GZIP: Final = ("Content-Encoding", "gzip")


class Trap:
    """A server that nobody may be led to; it counts who comes."""

    def __init__(self) -> None:
        self.port = free_port()
        self.visits: list[str] = []

    @contextmanager
    def open(self) -> Iterator["Trap"]:
        """Listen until the block ends."""
        visits = self.visits

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                visits.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<article><p>The secret of the house.</article>")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()


def read_all(target: Target, pages: dict[str, Page], seconds: float = 90) -> None:
    """Report each page, and wait until the worker has dealt with all and with an honest one after them."""
    answers = []
    for path, page in pages.items():
        target.paper.pages[path] = page
        answer = target.report(f"{target.paper.origin}{path}", "The secret of the house")
        assert answer.status == 201, answer.text
        answers.append(answer)
    mark = secrets.token_hex(4)
    target.paper.pages[f"/after-{mark}.html"] = article("After", [f"The {mark} market is open."])
    last = target.report(f"{target.paper.origin}/after-{mark}.html", f"The {mark} market")
    target.wait(
        lambda: target.state_of(last) == "located", "an honest page is not read behind them", seconds=seconds
    )


@attack(
    "pages-redirects", HELD, "Pages redirect to addresses of this machine, of this network and of no network"
)
def redirects(target: Target, until: Until) -> None:
    """No spelling leads there."""
    with Trap().open() as trap:
        port = trap.port
        places = [
            *(f"http://{host}:{port}/a" for host in ("127.0.0.1", "localhost", "[::1]", "0", "127.1")),
            f"http://0.0.0.0:{port}/a",
            *(
                f"http://{host}:{port}/a"
                for host in ("2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]")
            ),
            *(f"http://{host}:{port}/a" for host in ("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost.")),
            f"http://localhost:{target.paper.port}@127.0.0.1:{port}/a",
            f"//127.0.0.1:{port}/a",
            f"http:\\\\127.0.0.1:{port}\\a",
            f"http://localhost:{target.paper.port}\\@127.0.0.1:{port}/a",
            "file:///etc/passwd",
            f"gopher://127.0.0.1:{port}/_GET%20/",
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1/",
        ]
        while until:
            mark = secrets.token_hex(4)
            read_all(target, {f"/away-{mark}-{n}.html": redirect(place) for n, place in enumerate(places)})
            assert not trap.visits, f"the worker was led to another server: {trap.visits[:3]}"
        secret = target.count("revision", "text LIKE '%secret of the house%' OR text LIKE '%root:x:0%'")
        assert not secret, "what stands elsewhere was kept as an article"


def bombs() -> dict[str, Page]:
    """Return pages that are large, deep or slow to understand."""
    deep = b"<div>" * 300_000 + b"x"
    zeros = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(zeros.compress(bytes(1_000_000)) for _ in range(150)) + zeros.flush()
    links = b'<link rel="canonical" href="/a">' * 60_000
    return {
        "gzip": Page(bomb, headers=(HTML, GZIP)),
        "members": Page(gzip.compress(b"") * 200_000, headers=(HTML, GZIP)),
        "canonical": Page(links + article("A", ["A"]).body, headers=(HTML,)),
        "deep": Page(deep, headers=(HTML,)),
        "attributes": Page(b"<p " + b"a=b " * 300_000 + b">x", headers=(HTML,)),
        "tables": Page(b"<table><tr><td>" * 100_000, headers=(HTML,)),
        "formatting": Page(b"<b><i><u><a>" * 60_000, headers=(HTML,)),
        "entities": Page(b"&amp" * 1_000_000, headers=(HTML,)),
        "large": Page(b"a " * 2_600_000, headers=(HTML,)),
        "not": Page(b"\x00\xff" * 500_000, headers=(("Content-Type", "text/html; charset=utf-16"),)),
        "headers": Page(b"x", headers=tuple((f"X-{number}", "y" * 900) for number in range(90))),
    }


@attack("pages-bombs", "17", "Pages that are huge, deep, compressed or full of canonical links")
def heavy(target: Target, until: Until) -> None:
    """The worker ends each, and reads what is behind."""
    made = bombs()
    while until:
        mark = secrets.token_hex(4)
        read_all(target, {f"/{name}-{mark}.html": page for name, page in made.items()}, seconds=150)


@attack("pages-quotes", HELD, "A page of 500 kB of one word is reported with quotes of the same word")
def alike(target: Target, until: Until) -> None:
    """Every place is as good as every other."""
    while until:
        mark = secrets.token_hex(4)
        path = f"/alike-{mark}.html"
        target.paper.pages[path] = article(mark, ["a " * 250_000])
        url = f"{target.paper.origin}{path}"
        quotes = ["a " * 1900, "a b " * 900, "b" + "a " * 1500, "a " * 1500 + "b"]
        answers = [
            target.report(url, quote, suggestion=f"{quote[:900]} {mark} " + "b a " * 400) for quote in quotes
        ]
        assert {answer.status for answer in answers} <= {201, 422}, [answer.status for answer in answers]
        for answer in answers:
            if answer.status == 201:
                target.wait_for_case(answer, seconds=90)


@attack("pages-files", HELD, "Addresses of a site with stored files lead out of their folder")
def outside(target: Target, until: Until) -> None:
    """By dots, by percent signs, by links, by NUL."""
    folder = target.made.data.parent / f"stored-{secrets.token_hex(3)}"
    public = folder.with_suffix(".public")
    for one in (folder, public):
        one.mkdir()
    secret = article("Secret", ["The secret of the house."]).body
    (folder.parent / "secret.html").write_bytes(secret)
    (folder / "link.html").symlink_to(folder.parent / "secret.html")
    (folder / ".dot.html").write_bytes(secret)
    with printed() as www:
        options = ("--connector", "files", "--source", str(folder), "--public", str(public))
        assert not (problem := add_site(target.made, f"stored{www.port}", www.origin, options=options)), (
            problem
        )
        paths = [
            *("/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/%2e%2e%2fsecret.html"),
            *(
                "/..\\secret.html",
                "/..%5csecret.html",
                "/link.html",
                "/.dot.html",
                "/link.html%00",
                "/a/../../secret.html",
            ),
            *(
                "//secret.html",
                f"/{folder.parent}/secret.html",
                "/..;/secret.html",
                "/%252e%252e/secret.html",
            ),
        ]
        answers = [
            target.report(f"{www.origin}{path}", "The secret of the house", f"Origin: {www.origin}")
            for path in paths
        ]
        for answer in answers:
            if answer.status == 201:
                # A page that is not there is tried again for days; its case waits.
                target.wait_for_state(answer, "received", "located", "unlocated", "merged")
        found = target.count("revision", "text LIKE '%secret of the house%' AND source = 'connector'")
        assert not found, "a file outside of the folder was read"
