"""The story on other newspapers: a real page of the kind, and a CMS that this desk cannot write to."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps
from tests.journeys.papers import add_site, page_of, served
from tests.journeys.running import Demo
from tests.journeys.steps import Slip
from tests.journeys.test_story import await_text
from tests.waiting import wait_until

pytestmark = pytest.mark.browser


def figure_in(paragraphs: list[str]) -> str:
    """Return the first two-digit figure that stands once in the article, with the two words after it."""
    text = "\n".join(paragraphs)
    for found in re.finditer(r"\b\d\d\b \w+ \w+", text):
        if text.count(found.group()) == 1:
            return found.group()
    raise AssertionError("the article holds no figure")


@pytest.mark.shared
def test_a_real_article(shared: Path, tmp_path: Path, browser: Browser, demo: Demo) -> None:
    lines = (shared / "articles/real-article.txt").read_text().splitlines()
    paragraphs = [line.strip() for line in lines if line.strip()]
    exact = figure_in(paragraphs)
    slip = Slip("real", exact, f"{int(exact[:2]) - 1}{exact[2:]}", "en")
    for folder in ("source", "public"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "real.html").write_text(page_of("real", paragraphs))
    folders = (
        "--connector",
        "files",
        "--source",
        str(tmp_path / "source"),
        "--public",
        str(tmp_path / "public"),
    )
    with served(tmp_path / "public", corrigenda=demo.desk) as newspaper:
        add_site(demo, "real", newspaper, *folders)
        reader, editor = browser.new_context(), browser.new_context()
        page = reader.new_page()
        page.goto(f"{newspaper}/real.html")
        steps.select_with_mouse(page, slip.exact)
        page.keyboard.press("Control+Enter")
        steps.write_report(page, slip, comment="", email="", by_keyboard=False)
        desk = editor.new_page()
        steps.sign_in(desk, demo)
        steps.open_case(desk, demo, slip, reports=1)
        steps.accept(desk, by_keyboard=False)
        await_text(page, f"{newspaper}/real.html", slip.suggestion)
        expect(page.locator("aside.corrections p[id^=correction-]")).to_have_count(1)
        stored = (tmp_path / "source" / "real.html").read_text()
        assert stored.count(slip.suggestion) >= 1
        reader.close()
        editor.close()


def test_by_hand(tmp_path: Path, browser: Browser, demo: Demo) -> None:
    paragraphs = [
        "The bridge was closed on Monday for 21 days, the harbour master said.",
        "It will reopen in June.",
    ]
    slip = Slip("bridge", "closed on Monday for 21 days", "closed on Monday for 12 days", "en")
    public = tmp_path / "public"
    public.mkdir()
    (public / "bridge.html").write_text(page_of("bridge", paragraphs))
    with served(public, corrigenda=demo.desk) as newspaper:
        add_site(demo, "by-hand", newspaper)
        reader, editor = browser.new_context(), browser.new_context()
        page = reader.new_page()
        page.goto(f"{newspaper}/bridge.html")
        steps.select_with_mouse(page, slip.exact)
        page.keyboard.press("Meta+Enter")
        status = steps.write_report(page, slip, comment="", email="", by_keyboard=False)
        desk = editor.new_page()
        steps.sign_in(desk, demo)
        steps.open_case(desk, demo, slip, reports=1)
        steps.accept(desk, by_keyboard=False)
        expect(desk.locator("#wording")).to_have_text(slip.suggestion, timeout=15_000)
        assert slip.exact in (public / "bridge.html").read_text(), "nobody but the editor changes this page"
        changed = page_of("bridge", [paragraphs[0].replace(slip.exact, slip.suggestion), paragraphs[1]])
        (public / "bridge.html").write_text(changed)
        press_check_until_gone(desk)
        expect(desk.locator("[data-state=closed]").first).to_be_visible(timeout=20_000)
        page.goto(f"{demo.desk}/log/by-hand/")
        expect(page.locator("main")).to_contain_text("for 12 days")
        page.goto(status)
        expect(page.locator("main")).to_contain_text(slip.exact)
        reader.close()
        editor.close()


def press_check_until_gone(desk: Page) -> None:
    """Press "check now" until the desk has seen the change and the button is gone."""

    def is_gone() -> bool:
        desk.reload()
        button = desk.locator("#check")
        if not button.count():
            return True
        button.click()
        return False

    wait_until(is_gone, "the desk never saw the change", pause=0.5)
