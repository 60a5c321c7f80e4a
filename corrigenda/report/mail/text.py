"""Turns the text parts of a mail into plain text whose quoted lines begin with ">"."""

import re
from typing import Final

import turbohtml
from turbohtml import Token, TokenType

from corrigenda.report.mail.charsets import decoded

MOST_TEXT: Final = 200_000
"""Code points that are read of one part; a longer text is a file, not a letter."""

MOST_LINKS: Final = 200

LONGEST_LINK: Final = 2000
"""Code points; no address that the desk takes is longer."""

_FLOWED_QUOTE: Final = re.compile(r"^(>+) ?")
# What a mail does not show, and signatures as the programs that write them mark them.
_UNSEEN: Final = frozenset(
    {"script", "style", "template", "head", "title", "noscript", "svg", "math", "object"}
)
_SIGNATURES: Final = frozenset({"gmail_signature", "moz-signature"})
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_LINES: Final = frozenset(
    {
        "address",
        "article",
        "aside",
        "body",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "footer",
        "form",
    }
    | {"header", "html", "li", "main", "nav", "section", "tbody", "tfoot", "thead", "tr"}
)
_PARAGRAPHS: Final = frozenset(
    {"blockquote", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"}
)
_BLOCKS: Final = _LINES | _PARAGRAPHS
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_NO_DISPLAY: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DEEPEST: Final = 20
"""Levels of quotation that are told apart."""


def plain_part(data: bytes, *, charset: str, flowed: bool = False, delsp: bool = False) -> str:
    """Return a text/plain part as text, its flowed lines joined."""
    text = _line_ends(decoded(data, charset))[:MOST_TEXT]
    return unflowed(text, delsp=delsp) if flowed else text


def unflowed(text: str, *, delsp: bool) -> str:
    """Return the text of a part with format=flowed, each paragraph on one line (RFC 3676, 4)."""
    done: list[list[str]] = []  # the pieces of each paragraph: adding to a text would copy it each time
    depth_before: int | None = None
    for raw in text.split("\n"):
        quote = _FLOWED_QUOTE.match(raw)
        depth = len(quote[1]) if quote else 0
        line = raw[depth:].removeprefix(" ")
        is_flowed = line.endswith(" ") and line != "-- "
        if is_flowed and delsp:
            line = line[:-1]
        if depth_before == depth and line != "-- ":
            done[-1].append(line)
        else:
            done.append([f"{'>' * depth} {line}" if depth else line])
        depth_before = depth if is_flowed else None
    return "\n".join("".join(pieces) for pieces in done)


def html_part(data: bytes, *, charset: str, most: int = MOST_TEXT * 5) -> tuple[str, list[str]]:
    """Return a text/html part as plain text, and the addresses that its links lead to.

    `most` is how many code points of its source are read.

    Its quotations come as lines that begin with ">", so that what follows need not know which kind of part a
    text came from. One pass over the tokens: a hostile tree costs no more than its bytes.
    """
    reading = _Reading()
    for token in turbohtml.tokenize(_html_of(data, charset)[:most]):
        reading.take(token)
    return reading.text(), reading.links


class _Reading:
    """What has been read of a page so far."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self._lines: list[str] = []
        # The line that is being written, as its mark and its pieces: a text that grows is copied each time.
        self._mark_of_line = ""
        self._pieces: list[str] = []
        self._is_blank = True
        self._depth = 0
        self._pre = 0
        self._skipped = ""
        self._open = 0

    def take(self, token: Token) -> None:
        """Read one token."""
        if self._skipped:
            self._skip(token)
        elif token.type == TokenType.TEXT:
            self._add(token.data or "")
        elif token.type == TokenType.START_TAG:
            self._start(token.tag or "", dict(token.attrs or []))
        elif token.type == TokenType.END_TAG:
            self._end(token.tag or "")

    def text(self) -> str:
        """Return the text with at most one empty line between its lines, marked as both of these are."""
        kept: list[str] = []
        is_parted = False
        for line in (*self._lines, self._line()):
            if not line.strip("> "):
                is_parted = bool(kept)
                continue
            if is_parted:
                kept.append(">" * min(_depth(kept[-1]), _depth(line)))
                is_parted = False
            kept.append(line.rstrip())
        return "\n".join(kept).strip()[:MOST_TEXT]

    def _skip(self, token: Token) -> None:
        if token.tag == self._skipped:
            self._open += {TokenType.START_TAG: 1, TokenType.END_TAG: -1}.get(token.type, 0)
            if not self._open:
                self._skipped = ""

    def _start(self, tag: str, attributes: dict[str, str | None]) -> None:
        unseen = "hidden" in attributes or _NO_DISPLAY.search(attributes.get("style") or "")
        signature = _SIGNATURES.intersection((attributes.get("class") or "").split())
        if tag in _UNSEEN or (tag not in _VOID and (unseen or signature)):
            self._skipped, self._open = tag, 1
        elif tag == "a" and len(self.links) < MOST_LINKS:
            self.links.append((attributes.get("href") or "")[:LONGEST_LINK].strip())
        elif tag == "br":
            self._new_line()
        elif tag in {"td", "th"} and not self._is_blank:
            self._pieces.append("  ")
        self._part(tag)
        self._depth += tag == "blockquote"
        self._pre += tag == "pre"
        self._mark()

    def _end(self, tag: str) -> None:
        self._depth -= tag == "blockquote" and self._depth > 0
        self._pre -= tag == "pre" and self._pre > 0
        self._part(tag)

    def _add(self, data: str) -> None:
        for number, line in enumerate(data.split("\n") if self._pre else [data]):
            if number:
                self._new_line()
            words = line if self._pre else _SPACE.sub(" ", line)
            self._pieces.append(words.lstrip(" ") if self._is_blank and not self._pre else words)
            self._is_blank = self._is_blank and not words.strip("> ")

    def _part(self, tag: str) -> None:
        """Begin a new line at the border of a block, after an empty one where paragraphs meet."""
        if tag in _BLOCKS and not self._is_blank:
            self._new_line()
        if tag in _PARAGRAPHS and self._lines:
            self._new_line()
        self._mark()

    def _new_line(self) -> None:
        self._lines.append(self._line())
        self._pieces = []
        self._is_blank = True
        self._mark()

    def _line(self) -> str:
        return self._mark_of_line + "".join(self._pieces)

    def _mark(self) -> None:
        if self._is_blank:
            depth = min(self._depth, _DEEPEST)
            self._mark_of_line = f"{'>' * depth} " if depth else ""
            self._pieces = []


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(">"))


def _html_of(data: bytes, charset: str) -> str:
    """Decode a page: the header of the part counts before the page's own declaration (HTML, 13.2.3.2)."""
    if not charset:
        sniffed = turbohtml.parse(data[:4096])
        charset = (sniffed.encoding or "") if sniffed.encoding_confidence == "certain" else ""
    return decoded(data, charset)


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
