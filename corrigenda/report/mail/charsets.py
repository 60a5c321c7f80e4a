"""Turns the bytes of a mail into text, whatever charset they declare and whatever they really are."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

from charset_normalizer import from_bytes

from corrigenda.connectors.charsets import codec_of

GUESSED: Final = (
    "utf_8",
    "cp1251",
    "koi8_u",
    "cp1252",
    "iso8859_2",
    "iso2022_jp",
    "shift_jis",
    "euc_jp",
    "cp1256",
    "gb18030",
    "big5",
    "euc_kr",
    "cp866",
    "iso8859_5",
)
"""The charsets that mails without a true declaration are written in.

A short mail fits dozens of charsets; guessing among the ones that mail programs have used finds the right one
far more often than guessing among all.
"""

LONGEST_HEADER: Final = 20_000
"""Code points that are read of a header: Python's decoder moves all words behind each that it joins."""

SAMPLE: Final = 20_000
"""Bytes that a guess is made from: more make it slower and hardly better."""

MOST_GUESSES: Final = 20
"""Charsets guessed for the headers of one mail: one header can hold a thousand undeclared words."""

# WHATWG Encoding, 4.2: what is labelled as these is read as the superset that its writer used. KOI8-U differs
# from KOI8-R in the places of box drawings alone.
_SUPERSETS: Final = {"iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "koi8-r": "koi8-u"}
_CYRILLIC: Final = {"cp1251": "koi8-u", "koi8-u": "cp1251"}
_CYRILLIC_WORD: Final = re.compile(r"[\u0400-\u04ff]{3,}")
_LETTER: Final = re.compile(r"[^\W\d_]")
_ACCENTED: Final = re.compile(r"[\u00c0-\u00ff]")
_JAPANESE: Final = re.compile(rb"\x1b\$[@B]")
_ENCODED_WORD: Final = re.compile(r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=")
# All that str.splitlines parts at: Python's decoder would look through the rest of each such line again.
_LINE_ENDS: Final = re.compile(r"[\r\n]+[ \t]*|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


class Guesses:
    """How many charsets may still be guessed; each guess takes as long as decoding many words."""

    def __init__(self, left: int = MOST_GUESSES) -> None:
        self._left = left

    def take(self) -> bool:
        """Whether there is one more."""
        self._left -= 1
        return self._left >= 0


def decoded(data: bytes, declared: str = "", guesses: Guesses | None = None) -> str:
    """Return the text of some bytes; never fails, at worst a few characters are replaced.

    Without guesses left, bytes that nothing says the charset of are read as windows-1252.

    The declared charset counts where the bytes can be read in it. Bytes beyond ASCII that happen to be valid
    UTF-8 are UTF-8, whatever a one-byte charset says of them: real text in one all but never is.
    """
    if data.startswith(codecs.BOM_UTF8):
        return data[3:].decode("utf-8", "replace")
    name = _known(declared)
    if data.isascii():
        return _strictly(data, "iso2022_jp" if _JAPANESE.search(data) else name) or data.decode("ascii")
    if not name or name.startswith(("cp", "iso8859", "koi8")):
        utf8 = _strictly(data, "utf-8")
        if utf8 is not None:
            return utf8
    text = _strictly(data, name)
    if text is None or (name == "cp1252" and _is_accented(text)):
        if guesses is None or guesses.take():
            return _guessed(data)
        return data.decode("cp1252", "replace")
    other = _CYRILLIC.get(name)
    return data.decode(other, "replace") if other and _is_inverted(text) else text


def header_text(value: str, guesses: Guesses | None = None) -> str:
    """Return a header's value as text: encoded words (RFC 2047) and bare bytes of any charset are decoded.

    `value` is the value as the parser keeps it, its bytes beyond ASCII as surrogates. `guesses` are those
    left for the headers of the same mail; by default MOST_GUESSES for this one.
    """
    guesses = guesses or Guesses()
    unfolded = _LINE_ENDS.sub(" ", value[:LONGEST_HEADER])
    if not _ENCODED_WORD.search(unfolded):
        return decoded(_bytes_of(unfolded), "", guesses)
    # Python's decoder looks for the end of each word that begins: behind the last end it would look in vain,
    # once for each beginning.
    last = unfolded.rfind("?=") + 2
    try:
        parts = decode_header(unfolded[:last])
    except (HeaderParseError, ValueError):
        return decoded(_bytes_of(unfolded), "", guesses)
    words = "".join(
        part if isinstance(part, str) else decoded(part, charset or "", guesses) for part, charset in parts
    )
    return words + decoded(_bytes_of(unfolded[last:]), "", guesses)


def _bytes_of(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _known(declared: str) -> str:
    """Return Python's name of a declared charset, or of its superset; empty where it says nothing."""
    name = codec_of(declared)
    return "" if name == "ascii" else _SUPERSETS.get(name, name)


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name) if name else None
    except (LookupError, ValueError):
        return None


def _guessed(data: bytes) -> str:
    """Guess a charset; UTF-8 with a few damaged characters is still that."""
    repaired = data.decode("utf-8", "replace")
    damaged = repaired.count("\ufffd")
    if damaged * 4 < sum(not char.isascii() for char in repaired[:SAMPLE]):
        return repaired
    best = from_bytes(data[:SAMPLE], cp_isolation=list(GUESSED)).best()
    return data.decode(best.encoding if best else "cp1252", "replace")


def _is_inverted(text: str) -> bool:
    """Whether Cyrillic words begin small and go on in capitals.

    KOI8 and windows-1251 hold each other's capitals where their own small letters are, so that a text read in
    the wrong one of the two looks like this, and hardly any real text does.
    """
    words = _CYRILLIC_WORD.findall(text[:SAMPLE])
    inverted = any(word[0].islower() and word[1:].isupper() for word in words)
    return inverted and sum(word[1:].isupper() for word in words) > len(words) / 2


def _is_accented(text: str) -> bool:
    """Whether most letters bear accents: no Western text, but one of another script read as Western."""
    letters = len(_LETTER.findall(text[:SAMPLE]))
    return len(_ACCENTED.findall(text[:SAMPLE])) > letters / 2
