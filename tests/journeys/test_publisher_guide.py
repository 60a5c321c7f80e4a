"""docs/guide/publisher.md, snippet by snippet: on pages of a newspaper, in a shell, in a reader's browser."""

import os
import re
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from corrigenda.report.spam.seals import FAST_SECONDS
from tests.journeys.running import own_database
from tests.journeys.serving import Installation, Server
from tests.migrated import lay_tables

pytestmark = pytest.mark.browser
GUIDE: Final = Path(__file__).resolve().parents[2] / "docs/guide/publisher.md"
DESK: Final = "https://corrections.example.org"
NEWSPAPER: Final = "https://www.gazette.example"
SNIPPET: Final = re.compile(r"(?:<!-- file: (\S+) -->\n)?```(\w*)\n(.*?)```", re.DOTALL)
TEXT: Final = "The bridge, which opened in 1931, was built in two years."
ARTICLE: Final = f"<article><h1>The bridge</h1><p>{TEXT}</p></article>"
TOOLS: Final = (
    '<button id="correct">Correct</button><button id="outdated">Outdated</button><p id="answer"></p>'
)
MARK: Final = """words => {
  const paragraph = [...document.querySelectorAll("p")].find((one) => one.textContent.includes(words));
  const at = paragraph.textContent.indexOf(words);
  getSelection().setBaseAndExtent(paragraph.firstChild, at, paragraph.firstChild, at + words.length);
}"""
# A notice of the article, as it stands when the desk has published it.
PUBLISH: Final = """
import django
django.setup()
from corrigenda.models import Site
from tests.rooms.disclose.making import make_decided, make_notice
decision = make_decided(site=Site.objects.get(), path="/news/bridge.html", html="<p>{text}</p>", exact="1931")
make_notice(decision, old="1930", new="1931", prefix="The bridge, which opened in ", suffix=", was built")
"""


@dataclass
class Guide:
    """The guide's snippets with both addresses replaced; each may be taken once, in their order."""

    left: list[tuple[str, str, str]]

    def take(self, language: str) -> str:
        """Return the next snippet of a language."""
        for number, (file, found, content) in enumerate(self.left):
            if found == language and not file:
                del self.left[number]
                return content
        raise AssertionError(f"the guide has no further snippet in {language}")

    def take_files(self, folder: Path) -> None:
        """Write the snippets that are files."""
        for file, _, content in self.left:
            if file:
                (folder / file).write_text(content)
        self.left = [one for one in self.left if not one[0]]


@dataclass
class Newspaper:
    """Pages, styles and scripts on an origin of their own, under one policy."""

    origin: str = ""
    policy: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def publish(self, path: str, body: str) -> str:
        """Publish a page and return its address; ADDRESS in it becomes that, percent-encoded."""
        address = self.origin + path
        head = (
            f'<link rel="canonical" href="{self.origin}/news/bridge.html"><link rel="icon" href="/icon.svg">'
        )
        self.files[path] = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Gazette</title>{head}'
            '<meta name="viewport" content="width=device-width">'
            '<link rel="stylesheet" href="/page.css"></head>'
            f"<body>{body.replace('ADDRESS', quote(address, safe=''))}</body></html>"
        )
        return address


@pytest.fixture
def newspaper() -> Iterator[Newspaper]:
    """A newspaper that is served until the test ends."""
    paper = Newspaper()
    types = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = paper.files.get(self.path.partition("?")[0])
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", types.get(self.path[self.path.rfind(".") :], "text/html"))
            self.send_header("Content-Security-Policy", paper.policy)
            self.end_headers()
            self.wfile.write((content or "").encode())

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    paper.origin = f"http://localhost:{server.server_address[1]}"
    paper.files = {"/page.css": "", "/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield paper
    server.shutdown()
    server.server_close()


@dataclass
class Stand:
    """Desk, newspaper and shell of the guide."""

    desk: Server
    installation: Installation
    newspaper: Newspaper
    guide: Guide
    folder: Path

    def run(self, script: str, **extra: str) -> str:
        """Run a snippet in a shell whose commands are ours; return what it says."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.folder,
            env={**self.installation.environment, "PATH": path, **extra},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def stand(tmp_path: Path, newspaper: Newspaper) -> Iterator[Stand]:
    """A desk without a site: the guide makes it."""
    with own_database(os.environ.get("DATABASE_URL", "")) as url:
        installation = Installation(tmp_path / "data", url)
        lay_tables(installation.data, url)
        with installation.serve() as desk:
            text = GUIDE.read_text("utf-8")
            text = text.replace(DESK, f"http://127.0.0.1:{desk.port}").replace(NEWSPAPER, newspaper.origin)
            yield Stand(desk, installation, newspaper, Guide(SNIPPET.findall(text)), tmp_path)


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """Return a page and the list that its console's errors go to."""
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page, faults


def mark_words(page: Page, words: str) -> None:
    """Select words of a paragraph; with the mouse they are selected in other journeys."""
    page.evaluate(MARK, words)


def send_report(page: Page) -> None:
    """Choose a concern in the open dialog, send, and wait for the desk's word."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio").first.check()
    time.sleep(FAST_SECONDS)  # pause: the desk takes a younger report for a program's, by its own clock
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_contain_text("The Gazette has your report")


def test_every_snippet_of_the_guide(stand: Stand, browser: Browser) -> None:
    guide, newspaper = stand.guide, stand.newspaper
    stand.run(guide.take("sh"))
    newspaper.policy = guide.take("http").removeprefix("Content-Security-Policy: ").strip()
    newspaper.files["/page.css"] = guide.take("css")
    newspaper.files["/page.js"] = guide.take("js")
    guide.take_files(stand.folder)
    tag, link, with_quote, attributes, articles, mail = (guide.take("html") for _ in range(6))
    with browser.new_context() as context:
        page, faults = watched(context)
        check_template(page, newspaper.publish("/news/bridge.html", f"{ARTICLE}{link}{tag}"))
        check_articles(page, newspaper.publish("/live", articles + tag), newspaper.origin)
        check_module(page, newspaper)
        assert faults == []
    check_form(browser, newspaper.publish("/news/plain.html", ARTICLE + link + with_quote))
    check_notices(stand, browser, newspaper.publish("/news/bridge.html", ARTICLE + attributes))
    check_mail(stand, guide, newspaper.publish("/news/mail.html", mail))
    assert '"status"' in stand.run(guide.take("sh"))
    assert '"correction-' in stand.run(guide.take("sh"))
    assert guide.left == []


def check_template(page: Page, address: str) -> None:
    """Report words by the keys, under the policy and with the styles."""
    page.goto(address)
    mark_words(page, "opened in 1931")
    page.keyboard.press("Control+Enter")
    accent = page.locator("corrigenda-dialog").evaluate(
        "host => getComputedStyle(host).getPropertyValue('--corrigenda-accent').trim()"
    )
    assert accent == "#00502e"
    expect(page.get_by_role("dialog").locator("mark")).to_have_text("opened in 1931")
    send_report(page)


def check_articles(page: Page, address: str, origin: str) -> None:
    """The second article's words are reported at the second article's address."""
    page.goto(address)
    mark_words(page, "two years")
    with page.expect_request("**/widget/config?*") as asked:
        page.keyboard.press("Control+Enter")
    assert parse_qs(urlsplit(asked.value.url).query)["url"] == [f"{origin}/news/bridge.html"]
    expect(page.get_by_role("dialog").locator("mark")).to_have_text("two years")


def check_module(page: Page, newspaper: Newspaper) -> None:
    """The page's own buttons open the dialog and send a report."""
    script = '<script type="module" src="/page.js"></script>'
    page.goto(newspaper.publish("/news/bridge.html", ARTICLE + TOOLS + script))
    page.locator("#correct").click()
    expect(page.get_by_role("dialog").locator("u")).to_have_text(TEXT)
    page.keyboard.press("Escape")
    with page.expect_console_message(lambda said: bool(re.fullmatch(r"Report \d+ has arrived\.", said.text))):
        page.locator("#outdated").click()
    expect(page.locator("#answer")).to_contain_text("The Gazette has your report")


def check_form(browser: Browser, address: str) -> None:
    """Without JavaScript both links lead to a form that knows the article, one the words too."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        for name, words in (("Suggest a correction", ""), ("Is this right?", "opened in 1931")):
            page.goto(address)
            page.get_by_role("link", name=name).click()
            page.wait_for_url("**/report?**")
            assert parse_qs(urlsplit(page.url).query)["url"] == [address]
            expect(page.locator("[name=quote]")).to_have_value(words)
            expect(page.locator("[name=url]")).to_have_value(address)


def check_notices(stand: Stand, browser: Browser, address: str) -> None:
    """On a phone a correction is marked and noted; the tag has the words for a touch and a failure."""
    program = PUBLISH.format(text=TEXT)
    command = [sys.executable, "-c", program]
    environment = {**stand.installation.environment, "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings"}
    subprocess.run(command, env=environment, cwd=GUIDE.parents[2], check=True)
    phone = {"width": 390, "height": 700}
    with browser.new_context(viewport=phone, has_touch=True, is_mobile=True) as context:  # type: ignore[arg-type] # a TypedDict
        page, faults = watched(context)
        page.goto(address)
        notes = page.locator("article aside.corrections p")
        expect(notes).to_contain_text("Correction 1")
        marked = page.evaluate("[...CSS.highlights.get('corrigenda')].map(String)")
        assert marked == ["1931"]
        assert notes.locator("..").evaluate("one => getComputedStyle(one).borderTopStyle") == "double"
        assert faults == []
        page.locator("article p").first.evaluate("one => getSelection().selectAllChildren(one)")
        button = page.get_by_role("button", name="Report an error")
        button.wait_for()
        context.set_offline(True)
        button.tap()
        page.get_by_role("button", name="Please write to corrections@gazette.example.").wait_for()


def check_mail(stand: Stand, guide: Guide, address: str) -> None:
    """What the link makes a mail program write is taken in as a report."""
    found = re.search('href="mailto:([^"?]+)\\?([^"]+)"', stand.newspaper.files["/news/mail.html"])
    assert found is not None
    to, fields = found[1], parse_qs(found[2].replace("&amp;", "&"))
    assert fields["body"] == [address]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "reader@example.net", to, fields["subject"][0]
    mail["Message-ID"] = "<one@example.net>"
    mail.set_content(f"{fields['body'][0]}\n\nThe bridge did not open in 1931.\n")
    (stand.folder / "mail.eml").write_bytes(mail.as_bytes())
    settings = {
        f"CORRIGENDA_{name}".upper(): str(value) for name, value in tomllib.loads(guide.take("toml")).items()
    }
    stand.run(guide.take("sh"), **settings)
    listed = 'from corrigenda.models import Report; print(Report.objects.get(channel="mail").url)'
    told = stand.run(f"corrigenda manage shell --no-imports -c '{listed}'")
    assert address in told
