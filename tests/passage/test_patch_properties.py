"""Patching holds its promises on generated and on real pages (the longer run: CORRIGENDA_EXAMPLES=10000)."""

import os
import random
import re
import sysconfig
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corrigenda.passage import CannotPatch, collapse, patch, plain_text, wrap
from corrigenda.passage.diff import smallest_changes
from corrigenda.passage.source import SourceMap, markup

EXAMPLES = int(os.environ.get("CORRIGENDA_EXAMPLES", "300"))
LIMITS = settings(
    max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

WORDS = st.sampled_from(
    [
        "drones",
        "31",
        "10.8",
        "1,000",
        "об’єднання",
        "Kyiv",
        "café",
        "e\u0301",
        "👩‍🚀",
        "قال",
        "R&amp;D",
        "&nbsp;",
        "&hellip;",
        "&#8217;",
        "&lt;b&gt;",
        "ﬁnal",
        "soft&shy;hyphen",
        "a",
        "U.S.",
        "don't",
    ]
)
SPACES = st.sampled_from([" ", " ", " ", "\n", "  ", "\t ", "\r\n", ""])
INLINE = st.sampled_from(
    [
        ("<em>", "</em>"),
        ("<strong class='x y'>", "</strong>"),
        ('<a href="/p?a=1&b=2&amp;c" title="a > b">', "</a>"),
        ("<span data-x>", "</span>"),
        ("<!-- c -->", ""),
        ('<sup data-corrigenda="note">no</sup>', ""),
        ("<code>", "</code>"),
        ("<script>if (a < b) x()</script>", ""),
    ]
)
BLOCK = st.sampled_from(
    [
        ("<p>", "</p>\n"),
        ("<p>", ""),
        ("<h2 id=h>", "</h2>"),
        ("<ul>\n <li>", "</li>\n</ul>"),
        ("<blockquote><p>", "</p></blockquote>"),
        ('<!-- wp:paragraph {"dropCap":true} -->\n<p class="x">', "</p>\n<!-- /wp:paragraph -->\n\n"),
        ("<table><tr><td>", "</td></tr></table>"),
        ("<div>\r\n", "</div>"),
        ("<pre>", "</pre>"),
        ("<figure><figcaption>", "</figcaption></figure>"),
        ("", "<br>"),
        ("", "<br />\n"),
    ]
)
LOOSE = st.sampled_from(["AT&T ", "a < b ", "&copy2024 ", "x&y; ", "1 <2 "])


@st.composite
def runs(draw: st.DrawFn, depth: int = 2) -> str:
    """A stretch of words, references and inline elements."""
    parts = []
    for _ in range(draw(st.integers(1, 5))):
        if depth and draw(st.integers(0, 2)) == 0:
            before, after = draw(INLINE)
            parts.append(before + (draw(runs(depth - 1)) if after else "") + after)
        else:
            parts.append(draw(WORDS))
        parts.append(draw(SPACES))
    return "".join(parts)


@st.composite
def articles(draw: st.DrawFn, loose: bool = False) -> str:
    """The inside of an article's root."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        before, after = draw(BLOCK)
        parts.append(before + (draw(LOOSE) if loose and draw(st.booleans()) else "") + draw(runs()) + after)
    return "".join(parts)


REPLACEMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "39",
                "drones",
                "10.9",
                "<b>",
                "&amp;",
                "a<b",
                '"x"',
                "об’єднання",
                " ",
                "",
                "&",
                "x;",
                "</p>",
                "amp;",
            ]
        ),
        st.text(max_size=6).filter(lambda text: not re.search("[\0\ud800-\udfff]", text)),
    ),
    max_size=4,
).map(" ".join)


def span_of(data: st.DataObject, text: str, within_line: bool) -> tuple[int, int]:
    start = data.draw(st.integers(0, len(text)))
    last = len(text)
    if within_line:
        feed = text.find("\n", start)
        last = len(text) if feed < 0 else feed
    return start, data.draw(st.integers(start, last))


def expected_text(text: str, start: int, end: int, replacement: str) -> str:
    wording = re.sub(r"[\t\n\f\r ]+", " ", replacement)
    return collapse(text[:start] + wording + text[end:])


def check(html: str, start: int, end: int, replacement: str, result: str) -> None:
    source = SourceMap(html)
    text = plain_text(html)
    assert plain_text(result) == expected_text(text, start, end, replacement)
    assert tags(result) == tags(html)
    wording = re.sub(r"[\t\n\f\r ]+", " ", replacement)
    changes = smallest_changes(text[start:end], wording)
    if not changes or re.search("&(?![#\\w]+;)|<(?![a-zA-Z/!])", html):
        return
    first, last = start + changes[0].start, start + changes[-1].end
    pieces = source.between(max(first - 1, 0), min(last + 1, len(text)))
    if pieces:
        head = source.in_html(min(piece.at for piece in pieces))
        foot = source.in_html(
            max([piece.until for piece in pieces] + [s[1] for p in pieces for s in p.spaces])
        )
        assert result.startswith(html[:head])
        assert result.endswith(html[foot:])


def check_unless_joined(html: str, start: int, end: int, replacement: str) -> None:
    """A wording is refused for nothing but for what it would make of the figure or the letter next to it."""
    try:
        result = patch(html, start, end, replacement)
    except CannotPatch as refused:
        assert "one figure of two" in refused.reason or "the letter next to it" in refused.reason  # noqa: PT017
    else:
        check(html, start, end, replacement, result)


def tags(html: str) -> list[str]:
    return [tag for _, tag in markup(html.replace("\r\n", "\n").replace("\r", "\n"))]


@LIMITS
@given(articles(), st.data(), REPLACEMENTS)
def test_words_of_one_line_can_always_be_replaced(html: str, data: st.DataObject, replacement: str) -> None:
    text = plain_text(html)
    start, end = span_of(data, text, within_line=True)
    if text:
        check_unless_joined(html, start, end, replacement)


@LIMITS
@given(articles(loose=True), st.data(), REPLACEMENTS)
def test_loose_ampersands_and_angles_never_become_markup(
    html: str, data: st.DataObject, replacement: str
) -> None:
    text = plain_text(html)
    start, end = span_of(data, text, within_line=True)
    if text:
        check_unless_joined(html, start, end, replacement)


@LIMITS
@given(articles(), st.data())
def test_whole_lines_can_be_deleted(html: str, data: st.DataObject) -> None:
    text = plain_text(html)
    lines = text.split("\n")
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, len(lines) - 1))
    start = len("\n".join([*lines[:first], ""]))
    end = start + len("\n".join(lines[first : last + 1]))
    result = patch(html, start, end, "") if text else html
    assert plain_text(result) == "\n".join(lines[:first] + lines[last + 1 :])


@LIMITS
@given(articles(), st.data(), REPLACEMENTS)
def test_across_lines_it_is_done_right_or_refused(html: str, data: st.DataObject, replacement: str) -> None:
    text = plain_text(html)
    start, end = span_of(data, text, within_line=False)
    result, reason = None, ""
    try:
        result = patch(html, start, end, replacement)
    except CannotPatch as refusal:
        reason = refusal.reason
    if result is None:
        assert reason.endswith(".")
        is_joined = "one figure of two" in reason or "the letter next to it" in reason
        assert "\n" in text[start:end] or not text or is_joined
    else:
        wording = re.sub(r"[\t\n\f\r ]+", lambda s: "\n" if "\n" in s.group() else " ", replacement)
        if "\n" not in wording:
            assert plain_text(result) == expected_text(text, start, end, replacement)


@LIMITS
@given(articles(), st.data())
def test_wrapping_changes_no_word(html: str, data: st.DataObject) -> None:
    text = plain_text(html)
    start, end = span_of(data, text, within_line=False)
    if start == end:
        return
    before = '<mark data-corrigenda="passage">'
    result = wrap(html, start, end, before, "</mark>")
    assert plain_text(result) == text
    assert result.replace(before, "").replace("</mark>", "") == html
    if text[start:end].strip("\n\u00a0 "):
        assert before in result


def real_pages() -> list[Path]:
    """HTML files that happen to be installed on this machine; none of them belongs to the project."""
    places = [Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("stdlib")), Path("/usr/share/doc")]
    found = (page for place in places if place.is_dir() for page in sorted(place.rglob("*.html")))
    return list(
        islice((page for page in found if page.is_file() and 2_000 < page.stat().st_size < 120_000), 40)
    )


PAGES = real_pages()


@pytest.mark.skipif(
    not PAGES, reason="needs some installed HTML files, such as Python's own (idlelib/help.html)"
)
def test_real_pages_can_be_patched() -> None:
    chance = random.Random(7)  # noqa: S311 - a fixed choice, nothing secret
    patched = 0
    each = max(EXAMPLES // max(len(PAGES), 1), 3)
    for page in PAGES:
        html = page.read_text(encoding="utf-8", errors="replace").replace("\ufffd", "?")
        text = plain_text(html)
        words = list(re.finditer(r"\w+(?: \w+){0,3}", text))
        for match in chance.sample(words, min(each, len(words))):
            result = patch(html, *match.span(), "thirty-nine & more")
            assert plain_text(result) == expected_text(text, *match.span(), "thirty-nine & more"), page.name
            assert tags(result) == tags(html), page.name
            patched += 1
    assert patched >= min(len(PAGES), 3)
