"""Parts what a mail's writer says from quoted history, forwarded texts and signatures.

The libraries for this were tried: the one that is kept knows no Ukrainian, takes a list for a signature and
drops what follows it, and needs seconds for a few thousand empty lines. Words that are cut are lost to the
editor, a signature that is kept costs a glance: where a mark is not certain, the text stays.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corrigenda.report.mail import phrases

LONGEST_ATTRIBUTION: Final = 300
# Where the name of a header and its colon are, if it is one.
_MOST_OF_HEADER: Final = 200
_QUOTED: Final = re.compile(r"^\s{0,3}>")
_MARKS: Final = re.compile(r"^[\s>]*>[ \t]?")
_RULES: Final = "-_—–=*"
_LONGEST_IN_RULE: Final = 82
_BARE_RULE: Final = re.compile(r"^\s*[-_]{8,}\s*$")
_HEADER: Final = re.compile(r"^[\s>*]*(?P<label>[^\s:*][^:*\n]{0,25}?)\s*[:：]\*?(?:\s|$)(?P<rest>.*)$")
_DATE: Final = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d|\d{1,2}[./]\d{1,2}[./]\d\d")
_DATED: Final = re.compile(rf"@|{_DATE.pattern}")
_SIGNATURE: Final = re.compile(r"^--\s?$")


@dataclass(frozen=True, slots=True)
class Stripped:
    """The parts of a letter's text."""

    own: str
    """What its writer says, the quotations that they put there included."""
    quotes: tuple[str, ...]
    """Those of the quotations that came as lines with ">", their marks dropped: not history, but evidence."""
    forwarded: str
    """A text that was forwarded inline."""


def strip_letter(text: str, *, subject: str = "", is_reply: bool = False) -> Stripped:
    """Part a letter's text; `is_reply` says that its headers name a message that it answers.

    Where nothing would be left of a letter it is all its writer's own.
    """
    subject = subject.strip().lower()
    is_forward = subject.startswith(phrases.FORWARD_SUBJECTS)
    is_reply = is_reply or subject.startswith(phrases.REPLY_SUBJECTS)
    lines = text.split("\n")
    is_reply = is_reply and not is_forward
    lines, forwarded = _without_history(lines, is_forward=is_forward, is_reply=is_reply)
    kept, quotes = _without_answered(lines, is_reply=is_reply)
    own = "\n".join(_without_signature(kept)).strip()
    if not own and not forwarded:
        return Stripped(text.strip(), (), "")
    return Stripped(own, tuple(quotes), forwarded.strip())


def _without_history(lines: list[str], *, is_forward: bool, is_reply: bool) -> tuple[list[str], str]:
    """Cut at the first block that begins history or a forwarded text, which reach to the end."""
    for number, line in enumerate(lines):
        if not line.strip() or _QUOTED.match(line):
            continue
        begins = _begins_block(lines, number)
        if not begins and not _begins_unmarked(lines, number, is_reply=is_reply):
            continue
        above = "\n".join(lines[:number]).strip()
        if is_forward or (begins and (_names_forward(line) or not above)):
            return lines[:number], "\n".join(lines[number:])
        return lines[:number], ""
    return lines, ""


def _begins_block(lines: Sequence[str], number: int) -> bool:
    """Whether a separator or a block of headers begins here, as programs put it above a copied message."""
    line = lines[number]
    if len(line) > LONGEST_ATTRIBUTION:
        return False
    if _names_forward(line) and (_is_rule(line) or line.rstrip().endswith((":", "："))):
        return True
    if _is_rule(line) or _BARE_RULE.match(line):
        return _headers_at(lines, number + 1)
    return _headers_at(lines, number, blank_before=number == 0 or not lines[number - 1].strip())


def _is_rule(line: str) -> bool:
    """Whether a line begins and ends with two or more characters of a rule, with some words between."""
    text = line.strip()
    inner = text.lstrip(_RULES)
    if not inner:
        return len(text) > 4
    words = inner.rstrip(_RULES)
    is_ruled = len(text) - len(inner) > 1 and len(inner) - len(words) > 1
    return is_ruled and len(words.strip()) <= _LONGEST_IN_RULE


def _headers_at(lines: Sequence[str], number: int, *, blank_before: bool = True) -> bool:
    """Whether three lines that look like headers stand here, the first of them naming a sender."""
    if not blank_before:
        return False
    block = [line for line in lines[number : number + 8] if line and not line.isspace()][:3]
    found = [_HEADER.match(line[:_MOST_OF_HEADER]) for line in block]
    if len(found) < 3 or not all(found):
        return False
    first = found[0]
    return first is not None and first["label"].lower() in phrases.FROM


def _begins_unmarked(lines: Sequence[str], number: int, *, is_reply: bool) -> bool:
    """Whether a line says that somebody wrote what follows, and that is not marked as quoted."""
    line = lines[number].strip()
    if not _is_attribution(line, is_reply=is_reply) or not _DATED.search(line):
        return False
    following = next((lines[at] for at in range(number + 1, len(lines)) if lines[at].strip()), "")
    says = line.rstrip(":： \u00a0").lower()
    return bool(following) and not _QUOTED.match(following) and says.endswith(phrases.WROTE)


def _is_attribution(line: str, *, is_reply: bool) -> bool:
    """Whether a line may introduce a quoted mail; whoever answers none may introduce an article that way."""
    if len(line) > LONGEST_ATTRIBUTION or not line.endswith((":", "：")):
        return False
    says = line.rstrip(":： \u00a0").lower()
    return "@" in line or (is_reply and bool(_DATED.search(line) or says.endswith(phrases.WROTE)))


def _names_forward(line: str) -> bool:
    if len(line) > 120:
        return False
    low = line.lower()
    return any(words in low for words in phrases.FORWARDED)


def _without_answered(lines: Sequence[str], *, is_reply: bool) -> tuple[list[str], list[str]]:
    """Drop the quoted blocks that are answered, with the lines that introduce them; return the others too."""
    kept: list[str] = []
    quotes: list[str] = []
    number = 0
    while number < len(lines):
        if not _QUOTED.match(lines[number]):
            kept.append(lines[number])
            number += 1
            continue
        end = _end_of_quote(lines, number)
        introduced = _attribution(kept, is_reply=is_reply)
        if introduced:
            del kept[-introduced:]
        elif not is_reply:
            kept += lines[number:end]
            quotes.append("\n".join(_MARKS.sub("", line) for line in lines[number:end]).strip())
        number = end
    return kept, quotes


def _end_of_quote(lines: Sequence[str], start: int) -> int:
    end = start
    while end < len(lines) and _QUOTED.match(lines[end]):
        end += 1
    return end


def _attribution(above: Sequence[str], *, is_reply: bool) -> int:
    """Return how many of the last lines introduce the quoted block below them as somebody's mail."""
    last = len(above)
    while last and not above[last - 1].strip() and len(above) - last < 2:
        last -= 1
    found = 0
    for count in range(1, 4):
        block = [line.strip() for line in above[max(last - count, 0) : last]]
        joined = " ".join(block)
        if len(block) < count or not all(block) or not _is_attribution(joined, is_reply=is_reply):
            break
        if _DATE.search(joined):
            return len(above) - last + count
        # Programs break this line before the address; without a date it is taken alone.
        found = found or len(above) - last + count
    return found


def _without_signature(lines: Sequence[str]) -> list[str]:
    """Cut at the signature's own mark (RFC 3676, 4.3), and drop the last line where a telephone wrote it."""
    for number, line in enumerate(lines):
        if _SIGNATURE.match(line):
            lines = lines[:number]
            break
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and kept[-1].strip().lower().startswith(phrases.SENT_FROM):
        kept.pop()
    return kept
