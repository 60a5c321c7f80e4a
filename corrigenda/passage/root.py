"""Finds the element of a page that holds its article: docs/reference/plain-text.md, second paragraph."""

from collections.abc import Sequence

from turbohtml import Element

from corrigenda.passage import bounded
from corrigenda.passage.source import LineEnds

DEFAULT_SELECTORS = ("[itemprop=articleBody]", "article", "main")


def article_root(html: str, selectors: Sequence[str] = DEFAULT_SELECTORS) -> tuple[int, int]:
    """Offsets (code points) of the inside of the article's root element in a whole document.

    The root is the first element, in document order, that matches the first of the selectors that matches
    anything; the body where none does, and the whole source where the body has no tag of its own.
    `plain_text(html[start:end])` is the article's text and `patch` works on `html[start:end]`. A selector
    that is not CSS raises ValueError.
    """
    lines = LineEnds(html)
    document = bounded.parse(
        lines.source, source_locations=True, scripting=True, allow_declarative_shadow_roots=False
    )
    for selector in selectors:
        for element in document.select(selector):
            if element.closest("template") is None:
                start, end = _inside(element, lines.source)
                return lines.in_html(start), lines.in_html(end)
    body = document.select_one("body")
    start, end = _inside(body, lines.source) if body else (0, len(lines.source))
    return lines.in_html(start), lines.in_html(end)


def _inside(element: Element, source: str) -> tuple[int, int]:
    location = element.source_location
    if location is None:
        return 0, len(source)
    start = location.start_tag.end_offset
    if location.end_tag is not None:
        end = location.end_tag.start_offset
        # What follows </body> is put back into the body by the parser, so a browser reads it too.
        if element.tag == "body" and _has_text_after(source, location.end_tag.end_offset):
            end = len(source)
        return start, end
    return start, min(_ends_after(element, start), default=len(source))


def _has_text_after(source: str, offset: int) -> bool:
    tail = bounded.parse_fragment(source[offset:], scripting=True)
    return any(True for node in tail)


def _ends_after(element: Element, start: int) -> list[int]:
    """Where an element without an end tag ends: at the next element outside it, or where a parent ends."""
    ends = []
    for node in element.following:
        location = node.source_location
        if location is not None and location.start_tag.start_offset >= start:
            ends.append(location.start_tag.start_offset)
            break
    for parent in element.ancestors:
        location = parent.source_location
        if location is not None and location.end_tag is not None and location.end_tag.start_offset >= start:
            ends.append(location.end_tag.start_offset)
            break
    return ends
