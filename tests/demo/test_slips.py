"""The planted slips: each is there, can be put right through the markup, and leaves a story that adds up."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from corrigenda.passage import Selector, find, patch, plain_text
from tests.demo.pages import FOLDER, PAGES, SLIPS, STORIES, Page, Slip, attribute

every_page = pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.slug)
every_slip = pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.article}-{slip.exact[:20]}")

CONCERNS = {"fact", "unclear", "typo", "missing", "other"}
MONTHS = {
    name: number
    for names in (
        "January February March April May June July August September October November December",
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    )
    for number, name in enumerate(names.split(), start=1)
}
# The beginnings of the weekdays in both languages: Ukrainian declines them.
WEEKDAYS = {
    name: number
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "понеділ вівтор серед четвер п’ятниц субот неділ",
    )
    for number, name in enumerate(names.split())
}
DATE = re.compile(
    rf"(?<!\w)(?P<weekday>{'|'.join(WEEKDAYS)})\w*,? (?P<day>\d{{1,2}})[ \u00a0]"
    rf"(?P<month>{'|'.join(MONTHS)})(?:,? (?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
# 9.8 crowns to the dollar; the stories round both sums.
CROWNS = 9.8
ROUNDING = 0.03
MILLION = {"million": 1e6, "мільйона": 1e6, "мільйонів": 1e6, "тисяч": 1e3, "тисячі": 1e3}
ENGLISH_SUM = re.compile(r"([\d.,]*\d) ?(million)? crowns \(\$([\d.,]*\d) ?(million)?\)")
UKRAINIAN_SUM = re.compile(
    r"([\d,]*\d)[ \u00a0]?(тисячі?|мільйон\w*)?(?: крони?)? "
    r"\(([\d,]*\d)[ \u00a0]?(тисячі?|мільйон\w*)? ?долар"
)


def corrected(page: Page) -> str:
    """The text of a page's article with every slip put right."""
    text = page.text
    for slip in SLIPS:
        if slip.article == page.slug:
            text = text.replace(slip.exact, slip.suggestion)
    return text


def wrong_weekdays(text: str, year: int) -> list[str]:
    """The dates of a text whose weekday is not that of the calendar."""
    wrong = []
    for found in DATE.finditer(text):
        day = date(int(found["year"] or year), MONTHS[found["month"]], int(found["day"]))
        if day.weekday() != WEEKDAYS[found["weekday"].lower()]:
            wrong.append(found.group())
    return wrong


def sums(text: str, language: str) -> Iterator[tuple[str, float]]:
    """Every conversion of a text, with its crowns to the dollar."""
    pattern = ENGLISH_SUM if language == "en" else UKRAINIAN_SUM
    for found in pattern.finditer(text):
        crowns, crown_unit, dollars, dollar_unit = found.groups()
        yield (
            found.group(),
            number(crowns, language)
            * MILLION.get(crown_unit, 1)
            / (number(dollars, language) * MILLION.get(dollar_unit, 1)),
        )


def number(text: str, language: str) -> float:
    """A figure as the language writes it."""
    return float(text.replace(",", "") if language == "en" else text.replace(",", "."))


def test_every_story_has_slips() -> None:
    counts = Counter(slip.article for slip in SLIPS)
    assert set(counts) == {page.slug for page in STORIES}
    assert min(counts.values()) >= 2


def test_slips_are_of_every_concern() -> None:
    assert {slip.concern for slip in SLIPS} == CONCERNS
    assert all(slip.why.strip() for slip in SLIPS)


@every_slip
def test_the_slip_stands_once_in_its_article(slip: Slip) -> None:
    assert PAGES[slip.article].text.count(slip.exact) == 1


@every_slip
def test_the_slip_can_be_put_right_in_the_source(slip: Slip) -> None:
    page = PAGES[slip.article]
    start, end = page.body_span
    span = find(page.text, Selector(slip.exact)).span
    assert span is not None
    fixed = patch(page.html[start:end], *span, slip.suggestion)
    assert plain_text(fixed) == page.text.replace(slip.exact, slip.suggestion)


def test_many_slips_cross_markup() -> None:
    runs = {
        page.slug: [re.sub(r"[\n\t ]+", " ", text) for text in page.one("[itemprop=articleBody]").strings]
        for page in STORIES
    }
    across = Counter(
        slip.article for slip in SLIPS if not any(slip.exact in run for run in runs[slip.article])
    )
    assert sum(across.values()) >= 15
    assert len(across) >= 8


@every_page
def test_weekdays_are_right_once_the_slips_are(page: Page) -> None:
    whole = plain_text(page.one("body").inner_html)
    assert wrong_weekdays(whole.replace(page.text, corrected(page)), page.year) == []


def test_some_weekdays_are_planted_wrong() -> None:
    planted = [slip for slip in SLIPS if wrong_weekdays(slip.exact, 2025)]
    assert {PAGES[slip.article].language for slip in planted} == {"en", "uk"}
    assert all(wrong_weekdays(slip.suggestion, 2025) == [] for slip in planted)


@every_page
def test_times_say_what_their_attributes_say(page: Page) -> None:
    for element in page.tree.select("time"):
        day = date.fromisoformat(attribute(element, "datetime")[:10])
        found = DATE.match(element.text)
        assert found is not None
        assert (int(found["day"]), MONTHS[found["month"]], int(found["year"])) == (
            day.day,
            day.month,
            day.year,
        )


def test_sums_are_converted_at_one_rate() -> None:
    converted = {page.slug: list(sums(corrected(page), page.language)) for page in STORIES}
    assert sum(len(found) for found in converted.values()) >= 25
    far = [said for found in converted.values() for said, rate in found if abs(rate / CROWNS - 1) > ROUNDING]
    assert far == []


def test_the_list_is_kept_plain() -> None:
    """No-break spaces are written out in slips.json, so that an editor of it sees them."""
    assert "\u00a0" not in (FOLDER / "slips.json").read_text("utf-8")
