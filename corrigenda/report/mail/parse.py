"""Reads a mail from its bytes: its writer, its texts, its links, its files; nothing in it is believed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32, Policy
from email.utils import getaddresses
from functools import partial
from itertools import islice
from typing import Any, Final

from corrigenda.report.mail.charsets import LONGEST_HEADER, Guesses, decoded, header_text
from corrigenda.report.mail.text import MOST_LINKS, MOST_TEXT, html_part, plain_part
from corrigenda.web.plain import one_line

MOST_PARTS: Final = 300
DEEPEST: Final = 30
MOST_LINES: Final = 500_000
"""Lines of a mail; 25 MB of base64 are 340,000, with the shortest lines that programs write 410,000."""
MOST_LOOKS: Final = 3_500_000
"""Lines of a mail times the parts that are one inside the other.

Python's parser compares each line with the boundary of every part that it is in: so many looks take a third
of a second. The largest mail in base64 may have ten such parts.
"""
MOST_NAMED: Final = 50
"""More addresses or references than this name nobody in particular."""
MOST_ADDRESSES: Final = 10_000
"""Code points of the headers of one name, as they came, in which addresses are looked for."""
MOST_ABOUT_HEAD: Final = 32_000
"""Bytes of a mail in which the sender and the subject are looked for that its row shows."""
_MOST_ABOUT: Final = 1_000
"""Code points, as they came, of each of the two."""
MOST_HEADERS: Final = 2_000
MOST_HEADER_TEXT: Final = 400_000
"""Headers of a mail and of all its parts, and their code points; a mail with more is set aside unread."""
MOST_PARAMETERS: Final = 30
LONGEST_PARAMETERS: Final = 2_000
"""Parameters of one header, and code points of it, that are kept: Python reads each again for the next."""
MOST_HTML: Final = MOST_TEXT * 5
"""Code points of HTML source that are read of a mail."""

_TO: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To", "To", "Cc")
_ABOUT: Final = ("From", "Date", "Subject")
TOO_MANY_PARTS: Final = "It has too many parts, or too many one inside the other."
TOO_MANY_LINES: Final = "It has too many lines, or too many for its parts that are one inside the other."
TOO_MANY_HEADERS: Final = "Its headers are too many or too long."
_WITH_PARAMETERS: Final = frozenset({"content-type", "content-disposition"})
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n|\r\r")
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,248}>")
_ADDRESS: Final = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]{1,253}")
# A plain text shorter than this beside a much longer HTML one only says that there is HTML.
_STUB: Final = 200
_SEALS: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_SEALED: Final = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})


class _AsTheyCame(Compat32):
    """Gives headers as they came, bytes beyond ASCII as surrogates; Python's own policies fail on some."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 (the signature is Python's)
        """Return the value untouched."""
        return value


@dataclass(slots=True)
class _SoFar:
    """How much of a mail Python's parser has made so far."""

    lines: int
    """Of the whole mail, read or not."""
    parts: int = 0
    headers: int = 0
    characters: int = 0
    guesses: Guesses = field(default_factory=Guesses)


class _Part(Message):
    """A message that stops the parser at the limits, and keeps no header longer than they allow.

    The parser makes a part when it comes to its beginning, hangs it under its parent and sets its headers one
    by one: what is refused here has cost no more than its bytes.
    """

    def __init__(self, so_far: _SoFar, policy: Policy) -> None:
        super().__init__(policy=policy)
        self._so_far = so_far
        self._level = 0
        so_far.parts += 1
        if so_far.parts > MOST_PARTS + 1:  # the parser makes one for itself, to see how they are made
            raise AsideError(TOO_MANY_PARTS)

    @property
    def guesses(self) -> Guesses:
        """What is left of the charsets to guess for the headers of the whole mail."""
        return self._so_far.guesses

    def get_param(self, *args: Any, **options: Any) -> Any:
        """Return a parameter, or none where Python cannot read those of the header (RFC 2231, 3)."""
        try:
            return super().get_param(*args, **options)
        except (TypeError, ValueError):
            return None

    def get_boundary(self, *args: Any, **options: Any) -> Any:
        """Return the boundary, none where it cannot be read; the parser asks for it."""
        boundary = self.get_param("boundary")
        try:
            return super().get_boundary(*args, **options) if boundary else None
        except (TypeError, ValueError):
            return None

    def attach(self, payload: Message) -> None:  # type: ignore[override] # the parser attaches messages alone
        """Hang a part under this one."""
        if isinstance(payload, _Part):
            payload._level = self._level + 1  # noqa: SLF001 (of the same class)
            if payload._level > DEEPEST:  # noqa: SLF001
                raise AsideError(TOO_MANY_PARTS)
            if payload._level * self._so_far.lines > MOST_LOOKS:  # noqa: SLF001
                raise AsideError(TOO_MANY_LINES)
        super().attach(payload)

    def set_raw(self, name: str, value: str) -> None:
        """Keep one header."""
        self._so_far.headers += 1
        self._so_far.characters += len(name) + len(value)
        if self._so_far.headers > MOST_HEADERS or self._so_far.characters > MOST_HEADER_TEXT:
            raise AsideError(TOO_MANY_HEADERS)
        kept = value[:LONGEST_HEADER]
        if name.lower() in _WITH_PARAMETERS:
            kept = ";".join(value[:LONGEST_PARAMETERS].split(";", MOST_PARAMETERS + 1)[: MOST_PARAMETERS + 1])
        super().set_raw(name, kept)


class AsideError(ValueError):
    """A mail that a person must look at; the error's text is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class File:
    """A part that is not text of the letter."""

    name: str
    declared: str
    """Media type as its sender gave it."""
    content: bytes


@dataclass(slots=True)
class Body:
    """What the parts of a mail hold."""

    texts: list[str] = field(default_factory=list)
    """The letter's own texts, with quoted lines beginning with ">"."""
    forwarded: list[str] = field(default_factory=list)
    """The texts of messages that are attached whole, each after its sender, date and subject."""
    links: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    is_sealed: bool = False
    """Whether a part of it is encrypted."""
    is_cut: bool = False
    """Whether it has more text than is read."""

    @property
    def text(self) -> str:
        """The letter's own texts as one."""
        return "\n\n".join(text for text in self.texts if text.strip())

    def add(self, other: "Body") -> None:
        """Take in what another part holds."""
        self.texts += other.texts
        self.add_beside(other)

    def add_beside(self, other: "Body") -> None:
        """Take in all that another part holds but its texts."""
        self.forwarded += other.forwarded
        self.links += other.links
        self.files += other.files
        self.is_sealed |= other.is_sealed
        self.is_cut |= other.is_cut


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as it came in; hostile until it is shown."""

    source: Message
    message_id: str
    sender: str
    """Address of From, empty where there is none that can be read."""
    recipients: tuple[str, ...]
    """Addresses that servers noted, then those of To and Cc, in lower case."""
    references: tuple[str, ...]
    """Message-IDs of In-Reply-To and References."""
    subject: str
    language: str
    body: Body

    def header(self, name: str) -> str:
        """Return the first header of a name as text on one line, empty where there is none."""
        return next(headers_of(self.source, name), "")


def read_mail(raw: bytes) -> Incoming:
    """Return what a mail holds; raises AsideError for one without headers, or with too much to read.

    Sizes are checked before the work: the work is linear in what is within the limits.
    """
    if len(head_of(raw)) > MOST_HEADER_TEXT:
        raise AsideError(TOO_MANY_HEADERS)
    lines = _lines_of(raw)
    if lines > MOST_LINES:
        raise AsideError(TOO_MANY_LINES)
    source = message_from_bytes(raw, partial(_Part, _SoFar(lines)), policy=_AsTheyCame())
    if not source.keys():
        raise AsideError("This is no message: it has no header.")
    return Incoming(
        source=source,
        message_id=next(ids_of(source, "Message-ID"), ""),
        sender=next(_addresses(source, "From"), ""),
        recipients=_distinct(address.lower() for name in _TO for address in _addresses(source, name)),
        references=_distinct(
            number for name in ("In-Reply-To", "References") for number in ids_of(source, name)
        ),
        subject=next(headers_of(source, "Subject"), ""),
        language=next(headers_of(source, "Content-Language"), "").partition(",")[0].strip(),
        body=_Parts().read(source),
    )


def _lines_of(raw: bytes) -> int:
    """Return how many ends of lines there are, as Python's parser finds them: LF, CR LF, or CR alone."""
    return raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")


def head_of(raw: bytes) -> bytes:
    """Return the headers of a mail, up to the first empty line."""
    end = _HEAD_END.search(raw)
    return raw[: end.start()] if end else raw


def about_of(raw: bytes) -> str:
    """Return the sender and the subject on one line, as far as they can be read at the beginning of a mail.

    It reads MOST_ABOUT_HEAD bytes at most, and of each header so much that a list can show; never fails.
    """
    head = head_of(raw[:MOST_ABOUT_HEAD]) + b"\n\n"
    try:
        source = message_from_bytes(head, partial(_Part, _SoFar(_lines_of(head))), policy=_AsTheyCame())
    except AsideError:
        return ""
    named = (next(_values(source, name), "")[:_MOST_ABOUT] for name in ("From", "Subject"))
    sender, subject = (_shown(source, value) for value in named)
    return f"{next(_addresses_in(sender), '')} {subject}".strip()


def headers_of(source: Message, name: str) -> Iterator[str]:
    """Iterate the values of a header as text on one line each."""
    for value in _values(source, name):
        yield _shown(source, value)


def _values(source: Message, name: str) -> Iterator[str]:
    """Iterate the values of a header as they came."""
    for known, value in source.raw_items():
        if known.lower() == name.lower():
            yield str(value)[:LONGEST_HEADER]


def _shown(source: Message, value: str) -> str:
    return one_line(header_text(value, source.guesses if isinstance(source, _Part) else None))


def ids_of(source: Message, name: str) -> Iterator[str]:
    """Iterate the Message-IDs in the headers of a name."""
    for value in headers_of(source, name):
        yield from _MESSAGE_ID.findall(value)


def _addresses(source: Message, name: str) -> Iterator[str]:
    room = MOST_ADDRESSES
    for value in _values(source, name):
        if room <= 0:
            return
        # What came counts: a thousand encoded words may stand for a thousand letters.
        room, kept = room - len(value), value[:room]
        yield from _addresses_in(_shown(source, kept))


def _addresses_in(text: str) -> Iterator[str]:
    try:
        named = getaddresses([text])
    except RecursionError:  # parentheses in parentheses: a comment, and no address
        return
    for _name, address in named:
        if _ADDRESS.fullmatch(address):
            yield address


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(_each_once(values), MOST_NAMED))


def _each_once(values: Iterable[str]) -> Iterator[str]:
    seen = set()
    for value in values:
        if value not in seen:
            seen.add(value)
            yield value


class _Parts:
    """Goes through the parts of one mail, as long as there is room for more text."""

    def __init__(self) -> None:
        self._text = MOST_TEXT
        self._html = MOST_HTML
        self._links = MOST_LINKS

    def read(self, part: Message) -> Body:
        """Return what a part holds with everything in it."""
        kind = part.get_content_type()
        if kind in _SEALED and _parameter(part, "smime-type") != "signed-data":
            return Body(is_sealed=True)
        if kind in _SEALS:
            return Body()
        if kind == "message/rfc822":
            return self._message(part)
        if not part.is_multipart():
            return self._leaf(part, kind)
        found = Body()
        if kind == "multipart/alternative":
            self._alternative(part, found)
        elif not kind.startswith("message/"):  # the reports of servers are nobody's words
            for child in _children(part):
                found.add(self.read(child))
        return found

    def _message(self, part: Message) -> Body:
        found = Body()
        for child in _children(part):
            inner = self.read(child)
            about = [
                f"{name}: {value}"
                for name in ("From", "Date", "Subject")
                for value in headers_of(child, name)
            ]
            found.forwarded.append("\n".join([*about, "", inner.text]))
            found.add_beside(inner)
        return found

    def _alternative(self, part: Message, found: Body) -> None:
        """Read the versions of one text; the plainest that is no stub counts, the links of every one."""
        versions = [self.read(child) for child in _children(part)]
        texts = [version.text for version in versions]
        longest = max(map(len, texts), default=0)
        for version, text in zip(versions, texts, strict=True):
            if text.strip() and len(text) >= min(_STUB, longest / 10):
                found.texts += version.texts
                break
        for version in versions:
            found.add_beside(version)

    def _leaf(self, part: Message, kind: str) -> Body:
        name = _file_name(part)
        content = _content(part)
        if kind.startswith("multipart/"):
            kind = "text/plain"  # without the boundary that would part it
        is_file = part.get_content_disposition() == "attachment" or (name and kind != "text/html")
        if kind not in {"text/plain", "text/html"} or is_file:
            return Body(files=[File(name, kind, content)])
        if not self._text or (kind == "text/html" and not self._html):
            return Body(is_cut=bool(content.strip()))
        text, links = self._words(part, kind, content)
        is_cut = len(text) >= self._text
        text = text[: self._text]
        self._text -= len(text)
        return Body(texts=[text], links=links, is_cut=is_cut)

    def _words(self, part: Message, kind: str, content: bytes) -> tuple[str, list[str]]:
        """Return the text of a part, and the addresses behind its links."""
        charset = _parameter(part, "charset")
        if kind == "text/html":
            text, links = html_part(content, charset=charset, most=self._html)
            self._html = max(self._html - len(content), 0)
            links = links[: self._links]
            self._links -= len(links)
            return text, links
        flowed = _parameter(part, "format").lower() == "flowed"
        delsp = _parameter(part, "delsp").lower() == "yes"
        return plain_part(content, charset=charset, flowed=flowed, delsp=delsp), []


def _children(part: Message) -> list[Message]:
    if not part.is_multipart():
        return []  # Python would decode its text by whatever charset it declares
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _parameter(part: Message, name: str) -> str:
    value = part.get_param(name)
    return value[2] if isinstance(value, tuple) else str(value or "")


def _file_name(part: Message) -> str:
    """Return a file's name as text, without a folder; empty where none is given."""
    value = part.get_param("filename", header="Content-Disposition") or part.get_param("name") or ""
    if isinstance(value, tuple):
        text = decoded(value[2].encode("latin-1", "replace"), value[0] or "utf-8")
    else:
        text = header_text(str(value), part.guesses if isinstance(part, _Part) else None)
    return re.split(r"[/\\]", one_line(text))[-1][:150]
