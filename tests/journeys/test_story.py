"""The story of the README: from a reader's highlight to a published correction, in a real browser."""

import json
import re
import urllib.request
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys import steps
from tests.journeys.postbox import Postbox
from tests.journeys.running import Demo
from tests.journeys.steps import Slip
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

ATOM = "{http://www.w3.org/2005/Atom}"
STORIES = {
    "english-mouse": (
        Slip(
            "eastern-mole-rebuild",
            "5.9 million crowns, or 45 percent of the total",
            "5.9 million crowns, or 55 percent of the total",
            "en",
        ),
        False,
    ),
    "english-keyboard": (Slip("library-boat", "13,484 days", "13,844 days", "en"), True),
    "ukrainian-mouse": (Slip("rehata", "разом 32 учні", "разом 30 учнів", "uk"), False),
    "ukrainian-keyboard": (
        Slip("dohliadach-maiaka", "назбиралося 62 зошити", "назбиралося 68 зошитів", "uk"),
        True,
    ),
}


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 (our own loopback address)
        body: bytes = answer.read()
        return body


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.one_database if by_keyboard else ())
        for name, (_slip, by_keyboard) in STORIES.items()
    ],
)
def test_the_story(name: str, browser: Browser, demo: Demo, postbox: Postbox, pictures: Path | None) -> None:
    slip, by_keyboard = STORIES[name]
    article = f"{demo.newspaper}/{slip.story}.html"
    first, second = f"{name}-1@reader.example", f"{name}-2@reader.example"
    reader = browser.new_context(locale="uk-UA" if slip.language == "uk" else "en-GB")
    editor = browser.new_context(locale="uk-UA" if slip.language == "uk" else "en-GB")
    plain = browser.new_context(
        java_script_enabled=False, locale="uk-UA" if slip.language == "uk" else "en-GB"
    )

    # 1. A reader marks the words and says what is wrong.
    page = reader.new_page()
    page.goto(article)
    if by_keyboard:
        steps.open_dialog_with_keyboard(page, slip.exact)
    else:
        steps.select_with_mouse(page, slip.exact)
        page.keyboard.press("Control+Enter")
    expect(page.locator("corrigenda-dialog #suggestion")).to_be_visible()
    steps.take_picture(page, pictures, f"{name}-dialog", whole=False)
    status = steps.write_report(page, slip, comment="I counted.", email=first, by_keyboard=by_keyboard)
    assert status.startswith(f"{demo.desk}/status/")
    steps.take_picture(page, pictures, f"{name}-sent", whole=False)

    # 2. Another reports the same without JavaScript.
    form = plain.new_page()
    form.goto(article)
    other_status = steps.report_without_javascript(form, slip, email=second)
    assert other_status != status

    # 3. and 4. At the desk the two are one case; the editor accepts.
    desk = editor.new_page()
    steps.sign_in(desk, demo)
    steps.open_case(desk, demo, slip, reports=2)
    steps.take_picture(desk, pictures, f"{name}-case")
    expect(desk.locator("mark").first).to_contain_text(slip.exact)
    expect(desk.locator("del").first).to_be_visible()
    expect(desk.get_by_text("I counted.")).to_be_visible()
    steps.accept(desk, by_keyboard=by_keyboard)
    case = desk.url

    # 5. and 6. The article is changed, marked, and bears its notice; so do log and feeds.
    await_text(page, article, slip.suggestion)
    assert slip.exact not in body_of(page)
    marked = page.locator("[itemprop=articleBody] mark.corrected")
    expect(marked.first).to_be_visible()
    note = page.locator("aside.corrections p[id^=correction-]")
    expect(note).to_have_count(1)
    marked.first.scroll_into_view_if_needed()
    steps.take_picture(page, pictures, f"{name}-marked", whole=False)
    note.evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
    steps.take_picture(page, pictures, f"{name}-notice")
    anchor = str(note.get_attribute("id"))
    check_log(desk, demo, slip, article, pictures, name)

    # Each reader is told, on the status page and by mail, and led to the place.
    for address in (status, other_status):
        await_sight(page, address, page.locator(f"a[href='{article}#{anchor}']"))
        expect(page.get_by_text(slip.exact).first).to_be_visible()
    steps.take_picture(page, pictures, f"{name}-status")
    check_mails(postbox, f"{article}#{anchor}", first, second)

    # 7. Every move stands in the history, and nobody's address does.
    check_history(desk, case, slip, first)
    for context in (reader, editor, plain):
        context.close()


def body_of(page: Page) -> str:
    return re.sub(r"\s", " ", page.locator("[itemprop=articleBody]").inner_text())


def await_text(page: Page, article: str, words: str) -> None:
    """Load the article until it shows the words."""

    def is_there() -> bool:
        page.goto(article)
        return words in body_of(page)

    wait_until(is_there, f"{article} never showed {words!r}", pause=0.2)


def await_sight(page: Page, address: str, wanted: Locator) -> None:
    """Load a page until it shows what is wanted: the worker is a moment behind the article page."""

    def is_there() -> bool:
        page.goto(address)
        return wanted.is_visible()

    wait_until(is_there, f"{address} never showed {wanted}", pause=0.2)


def check_mails(postbox: Postbox, place: str, *addresses: str) -> None:
    """Wait until each address has had its one mail, which leads to the place."""
    wait_until(lambda: all(postbox.texts_to(address) for address in addresses), "no mail came")
    for address in addresses:
        (text,) = postbox.texts_to(address)
        assert place in text


def check_log(desk: Page, demo: Demo, slip: Slip, article: str, pictures: Path | None, name: str) -> None:
    """The correction stands in the log and in both feeds."""
    log = f"{demo.desk}/log/harbour-courier/"
    entry = desk.locator(f"main a[href^='{article}']").first
    await_sight(desk, log, entry)
    steps.take_picture(desk, pictures, f"{name}-log")
    atom = etree.fromstring(fetch(f"{log}feed.atom"))
    told = [
        entry
        for entry in atom.findall(f"{ATOM}entry")
        if slip.suggestion in "".join(map(str, entry.itertext()))
    ]
    assert len(told) == 1
    feed = json.loads(fetch(f"{log}feed.json"))
    items = [item for item in feed["items"] if item["_corrigenda"]["article"] == article]
    assert len(items) == 1
    assert items[0]["_corrigenda"]["kind"] == "correction"
    assert slip.suggestion in items[0]["_corrigenda"]["new"]


def check_history(desk: Page, case: str, slip: Slip, email: str) -> None:
    """The case's page shows who did what, when, and the words before and after."""
    desk.goto(case)
    history = desk.locator("main")
    for words in (slip.exact, slip.suggestion, "Demo Editor"):
        expect(history).to_contain_text(words)
    expect(desk.locator("main time").nth(4)).to_be_attached()
    assert email not in desk.content()
    # The seconds between fix and notice.
    expect(desk.locator("#progress")).to_have_text(re.compile(r"\d+[.,]\d\s(s|с)(\s|$)"))
