"""The article's root in a whole page, and the text inside it."""

import pytest

from corrigenda.passage import article_root, plain_text


@pytest.mark.parametrize(
    ("page", "inside"),
    [
        ("<body><article>a<p>b</article>c</body>", "a<p>b"),
        ("<main>m</main><article>a</article>", "a"),
        ('<article>a</article><div itemprop="articleBody">b</div>', "b"),
        ("<article>one</article><article>two</article>", "one"),
        ("<template><article>t</article></template><main>m</main>", "m"),
        ("<noscript><article>n</article></noscript><main>m</main>", "m"),
        ("<!-- <article>c</article> --><main>m</main>", "m"),
        # Without an end tag: to the next element outside, or to the parent's end.
        ("<body><article>a<p>b</body></html>", "a<p>b"),
        ("<main><p>x<article>a<b>b</b></main><p>z", "a<b>b</b>"),
        # No root: the body; and what follows </body> belongs to it.
        ("<!doctype html><title>t</title><body class=x>a <b>b</b></body></html>", "a <b>b</b>"),
        ("<html><body>a</body></html> tail", "a</body></html> tail"),
        # CRLF counts as two characters, as it stands.
        ("<body>\r\n<article>\r\na\r\n</article>\r\n</body>", "\r\na\r\n"),
        ("<body>😀<article>😀</article>", "😀"),
    ],
)
def test_the_inside_of_the_root(page: str, inside: str) -> None:
    start, end = article_root(page)
    assert page[start:end] == inside


def test_a_page_without_a_body_tag_is_read_whole() -> None:
    page = "<!doctype html><title>not read</title><p>words"
    assert article_root(page) == (0, len(page))
    assert plain_text(page) == "words"


def test_selectors_are_tried_in_order() -> None:
    page = "<main>m</main><div class='story body'>s</div>"
    assert page[slice(*article_root(page, [".nothing", ".story.body", "main"]))] == "s"


def test_a_selector_that_is_no_css_is_refused() -> None:
    with pytest.raises(ValueError, match="selector"):
        article_root("<p>", ["p["])
