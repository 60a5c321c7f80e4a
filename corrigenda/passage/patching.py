"""Puts new wording into an article's HTML source and touches nothing but the words that change."""

import html as html_library
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from corrigenda.passage.bounded import OverfullError
from corrigenda.passage.diff import Change, smallest_changes
from corrigenda.passage.edges import cut, cuts_sign
from corrigenda.passage.reading import collapse, plain_text
from corrigenda.passage.source import Kind, Piece, SourceMap, markup

_CELLS: Final = frozenset(("td", "th", "caption"))
_ITEMS: Final = frozenset(("li", "dt", "dd"))
_SPACES = re.compile(r"[\t\n\f\r ]+")
_UNHOLDABLE = re.compile("[\0\ud800-\udfff]")


class CannotPatch(ValueError):  # noqa: N818 - the public name says what happened
    """The article's source cannot take the change; `reason` tells an editor why. Nothing was changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Edit(NamedTuple):
    """Source [at, until) becomes `text`, which is HTML."""

    at: int
    until: int
    text: str


def escape(text: str) -> str:
    """Text as HTML that shows it: only what could be read as markup is written as a reference."""
    return html_library.escape(text, quote=False)


def patch(html: str, start: int, end: int, replacement: str) -> str:
    """The HTML with the words [start, end) of its plain text replaced.

    Offsets are code points in `plain_text(html)`; the replacement is plain text and never read as HTML. Only
    the words that differ are written anew, so emphasis and links around the others stay, and so does every
    byte of markup: tags, comments, attributes, spellings of references, white space. A line break (`<br>`)
    goes only if the new wording drops it. Elements that lose all their words stay, empty.

    The plain text of the result is the old one with the span replaced, after the white-space rule: doubled
    spaces and emptied lines collapse. A line break of the replacement that the article does not have there
    becomes a space. The result is read again before it is returned; if it does not say that, CannotPatch is
    raised, with a reason that an editor understands.
    """
    source = _readable(html, start, end, replacement)
    old = source.text[start:end]
    # Line breaks are matched with the article's own; any other white space is one space.
    wording = _SPACES.sub(lambda spaces: "\n" if "\n" in spaces.group() else " ", replacement)
    _check_edges(source.text, start, end, wording.replace("\n", " "))
    changes = [
        Change(change.start + start, change.end + start, change.text.replace("\n", " "))
        for change in _by_line(old, wording)
    ]
    expected = collapse(_apply_to_text(source.text, changes))
    edits: list[_Edit] = []
    for change in changes:
        edits.extend(_edits(source, change))
    removed = {edit.at for edit in edits if source.source[edit.at : edit.until][:3].lower() == "<br"}
    for spell_out in (False, True):
        result = _apply(source, _spelt_out(source, edits) if spell_out else edits)
        if plain_text(result) == expected and _same_markup(source, result, removed):
            return result
    raise CannotPatch(_why(source, changes))


def wrap(html: str, start: int, end: int, before: str, after: str) -> str:
    """The HTML with markup, say `<mark>` and `</mark>`, put around the words [start, end) of its plain text.

    Each run of text gets a wrapper of its own, so that the markup stays well formed where the passage crosses
    emphasis, links or paragraphs. `before` and `after` are trusted HTML. Nothing else changes and the plain
    text stays as it is; where that cannot be had, CannotPatch is raised.
    """
    source = _readable(html, start, end, "")
    if start == end:
        raise CannotPatch("The passage is empty: there are no words to mark.")
    edits = []
    for at, until in _stretches(source.between(start, end)):
        if source.source[at:until].strip():
            edits += [_Edit(at, at, before), _Edit(until, until, after)]
    result = _apply(source, edits)
    if plain_text(result) != source.text:
        raise CannotPatch("The passage cannot be marked: the article's text would read differently.")
    return result


def _readable(html: str, start: int, end: int, replacement: str) -> SourceMap:
    if _UNHOLDABLE.search(replacement):
        raise CannotPatch("The new wording holds a character that a web page cannot show.")
    try:
        source = SourceMap(html)
    except OverfullError as error:
        raise CannotPatch(str(error)) from error
    if not source.sound:
        raise CannotPatch("The article's markup is too broken to change safely. Please change it in the CMS.")
    if not 0 <= start <= end <= len(source.text):
        raise CannotPatch("The passage lies outside the article's text.")
    return source


def _check_edges(text: str, start: int, end: int, wording: str) -> None:
    """Refuse a wording that would join a figure or a letter at its ends with the one next to it."""
    result = text[:start] + wording + text[end:]
    for before, after in ((start, start), (end, start + len(wording))):
        if cut(text, before) == (before, before):
            first, last = cut(result, after)
            if any(map(str.isdigit, result[first:after])) and any(map(str.isdigit, result[after:last])):
                raise CannotPatch(
                    f"The new wording would make one figure of two: “{result[first:last]}”. "
                    "Put a word or a mark between them."
                )
        if cuts_sign(result, after) and not cuts_sign(text, before):
            raise CannotPatch(
                "The new wording would change the letter next to it: it begins or ends with half of one."
            )


def _by_line(old: str, wording: str) -> Iterable[Change]:
    """Smallest changes; where both have as many lines, line is compared with line."""
    lines, new_lines = old.split("\n"), wording.split("\n")
    if len(lines) != len(new_lines):
        yield from smallest_changes(old, wording)
        return
    at = 0
    for line, new_line in zip(lines, new_lines, strict=True):
        for change in smallest_changes(line, new_line):
            yield Change(change.start + at, change.end + at, change.text)
        at += len(line) + 1


def _apply_to_text(text: str, changes: Sequence[Change]) -> str:
    parts, done = [], 0
    for change in changes:
        parts += [text[done : change.start], change.text]
        done = change.end
    return "".join([*parts, text[done:]])


def _apply(source: SourceMap, edits: Iterable[_Edit]) -> str:
    parts, done = [], 0
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        at = source.in_html(edit.at)
        parts += [source.html[done:at], edit.text]
        done = max(source.in_html(edit.until), at)
    return "".join([*parts, source.html[done:]])


def _edits(source: SourceMap, change: Change) -> list[_Edit]:
    """What to do to the source for one change of the text."""
    pieces = source.between(change.start, max(change.end, change.start + 1))
    in_reference = pieces and pieces[0].kind is Kind.REFERENCE and pieces[0].start < change.start
    if change.start == change.end and not in_reference:
        at = _insertion_point(source, change.start)
        return [_Edit(at, at, escape(change.text))]
    words = [piece for piece in pieces if piece.kind in {Kind.TEXT, Kind.REFERENCE}]
    # The new words go where most of the old ones stood, so that a link around them keeps its words.
    home = max(
        words, key=lambda piece: len(source.text[piece.start : piece.end].replace(" ", "")), default=None
    )
    edits = []
    for piece in pieces:
        if piece.kind is Kind.BREAK:
            edits += [_Edit(*tag, "") for tag in _line_breaks(source, piece)]
        elif piece.kind is Kind.SPACE:
            new = escape(change.text) if home is None and piece is pieces[0] else ""
            edits += [_Edit(at, until, "" if i else new) for i, (at, until, _) in enumerate(piece.spaces)]
        else:
            new = escape(change.text) if piece is home else ""
            # A reference that stands for several characters may be changed in part.
            head = escape(source.text[piece.start : change.start]) if piece.start < change.start else ""
            foot = escape(source.text[change.end : piece.end]) if piece.end > change.end else ""
            edits.append(_Edit(piece.at, piece.until, head + new + foot))
    if home is None and pieces[0].kind is Kind.BREAK:
        at = _insertion_point(source, change.start)
        edits.append(_Edit(at, at, escape(change.text)))
    return edits


def _line_breaks(source: SourceMap, piece: Piece) -> list[tuple[int, int]]:
    """The `<br>` tags of a line break that nothing else causes; none where a block's border is part of it."""
    tags = [source.true_tag(element) for element in piece.breaks]
    if any(element.tag != "br" for element in piece.breaks):
        return []
    return [tag for tag in tags if tag is not None]


def _insertion_point(source: SourceMap, offset: int) -> int:
    """Where words go in before the character at offset: outside of emphasis and links if it can choose."""
    found = [
        piece for piece in source.between(max(offset - 1, 0), offset + 1) if piece.kind is not Kind.BREAK
    ]
    places: list[tuple[int, int]] = []
    for piece in found:
        first = (piece.at, piece.depth) if piece.kind is not Kind.SPACE else piece.spaces[0][::2]
        last = (piece.until, piece.depth) if piece.kind is not Kind.SPACE else piece.spaces[-1][1:]
        if piece.start < offset < piece.end and piece.kind is Kind.TEXT:
            return piece.at + offset - piece.start
        places.append(first if piece.start >= offset else last)
    if not places:
        raise CannotPatch("There are no words here to put the new wording beside.")
    return min(places, key=lambda place: place[1])[0]


def _stretches(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """The runs of source text that pieces cover, white space between them included."""
    spans = [(piece.at, piece.until) for piece in pieces if piece.kind in {Kind.TEXT, Kind.REFERENCE}]
    spans += [space[:2] for piece in pieces if piece.kind is Kind.SPACE for space in piece.spaces]
    joined: list[tuple[int, int]] = []
    for at, until in sorted(spans):
        if joined and joined[-1][1] == at:
            joined[-1] = joined[-1][0], until
        else:
            joined.append((at, until))
    return joined


def _spelt_out(source: SourceMap, edits: Sequence[_Edit]) -> list[_Edit]:
    """The edits, with every loose `&` and `<` of the runs they touch written as a reference.

    Browsers forgive "R&D" and "a < b", but a change beside them may make them part of a reference or a tag.
    """
    pieces = sorted((p for p in source.pieces if p.kind in {Kind.TEXT, Kind.REFERENCE}), key=lambda p: p.at)
    touched = {p.run for p in pieces for edit in edits if p.at <= edit.until and edit.at <= p.until}
    covered = defaultdict(bool, {at: True for edit in edits for at in range(edit.at, edit.until)})
    more = []
    for piece in pieces:
        if piece.run not in touched:
            continue
        if piece.kind is Kind.REFERENCE:
            if source.source[piece.until - 1] != ";" and not covered[piece.at]:
                more.append(_Edit(piece.at, piece.until, escape(source.text[piece.start : piece.end])))
            continue
        more += [
            _Edit(at, at + 1, escape(source.source[at]))
            for at in range(piece.at, piece.until)
            if source.source[at] in "&<" and not covered[at]
        ]
    return [*edits, *more]


def _same_markup(source: SourceMap, result: str, removed: set[int]) -> bool:
    new = result.replace("\r\n", "\n").replace("\r", "\n")
    return [tag for at, tag in markup(source.source) if at not in removed] == [tag for _, tag in markup(new)]


def _why(source: SourceMap, changes: Sequence[Change]) -> str:
    """Why the changes cannot be made, for an editor."""
    crossed = {
        element.tag
        for change in changes
        for piece in source.between(change.start, change.end)
        for element in piece.breaks
    }
    if crossed & _CELLS:
        return "The passage runs from one table cell into another. Please change each cell on its own."
    if crossed & _ITEMS:
        return "The passage runs from one list item into another. Please change each item on its own."
    if crossed:
        return (
            "The passage runs from one paragraph into another, and the new wording would join them. "
            "Please change each paragraph on its own."
        )
    return "The article's markup cannot hold the new wording at this place. Please change it in the CMS."
