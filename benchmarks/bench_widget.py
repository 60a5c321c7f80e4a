"""`make bench-widget`: the widget's bytes, requests and times on a slow processor, beside Isso's embed.

`python -m benchmarks.bench_widget [--rounds N] [--throttle FACTOR]` writes results/widget.{json,md}.
"""

import argparse
import gzip
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.door_contenders import ISSO, isso_program
from benchmarks.door_processes import free_port, running
from benchmarks.widget_trace import busy, own_scripts, since
from tests import tools
from tests.journeys.serving import Installation

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "benchmarks/results"
PARTS: Final = ROOT / "corrigenda/static/corrigenda/widget"
QUIET_MS: Final = 1500
"""How long a page is left alone after it has loaded: what a widget does by itself happens then."""
CATEGORIES: Final = ["devtools.timeline", "v8", "blink.user_timing", "toplevel"]
ARTICLE: Final = "".join(
    f"<p>Paragraph {number} tells of the harbour, its ships, and the 31 ports that they came from.</p>"
    for number in range(60)
)
# Marks when a thing is not only there but can have been painted.
WATCH: Final = """
const mark = (name) => requestAnimationFrame(() => setTimeout(() => performance.mark(name)));
addEventListener("keydown", ({ key }) => { if (key === "Enter") performance.mark("asked"); }, true);
document.addEventListener("corrigenda:open", () => mark("ready"));
new MutationObserver((_, observer) => {
  if (document.querySelector(".isso-postbox .isso-textarea")) { observer.disconnect(); mark("ready"); }
}).observe(document, { childList: true, subtree: true });
"""


@dataclass(slots=True)
class Paper:
    """A newspaper on an origin of its own; the pages are set once the servers' addresses are known."""

    origin: str
    pages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit cost, in milliseconds of the throttled main thread, and what it asked for."""

    busy: float
    own: float
    ready: float | None
    again: float | None
    requests: int


@contextmanager
def newspaper() -> Iterator[Paper]:
    """Serve pages until the block ends."""
    paper = Paper("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html = paper.pages.get(self.path, "").encode()
            self.send_response(200 if html else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    paper.origin = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield paper
    finally:
        server.shutdown()


def page_with(tag: str) -> str:
    """Return an article with a widget's tag behind it."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Harbour</title>'
        '<link rel="icon" href="data:,">'
        f"<body><article><h1>Harbour</h1>{ARTICLE}</article>{tag}</body></html>"
    )


def serve_both(stack: ExitStack, folder: Path, paper: Paper) -> dict[str, str]:
    """Start Corrigenda and Isso for the newspaper and set its pages; return both origins."""
    installation = Installation(folder / "data", "")
    installation.corrigenda("manage", "migrate", "--verbosity=0")
    installation.corrigenda("site", "add", "courier", "--name", "The Courier", "--origin", paper.origin)
    desk = f"http://127.0.0.1:{stack.enter_context(installation.serve()).port}"
    port = free_port()
    config = folder / "isso.cfg"
    config.write_text(
        f"[general]\ndbpath = {folder / 'comments.db'}\nhost = {paper.origin}\nnotify =\n"
        f"[server]\nlisten = http://127.0.0.1:{port}\n"
    )
    isso = f"http://127.0.0.1:{port}"
    stack.enter_context(
        running(
            [str(isso_program()), "-c", str(config), "run"],
            environment=dict(os.environ),
            log=folder / "isso.log",
            ready=f"{isso}/js/embed.min.js",
        )
    )
    paper.pages = {
        "/bare": page_with(""),
        "/corrigenda": page_with(
            f'<script async src="{desk}/static/corrigenda/widget/corrigenda.js"></script>'
        ),
        "/isso": page_with(
            f'<script async data-isso="{isso}/" src="{isso}/js/embed.min.js"></script>'
            '<section id="isso-thread"></section>'
        ),
    }
    return {"corrigenda": desk, "isso": isso}


def visit(browser: Browser, address: str, *, throttle: float, use: Callable[[Page], None] | None) -> Visit:
    """Open a page with an empty cache and trace it; `use` then does what a reader does."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(QUIET_MS)
    before_use = len([url for url in asked if not url.startswith((address, "data:"))])
    if use is not None:
        use(page)
    events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    name = address.rsplit("/", 1)[1]
    first = "asked" if name == "corrigenda" else "script"
    times = since(events, first, "ready", script="embed.min.js")
    return Visit(
        busy=busy(events),
        own=own_scripts(events, ("corrigenda/widget/", "embed.min.js")),
        ready=times[0] if times else None,
        again=times[1] if len(times) > 1 else None,
        requests=before_use,
    )


def open_twice(page: Page) -> None:
    """Mark words and press Ctrl+Enter; close the dialog, and do it again."""
    for number in (1, 2):
        page.get_by_text("Paragraph 2 tells").dblclick()
        page.keyboard.press("Control+Enter")
        page.wait_for_function(f"performance.getEntriesByName('ready').length === {number}")
        page.keyboard.press("Escape")
        page.wait_for_timeout(200)


def wait_for_form(page: Page) -> None:
    """Wait until Isso's form is there."""
    page.wait_for_function("performance.getEntriesByName('ready').length === 1")


def measure(browser: Browser, paper: Paper, *, rounds: int, throttle: float) -> dict[str, list[Visit]]:
    """Visit the pages in turn, round by round; the first round only warms the servers."""
    seen: dict[str, list[Visit]] = {"bare": [], "corrigenda": [], "corrigenda, used": [], "isso": []}
    for number in range(rounds + 1):
        for name, use in (
            ("bare", None),
            ("corrigenda", None),
            ("corrigenda, used", open_twice),
            ("isso", wait_for_form),
        ):
            address = f"{paper.origin}/{name.partition(',')[0]}"
            found = visit(browser, address, throttle=throttle, use=use)
            if number:
                seen[name].append(found)
    return seen


def weigh() -> dict[str, dict[str, int]]:
    """Return the bytes of each part of ours, and of Isso's, plain and after gzip -9."""
    isso = next((isso_program().parents[1] / "lib").glob("python*/site-packages/isso"))
    files = [*sorted(PARTS.glob("*.js")), isso / "js/embed.min.js", isso / "css/isso.css"]
    names = {PARTS: "Corrigenda", isso / "js": "Isso", isso / "css": "Isso"}
    return {
        f"{names[file.parent]}: {file.name}": {
            "raw": len(content),
            "gzip": len(gzip.compress(content, 9, mtime=0)),
        }
        for file in files
        for content in [file.read_bytes()]
    }


def spread(values: Sequence[float | None]) -> dict[str, float]:
    """Return median, quartiles and the least of what was measured."""
    known = [value for value in values if value is not None]
    low, _, high = quantiles(known, n=4)
    figures = {"median": median(known), "low": low, "high": high, "least": min(known)}
    return {name: round(value, 1) for name, value in figures.items()}


def summary(seen: dict[str, list[Visit]]) -> dict[str, Any]:
    """Return the figures of the table."""
    used, idle, isso, bare = seen["corrigenda, used"], seen["corrigenda"], seen["isso"], seen["bare"]
    return {
        "Ctrl+Enter to ready dialog": spread([one.ready for one in used]),
        "the same, opened again": spread([one.again for one in used]),
        "Isso: script start to ready form": spread([one.ready for one in isso]),
        "loader's own scripts, page view": spread([one.own for one in idle]),
        "Isso's own scripts, page view": spread([one.own for one in isso]),
        "whole main thread, bare page": spread([one.busy for one in bare]),
        "whole main thread, Corrigenda's tag": spread([one.busy for one in idle]),
        "whole main thread, Isso's tag": spread([one.busy for one in isso]),
        "requests before first use": {
            "corrigenda": sorted({one.requests for one in idle}),
            "isso": sorted({one.requests for one in isso}),
        },
    }


def markdown(result: dict[str, Any]) -> str:
    """Return the results as a page."""
    lines = [
        "# The widget beside Isso's embed",
        "",
        f"`{result['command']}`: {result['rounds']} rounds, every page in turn, each visit with an",
        f"empty cache. Chromium {result['chromium']} at {result['throttle']:g}x CPU throttle, all on one",
        f"machine ({result['machine']}), so that the network costs next",
        f"to nothing. {ISSO} from the package index. Milliseconds: median (quartiles), and the least,",
        "which other work on the machine has disturbed least.",
        "",
        "| what | ms | least |",
        "|---|---|---|",
    ]
    figures = dict(result["figures"])
    requests = figures.pop("requests before first use")
    lines += [
        f"| {name} | {one['median']} ({one['low']}–{one['high']}) | {one['least']} |"
        for name, one in figures.items()
    ]
    lines += [
        "",
        "Own scripts: all main-thread events in Chromium's trace that name a script of the widget, each",
        "moment counted once. Whole main thread: all its tasks until",
        f"{QUIET_MS} ms after the page had loaded, layout included.",
        "",
        "Requests of a page view before first use, the script itself among them:",
        f"Corrigenda {_listed(requests['corrigenda'])}, Isso {_listed(requests['isso'])}.",
        "",
        "| file | bytes | gzip -9 |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {one['raw']:,} | {one['gzip']:,} |" for name, one in result["bytes"].items()]
    return "\n".join([*lines, ""])


def _listed(numbers: Sequence[int]) -> str:
    return " or ".join(str(number) for number in numbers)


def main() -> int:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--throttle", type=float, default=4)
    options = parser.parse_args()
    path = tools.chromium()
    tools.require(tools.CHROMIUM, path)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="corrigenda-bench-")))
        paper = stack.enter_context(newspaper())
        serve_both(stack, folder, paper)
        playwright = stack.enter_context(sync_playwright())
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        seen = measure(browser, paper, rounds=options.rounds, throttle=options.throttle)
        version = browser.version
        browser.close()
    result = {
        "command": f"make bench-widget ROUNDS={options.rounds} THROTTLE={options.throttle:g}",
        "rounds": options.rounds,
        "throttle": options.throttle,
        "chromium": version,
        "machine": f"{os.cpu_count()} processors, load {os.getloadavg()[1]:.0f}, {platform.system()}",
        "figures": summary(seen),
        "bytes": weigh(),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "widget.json").write_text(json.dumps(result, indent=1) + "\n")
    (RESULTS / "widget.md").write_text(markdown(result))
    sys.stdout.write(markdown(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
