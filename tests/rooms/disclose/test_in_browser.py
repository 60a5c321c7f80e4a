"""The public pages in a real browser: the policy holds, nothing runs, and links lead to the exact place."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from corrigenda.disclose import step
from corrigenda.models import Decision, Notice
from tests import tools
from tests.rooms.disclose import hostile
from tests.rooms.disclose.making import make_decided, make_fixed
from tests.rooms.factories import make_site

pytestmark = pytest.mark.browser
PARAGRAPHS = "".join(f"<p>Paragraph {number} of a long article.</p>" for number in range(150))
ARTICLE = f"""<!doctype html><title>Story</title><article>{PARAGRAPHS}
<p>The fire destroyed <em>39 houses</em> in the old town. Then it rained.</p></article>"""


@dataclass
class Told:
    """A status page and the notice it tells of."""

    status: str
    notice: int


@pytest.fixture
def chromium() -> str:
    path = tools.chromium()
    tools.require(tools.CHROMIUM, path)
    return str(path)


def tell(**fields: object) -> Told:
    """Publish a correction whose notice is not on its page; return its status page."""
    decision = make_decided(site=make_site(corrections_policy=str(fields.get("notice_text", ""))), **fields)  # type: ignore[arg-type]
    while step.run():
        pass
    if decision.outcome == Decision.Outcome.ACCEPT:
        make_fixed(decision, by_hand=True)
        step.run()
    notice = Notice.objects.get()
    if fields:
        notice.headline = hostile.ALL[:500]
        notice.save()
    return Told(f"/status/{decision.case.report.token}/", notice.pk)


def visit(chromium: str, base: str, paths: list[str]) -> dict[str, dict[str, object]]:
    """Open each page; return what stands there and what the console said."""
    seen: dict[str, dict[str, object]] = {}
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for path in paths:
            said.clear()
            page.goto(base + path)
            seen[path] = {
                "said": list(said),
                "ran": page.evaluate("window.ran"),
                "images": page.evaluate("document.images.length"),
                "data": page.evaluate(
                    "document.querySelector('script[type=\"application/ld+json\"]')?.textContent"
                ),
                "text": page.inner_text("main"),
                "wide": page.evaluate("document.documentElement.scrollWidth - innerWidth"),
            }
        browser.close()
    return seen


def test_nothing_runs_and_the_policy_lets_the_data_stand(
    committed_db: None, live_server: LiveServer, settings: Settings, chromium: str
) -> None:
    settings.PUBLIC_URL = live_server.url
    told = tell(
        notice_text=hostile.ALL,
        message=hostile.ALL,
        wording=hostile.ALL,
        old=hostile.ALL,
        report={"exact": hostile.ALL, "comment": hostile.ALL, "suggestion": hostile.ALL},
    )
    notice = f"/log/courier/{told.notice}/"
    seen = visit(chromium, live_server.url, ["/log/courier/", notice, told.status])
    for page in seen.values():
        assert page["said"] == []
        assert page["ran"] is None
        assert page["images"] == 0
        assert hostile.IMAGE in str(page["text"])
        assert page["wide"] == 0
    data = json.loads(str(seen[notice]["data"]))
    assert data["correction"]["@type"] == "CorrectionComment"
    assert hostile.SCRIPT in data["correction"]["text"]


def test_the_link_on_the_status_page_leads_to_the_words(
    committed_db: None, live_server: LiveServer, settings: Settings, chromium: str, tmp_path: Path
) -> None:
    settings.PUBLIC_URL = live_server.url
    told = tell()

    def serve(route: Route) -> None:
        route.fulfill(body=ARTICLE, content_type="text/html; charset=utf-8")

    def scrolled(page: Page) -> float:
        page.wait_for_url("https://courier.example/**")
        page.wait_for_function("scrollY > 0", timeout=10_000)
        return float(page.evaluate("scrollY / (document.documentElement.scrollHeight - innerHeight)"))

    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
        page = browser.new_page()
        page.route("https://courier.example/**", serve)
        page.goto(live_server.url + told.status)
        page.get_by_role("link", name="See the place in the article").click()
        share = scrolled(page)
        referrer = page.evaluate("document.referrer")
        browser.close()
    assert share > 0.9
    assert referrer == ""
