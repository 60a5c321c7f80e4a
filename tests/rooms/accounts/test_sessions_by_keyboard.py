"""A member ends a session and sees an alert in Chromium, with the keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from corrigenda.accounts.actions import close_member
from corrigenda.models import Alert, AuditEvent, DeskSession, Member
from tests.rooms.accounts.browsing import browser_of
from tests.rooms.accounts.test_agents import CHROME
from tests.rooms.factories import make_member
from tests.rooms.sitting import opened_browser, sitting

pytestmark = pytest.mark.usefixtures("committed_db")

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of this module."""
    with opened_browser() as running:
        yield running


def test_an_alert_is_seen_and_a_session_ended(browser: Browser, live_server: LiveServer) -> None:
    member = make_member(role=Member.Role.ADMINISTRATOR)
    browser_of(agent=CHROME)
    with sitting(browser, live_server, member) as page:
        page.goto("/desk/sessions/")
        alert = page.locator("#alerts section")
        expect(alert).to_contain_text("Chrome on Windows")
        alert.get_by_role("button", name="It was me").focus()
        page.keyboard.press("Enter")
        expect(alert).to_have_count(0)
        assert Alert.objects.get().seen_at is not None
        page.locator("summary", has_text="End …").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("This cannot be undone: the browser has to sign in again.")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("The session was ended.")).to_be_visible()
        expect(page.locator("#sessions li")).to_have_count(1)
        assert DeskSession.objects.count() == 1
        assert AuditEvent.objects.filter(kind=AuditEvent.Kind.SESSION_ENDED, by_member=member).count() == 1


def test_the_pages_fit_on_a_phone(browser: Browser, live_server: LiveServer) -> None:
    member = make_member(role=Member.Role.ADMINISTRATOR)
    browser_of(agent=CHROME)
    close_member(member=make_member("gone"))  # from the shell: without a browser and a network
    with sitting(browser, live_server, member, viewport=PHONE) as page:
        for path in ("/desk/sessions/", "/desk/audit/"):
            page.goto(path)
            expect(page.locator("#alerts section")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        # Headings of cells that hold nothing would be lines without a meaning.
        cells = page.locator("td[data-label]")
        assert cells.filter(visible=True).filter(has_not_text=re.compile(r"\S")).count() == 0
        assert cells.filter(visible=True).count() > 0
