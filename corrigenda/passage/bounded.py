"""Parses HTML after a look at its tags: a small page can make a parser build millions of elements.

A formatting element that is left open is opened again in every later block (HTML Standard, "reconstruct
the active formatting elements"). 500 of them and 35,000 blocks, 424 kB of source, are 17 million nodes and
take 4.9 GB.

A second html or body tag gives its attributes to the first one ("in body"). Each such tag makes turbohtml lay
out all of them again and compare each with each: 14,000 tags, 200 kB of source, take 2.4 GB.
"""

import re
from collections import Counter
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import turbohtml
from turbohtml import TokenType

MOST_NODES: Final = 1_000_000
"""A page that could become more nodes is not parsed; a node costs about 280 bytes."""

MOST_REPEATED: Final = 100
MOST_GIVEN: Final = 2_000
"""Tags `<html …>` or `<body …>` with attributes on one page, and their attributes together."""

_LONGEST_REPEATED: Final = 200_000
"""Code points of one of them that are looked at."""

_FORMATTING: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905
_FORMATTING_START: Final = re.compile(rf"<(?:{'|'.join(sorted(_FORMATTING))})[\s/>]", re.IGNORECASE)
_REPEATED_START: Final = {name: re.compile(rf"<{name}[\s/]", re.IGNORECASE) for name in ("html", "body")}
# Inside these the parser may not see an outer element's end tag, or reads the source in another way.
_BARRIERS: Final = frozenset(
    """
    annotation-xml applet button caption desc foreignobject frameset iframe marquee math mi mn mo ms mtext
    noembed noframes noscript object plaintext script select style svg table td template textarea th title xmp
    """.split()  # noqa: SIM905
)
_BLOCKS: Final = frozenset(
    """
    address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer
    h1 h2 h3 h4 h5 h6 header hgroup li listing main menu nav ol pre search section summary ul
    """.split()  # noqa: SIM905
)
_HARMLESS_CDATA: Final = re.compile(r"<!\[CDATA\[[^<]*?\]\]>", re.IGNORECASE)
_READ_TWO_WAYS: Final = frozenset({"svg", "math", "noscript", "select"})
# The adoption agency gives up after eight blocks, and the element stays open. One may be a form, one a p.
_DEEPEST_END: Final = 6
_SAME_AT_ONCE: Final = 3
_LOOK_BACK: Final = 128


class OverfullError(Exception):
    """A page would become far more elements than its source has; the message is a sentence for the desk."""

    def __init__(self) -> None:
        super().__init__("The page leaves so many tags open that it is too large to be read.")


def parse(html: str, **options: Any) -> turbohtml.Document:
    """Parse a whole document, with turbohtml's options; raises OverfullError before a tree is built."""
    check_nodes(html)
    return turbohtml.parse(html, **options)


def parse_fragment(html: str, **options: Any) -> turbohtml.Element:
    """Parse the inside of an element, with turbohtml's options; raises OverfullError likewise."""
    check_nodes(html)
    return turbohtml.parse_fragment(html, **options)


@lru_cache(maxsize=2)
def check_nodes(html: str) -> None:
    """Raise OverfullError where a parser could make more than MOST_NODES nodes of it; one linear pass.

    The last texts that were let through are remembered: a page is parsed eight times for one reading.

    An end tag counts only where the parser surely follows it, so the number is at most a few times too small.
    Well-formed pages are counted nearly exactly.
    """
    _check_repeated(html)
    starts = len(_FORMATTING_START.findall(html))
    if (starts + 1) * (2 * html.count("<") + 1) <= MOST_NODES:
        return
    scan = _Scan((starts + 1) * (2 * html.count("<") + 1))
    # A tag that the end cuts off is no token; closed, it shows what it holds.
    for token in turbohtml.tokenize(f"{html}'>\">", capture_source=True):
        if token.type is TokenType.END_TAG:
            scan.end(token.tag or "")
        elif token.type is TokenType.START_TAG:
            scan.start(token.tag or "", token.source or "")
        else:
            scan.words(token.source or token.data or "")
        if scan.nodes > MOST_NODES:
            raise OverfullError


def _check_repeated(html: str) -> None:
    """Raise OverfullError where html or body tags after the first could give it too many attributes.

    Whatever looks like such a tag counts, inside of a comment or a script too: what the parser reads as one
    begins like one.
    """
    for start in _REPEATED_START.values():
        places = [found.start() for found in islice(start.finditer(html), MOST_REPEATED + 1)]
        if len(places) < 2:
            continue
        if len(places) > MOST_REPEATED:
            raise OverfullError
        given = 0
        for place in places:
            tag = next(iter(turbohtml.tokenize(html[place : place + _LONGEST_REPEATED])), None)
            if tag is None or tag.type is not TokenType.START_TAG:
                raise OverfullError
            given += len(tag.attrs or ())
        if given > MOST_GIVEN:
            raise OverfullError


class _List:
    """The formatting elements that were opened since the last barrier."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, int]] = []
        """Name, start tag, and how many blocks and barriers were open then."""
        self.alike: Counter[str] = Counter()
        self.forgotten: Counter[str] = Counter()
        """The parser keeps three alike and forgets the oldest, which may still take an end tag."""


class _Scan:
    """Which formatting elements are open at a place of the source, at the most."""

    def __init__(self, most: int) -> None:
        self.nodes = 0
        """What the parser has made of the source so far, at the most."""
        self._live = 0
        """Formatting elements that the parser would open again."""
        self._doubtful = 0
        """Open elements whose inside is text to one reading and markup to another."""
        self._most = most  # what any reading of the source can come to
        self._open: list[str] = []  # blocks and barriers
        self._lists = [_List()]  # one for each barrier that is open, and one for outside of them

    def start(self, name: str, source: str) -> None:
        self.nodes += 1 + self._live
        if self._doubtful:
            self._hidden(source[1:])
        if name in _FORMATTING:
            self._open_formatting(name, source)
        elif name in _BARRIERS:
            self._open.append(name)
            self._lists.append(_List())
            self._doubtful += name in _READ_TWO_WAYS
        elif name in _BLOCKS:
            self._open.append(name)

    def words(self, text: str) -> None:
        self.nodes += 1 + self._live
        if self._doubtful:
            self._hidden(text)

    def end(self, name: str) -> None:
        self.nodes += 1
        if name in _FORMATTING:
            self._close_formatting(name)
        elif name in _BARRIERS:
            if self._open and self._open[-1] == name:
                self._open.pop()
                self._lists.pop()
                self._doubtful -= name in _READ_TWO_WAYS
        elif name in _BLOCKS:
            self._close_block(name)

    def _hidden(self, text: str) -> None:
        """Count what may be tags to the parser; each start tag stays open."""
        self._live += len(_FORMATTING_START.findall(text))
        if "<![cdata[" in _HARMLESS_CDATA.sub("", text).lower():
            # Inside SVG it hides what follows from the parser, but not from this pass.
            self.nodes += self._most
        self.nodes += 2 * text.count("<") * (1 + self._live)

    def _open_formatting(self, name: str, source: str) -> None:
        if name == "a":  # a link ends the one before
            self._close_formatting("a")
        here, key = self._lists[-1], source.lower()
        if here.alike[key] == _SAME_AT_ONCE:
            here.forgotten[name] += 1
            return
        here.alike[key] += 1
        here.entries.append((name, key, len(self._open)))
        self._live += 1

    def _close_formatting(self, name: str) -> None:
        here = self._lists[-1]
        if here.forgotten[name]:
            here.forgotten[name] -= 1
            return
        # Nearly always it is the last one. The look back is bounded, so that the pass stays linear.
        for index in range(len(here.entries) - 1, max(-1, len(here.entries) - _LOOK_BACK), -1):
            found, key, blocks = here.entries[index]
            if found == name:
                if len(self._open) - blocks <= _DEEPEST_END:
                    del here.entries[index]
                    here.alike[key] -= 1
                    self._live -= 1
                return

    def _close_block(self, name: str) -> None:
        for index in range(len(self._open) - 1, max(-1, len(self._open) - _LOOK_BACK), -1):
            if self._open[index] in _BARRIERS:
                return
            if self._open[index] == name:
                del self._open[index:]
                return
