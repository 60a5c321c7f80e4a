"""The dialog in each language, wide and on a phone: nothing English, nothing cut off, Arabic mirrored."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, BrowserContext, Page, expect

from corrigenda.models import Report
from corrigenda.report.messages import MESSAGES
from tests.journeys import steps
from tests.journeys.papers import add_site, page_of, served
from tests.journeys.running import Demo
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

STORIES: Final = {
    "ar": ("دمر الحريق 31 منزلًا في المدينة القديمة. ثم هطل المطر.", "31 منزلًا", "39 منزلًا"),
    "de": ("Das Feuer zerstörte 31 Häuser in der Altstadt. Dann regnete es.", "31 Häuser", "39 Häuser"),
    "en": ("The fire destroyed 31 houses in the old town. Then it rained.", "31 houses", "39 houses"),
    "es": ("El incendio destruyó 31 casas en el casco antiguo. Luego llovió.", "31 casas", "39 casas"),
    "fr": ("L’incendie a détruit 31 maisons dans la vieille ville. Il a plu.", "31 maisons", "39 maisons"),
    "pl": ("Pożar zniszczył 31 domów na starym mieście. Potem padało.", "31 domów", "39 domów"),
    "pt": ("O incêndio destruiu 31 casas no centro histórico. Choveu.", "31 casas", "39 casas"),
    "uk": ("Пожежа знищила 31 будинок у старому місті. Пішов дощ.", "31 будинок", "39 будинків"),
}
SCREENS: Final = {"wide": (1000, 800), "phone": (360, 640)}

SELECT: Final = """words => {
    const node = document.querySelector("[itemprop=articleBody] p").firstChild;
    const start = node.data.indexOf(words);
    getSelection().setBaseAndExtent(node, start, node, start + words.length);
}"""

READ: Final = """host => {
    const { shadowRoot } = host;
    const dialog = shadowRoot.querySelector("dialog");
    const frame = dialog.getBoundingClientRect();
    const texts = [], outside = [];
    const walker = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.data.trim());
    for (const one of dialog.querySelectorAll("*")) {
        for (const name of ["aria-label", "title", "placeholder"]) texts.push(one.getAttribute(name) ?? "");
        const { width, left, right } = one.getBoundingClientRect();
        const { clientWidth, scrollWidth } = one;
        const cut = one.matches("button, p, h2, label") && clientWidth && scrollWidth > clientWidth + 1;
        const off = left < frame.left - 1 || right > frame.right + 1;
        if (width && (cut || off)) outside.push(one.outerHTML);
    }
    const { left, right } = shadowRoot.querySelector("header button").getBoundingClientRect();
    return {
        lang: dialog.lang, dir: dialog.dir, texts: texts.filter(Boolean), outside,
        wide: dialog.scrollWidth > dialog.clientWidth || frame.width > innerWidth,
        closesAtLeft: left - frame.left < frame.right - right,
    };
}"""


# As long as the demo: the tests of a module need not run in one stretch, and a site is added once.
@pytest.fixture(scope="session")
def newspaper(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A newspaper with an article in each language."""
    public = tmp_path_factory.mktemp("languages")
    for language, (text, _, _) in STORIES.items():
        (public / f"{language}.html").write_text(page_of(language, [text], language=language), "utf-8")
    with served(public, corrigenda=demo.desk) as origin:
        add_site(demo, "languages", origin)
        yield origin


def look(page: Page, language: str, name: str, pictures: Path | None) -> list[str]:
    """Check that what the dialog shows is in the language and fits; return its texts."""
    steps.take_picture(page, pictures, f"{language}-{name}", whole=False)
    seen: dict[str, Any] = page.locator("corrigenda-dialog").evaluate(READ)
    mirrored = language == "ar"
    assert (seen["lang"], seen["dir"], seen["closesAtLeft"]) == (
        language,
        "rtl" if mirrored else "ltr",
        mirrored,
    )
    assert (seen["outside"], seen["wide"]) == ([], False), name
    with override("en"):
        english = {*MESSAGES.values(), *(str(concern.label) for concern in Report.OFFERED)}
    if language != "en":
        assert english.intersection(seen["texts"]) == set(), name
    texts: list[str] = seen["texts"]
    return texts


def open_dialog(page: Page, newspaper: str, language: str) -> None:
    page.goto(f"{newspaper}/{language}.html")
    page.wait_for_load_state("load")
    page.evaluate(SELECT, STORIES[language][1])
    page.keyboard.press("Control+Enter")
    expect(page.locator("corrigenda-dialog #suggestion")).to_have_value(STORIES[language][1])


def open_known(page: Page, newspaper: str, language: str) -> None:
    """Open the dialog, again and again until the report that was sent before has been located."""

    def is_known() -> bool:
        with page.expect_response(lambda one: one.request.method == "POST") as answered:
            open_dialog(page, newspaper, language)
        return answered.value.json()["known"] is not None

    wait_until(is_known, "the report was never located", pause=0.2)
    expect(page.locator("corrigenda-dialog .known")).to_be_visible()


def open_screen(browser: Browser, name: str) -> BrowserContext:
    width, height = SCREENS[name]
    # The reader's browser speaks another language than any of the pages: the page's own is what counts.
    return browser.new_context(locale="nl-NL", viewport={"width": width, "height": height})


@pytest.mark.parametrize("language", STORIES)
def test_the_dialog(
    language: str, browser: Browser, demo: Demo, newspaper: str, pictures: Path | None
) -> None:
    wide, phone = open_screen(browser, "wide"), open_screen(browser, "phone")
    page = wide.new_page()
    open_dialog(page, newspaper, language)
    dialog = page.locator("corrigenda-dialog")
    look(page, language, "form", pictures)
    dialog.locator("footer button").last.click()
    expect(dialog.locator("[role=alert]")).not_to_be_empty()
    look(page, language, "unchosen", pictures)
    dialog.locator("#suggestion").fill(STORIES[language][2])
    dialog.locator("input[value=fact]").check()
    dialog.locator("footer button").last.click()
    link = dialog.locator(f"a[href^='{demo.desk}/status/']")
    expect(link).to_be_visible()
    look(page, language, "sent", pictures)
    link.click()
    expect(page.locator("html")).to_have_attribute("lang", language)

    page = phone.new_page()
    open_known(page, newspaper, language)
    dialog = page.locator("corrigenda-dialog")
    look(page, language, "phone", pictures)
    dialog.locator("button.plain").first.click()
    expect(dialog.locator("textarea#words")).to_be_visible()
    look(page, language, "phone-words", pictures)
    dialog.locator("footer button").last.click()
    dialog.locator("input[value=typo]").check()
    phone.set_offline(True)
    dialog.locator("footer button").last.click()
    with override(language):
        expect(dialog.locator("h2")).to_have_text(gettext(MESSAGES["keptTitle"]))
    look(page, language, "phone-kept", pictures)
    wide.close()
    phone.close()
