"""Writes mails as bytes: headers, an encoded body, parts; nothing of the product is used for it."""

from base64 import encodebytes
from dataclasses import dataclass, field
from quopri import encodestring

DATE = "Mon, 02 Mar 2026 12:30:00 +0000"
DESK = "corrections@courier.example"
READER = "Olena Reader <olena@mail.example>"

# KOI8 has one kind of quotation marks.
_NOT_IN_KOI8 = str.maketrans("«»“”„’", '"""""\'')


@dataclass(frozen=True)
class Names:
    """What the desk has sent, and under which names answers and bounces refer to it."""

    reply_address: str
    answered: str
    """Message-ID of the letter that readers answer."""
    returned: tuple[str, ...]
    """Message-IDs of the letters that come back."""


@dataclass(frozen=True)
class Part:
    """One part of a mail, as the bytes that stand in it."""

    content: bytes
    kind: str = "text/plain; charset=utf-8"
    encoding: str = "8bit"
    headers: dict[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        """Return the part with its headers."""
        head = {"Content-Type": self.kind, "Content-Transfer-Encoding": self.encoding, **self.headers}
        return headers(head) + b"\r\n" + encoded(self.content, self.encoding)


def text(words: str, charset: str = "utf-8", encoding: str = "8bit", *, declared: str | None = None) -> Part:
    """Return a plain text part; `declared` is the charset that it claims, empty for none."""
    said = charset if declared is None else declared
    kind = f'text/plain; charset="{said}"' if said else "text/plain"
    if charset.startswith("koi8"):
        words = words.translate(_NOT_IN_KOI8)
    return Part(words.replace("\n", "\r\n").encode(charset), kind, encoding)


def html(markup: str, charset: str = "utf-8", *, declared: str | None = None) -> Part:
    """Return an HTML part."""
    said = charset if declared is None else declared
    return Part(markup.encode(charset), f"text/html; charset={said}" if said else "text/html", "8bit")


def file(name: str, content: bytes, kind: str, disposition: str = "attachment") -> Part:
    """Return an attached file."""
    where = {"Content-Disposition": f'{disposition}; filename="{name}"'}
    return Part(content, kind, "base64", where)


def many(kind: str, *parts: Part) -> Part:
    """Return parts as one part."""
    boundary = f"=_{kind.replace('/', '_')}_{len(parts)}_{sum(len(part.content) for part in parts)}"
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + part.written() + b"\r\n" for part in parts)
    return Part(lines + b"--" + boundary.encode() + b"--\r\n", f'{kind}; boundary="{boundary}"')


def mail(name: str, body: Part, *, subject: str = "", to: str = DESK, **more: str) -> bytes:
    """Return a whole mail whose Message-ID is made of its name; `more` are headers, `_` for `-`.

    An empty value leaves the header out.
    """
    head = {
        "Return-Path": "<olena@mail.example>",
        "From": READER,
        "To": to,
        "Subject": subject,
        "Date": DATE,
        "Message-ID": f"<{name}@mail.example>",
        "MIME-Version": "1.0",
        **{key.replace("_", "-"): value for key, value in more.items()},
    }
    return headers({key: value for key, value in head.items() if value}) + body.written()


def headers(values: dict[str, str]) -> bytes:
    """Return headers as they stand in a mail; what is no ASCII stands there as UTF-8."""
    return b"".join(f"{name}: {value}\r\n".encode() for name, value in values.items())


def encoded(content: bytes, encoding: str) -> bytes:
    """Return content in a transfer encoding."""
    if encoding == "base64":
        return encodebytes(content).replace(b"\n", b"\r\n")
    if encoding == "quoted-printable":
        return encodestring(content.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return content
