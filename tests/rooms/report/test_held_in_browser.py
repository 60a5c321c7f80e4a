"""The folder of held reports in a real browser: by keys, on a phone, in the dark, from right to left."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from corrigenda.models import Report, Site
from corrigenda.report.spam.challenge import is_solved, make_challenge
from tests.rooms.factories import ORIGIN, make_article, make_member, make_report, make_site
from tests.rooms.sitting import opened_browser, sitting

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PICTURES = os.environ.get("CORRIGENDA_PICTURES", "")
SPAM = "Best prices [url=https://pills.example]here[/url] https://a.example https://b.example " + "W" * 900
COMPLAINT = "Das Jahr stimmt nicht, siehe das Stadtarchiv: https://archiv.example/bruecken/17"
ARABIC = "افتُتح الجسر عام 1932 كما في هذا المصدر"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as running:
        yield running


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    member = make_member(first_name="Mara", last_name="Quill")
    # Without motion, so that colours are what they are at once where the scheme is changed.
    with sitting(browser, live_server, member, reduced_motion="reduce") as page:
        yield page


def held(site: Site, **fields: object) -> Report:
    values: dict[str, object] = {"exact": "opened in 1931", "held": "spam", **fields}
    return make_report(site, **values)  # type: ignore[arg-type]  # texts, all of them


def picture(page: Page, name: str) -> None:
    """Keep a screenshot, where pictures are wanted."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"held-{name}.png", full_page=True)


def check(page: Page, name: str) -> None:
    """Nothing hangs over the side, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page)["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], name
    picture(page, name)


def make_folder() -> list[Report]:
    """Three reports that may be spam, and two floods; return the three."""
    site = make_site()
    make_article(site, headline="The bridge and its date")
    for number in range(3):
        held(site, held="flood", exact=f"word {number}")
    held(site, held="flood", url=f"{ORIGIN}/{'a-very-long-address-' * 20}")
    return [
        held(site, comment=SPAM, doubts="unsealed markup links stuffed"),
        held(site, comment=COMPLAINT, suggestion="eröffnet 1932", doubts="honeypot", language="de"),
        held(site, exact=ARABIC, comment=ARABIC, doubts="repeated unsealed", language="ar"),
    ]


def look_at_all(page: Page) -> None:
    """See every part of the folder, in the light and in the dark, from both sides, on a phone."""
    page.goto("/desk/")
    expect(page.locator(".bar .count")).to_have_text("7")
    expect(page.get_by_role("link", name="3 further reports about The bridge and its date")).to_be_visible()
    check(page, "queue")
    page.get_by_role("link", name="3 further reports").click()
    expect(page.locator("[data-row]")).to_have_count(3)
    check(page, "flood")

    page.goto("/desk/held/")
    check(page, "spam")
    page.emulate_media(color_scheme="dark")
    check(page, "spam-dark")
    page.evaluate("document.documentElement.dir = 'rtl'")
    check(page, "spam-rtl")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    check(page, "spam-phone")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_folder_by_eye_and_by_keys(page: Page) -> None:
    reports = make_folder()
    look_at_all(page)
    page.keyboard.press("s")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(f"#held-{reports[0].pk}")).to_be_focused()
    page.keyboard.press("s")
    expect(page.get_by_text("1 report was set aside")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.get_by_text("1 case was opened.")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-row] input")).to_be_checked()
    page.get_by_role("button", name="Spam: set them aside").click()
    expect(page.get_by_text("Nothing is suspected to be spam.")).to_be_visible()
    page.get_by_role("link", name="Set aside").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    check(page, "aside")
    page.keyboard.press("j")
    page.keyboard.press("b")
    expect(page.get_by_text("1 report waits again.")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert [Report.objects.get(pk=one.pk).held for one in reports] == ["aside", "", "spam"]
    assert Report.objects.get(pk=reports[1].pk).case is not None
    assert Report.objects.filter(held="flood").count() == 4


def test_people_do_not_see_the_trap(page: Page) -> None:
    make_site()
    page.goto(f"/report?url={ORIGIN}/story.html")
    trap = page.locator("[name=website]")
    box = trap.bounding_box()
    assert box is None or box["x"] + box["width"] <= 0 or box["width"] <= 1
    names = []
    for _ in range(30):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.name ?? ''"))
    assert "comment" in names
    assert "website" not in names
    check(page, "form")
    page.evaluate("document.documentElement.dir = 'rtl'")
    check(page, "form-rtl")


def test_the_widget_solves_what_the_server_asks(page: Page) -> None:
    page.goto("/report")
    for key in ("4f3c2f1e-0000-4000-8000-000000000001", "a&b=c?d%26#+;'/~!" + "x" * 20):
        solved = page.evaluate(
            "async task => (await import('/static/corrigenda/widget/solve.js')).solve(task)",
            make_challenge(key),
        )
        assert is_solved(solved, key=key)
        assert not is_solved(solved, key=f"{key}x")
