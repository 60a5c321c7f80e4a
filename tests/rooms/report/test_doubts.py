"""What is doubted and what is not: the harmless must pass, alone and with one sign of haste."""

from itertools import combinations

import pytest

from corrigenda.report.spam.doubts import (
    COPIED_FROM,
    REPEATED_FROM,
    THRESHOLD,
    WEIGHTS,
    Doubt,
    is_suspected,
    repeat_doubts,
    score_of,
    telling_text,
    text_doubts,
)

URL = "https://courier.example/news/bridge.html"
HARMLESS = {
    "nothing": "",
    "a word": "typo",
    "a source": "The plaque says 1932, see https://archive.example/plaques/17?lang=en",
    "two sources and hardly a word": "https://archive.example/17 https://library.example/a (p. 3)",
    "Ukrainian, with a source": "Міст відкрили 1932 року, про це є довідка: https://архів.example/мости/17",
    "Arabic, with a source": "افتُتح الجسر عام 1932 كما في هذا المصدر: https://archive.example/جسر",
    "German, with a source": "Die Brücke wurde 1932 eröffnet, siehe www.stadtarchiv.example/bruecken.",
    "links to the article itself": " ".join([f"{URL}#p{number}" for number in range(9)]),
    "shouted": "THIS IS SIMPLY WRONG AND YOU KNOW IT!!! CORRECT IT AT ONCE!!!",
    "a word about markup": "The <b> around the date is shown on the page, and so is &nbsp;.",
    "mathematics": "It must read a<b and b>a, and x[1]=y[2].",
    "an address in words": "It is on courier dot example",
}
DOUBTED = {
    "a link as HTML": ('cheap <a href="https://pills.example">pills</a>', {Doubt.MARKUP}),
    "a link as BBCode": ("[url=https://pills.example]pills[/url]", {Doubt.MARKUP}),
    "a link as BBCode, bare": ("[URL]https://pills.example[/URL]", {Doubt.MARKUP}),
    "three sources in sentences": (
        (
            "The year is given as 1932 by the city at https://a.example/1, by the builders at "
            "https://b.example/2 and by the railway company in its annual report at https://c.example/3."
        ),
        {Doubt.LINKS},
    ),
    "a heap of links": ("buy www.a.example www.b.example www.c.example now", {Doubt.LINKS, Doubt.STUFFED}),
    "a heap of links in Ukrainian": (
        "дивись http://a.example http://b.example http://c.example тут",
        {Doubt.LINKS, Doubt.STUFFED},
    ),
    "a heap of markup": (
        '<a href="http://a.example">a</a> <A HREF=http://b.example>b</A> http://c.example',
        {Doubt.MARKUP, Doubt.LINKS, Doubt.STUFFED},
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_the_harmless_raise_no_doubt(name: str) -> None:
    assert text_doubts(HARMLESS[name], url=URL) == []


@pytest.mark.parametrize("name", DOUBTED)
def test_the_others_raise_these(name: str) -> None:
    text, doubts = DOUBTED[name]
    assert set(text_doubts(text, url=URL)) == doubts


@pytest.mark.parametrize(
    ("doubts", "suspected"),
    [
        ([], False),
        ([Doubt.HONEYPOT], True),
        ([Doubt.COPIED], True),
        ([Doubt.FAST], False),
        ([Doubt.UNSEALED], False),
        ([Doubt.MARKUP], False),
        ([Doubt.REPEATED], False),
        ([Doubt.LINKS], False),
        ([Doubt.LINKS, Doubt.UNSEALED], False),
        ([Doubt.LINKS, Doubt.FAST], False),
        ([Doubt.MARKUP, Doubt.UNSEALED], True),
        ([Doubt.REPEATED, Doubt.UNSEALED], True),
        ([Doubt.REPEATED, Doubt.LINKS], True),
        ([Doubt.LINKS, Doubt.STUFFED], True),
    ],
)
def test_which_doubts_are_enough(doubts: list[Doubt], suspected: bool) -> None:
    assert is_suspected(doubts) is suspected


def test_every_doubt_has_a_weight_and_two_that_prove_nothing_are_not_enough() -> None:
    assert WEIGHTS.keys() == set(Doubt)
    assert score_of(Doubt) == sum(WEIGHTS.values())
    mild = [Doubt.FAST, Doubt.UNSEALED, Doubt.LINKS]
    assert all(score_of(pair) < THRESHOLD for pair in combinations(mild, 2))


@pytest.mark.parametrize(
    ("times", "doubts"),
    [
        (0, []),
        (REPEATED_FROM - 1, []),
        (REPEATED_FROM, [Doubt.REPEATED]),
        (COPIED_FROM - 1, [Doubt.REPEATED]),
        (COPIED_FROM, [Doubt.COPIED]),
    ],
)
def test_repeats(times: int, doubts: list[Doubt]) -> None:
    assert repeat_doubts(times) == doubts


def test_short_texts_tell_nothing_and_punctuation_does_not_matter() -> None:
    assert telling_text("", "missing comma") == ""
    assert telling_text("", "Buy my pills today, they are very good!") == telling_text(
        "buy MY pills today -- they  are very", "good?!"
    )
    assert telling_text("", "Купуйте наші пігулки сьогодні, вони дуже добрі") != ""


@pytest.mark.parametrize(
    "text", ["http://" * 700, "<a " * 1600, "[url" * 1200, "www." * 1200, "x" * 9000, "http://[" * 600]
)
def test_no_text_takes_long_or_fails(text: str) -> None:
    text_doubts(text, url=URL)
    telling_text(text, text)


@pytest.mark.parametrize("link", ["https://example.com？", "https://example.com：8080", "www.a℀b.example"])
def test_what_looks_like_a_link_and_names_no_host_is_a_link(link: str) -> None:
    """Python refuses such hosts; the reports that hold them are judged like any other."""
    assert text_doubts(f"The archive says so: {link}", url=URL) == []
    assert text_doubts(f"{link} {link} {link}", url=URL) == [Doubt.LINKS, Doubt.STUFFED]
