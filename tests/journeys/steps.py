"""What a reader and an editor do in the browser, a function each."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.running import Demo

FIND_WORDS = """
(words) => {
  const root = document.querySelector("[itemprop=articleBody]");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let text = "", nodes = [];
  while (walker.nextNode()) {
    nodes.push([walker.currentNode, text.length]);
    text += walker.currentNode.data;
  }
  const at = text.replace(/\\s/g, " ").indexOf(words);
  if (at < 0) return null;
  const boxOf = (offset) => {
    const [node, begin] = nodes.filter(([, begin]) => begin <= offset).at(-1);
    const range = document.createRange();
    range.setStart(node, offset - begin);
    range.setEnd(node, offset - begin + 1);
    return { element: node.parentElement, box: () => range.getBoundingClientRect() };
  };
  const first = boxOf(at), last = boxOf(at + words.length - 1);
  first.element.scrollIntoView({ block: "center", behavior: "instant" });
  const a = first.box(), b = last.box();
  return { x1: a.left, y1: a.top + a.height / 2, x2: b.right, y2: b.top + b.height / 2 };
}
"""


@dataclass(frozen=True, slots=True)
class Slip:
    """An error in a story of the demo newspaper, and how it should read."""

    story: str
    exact: str
    suggestion: str
    language: str


def tab_to(page: Page, target: Locator, *, key: str = "Tab", presses: int = 80) -> None:
    """Press Tab, or the key given, until the target holds the focus."""
    for _ in range(presses):
        if target.evaluate("element => element.getRootNode().activeElement === element"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"Tab never reached {target}")


def select_with_mouse(page: Page, words: str) -> None:
    """Drag over words of the article, as a reader does."""
    page.wait_for_load_state("load")
    place = page.evaluate(FIND_WORDS, words)
    assert place, f"{words!r} is not in the article"
    page.mouse.move(place["x1"] + 1, place["y1"])
    page.mouse.down()
    page.mouse.move(place["x2"] - 0.5, place["y2"], steps=8)
    page.mouse.up()
    selected = re.sub(r"\s", " ", page.evaluate("getSelection().toString()"))
    assert selected == words, f"the mouse selected {selected!r}"


def open_dialog_with_keyboard(page: Page, words: str) -> None:
    """Tab to the article's own link, and choose the words in the dialog with the arrow keys."""
    page.wait_for_load_state("load")
    tab_to(page, page.locator("a[data-corrigenda=report]").last)
    page.keyboard.press("Enter")
    box = page.locator("corrigenda-dialog textarea#words")
    expect(box).to_be_focused()
    previous = page.locator("corrigenda-dialog footer button").first
    for _ in range(60):
        if words in box.input_value():
            break
        tab_to(page, previous)
        page.keyboard.press("Enter")
    else:
        raise AssertionError(f"no paragraph offered {words!r}")
    tab_to(page, box, key="Shift+Tab")
    page.keyboard.press("Control+Home")
    for _ in range(box.input_value().index(words)):
        page.keyboard.press("ArrowRight")
    for _ in words:
        page.keyboard.press("Shift+ArrowRight")
    tab_to(page, page.locator("corrigenda-dialog footer button.main"))
    page.keyboard.press("Enter")


def write_report(page: Page, slip: Slip, *, comment: str, email: str, by_keyboard: bool) -> str:
    """Fill in the dialog and send it; return the address of the status page that the server gave."""
    dialog = page.locator("corrigenda-dialog")
    suggestion = dialog.locator("#suggestion")
    expect(dialog.locator("mark")).to_contain_text(slip.exact)
    expect(suggestion).to_have_value(slip.exact)
    if by_keyboard:
        expect(suggestion).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.type(slip.suggestion)
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type(comment)
        page.keyboard.press("Tab")
        page.keyboard.type(email)
        tab_to(page, dialog.locator("footer button.main"))
        page.keyboard.press("Enter")
    else:
        suggestion.fill(slip.suggestion)
        dialog.locator("input[type=radio][value=fact]").check()
        dialog.locator("#comment").fill(comment)
        dialog.locator("#email").fill(email)
        dialog.locator("footer button.main").click()
    link = dialog.locator("a[href*='/status/']")
    expect(link).to_be_visible()
    return str(link.get_attribute("href"))


def report_without_javascript(page: Page, slip: Slip, *, email: str) -> str:
    """Follow the article's link to the plain form and send it; return the address of the status page."""
    page.locator("a[data-corrigenda=report]").last.click()
    page.locator("[name=quote]").fill(slip.exact)
    page.locator("[name=suggestion]").fill(slip.suggestion)
    page.locator("[name=concern][value=fact]").check()
    page.locator("[name=email]").fill(email)
    page.locator("form button.button--primary").click()
    page.wait_for_url("**/status/**")
    return page.url


def sign_in(page: Page, demo: Demo) -> None:
    """Sign in at the desk as the demo's editor, from the keyboard."""
    page.goto(f"{demo.desk}/desk/")
    tab_to(page, page.locator("[name=login]"))
    page.keyboard.type("demo")
    tab_to(page, page.locator("[name=password]"))
    page.keyboard.type(demo.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demo.desk}/desk/")


def open_case(page: Page, demo: Demo, slip: Slip, *, reports: int) -> None:
    """Wait in the queue until the case has all its reports (0: whatever their number), then open it."""
    page.goto(f"{demo.desk}/desk/")
    row = page.locator("[data-row]").filter(has_text=slip.exact)
    expect(row).to_have_count(1, timeout=20_000)
    expect(row).to_contain_text(re.compile(rf"\b{reports or ''}"), timeout=20_000)
    row.locator("[data-open]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/**")


def unfold(details: Locator) -> None:
    """Open a part of the page that can be folded, where the server has not sent it open."""
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()


def accept(page: Page, *, by_keyboard: bool) -> None:
    """Accept the suggestion as a correction."""
    form = page.locator("#accept-form")
    if by_keyboard:
        page.keyboard.press("a")
        tab_to(page, form.locator("[name=wording]"))
        tab_to(page, form.locator("[name=kind]").first)
        page.keyboard.press("Space")
        tab_to(page, form.locator(".form__actions button"))
        page.keyboard.press("Enter")
    else:
        unfold(page.locator("#accept"))
        form.locator("[name=kind][value=correction]").check()
        form.locator(".form__actions button").click()
    expect(page.locator("#progress")).to_be_visible()


def take_picture(page: Page, folder: Path | None, name: str, *, whole: bool = True) -> None:
    """Keep a screenshot of the window, and of the whole page, where somebody asked for them."""
    if folder is not None:
        page.screenshot(path=folder / f"{name}-window.png")
        if whole:
            page.screenshot(path=folder / f"{name}.png", full_page=True)
