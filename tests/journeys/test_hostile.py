"""Reader text is hostile until proven otherwise: nothing of it runs, in any field, on any page."""

import json
import re
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps
from tests.journeys.running import Demo
from tests.journeys.steps import Slip
from tests.journeys.test_story import await_sight, await_text, fetch

pytestmark = pytest.mark.browser

ATTACKS = (
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "\"><svg onload=document.title='owned'>",
    "'-document.title='owned'-'",
    "</textarea></script></style><iframe srcdoc=\"<script>parent.document.title='owned'</script>\">",
    "{{ 7|add:7 }}{% load static %}",
    "javascript:document.title='owned'",
    "\r\nBcc: everybody@example.org",
    "\u202egnp.exe\u2066 \u200b\u200b",
)
POST = """
async ([origin, key, body]) => {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  const sent = { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch(`${origin}/api/reports`, sent);
  return [answer.status, await answer.json()];
}
"""
# Waits until every image has come or failed, and the page has drawn: by then what was going to run has run.
RUN_OUT = """
async () => {
  const ended = (image) => image.complete || new Promise((end) => {
    for (const name of ["load", "error"]) image.addEventListener(name, end, { once: true });
  });
  await Promise.all([...document.images].map(ended));
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  await new Promise((end) => setTimeout(end));
}
"""


def watch(page: Page) -> list[str]:
    """Collect what a page should never do: change its title, open a dialog, run into an error of its own."""
    alarms: list[str] = []
    page.on("dialog", lambda dialog: alarms.append(dialog.message))
    page.on("pageerror", lambda error: alarms.append(str(error)))
    return alarms


def assert_inert(page: Page, alarms: list[str]) -> None:
    page.evaluate(RUN_OUT)
    expect(page).not_to_have_title(re.compile("owned"))
    assert alarms == []
    for tag in ("img[src=x]", "svg[onload]", "iframe", "[onerror]", "[onload]"):
        expect(page.locator(tag), tag).to_have_count(0)


def test_nothing_that_a_reader_types_runs(browser: Browser, demo: Demo, pictures: Path | None) -> None:
    slip = Slip("night-ferry-returns", "Lanturn Quay", "Lantern Quay", "en")
    article = f"{demo.newspaper}/{slip.story}.html"
    everything = " ".join(ATTACKS)
    reader, editor = browser.new_context(), browser.new_context()

    page = reader.new_page()
    alarms = watch(page)
    page.goto(article)
    body = {
        "url": f"{article}?q=<script>document.title='owned'</script>#\"'<x>",
        "language": "en",
        "target": {
            "source": article,
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": slip.exact,
                    "prefix": "",
                    "suffix": "",
                },
                {"type": "TextPositionSelector", "start": 0, "end": 12},
            ],
        },
        "concern": "other",
        "suggestion": slip.suggestion + everything,
        "comment": everything,
        "email": "",
    }
    results = [page.evaluate(POST, [demo.desk, str(uuid.uuid4()), {**body, "url": article}])]
    for attack in ATTACKS:
        quote = {"type": "TextQuoteSelector", "exact": attack, "prefix": attack, "suffix": attack}
        results.append(
            page.evaluate(
                POST,
                [
                    demo.desk,
                    str(uuid.uuid4()),
                    {**body, "target": {"source": article, "selector": [quote]}, "url": article},
                ],
            )
        )
        for name in ("language", "concern", "email", "url"):
            status, answer = page.evaluate(POST, [demo.desk, str(uuid.uuid4()), {**body, name: attack}])
            assert status in {201, 422}, (name, attack, answer)
    assert [status for status, _ in results] == [201] * len(results), results
    assert_inert(page, alarms)

    told = reader.new_page()
    told_alarms = watch(told)
    for _, receipt in results:
        told.goto(receipt["status"])
        assert_inert(told, told_alarms)

    desk = editor.new_page()
    desk_alarms = watch(desk)
    steps.sign_in(desk, demo)
    steps.open_case(desk, demo, slip, reports=0)
    assert_inert(desk, desk_alarms)
    expect(desk.get_by_text("onerror").first).to_be_visible()
    steps.take_picture(desk, pictures, "hostile-case")
    wording = desk.locator("#accept-form [name=wording]")
    steps.unfold(desk.locator("#accept"))
    wording.fill(slip.suggestion + ATTACKS[0])
    desk.locator("#accept-form [name=message]").fill(everything)
    desk.locator("#accept-form [name=notice_text]").fill(everything)
    steps.accept(desk, by_keyboard=False)
    assert_inert(desk, desk_alarms)

    await_text(page, article, slip.suggestion + ATTACKS[0])
    await_sight(page, article, page.locator("aside.corrections", has_text="onerror"))
    assert_inert(page, alarms)
    log = f"{demo.desk}/log/harbour-courier/"
    await_sight(page, log, page.locator("main", has_text="onerror"))
    assert_inert(page, alarms)
    assert b"<script>document.title" not in fetch(f"{log}feed.atom")
    assert any("onerror" in item["content_text"] for item in json.loads(fetch(f"{log}feed.json"))["items"])
    desk.goto(f"{demo.desk}/desk/")
    assert_inert(desk, desk_alarms)
    reader.close()
    editor.close()


def test_the_dialog_shows_hostile_words_of_the_page_as_words(
    browser: Browser, demo: Demo, tmp_path: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    alarms = watch(page)
    page.goto(f"{demo.newspaper}/heron-count.html")
    page.evaluate(
        "text => document.querySelector('[itemprop=articleBody] p').prepend(text + ' ')",
        ATTACKS[0].replace('"', "'"),
    )
    steps.open_dialog_with_keyboard(page, "onerror")
    dialog = page.locator("corrigenda-dialog")
    expect(dialog.locator("#suggestion")).to_have_value("onerror")
    dialog.locator("#suggestion").fill(ATTACKS[0])
    assert_inert(page, alarms)
    expect(dialog.locator("img")).to_have_count(0)
    context.close()
