"""The page of mails in a real browser: pages of mails set aside by keys, on a phone, in the dark."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from corrigenda.models import Mail
from corrigenda.report.mail.intake import CUT, NO_ROOM
from corrigenda.report.mail.queries import MOST_SHOWN
from tests.rooms.factories import make_member
from tests.rooms.sitting import opened_browser, sitting

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PICTURES = os.environ.get("CORRIGENDA_PICTURES", "")
NUMBER = MOST_SHOWN + 7


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    member = make_member(first_name="Mara", last_name="Quill")
    # Without motion, so that colours are what they are at once where the scheme is changed.
    with (
        opened_browser() as browser,
        sitting(browser, live_server, member, reduced_motion="reduce") as page,
    ):
        yield page


def make_mails() -> None:
    """Mails set aside for two pages, some by their beginning; and some that were left in the mailbox."""
    Mail.objects.bulk_create(
        Mail(
            key=f"{number:064}",
            way=Mail.Way.IMAP,
            outcome=Mail.Outcome.ASIDE,
            about=f"sender-{number}@mail.example {'a-very-long-subject-' * (number % 3)}"[:120],
            reason=f"It is encrypted.{f' {CUT}' if number % 5 == 0 else ''}",
        )
        for number in range(NUMBER)
    )
    Mail.objects.bulk_create(
        Mail(key=f"left-{number}", way=Mail.Way.IMAP, outcome=Mail.Outcome.GONE, reason=NO_ROOM)
        for number in range(3)
    )


def check(page: Page, name: str) -> None:
    """Nothing hangs over the side, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page)["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"mails-{name}.png", full_page=True)


def press_tab_until(page: Page, name: str) -> None:
    """Go to an element by the Tab key alone."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            return
    pytest.fail(f"The Tab key does not lead to {name}.")


def test_mails_set_aside_by_eye_and_by_keys(page: Page) -> None:
    make_mails()
    page.goto("/desk/mail/")
    listed = page.locator("section[aria-labelledby=aside] li")
    expect(listed).to_have_count(MOST_SHOWN)
    expect(page.get_by_text("There was no room here for 3 more mails")).to_be_visible()
    check(page, "desktop")
    press_tab_until(page, "aside-next")
    page.keyboard.press("Enter")
    expect(listed).to_have_count(NUMBER - MOST_SHOWN)
    expect(page.locator("#aside")).to_be_focused()
    check(page, "second")
    page.emulate_media(color_scheme="dark")
    check(page, "second-dark")
    page.evaluate("document.documentElement.dir = 'rtl'")
    check(page, "second-rtl")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    check(page, "second-phone")
    press_tab_until(page, "aside-first")
    page.keyboard.press("Enter")
    expect(listed).to_have_count(MOST_SHOWN)
    check(page, "phone")
    page.emulate_media(color_scheme="dark")
    check(page, "phone-dark")
