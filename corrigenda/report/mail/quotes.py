"""Finds in a letter the words that it quotes, what it says they should be, and the addresses it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from corrigenda.report.bounds import MOST, MOST_QUOTED
from corrigenda.report.mail import phrases

MARKS: Final = {
    "„": '“”"',
    "“": "”“",
    "”": "”",
    "«": "»",
    "»": "«",
    "‚": "‘’",
    "‹": "›",
    "「": "」",
    "『": "』",
    '"': '"',
}
"""What opens a quotation, in any language, and what may close it."""

MOST_QUOTES: Final = 40
MOST_URLS: Final = 40
# Marks that are tried: each may be looked after over as many characters as a quote may have.
_MOST_TRIED: Final = 400

# So far apart a cue still belongs to the quotations beside it.
_NEAR: Final = 80
_ARROW: Final = re.compile(r"\s*[:;,]?\s*(?:→|->|=>|⇒|➔|—>|–>)\s*")
_URL: Final = re.compile(r"https?://[^\s<>\"«»„“”\x00-\x20]{1,2000}", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"<\s*+(?:URL:\s*+)?(https?://[^<>\"]{1,2000}+)>", re.IGNORECASE)
_OPEN_MARK: Final = re.compile("[" + re.escape("".join(MARKS)) + "]")
_EMPTY_LINE: Final = re.compile(r"\n[ \t]*\n")
_MARKED_LINE: Final = re.compile(r"^[ \t>]*>[ \t]?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words, and where in the letter they stand with their marks."""

    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Wording:
    """What a letter says is wrong, and what it says is right."""

    wrong: str
    right: str


def quotes_in(text: str) -> list[Quote]:
    """Return what stands between quotation marks, in order; none of it reaches over an empty line."""
    found: list[Quote] = []
    at = tried = 0
    while len(found) < MOST_QUOTES and tried < _MOST_TRIED and (opened := _OPEN_MARK.search(text, at)):
        tried += 1
        start = opened.end()
        limit = text.find("\n\n", start, start + MOST_QUOTED)
        end = _closing(text, start, limit if limit >= 0 else start + MOST_QUOTED, MARKS[opened.group()])
        at = start if end is None else end + 1
        if end is not None and (words := _unwrapped(text[start:end])):
            found.append(Quote(words, opened.start(), end + 1))
    return found


def _unwrapped(text: str) -> str:
    """Join the lines that a mail program broke; an empty line stays as the end of a paragraph.

    What ends a quotation may belong to the sentence around it: without it the words are found all the same.
    """
    paragraphs = (" ".join(paragraph.split()) for paragraph in _EMPTY_LINE.split(text))
    return "\n".join(paragraph for paragraph in paragraphs if paragraph).strip(" .,;:…")


def _closing(text: str, start: int, limit: int, marks: str) -> int | None:
    places = [place for mark in marks if (place := text.find(mark, start, limit)) > start]
    return min(places, default=None)


def wording_in(text: str) -> Wording | None:
    """Return what a letter says should stand instead of what; None where it does not say so plainly."""
    pairs = [pair for pair in pairwise(quotes_in(text)) if pair[1].start - pair[0].end <= _NEAR]
    for first, second in pairs:
        between = _words(text[first.end : second.start])
        if between.startswith(phrases.INSTEAD) or between in phrases.NOT:
            return _wording(wrong=second.words, right=first.words)
    for first, second in pairs:
        between = _words(text[first.end : second.start])
        before = _words(text[max(first.start - _NEAR, 0) : first.start])
        if (
            _ARROW.fullmatch(text, first.end, second.start)
            or any(cue in between for cue in phrases.SHOULD)
            or before.endswith(phrases.INSTEAD)
        ):
            return _wording(wrong=first.words, right=second.words)
    return _unmarked_wording(text)


_CUES: Final = tuple("|".join(map(re.escape, cues)) for cues in (phrases.INSTEAD, phrases.SHOULD))
_BEGUN: Final = re.compile(rf"(?<!\w)(?:{_CUES[0]})\s", re.IGNORECASE)
_UNMARKED: Final = re.compile(
    rf"(?P<wrong>[^\n„“”«»\"]{{1,200}}?)(?:\sit)?[,:]?\s(?:{_CUES[1]})[,:]?\s"
    r"(?P<right>[^\n„“”«»\"]{1,200}?)(?=[.;!?]?(?:\s?$|\n)|[.;!?]\s)",
    re.IGNORECASE,
)
_WHITE: Final = re.compile(r"\s+")


def _unmarked_wording(text: str) -> Wording | None:
    """Find "instead of … should be …" without quotation marks, on one line.

    Each run of white space is made one character first, and only so many cues are tried: what is between two
    cues has at most 200 characters, so that the work grows with the number of cues alone.
    """
    spaced = _WHITE.sub(lambda run: "\n" if "\n" in run.group() else " ", text)
    for cue in islice(_BEGUN.finditer(spaced), _MOST_TRIED):
        found = _UNMARKED.match(spaced, cue.end())
        if found:
            return _wording(wrong=found["wrong"], right=found["right"])
    return None


def _wording(*, wrong: str, right: str) -> Wording | None:
    wrong, right = wrong.strip(), right.strip()
    if wrong == right or len(right) > MOST["suggestion"]:
        return None
    return Wording(wrong, right)


def _words(text: str) -> str:
    """The words between two quotations, in lower case, without the punctuation at their ends."""
    return " ".join(text.lower().split()).strip(" ,:;.–—-()")


def evidence(own: str, blocks: Sequence[str], *others: str) -> list[str]:
    """Return the quotations of a letter, the likeliest first: marked lines, quotation marks, other texts'.

    `blocks` are quoted lines, `others` further texts (a forwarded one, the subject) in which readers quote.
    """
    found = [_unwrapped(block) for block in blocks]
    # What stands between marks inside a quoted line is the article's own.
    unmarked = "\n".join(line for line in own.split("\n") if not _MARKED_LINE.match(line))
    for text in (unmarked, *others):
        found += [quote.words for quote in quotes_in(text)]
    return [words for words in dict.fromkeys(found) if words and len(words) <= MOST_QUOTED][:MOST_QUOTES]


def urls_in(text: str) -> list[str]:
    """Return the web addresses in a text, in order; one in angle brackets may be broken by a line end.

    What stands around an address in a sentence is not part of it (RFC 3986, appendix C).
    """
    whole = _BRACKETED.sub(lambda found: f" {''.join(found[1].split())} ", _MARKED_LINE.sub("", text))
    found: dict[str, None] = {}
    for match in _URL.finditer(whole):
        found[_without_punctuation(match.group())] = None
        if len(found) == MOST_URLS:
            break
    return list(found)


def urls_within(url: str) -> Iterator[str]:
    """Iterate the addresses that an address carries in its query: link scanners wrap them so."""
    try:
        query = urlsplit(url).query
        pairs = parse_qsl(query, max_num_fields=50)
    except ValueError:
        return
    for _name, value in pairs:
        if value.startswith(("http://", "https://")):
            yield value


def _without_punctuation(url: str) -> str:
    end, unopened = len(url), url.count(")") - url.count("(")
    while end:
        last = url[end - 1]
        if last not in ".,;:!?'’*_…]}>" and not (last == ")" and unopened > 0):
            break
        unopened -= last == ")"
        end -= 1
    return url[:end]
