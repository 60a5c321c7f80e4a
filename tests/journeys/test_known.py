"""A passage that others have reported: the dialog says so, and one key adds a reader's voice to the case."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys import steps
from tests.journeys.running import Demo
from tests.journeys.steps import Slip
from tests.waiting import wait_until

pytestmark = pytest.mark.browser


def test_a_second_reader_agrees_with_one_key(browser: Browser, demo: Demo) -> None:
    slip = Slip("herring-week", "the remaining 1.74 million", "the remaining 1.47 million", "en")
    first, second = browser.new_context(locale="en-GB"), browser.new_context(locale="en-GB")
    editor = browser.new_context(locale="en-GB")
    page = first.new_page()
    page.goto(f"{demo.newspaper}/{slip.story}.html")
    steps.select_with_mouse(page, slip.exact)
    page.keyboard.press("Control+Enter")
    steps.write_report(page, slip, comment="A-WORD-OF-MINE", email="first@reader.example", by_keyboard=False)

    other = second.new_page()
    dialog = open_until_known(other, demo, slip)
    voice = dialog.get_by_role("button", name="I noticed this too")
    expect(voice).to_be_focused()
    said = dialog.inner_text()
    assert slip.suggestion not in said
    assert "A-WORD-OF-MINE" not in said
    assert "first@reader.example" not in said
    other.keyboard.press("Enter")
    expect(dialog.locator("a[href*='/status/']")).to_be_visible()

    desk = editor.new_page()
    steps.sign_in(desk, demo)
    steps.open_case(desk, demo, slip, reports=2)
    for context in (first, second, editor):
        context.close()


def test_words_that_should_go_are_struck_out_at_the_desk(browser: Browser, demo: Demo) -> None:
    slip = Slip("herring-week", "led by the the Seven Gulls", "", "en")
    reader, editor = browser.new_context(locale="en-GB"), browser.new_context(locale="en-GB")
    page = reader.new_page()
    page.goto(f"{demo.newspaper}/{slip.story}.html")
    steps.select_with_mouse(page, slip.exact)
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    dialog.locator("#suggestion").fill("")
    expect(dialog.get_by_text("These words are to be deleted.")).to_be_visible()
    dialog.locator("input[type=radio][value=typo]").check()
    dialog.locator("footer button.main").click()
    expect(dialog.locator("a[href*='/status/']")).to_be_visible()
    page.goto(str(dialog.locator("a[href*='/status/']").get_attribute("href")))
    expect(page.get_by_text("The marked words are to be deleted.")).to_be_visible()

    desk = editor.new_page()
    steps.sign_in(desk, demo)
    steps.open_case(desk, demo, slip, reports=1)
    expect(desk.locator("del").first).to_contain_text(slip.exact)
    for context in (reader, editor):
        context.close()


def open_until_known(page: Page, demo: Demo, slip: Slip) -> Locator:
    """Open the dialog on the words until the desk has located the first report."""

    def is_known() -> bool:
        page.goto(f"{demo.newspaper}/{slip.story}.html")
        steps.select_with_mouse(page, slip.exact)
        with page.expect_response("**/widget/known") as answer:
            page.keyboard.press("Control+Enter")
        return answer.value.json()["known"] is not None

    wait_until(is_known, "the desk never knew of the passage", pause=0.2)
    return page.get_by_role("dialog")
