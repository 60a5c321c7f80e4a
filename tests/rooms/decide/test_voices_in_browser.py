"""The pages of a case's reports in a real browser, with the keyboard, and beside a form that is filled in."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from corrigenda.models import Article, Case, Member, Report, Revision
from tests.growth.filling import add_cases, join
from tests.rooms.sitting import opened_browser, sitting

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PICTURES = os.environ.get("CORRIGENDA_PICTURES", "")


@pytest.fixture
def article(committed_db: None, article: Article) -> Article:
    return article


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as running:
        yield running


@pytest.fixture
def crowd(case: Case, revision: Revision) -> list[Case]:
    start = revision.text.index("31 million")
    cases = add_cases(revision, [(start, start + 10)] * 80, suggestion="{} million")
    Report.objects.filter(case__in=cases[:30]).update(suggestion="38 million")
    join(cases, case)
    return cases


def test_the_pages_of_reports_leave_what_is_typed(
    browser: Browser, live_server: LiveServer, member: Member, case: Case, crowd: list[Case]
) -> None:
    with sitting(browser, live_server, member) as page:
        page.goto(f"/desk/cases/{case.pk}/")
        page.locator("#accept_wording").fill("37 million")
        page.locator("#reports-next").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#voices")).to_contain_text("26 to 50 of 81")
        expect(page.locator("#reports")).to_be_focused()
        expect(page.locator("#accept_wording")).to_have_value("37 million")
        page.locator("#reports-first").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#voices")).to_contain_text("What readers propose")
        expect(page.locator("#accept_wording")).to_have_value("37 million")
        found = Axe().run(page)["violations"]
        assert not found, found


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("desktop", {}),
        ("phone", {"viewport": {"width": 390, "height": 844}}),
        ("dark", {"color_scheme": "dark"}),
        ("rtl", {}),
    ],
)
def test_the_page_of_very_many_reports_fits(
    browser: Browser,
    live_server: LiveServer,
    member: Member,
    case: Case,
    crowd: list[Case],
    name: str,
    options: dict[str, object],
) -> None:
    with sitting(browser, live_server, member, **options) as page:
        for path in (f"/desk/cases/{case.pk}/", f"/desk/cases/{case.pk}/history/"):
            page.goto(path)
            if name == "rtl":
                page.evaluate("document.documentElement.dir = 'rtl'")
            page.evaluate("document.querySelector('.proposals, .pages, h1').scrollIntoView()")
            wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
            assert not wide, path
            take_picture(page, f"{name}-{re.sub('[^a-z]+', '', path)}")


def take_picture(page: Page, name: str) -> None:
    """Keep what is seen, for whoever changes the page: CORRIGENDA_PICTURES names a folder."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")
