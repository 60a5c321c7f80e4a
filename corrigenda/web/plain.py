"""Makes text harmless where no markup isolates it: sentences, feeds, mails, headers."""

import re
import unicodedata
from typing import Final

from django.conf import settings
from django.utils import translation

# What XML 1.0 (section 2.2) has no place for, and the controls of C1; tab and line feed stay.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Embeddings, overrides and isolates of Unicode's bidirectional algorithm: left open, they turn the text that
# follows. The marks U+200E, U+200F and U+061C are harmless and stay.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
MOST_LANGUAGE: Final = 35
"""Characters of a language tag: the longest registered one and room to spare (RFC 5646, 4.4.1)."""

_SPACE: Final = re.compile(r"\s")


def plain(text: str) -> str:
    """Return the text without control characters and directional turns; its lines end in a line feed."""
    return _TURNS.sub("", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))


def one_line(text: str) -> str:
    """Return the plain text with each run of white space as one space."""
    return " ".join(plain(text).split())


def cut_after(text: str, room: int) -> str:
    """Return up to `room` characters from the start, cut at a word border, with an ellipsis for the rest."""
    if len(text) <= room:
        return text
    return f"{text[: _border(text, room)].rstrip()} …"


def cut_before(text: str, room: int) -> str:
    """Return up to `room` characters from the end, cut at a word border, with an ellipsis for the rest."""
    if len(text) <= room:
        return text
    border = len(text) - _border(text[::-1], room)
    while border < len(text) and unicodedata.combining(text[border]):
        border += 1
    return f"… {text[border:].lstrip()}"


def cut_middle(text: str, room: int) -> str:
    """Return both ends of a text longer than `room`, two thirds of it from the beginning."""
    if len(text) <= room:
        return text
    head = room * 2 // 3
    return f"{cut_after(text, head)} {cut_before(text, room - head).removeprefix('… ')}"


def _border(text: str, room: int) -> int:
    """Where to cut: at a space in the second half of the room, else (scripts without spaces) at its end."""
    for at in range(room, room // 2, -1):
        if _SPACE.match(text[at]):
            return at
    at = room
    while at > 0 and unicodedata.combining(text[at]):
        at -= 1
    return at


def spoken_language(*wanted: str) -> str:
    """Return the first of the wanted languages that this desk speaks, else the installation's own.

    A code of a region falls back to its language. Codes come from readers: unknown, malformed and long ones
    are passed over; Django keeps every one that it has been asked for.
    """
    for code in wanted:
        if len(code) > MOST_LANGUAGE:
            continue
        try:
            return translation.get_supported_language_variant(code.replace("_", "-").lower())
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
