"""Maps each character of an article's plain text to the place in the HTML source it comes from.

A tree knows the order of the words and a tokeniser their places, and neither knows both. So the source is
tokenised, each run of text is swapped for a code that names it, and the coded source is parsed: whatever the
parser then moves, merges or drops (tables, unclosed tags, misnested emphasis), each code says where its words
stood.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

import turbohtml
from turbohtml import Element, TokenType

from corrigenda.passage.reading import parse_tree, plain_text, walk

Span = tuple[int, int]

_RAW: Final = frozenset(("script", "style", "noscript", "iframe", "textarea"))
_WORDS: Final = (TokenType.TEXT, TokenType.CHARACTER_REFERENCE)
_FIRST_CODE: Final = 0x10000
_MOST_CODES: Final = 0x110000 - _FIRST_CODE
# White space stays white space, for the parser treats it as such (between table rows, say): twenty tabs and
# spaces spell a number.
_SPACE_WIDTH: Final = 20
_TO_SPACES: Final = str.maketrans("01", "\t ")
_FROM_SPACES: Final = str.maketrans("\t ", "01")
_CODED = re.compile(r"[\t ]{20}|[\t\n\f ]+|[^\t\n\f ]")
_EDGES = re.compile(r"([\t\n\f \0]*)(.*?)([\t\n\f \0]*)", re.DOTALL)
_UNEVEN = re.compile(r"(?! [^\t\n\f \0])[\t\n\f \0]+")


class Kind(Enum):
    """How a piece of plain text relates to its source."""

    TEXT = "text"  # character for character
    REFERENCE = "reference"  # one character reference, which cannot be cut
    SPACE = "space"  # one space that stands for the white space in `spaces`
    BREAK = "break"  # one line feed, caused by the elements in `breaks`


class Piece(NamedTuple):
    """A run of plain text [start, end) and its source [at, until); offsets count code points.

    `run` numbers the run of source text it stands in (a text node, as a rule), `depth` is how many elements
    enclose it. `spaces` are the places of white space that a space or a line feed stands for, with the depth
    of each.
    """

    start: int
    end: int
    at: int
    until: int
    kind: Kind
    run: int
    depth: int
    spaces: tuple[tuple[int, int, int], ...] = ()
    breaks: tuple[Element, ...] = ()


class _Token(NamedTuple):
    """A run of text in the source: [at, until), the decoded words where it is a character reference."""

    at: int
    until: int
    decoded: str | None
    run: int


def _tokens(source: str) -> Iterator[tuple[int, int, turbohtml.Token]]:
    """The tokens of a source without carriage returns: where each begins, where the next one begins."""
    lines = [0]
    lines.extend(match.end() for match in re.finditer("\n", source))
    last: turbohtml.Token | None = None
    last_at = 0
    for token in turbohtml.tokenize(source, resolve_references=False, capture_source=True):
        at = lines[token.line - 1] + token.col
        if last is not None:
            yield last_at, at, last
        last, last_at = token, at
    if last is not None:
        yield last_at, len(source), last


def markup(source: str) -> list[tuple[int, str]]:
    """Tags, comments and the like of a source without carriage returns, with their places."""
    return [
        (at, token.source) for at, _, token in _tokens(source) if token.type not in _WORDS and token.source
    ]


def _text_tokens(source: str) -> Iterator[tuple[int, int, turbohtml.Token]]:
    raw = False
    for at, until, token in _tokens(source):
        if token.type is TokenType.START_TAG:
            raw = token.tag in _RAW
        elif token.type is TokenType.END_TAG:
            raw = False
        elif not raw and token.type in _WORDS:
            yield at, until, token


def _runs(source: str) -> Iterator[_Token]:
    """The text tokens, cut where the tokeniser dropped something (`</>`, a tag that the end cut off)."""
    run, last = 0, -1
    for at, until, token in _text_tokens(source):
        if at != last:
            run += 1
        if token.type is TokenType.CHARACTER_REFERENCE:
            written, says = token.source or "", token.data or ""
            # Without a semicolon the tokeniser takes the letters behind the reference along: "&copy2024".
            tail = 0 if written.endswith(";") else _tail(written, says)
            last = at + len(written)
            yield _Token(at, last - tail, says[: len(says) - tail], run)
            if tail:
                yield _Token(last - tail, last, None, run)
            continue
        data = token.data or ""
        if len(data) == until - at:
            yield _Token(at, until, None, run)
            last = until
            continue
        place = at
        for part in source[at:until].split("</>"):
            words = part[: len(data)]
            if words:
                yield _Token(place, place + len(words), None, run)
            data = data[len(words) :]
            place += len(part) + len("</>")
            run += 1
        last = -1


def _tail(written: str, says: str) -> int:
    """How many characters at the end of a reference stand for themselves; at least one does not."""
    tail = 0
    while tail < len(says) - 1 and written[-1 - tail] == says[-1 - tail]:
        tail += 1
    return tail


class _Coded:
    """The source with every run of text swapped for codes, and the tables that read the codes back."""

    def __init__(self, source: str) -> None:
        self.words: list[_Token] = []
        self.spaces: list[Span] = []
        # Where tags stand in the coded source and in the true one, to place a `<br>`.
        self.tags: list[int] = [0]
        self.true_tags: list[int] = [0]
        out: list[str] = []
        done = length = 0
        for token in _runs(source):
            if token.at > done:
                out.append(source[done : token.at])
                self.tags.append(length)
                self.true_tags.append(done)
                length += token.at - done
            coded = self._code(source, token)
            out.append(coded)
            length += len(coded)
            done = token.until
        self.tags.append(length)
        self.true_tags.append(done)
        out.append(source[done:])
        self.html = "".join(out)

    def _code(self, source: str, token: _Token) -> str:
        if token.decoded is not None:
            if token.decoded.strip("\t\n\f\r "):
                return self._word(token)
            return self._space(token.at, token.until)
        match = _EDGES.fullmatch(source, token.at, token.until)
        if match is None:
            raise AssertionError
        parts = []
        for group in (1, 2, 3):
            at, until = match.span(group)
            if at == until:
                continue
            if group == 2:
                parts.append(self._word(_Token(at, until, None, token.run)))
            elif source[at:until].strip("\0"):
                parts.append(self._space(at, until))
        return "".join(parts)

    def _word(self, token: _Token) -> str:
        self.words.append(token)
        return chr(_FIRST_CODE + len(self.words) - 1) if len(self.words) <= _MOST_CODES else "\ufffd"

    def _space(self, at: int, until: int) -> str:
        self.spaces.append((at, until))
        return format(len(self.spaces) - 1, f"0{_SPACE_WIDTH}b").translate(_TO_SPACES)

    @property
    def fits(self) -> bool:
        """Whether there were codes enough for the source's runs of text."""
        return len(self.words) <= _MOST_CODES and len(self.spaces) <= 1 << _SPACE_WIDTH

    def true_offset(self, offset: int) -> int:
        """Where a tag of the coded source stands in the true one."""
        index = bisect_right(self.tags, offset) - 1
        return self.true_tags[index] + offset - self.tags[index]


class LineEnds:
    """An HTML source with its line ends made one character each, as parsers count them, and the way back."""

    def __init__(self, html: str) -> None:
        self.source = html.replace("\r\n", "\n").replace("\r", "\n")
        self._returns = [match.start() - index for index, match in enumerate(re.finditer("\r\n", html))]

    def in_html(self, offset: int) -> int:
        """The offset in the HTML as given for one in `source`."""
        return offset + bisect_left(self._returns, offset)


class SourceMap(LineEnds):
    """The plain text of an HTML source as pieces that know where they come from.

    `text` equals `plain_text(html)` unless the markup defeats the map; then `sound` is False and nothing
    should be changed by it. Offsets in `pieces` are offsets in `source`, the HTML with its line ends made one
    character; `in_html` turns them into offsets in the HTML as given.
    """

    def __init__(self, html: str) -> None:
        super().__init__(html)
        self.html = html
        self._coded = _Coded(self.source)
        self.pieces: list[Piece] = []
        self._out: list[str] = []
        self._length = 0
        self._spaces: list[tuple[int, int, int]] = []
        self._breaks: list[Element] = []
        for event in walk(parse_tree(self._coded.html)):
            if isinstance(event, Element):
                self._breaks.append(event)
            else:
                self._read(*event)
        self.text = "".join(self._out)
        self.sound = self._coded.fits and self.text == plain_text(html)
        self._starts = [piece.start for piece in self.pieces]

    def _read(self, data: str, depth: int) -> None:
        for match in _CODED.finditer(data):
            code = match.group()
            number = ord(code) - _FIRST_CODE if len(code) == 1 else -1
            if code.isspace():
                if len(code) == _SPACE_WIDTH:
                    self._spaces.append((*self._coded.spaces[int(code.translate(_FROM_SPACES), 2)], depth))
            elif 0 <= number < len(self._coded.words):
                self._gap(depth)
                self._words(self._coded.words[number], depth)

    def _add(self, text: str, at: int, until: int, kind: Kind, run: int, depth: int) -> None:
        end = self._length + len(text)
        self.pieces.append(Piece(self._length, end, at, until, kind, run, depth))
        self._out.append(text)
        self._length = end

    def _gap(self, depth: int) -> None:
        """Turns white space and breaks since the last word into one character, none at the text's start."""
        if self.pieces and (self._breaks or self._spaces):
            kind, text = (Kind.BREAK, "\n") if self._breaks else (Kind.SPACE, " ")
            at = self.pieces[-1].until
            start, self._length = self._length, self._length + 1
            gap = tuple(self._spaces), tuple(self._breaks)
            self.pieces.append(Piece(start, start + 1, at, at, kind, -1, depth, *gap))
            self._out.append(text)
        self._spaces, self._breaks = [], []

    def _words(self, token: _Token, depth: int) -> None:
        if token.decoded is not None:
            self._add(token.decoded, token.at, token.until, Kind.REFERENCE, token.run, depth)
            return
        at = token.at
        for match in _UNEVEN.finditer(self.source, token.at, token.until):
            if match.start() > at:
                self._add(self.source[at : match.start()], at, match.start(), Kind.TEXT, token.run, depth)
            at = match.end()
            if match.group().strip("\0"):
                self._spaces.append((*match.span(), depth))
                self._gap(depth)
        self._add(self.source[at : token.until], at, token.until, Kind.TEXT, token.run, depth)

    def between(self, start: int, end: int) -> list[Piece]:
        """The pieces that hold plain text [start, end), cut to it where they can be cut."""
        found = []
        for piece in self.pieces[max(bisect_right(self._starts, start) - 1, 0) :]:
            if piece.start >= end:
                break
            if piece.end <= start:
                continue
            if piece.kind is Kind.TEXT:
                left, right = max(start - piece.start, 0), max(piece.end - end, 0)
                piece = piece._replace(  # noqa: PLW2901
                    start=piece.start + left,
                    end=piece.end - right,
                    at=piece.at + left,
                    until=piece.until - right,
                )
            found.append(piece)
        return found

    def true_tag(self, element: Element) -> Span | None:
        """Where the start tag of an element that broke a line stands in `source`; None where it has none."""
        location = element.source_location
        if location is None:
            return None
        tag = location.start_tag
        at = self._coded.true_offset(tag.start_offset)
        return at, at + tag.end_offset - tag.start_offset
