"""A figure is one unit with its sign, separators, unit and currency, wherever it is followed or found."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corrigenda.fix.wording import Base, look_for, plan_change
from corrigenda.passage import CannotPatch, Selector, carry, find, patch, plain_text
from corrigenda.passage.confidence import ASK_BELOW
from corrigenda.passage.edges import cut, cut_off
from corrigenda.passage.places import locate_quote
from corrigenda.passage.words import tokens

SENTENCE = "The council said that {} people of the town were there on Monday."

OTHER_FIGURES = [
    *("31.5", "31,000", "31 000", "31\u00a0000", "31\u202f000", "31\u2009000", "131", "1.31", "1'31", "31½"),
    *("$31", "€31", "£31", "US$31", "USD 31", "31 USD", "31 kr", "-31", "−31", "+31", "±31"),
    *("31%", "31 %", "31‰", "31 percent", "31°", "31 °C", "31 km", "31m", "31bn", "31 million", "31 млн"),
    *("31-33", "31–33", "3-31", "31:40", "31/12", "31.12.2024", "2024-12-31", "31st", "31-year-old"),
    *("٣١", "३१", "31万", "31억"),
]


@pytest.mark.parametrize("figure", OTHER_FIGURES)
def test_a_figure_that_became_another_is_not_the_same(figure: str) -> None:
    old, new = SENTENCE.format("31"), SENTENCE.format(figure)
    start = old.index("31")
    (match,) = carry(old, new, [(start, start + 2)])
    assert match.kind in {"edited", "replaced"}
    assert match.span is not None
    assert match.confidence < ASK_BELOW
    assert new[slice(*match.span)] == figure


@pytest.mark.parametrize("figure", OTHER_FIGURES)
def test_nothing_is_written_into_another_figure(figure: str) -> None:
    old, html = SENTENCE.format("31"), f"<p>{SENTENCE.format(figure)}</p>"
    start = old.index("31")
    plan = plan_change(html, Base(old, start, start + 2), "33")
    assert plan.status == "conflict"
    assert plan.found == figure


@pytest.mark.parametrize("figure", OTHER_FIGURES)
def test_another_figure_is_not_the_wording_that_was_decided(figure: str) -> None:
    old, live = SENTENCE.format("29"), SENTENCE.format(figure)
    start = old.index("29")
    assert look_for(Base(old, start, start + 2), "31", live).status == "other"


@pytest.mark.parametrize("figure", OTHER_FIGURES)
def test_a_figure_is_not_found_in_another(figure: str) -> None:
    text = SENTENCE.format(figure)
    assert not locate_quote([text], Selector("31"), position=None).is_sure
    assert find(text, Selector("31")).confidence < ASK_BELOW


@pytest.mark.parametrize(
    ("old", "new", "wording"),
    [
        ("31", "31,000", "33,000"),
        ("1,000", "1,000,000", "2,000"),
        ("$3m", "$3bn", "$4m"),
        ("2", "2.0", "3"),
        ("31.5", "31.55", "32.5"),
        ("5–7", "5–70", "5–8"),
        ("21:40", "21:40:30", "21:50"),
        ("10.8 million", "10.8 billion", "10.9 million"),
    ],
)
def test_a_change_meanwhile_comes_back_with_what_it_says_now(old: str, new: str, wording: str) -> None:
    text = SENTENCE.format(old)
    start = text.index(old)
    plan = plan_change(f"<p>{SENTENCE.format(new)}</p>", Base(text, start, start + len(old)), wording)
    assert (plan.status, plan.found) == ("conflict", new)


def test_the_same_digits_of_another_currency_are_another_figure() -> None:
    base = Base("It cost $31 here.", 9, 11)
    assert plan_change("<p>It cost €31 here.</p>", base, "33").status == "conflict"
    assert plan_change("<p>It cost $31 here.</p>", base, "33").html == "<p>It cost $33 here.</p>"


@pytest.mark.parametrize(
    "figure",
    [
        *("1,234.5", "1.234,5", "1 234,5", "1\u00a0234,5", "1\u202f234,5", "1\u2009234.5", "1'234.50"),
        *("1,00,000", "10.8 trillion", "$3m", "$3.5 billion", "68 %", "68%", "5–7", "5-7", "21:40", "3-1"),
        *("24/7", "−4.5", "€1,000"),
        *("12.03.2024", "2024-03-12", "03/12/2024", "١٬٢٣٤٫٥", "३१.५", "31 Mio", "31 Mio. EUR"),
        *("5 млн", "10 800 грн", "31 km/h", "3½", "10 °C", "US$31", "USD 31", "3億5000万円", "31%–33%"),
    ],
)
def test_a_figure_is_one_unit(figure: str) -> None:
    text = f"It was {figure}, they say."
    assert figure in tokens(text)
    for at in range(text.index(figure) + 1, text.index(figure) + len(figure)):
        assert cut(text, at) == (text.index(figure), text.index(figure) + len(figure))


@pytest.mark.parametrize("text", ["31 in May", "31 people", "31, 32", "31. Then", "31명을", "31 crowns"])
def test_what_only_follows_a_figure_is_no_part_of_it(text: str) -> None:
    assert tokens(text)[0] == "31"


def test_a_year_and_the_figure_after_it_are_two() -> None:
    assert tokens("in 2024 300 came")[2:5] == ["2024", " ", "300"]


FIGURES = st.sampled_from(
    ["31", "3", "1,000", "$5", "7 %", "-2", "10.5", "2 million", "21:40", "5–7", "half", "of", "the"]
)
GLUE = st.sampled_from([" ", ", ", ". ", " (", "\n", "; ", " and ", " – "])


@st.composite
def sentences(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.tuples(FIGURES, GLUE), min_size=2, max_size=12))
    return "".join(word + glue for word, glue in parts).strip()


@given(sentences(), sentences(), sentences(), st.data())
def test_the_edges_of_a_sure_match_are_the_words_that_were_there(
    before: str, passage: str, after: str, data: st.DataObject
) -> None:
    """Whatever is changed outside of the passage, up to its very edge."""
    glue = [data.draw(st.sampled_from(["", " ", ".", ",", "5", "$", " %", "-"])) for _ in range(4)]
    old = before + glue[0] + passage + glue[1] + after
    new = data.draw(sentences()) + glue[2] + passage + glue[3] + data.draw(sentences())
    span = len(before + glue[0]), len(before + glue[0] + passage)
    (match,) = carry(old, new, [span])
    if match.span is not None and match.confidence >= ASK_BELOW and new[slice(*match.span)] == passage:
        assert cut_off(old, *span) == cut_off(new, *match.span)


@given(sentences(), st.data())
def test_no_patch_joins_two_figures(text: str, data: st.DataObject) -> None:
    text = plain_text(text)
    borders = [0]
    for token in tokens(text):
        borders.append(borders[-1] + len(token))
    start, end = sorted(data.draw(st.tuples(st.sampled_from(borders), st.sampled_from(borders))))
    wording = data.draw(sentences())
    assume("\n" not in text[start:end] + wording)
    try:
        result = plain_text(patch(text.replace("\n", "<br>"), start, end, wording))
    except CannotPatch:
        return
    for at in (start, len(result) - (len(text) - end)):
        first, last = cut(result, at)
        is_joined = re.search(r"\d", result[first:at]) and re.search(r"\d", result[at:last])
        assert not is_joined, result[first:last]


@pytest.mark.parametrize(
    ("text", "words", "wording"), [("31, 32", ", ", ""), ("31 32", " ", ""), ("31 cats", "cats", "330")]
)
def test_a_wording_that_would_join_figures_is_refused(text: str, words: str, wording: str) -> None:
    start = text.index(words)
    with pytest.raises(CannotPatch, match="one figure of two"):
        patch(f"<p>{text}</p>", start, start + len(words), wording)


def test_a_wording_that_begins_with_half_of_a_letter_is_refused() -> None:
    with pytest.raises(CannotPatch, match="the letter next to it"):
        patch("<p>cafe noir</p>", 4, 9, "\u0301 noir")


def test_what_a_figure_keeps_stays_in_its_markup() -> None:
    assert (
        patch("<p>It cost <em>31</em> million.</p>", 8, 18, "39 million")
        == "<p>It cost <em>39</em> million.</p>"
    )
