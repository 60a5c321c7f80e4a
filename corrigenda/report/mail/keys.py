"""Makes the key of a mail, by which it is known again; at a cost that no mail can raise."""

import hashlib
from email.parser import BytesHeaderParser
from typing import Final

from corrigenda.report.mail.charsets import Guesses, header_text
from corrigenda.report.mail.parse import MOST_HEADER_TEXT, head_of
from corrigenda.web.plain import one_line

_SAME: Final = ("Message-ID", "From", "Date", "Subject")
_MOST_LINES: Final = 5_000
"""Lines of a head that is parsed: 2,000 headers are the most that is read of a mail."""
_MOST_VALUES: Final = 8
"""Headers of one name that count; a genuine mail has one."""
_MOST_DECODED: Final = 4_000
"""Code points of the headers of one name that are decoded; longer ones count as they came."""
_MOST_GUESSES: Final = 8
"""Charsets that are guessed for one mail: its From and its Subject hardly have more."""


def key_of(raw: bytes) -> str:
    """Return the key of a mail: the same for the same mail, by whatever way and however often it comes.

    It is made of the Message-ID, and of what its sender wrote with it, for anybody may use the Message-ID
    of another mail. Left out is what differs from way to way: the headers of servers and the line ends. Of a
    mail with too many headers to be read all counts. Values that are too long to be decoded, and those behind
    the eighth of a name, do not lose a difference: the body counts in any case.
    """
    text = raw.replace(b"\r\n", b"\n")
    head, _, body = text.partition(b"\n\n")
    if len(head_of(raw)) > MOST_HEADER_TEXT or head.count(b"\n") > _MOST_LINES:
        head, body = b"", text
    named = _values(head)
    if not any(named.values()):
        body = text
    guesses = Guesses(_MOST_GUESSES)
    same = "\n".join(part for name in _SAME for part in (name, *_decoded(named[name], guesses)))
    digest = hashlib.sha256(same.encode("utf-8", "replace"))
    digest.update(b"\n\n" + body.strip())
    return digest.hexdigest()


def _values(head: bytes) -> dict[str, list[str]]:
    """Return the first headers of each name that counts, as they came."""
    named: dict[str, list[str]] = {name: [] for name in _SAME}
    by_lower = {name.lower(): values for name, values in named.items()}
    for name, value in BytesHeaderParser().parsebytes(head + b"\n\n").raw_items():
        values = by_lower.get(name.lower())
        if values is not None and len(values) < _MOST_VALUES:
            values.append(str(value))
    return named


def _decoded(values: list[str], guesses: Guesses) -> list[str]:
    # Decoded, so that a mail that an earlier version took in is known again.
    if sum(map(len, values)) <= _MOST_DECODED:
        return [one_line(header_text(value, guesses)) for value in values]
    return [" ".join(value.encode("utf-8", "surrogateescape").decode("latin-1").split()) for value in values]
