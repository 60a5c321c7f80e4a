"""How notices, and the words that they speak of, stand in the HTML of an article page."""

import re
from collections.abc import Sequence
from html import escape
from typing import Final

from turbohtml import Comment, Element

from corrigenda.connectors.cms import PublicNotice
from corrigenda.passage import CannotPatch, Selector, bounded, find_copy, plain_text, wrap

SURE: Final = 0.8
"""Below this confidence words are not marked: a mark at a wrong place misleads, a missing one does not."""

_END: Final = "<!--corrigenda: the mark ends here-->"
_LINK_END: Final = re.compile(r"</a\s*>", re.IGNORECASE)


def words_id(notice: PublicNotice) -> str:
    """Return the id that the corrected words bear on the page."""
    return f"{notice.anchor}-words"


def render_notices(notices: Sequence[PublicNotice], *, marked: frozenset[str]) -> str:
    """Return the block of an article's notices as HTML; `marked` holds the anchors whose words are marked.

    Its text is that of the notices, escaped. The block does not belong to the article's text
    (data-corrigenda="note").
    """
    if not notices:
        return ""
    heading = " · ".join(dict.fromkeys(escape(notice.label) for notice in notices))
    entries = "\n".join(_entry(notice, is_marked=notice.anchor in marked) for notice in notices)
    return (
        f'<aside class="corrections" data-corrigenda="note" aria-labelledby="corrections-heading">\n'
        f'<h2 id="corrections-heading">{heading}</h2>\n{entries}\n</aside>'
    )


def _entry(notice: PublicNotice, *, is_marked: bool) -> str:
    label = escape(notice.label)
    if is_marked:
        label = f'<a href="#{escape(words_id(notice))}">{label}</a>'
    date = f'<time datetime="{escape(notice.date)}">{escape(notice.date_text)}</time>'
    return (
        f'<p id="{escape(notice.anchor)}"><strong>{label}</strong> '
        f'<a href="{escape(notice.url)}">{date}</a>: {escape(notice.text)}</p>'
    )


def mark_words(html: str, notice: PublicNotice) -> str | None:
    """Return the article's HTML with the words of a notice marked, and a reference to the notice behind them.

    None where the notice names no words, where they are not found for sure, and where the markup cannot take
    a mark. The text of the article stays the same.
    """
    text = plain_text(html)
    span = None if notice.passage is None else find_words(text, notice.passage)
    if span is None or _END in html:
        return None
    before = f'<mark class="corrected" data-corrigenda="mark" data-notice="{escape(notice.anchor)}">'
    try:
        marked = wrap(html, *span, before, f"</mark>{_END}")
    except CannotPatch:
        return None
    # A passage that crosses markup is marked in pieces: the first bears the id, the last the reference.
    marked = marked.replace(before, f'{before[:-1]} id="{escape(words_id(notice))}">', 1)
    head, _, tail = marked.rpartition(_END)
    marked = _referring(head.replace(_END, ""), tail, notice)
    return marked if plain_text(marked) == text else None


def find_words(text: str, quoted: Selector) -> tuple[int, int] | None:
    """Return where the very words of a notice stand in the text of its article, None unless that is sure."""
    if not (quoted.prefix or quoted.suffix) and text.count(quoted.exact) > 1:
        return None  # nothing tells the copies apart
    match = find_copy(text, quoted)
    return match.span if match is not None and match.confidence >= SURE else None


def _referring(head: str, tail: str, notice: PublicNotice) -> str:
    """Put the reference between head and tail, or behind the link that this is in: links do not nest."""
    about = escape(f"{notice.label}, {notice.date_text}")
    reference = (
        f'<a class="correction-ref" data-corrigenda="note" href="#{escape(notice.anchor)}" '
        f'aria-label="{about}">*</a>'
    )
    if not _is_in_link(head + _END + tail):
        return head + reference + tail
    end = _LINK_END.search(tail)
    if end is None:
        return head + tail
    return head + tail[: end.end()] + reference + tail[end.end() :]


def _is_in_link(html: str) -> bool:
    """Whether the comment _END stands inside a link."""
    for node in bounded.parse_fragment(html, scripting=True).descendants:
        if isinstance(node, Comment) and f"<!--{node.data}-->" == _END:
            return any(isinstance(parent, Element) and parent.tag == "a" for parent in node.ancestors)
    return False
