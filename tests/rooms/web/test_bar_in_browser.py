"""The bar of the desk on a phone: no name breaks, and none lies off the screen."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from corrigenda.models import Member
from tests.rooms.factories import make_member
from tests.rooms.sitting import opened_browser, sitting

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

LINES = """links => links.map(link => {
    const range = document.createRange()
    range.selectNodeContents(link.firstChild)
    return range.getClientRects().length
})"""
BEYOND = """links => links.filter(link => {
    const box = link.getBoundingClientRect()
    return box.left < 0 || box.right > innerWidth
}).map(link => link.textContent)"""


def test_the_names_in_the_bar_stay_whole_on_a_phone(live_server: LiveServer) -> None:
    member = make_member(role=Member.Role.ADMINISTRATOR)
    with opened_browser() as browser:
        for language in ("en", "uk"):
            for width in (390, 360):
                size = {"width": width, "height": 844}
                with sitting(browser, live_server, member, viewport=size, locale=language) as page:
                    page.goto("/desk/")
                    links = page.locator(".bar__links a")
                    expect(links).to_have_count(5)
                    assert links.evaluate_all(LINES) == [1] * 5, (language, width)
                    assert links.evaluate_all(BEYOND) == [], (language, width)
