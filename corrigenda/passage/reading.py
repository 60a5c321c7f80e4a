"""Reads HTML as a browser does and gives its words in order, by the rule of docs/reference/plain-text.md."""

import re
from collections.abc import Iterator
from typing import Final

import turbohtml
from turbohtml import DocumentFragment, Element, Text

from corrigenda.passage import bounded

# docs/reference/plain-text.md, rule 1.
NOT_READ: Final = frozenset(
    """
    head script style template noscript iframe object embed video audio canvas svg math select datalist
    textarea button
    """.split()  # noqa: SIM905 - as the reference lists them
)
# docs/reference/plain-text.md, rule 2.
BLOCKS: Final = frozenset(
    """
    address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre
    search section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - as the reference lists them
)
NOTE_ATTRIBUTE: Final = "data-corrigenda"
NOTE_VALUE: Final = "note"

_DOCUMENT = re.compile(
    r"(?:\s|<!--.*?-->)*+<(?:!doctype|(?:html|head|body|title)(?=[\s/>]))", re.IGNORECASE | re.DOTALL
)
_SPACES = re.compile(r"[\t\n\f\r ]+")
# A tree never holds U+0000 in text that is read, so it can stand for a line break until the lines are cut.
_BREAK: Final = "\0"

# What a walk meets: a run of text with the depth it lies at, or a line break with the element that causes it.
Event = tuple[str, int] | Element


def parse_tree(html: str) -> Element | turbohtml.Document:
    """The tree a browser with scripting on would build, of a whole document or of the inside of a body.

    A source that opens with a doctype, `html`, `head`, `body` or `title` is a document. Any other is read as
    the inside of an element, where a stray `<frameset>` or a table cell does no harm.
    """
    if _DOCUMENT.match(html):
        return bounded.parse(
            html, source_locations=True, scripting=True, allow_declarative_shadow_roots=False
        )
    return bounded.parse_fragment(html, source_locations=True, scripting=True)


def walk(root: Element | turbohtml.Document) -> Iterator[Event]:
    """Texts and line breaks below root in document order; iterative, so that nesting of any depth is safe."""
    stack: list[tuple[Iterator[turbohtml.Node], Element | None]] = [(iter(root), None)]
    while stack:
        children, block = stack[-1]
        for node in children:
            if isinstance(node, Text):
                yield node.data, len(stack)
                continue
            if isinstance(node, DocumentFragment):
                # What a template holds.
                stack.append((iter(node), None))
                break
            if not isinstance(node, Element) or (node.tag in NOT_READ and not _is_shadow(node)):
                continue
            if node.attr(NOTE_ATTRIBUTE) == NOTE_VALUE:
                continue
            is_block = node.tag in BLOCKS
            if is_block or node.tag == "br":
                yield node
            stack.append((iter(node), node if is_block else None))
            break
        else:
            stack.pop()
            if block is not None:
                yield block


def _is_shadow(element: Element) -> bool:
    """Whether a browser makes an open shadow tree of the element, whose words stand on the page."""
    return element.tag == "template" and (element.attr("shadowrootmode") or "").lower() == "open"


def collapse(text: str, line_end: str = "\n") -> str:
    """Text after the white-space rule: single spaces, no empty lines, no space at either end of a line."""
    lines = (_SPACES.sub(" ", line).strip(" ") for line in text.split(line_end))
    return "\n".join(line for line in lines if line)


def plain_text(html: str) -> str:
    """The words of an article, given the inside of its root (see `article_root`) or a whole document.

    One line a block, white space collapsed, character references decoded; the rule stands in
    docs/reference/plain-text.md. Never raises on malformed markup: it is repaired as the HTML standard says.
    """
    parts = (_BREAK if isinstance(event, Element) else event[0] for event in walk(parse_tree(html)))
    return collapse("".join(parts), _BREAK)
