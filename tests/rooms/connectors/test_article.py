"""What a page says about itself is read from the markup that newsrooms use."""

import json

import pytest

from corrigenda.connectors.article import (
    MOST_DEPTH,
    MOST_ELEMENTS,
    MOST_ENTRIES,
    headline_of,
    is_paywalled,
    language_of,
)
from tests.limits.growth import seconds_of_both
from tests.rooms.connectors.servers import page


def nested(depth: int) -> object:
    """Return data that is shut, inside so many lists."""
    data: object = {"isAccessibleForFree": False}
    for _ in range(depth):
        data = [data]
    return data


@pytest.mark.parametrize(
    ("html", "headline"),
    [
        ("<article><h1>Kicker</h1><h1 itemprop=headline>The  real\none</h1></article>", "The real one"),
        ("<h1>Courier</h1><article><h1>The <em>real</em> one</h1></article>", "The real one"),
        ("<h1> </h1><h1>The real one</h1>", "The real one"),
        ("<h1> </h1>" * (MOST_ELEMENTS - 1) + "<h1>The real one</h1>", "The real one"),
        ("<h1> </h1>" * MOST_ELEMENTS + "<h1>The real one</h1>", ""),
        ("<title>Title &amp; site</title>", "Title & site"),
        ("<meta property='og:title' content='The real one'><title>Title | site</title>", "The real one"),
        ("<p>Nothing</p>", ""),
        ("<h1>" + "x" * 900 + "</h1>", "x" * 500),
    ],
)
def test_headline(html: str, headline: str) -> None:
    """The article's own heading comes before the page's."""
    assert headline_of(html) == headline


@pytest.mark.parametrize(
    ("lang", "language"),
    [("en", "en"), ("uk-UA", "uk-UA"), (" sr-Latn-RS ", "sr-Latn-RS"), ("", ""), ("'>x", ""), ("a_b", "")],
)
def test_language(lang: str, language: str) -> None:
    """A well-formed tag, or nothing."""
    assert language_of(page("<p>x</p>", lang=lang)) == language


def test_language_of_a_page_without() -> None:
    """No html element, no language."""
    assert language_of("<p lang=uk>x</p>") == ""


@pytest.mark.parametrize(
    ("data", "shut"),
    [
        ({"@type": "NewsArticle", "isAccessibleForFree": False}, True),
        ({"@type": "NewsArticle", "isAccessibleForFree": "False"}, True),
        ({"@type": "NewsArticle", "isAccessibleForFree": "https://schema.org/False"}, True),
        ([{"@type": "WebPage"}, {"@type": "NewsArticle", "isAccessibleForFree": "false"}], True),
        ({"@graph": [{"@type": "NewsArticle", "isAccessibleForFree": False}]}, True),
        ({"@type": "NewsArticle", "hasPart": {"isAccessibleForFree": False, "cssSelector": ".x"}}, True),
        ([[{"@graph": [{"mainEntity": [{"hasPart": [{"isAccessibleForFree": False}]}]}]}]], True),
        ([{}] * (MOST_ENTRIES - 1) + [{"isAccessibleForFree": False}], True),
        ([{}] * MOST_ENTRIES + [{"isAccessibleForFree": False}], False),
        (nested(MOST_DEPTH), True),
        (nested(MOST_DEPTH + 1), False),
        ({"@type": "NewsArticle", "isAccessibleForFree": True}, False),
        ({"@type": "NewsArticle"}, False),
        ({"related": {"isAccessibleForFree": False}}, False),
        ("isAccessibleForFree: false", False),
        (None, False),
    ],
)
def test_paywall_in_json_ld(data: object, shut: bool) -> None:
    """What the article itself says counts, not what stands beside it."""
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert is_paywalled(page("<article>x</article>", head=script)) is shut


@pytest.mark.parametrize(
    ("html", "shut"),
    [
        ('<article itemscope><meta itemprop="isAccessibleForFree" content="false">x</article>', True),
        ('<article itemscope><meta itemprop="isAccessibleForFree" content="true">x</article>', False),
        ('<link itemprop="isAccessibleForFree" href="https://schema.org/False">', True),
        ('<script type="application/ld+json">{"isAccessibleForFree": false</script>', False),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script>", False),
        ("<p>isAccessibleForFree: false</p>", False),
    ],
)
def test_paywall_in_markup(html: str, shut: bool) -> None:
    """Microdata counts; broken or absurd data does not."""
    assert is_paywalled(html) is shut


def test_headlines_inside_of_headlines_are_not_all_read() -> None:
    assert headline_of("<article>" + "<div itemprop=headline>" * 500 + " " * 1000) == ""


@pytest.mark.long
def test_headlines_inside_of_headlines_cost_little() -> None:
    """The text of each holds that of all inside: 500 of them and 3 MB of spaces took four seconds."""
    few, many = ("<article>" + "<div itemprop=headline>" * count + " " * 300_000 for count in (20, 500))
    took_few, took_many = seconds_of_both(headline_of, few, many)
    assert took_many < 5 * took_few
