"""Putting new wording into an article's markup: what stays, what changes, what is refused."""

import pytest

from corrigenda.passage import CannotPatch, patch, plain_text, wrap


def patched(html: str, old: str, new: str) -> str:
    start = plain_text(html).index(old)
    return patch(html, start, start + len(old), new)


@pytest.mark.parametrize(
    ("html", "old", "new", "result"),
    [
        # Emphasis and links around unchanged words stay, and so do attributes and the spelling of references.
        (
            '<p>On <em>31</em> drones &amp; <a href="x?a=1&b=2">five ships</a>.</p>',
            "31 drones & five ships",
            "39 drones & six ships",
            '<p>On <em>39</em> drones &amp; <a href="x?a=1&b=2">six ships</a>.</p>',
        ),
        # Where a whole link is reworded, the words stay in the link.
        (
            '<p>On <a href="/">Tuesday the 5th</a>.',
            "Tuesday the 5th",
            "Friday",
            '<p>On <a href="/">Friday</a>.',
        ),
        ("<p>a <b>big</b> dog</p>", "big dog", "small dog", "<p>a <b>small</b> dog</p>"),
        # What is inserted beside emphasis does not join it.
        (
            "<p>see <a>the report</a> now",
            "report now",
            "report today now",
            "<p>see <a>the report</a> today now",
        ),
        # White space, line ends and comments are left alone.
        (
            "<p>\r\n  one   two\r\n  <!-- x -->three</p>\r\n",
            "two",
            "2",
            "<p>\r\n  one   2\r\n  <!-- x -->three</p>\r\n",
        ),
        ("<p>one\ttwo  three</p>", "one two three", "one three", "<p>one\tthree</p>"),
        # A whole paragraph may go; its element stays, empty.
        ("<p>A</p><p>B</p><p>C</p>", "B", "", "<p>A</p><p></p><p>C</p>"),
        ("<p>A</p><p>B</p><p>C</p>", "B\n", "", "<p>A</p><p></p><p>C</p>"),
        ("<p>A one</p><p>B two</p>", "one\nB", "1\nC", "<p>A 1</p><p>C two</p>"),
        # A line break that the new wording drops is dropped.
        ("<p>one<br>two<br/>three</p>", "one\ntwo", "one two", "<p>one two<br/>three</p>"),
        # Gutenberg's block comments and shortcodes are nothing to a patch.
        (
            '<!-- wp:paragraph {"a":"31"} -->\n<p>Of 31 drones</p>\n<!-- /wp:paragraph -->\n[g ids="31"]',
            "31 drones",
            "39 drones",
            '<!-- wp:paragraph {"a":"31"} -->\n<p>Of 39 drones</p>\n<!-- /wp:paragraph -->\n[g ids="31"]',
        ),
        # WordPress's raw content has no paragraphs of its own.
        (
            "First line.\n\nSecond <em>line</em> of 5.",
            "of 5",
            "of 6",
            "First line.\n\nSecond <em>line</em> of 6.",
        ),
        # The parser moves words out of a table: they are found where they stand in the source.
        ("<table>lost 1<tr><td>cell</table>", "lost 1", "lost 2", "<table>lost 2<tr><td>cell</table>"),
        # References without a semicolon, and loose signs that a change would make one, or a tag, of.
        ("<p>&copy2024</p>", "2024", "2025", "<p>&copy2025</p>"),
        ("<p>x &copy y</p>", " y", "in; y", "<p>x &copyin; y</p>"),
        ("<p>a &am[x]p; q</p>", "[x]", "", "<p>a &amp;amp; q</p>"),
        ("<p>1 <[x] b</p>", "[x] ", "", "<p>1 &lt;b</p>"),
        # Numbers and words change whole.
        ("<p>1,000 of 10.8</p>", "1,000 of 10.8", "1,200 of 10.9", "<p>1,200 of 10.9</p>"),
        ("<p>під’їзд № 5</p>", "під’їзд", "будинок", "<p>будинок № 5</p>"),
        # New wording is text, never HTML; a line break of its own is a space.
        ("<p>a</p>", "a", '<i>"b"</i>\n& c', '<p>&lt;i&gt;"b"&lt;/i&gt; &amp; c</p>'),
    ],
)
def test_what_a_patch_changes(html: str, old: str, new: str, result: str) -> None:
    assert patched(html, old, new) == result


@pytest.mark.parametrize(
    ("html", "old", "new", "reason"),
    [
        ("<table><tr><td>xA<td>By</table>", "A\nB", "C", "table cell"),
        ("<ul><li>xA<li>By</ul>", "A\nB", "C", "list item"),
        ("<p>xA</p><p>By</p>", "A\nB", "C", "paragraph"),
        ("<p>a</p>", "a", "b\0", "character"),
        ("<p>a</p>", "a", "\ud800", "character"),
        ("<xmp>a & b</xmp>", "a", "<", "markup"),
        ("<svg><xmp>y z</button></p>&amp;q", "q", "r", "markup"),
    ],
)
def test_what_is_refused_and_why(html: str, old: str, new: str, reason: str) -> None:
    with pytest.raises(CannotPatch, match=reason) as refusal:
        patched(html, old, new)
    assert refusal.value.reason.endswith(".")


@pytest.mark.parametrize("span", [(-1, 1), (2, 1), (0, 99), (99, 99)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(CannotPatch, match="outside"):
        patch("<p>a</p>", *span, "b")


def test_an_article_without_words_takes_none() -> None:
    with pytest.raises(CannotPatch, match="no words"):
        patch("<p></p>", 0, 0, "a")


def test_wrapping_crosses_emphasis_links_and_paragraphs() -> None:
    html = '<p>On <em>31</em> drones &amp; <a href="x?a=1&b=2">five ships</a>.</p>\n<p>Next</p>'
    text = plain_text(html)
    start, end = text.index("31"), len(text)
    result = wrap(html, start, end, "<mark>", "</mark>")
    assert result == (
        "<p>On <em><mark>31</mark></em><mark> drones &amp; </mark>"
        '<a href="x?a=1&b=2"><mark>five ships</mark></a><mark>.</mark></p>\n<p><mark>Next</mark></p>'
    )


def test_wrapping_nothing_or_changing_the_text_is_refused() -> None:
    with pytest.raises(CannotPatch, match="empty"):
        wrap("<p>a</p>", 1, 1, "<mark>", "</mark>")
    with pytest.raises(CannotPatch, match="read differently"):
        wrap("<p>a</p>", 0, 1, "<mark>note: ", "</mark>")
