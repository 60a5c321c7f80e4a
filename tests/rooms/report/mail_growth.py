"""Every function that reads a mail, with hostile input of any size: `ROWS` of (name, function, generator).

A generator takes a size in bytes or code points and returns the function's argument, of about that size.
"""

from collections.abc import Callable
from email.message import Message
from typing import Any

from corrigenda.connectors.charsets import codec_of, whatwg_codec_of
from corrigenda.connectors.recipients import digest_of
from corrigenda.connectors.reply_address import number_in, tag_of
from corrigenda.report.mail.charsets import decoded, header_text
from corrigenda.report.mail.keys import key_of
from corrigenda.report.mail.kinds import all_failures_in
from corrigenda.report.mail.letters import Asked, Letter, read_letter
from corrigenda.report.mail.parse import DEEPEST, AsideError, about_of, read_mail
from corrigenda.report.mail.quotes import evidence, quotes_in, urls_in, urls_within, wording_in
from corrigenda.report.mail.strip import strip_letter
from corrigenda.report.mail.text import html_part, plain_part, unflowed

Row = tuple[str, Callable[[Any], object], Callable[[int], Any]]

HEAD = b"From: Reader <reader@mail.example>\r\nTo: corrections@courier.example\r\nSubject: A mistake\r\n"


def again(piece: str) -> Callable[[int], str]:
    """Return a generator that repeats a piece."""
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def between(start: str, piece: str, end: str) -> Callable[[int], str]:
    """Return a generator that repeats a piece between a start and an end."""
    return lambda size: start + again(piece)(size) + end


def body(piece: str, head: bytes = b"") -> Callable[[int], bytes]:
    """Return a generator of mails with such a body and further headers."""
    return lambda size: HEAD + head + b"\r\n" + again(piece)(size).encode()


def header(start: str, piece: str) -> Callable[[int], bytes]:
    """Return a generator of mails with such a header."""
    return lambda size: HEAD + start.encode() + again(piece)(size).encode() + b"\r\n\r\nwords\r\n"


def inside(levels: int, content: bytes, head: bytes = b"") -> bytes:
    """Return a mail whose one part is that many parts deep, with further headers of its own."""
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (number, number)
        for number in range(levels)
    )
    return HEAD + parts + (head or b"\r\n") + content


def read(raw: bytes) -> Letter | None:
    """Read a mail as the process for that does, bounces included."""
    try:
        read_letter(Asked(raw=raw, envelope_sender="", file_bytes=10**6, files_bytes=10**6))
        return read_letter(Asked(raw=raw, envelope_sender="a@b.example", file_bytes=10**6, files_bytes=10**6))
    except AsideError:
        return None


def failures(raw: bytes) -> object:
    """Look for the signs of a bounce."""
    source: Message = read_mail(raw).source
    return all_failures_in(source)


def _parts(size: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * (size // 10)


def _nested(size: int) -> bytes:
    return inside(min(size // 50, 400), b"words\r\n" * (size // 7))


def _nested_within(size: int) -> bytes:
    return inside(DEEPEST - 2, b"words\r\n" * (size // 7))


def _recipients(size: int) -> bytes:
    line = b"To: " + b", ".join(b"a%d@b.example" % number for number in range(400)) + b"\r\n"
    return HEAD + line * (size // len(line) + 1) + b"\r\nwords\r\n"


def _delivery_report(size: int) -> bytes:
    kind = b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
    blocks = b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    return (
        HEAD + kind + b"--x\r\nContent-Type: message/delivery-status\r\n\r\n" + blocks * (size // len(blocks))
    )


def _bytes_of(make: Callable[[int], str]) -> Callable[[int], bytes]:
    return lambda size: make(size).encode()


BODIES = {
    "instead of and spaces": "instead of" + " " * 900 + "x\n",
    "instead of": "instead of ",
    "instead of should be": "instead of a should be b ",
    "angle brackets and spaces": "<   ",
    "opening marks": '„“«"',
    "attributions": "@:\r\n",
    "dated attributions": "On 2.3.2026 a@b wrote:\r\n\r\n",
    "rules": "-" * 299 + "x\r\n",
    "short rules": "----- a -----\r\n",
    "headers": "From: a\r\nTo: b\r\nDate: c\r\n",
    "quoted lines": "> a\r\nb\r\n",
    "marks": ">" * 70 + "\r\n",
    "addresses": "https://a.example/" + ")" * 1900 + " ",
    "bounce lines": "<a@b.example>:\r\n",
    "failed recipients": "here is your list of failed recipients <a@b.example>\r\n",
    "empty lines": "\r\n",
    "white space": " ",
    "one long line": "a",
    "identifiers": "<" + "a@" * 200 + " ",
    "returned mail": "the following addresses had\r\n" + " a@b" * 100 + "\r\n",
}
HEADERS = {
    "parameters": ("Content-Type: text/plain", ";a=b"),
    "RFC 2231 parameters": ("Content-Type: text/plain", "; name*0*=utf-8''a"),
    "quoted parameters": ("Content-Type: text/plain", ';a="'),
    "file name parameters": ("Content-Disposition: attachment", "; filename*1=a"),
    "one boundary": ("Content-Type: multipart/mixed; boundary=", "x"),
    "addresses in one header": ("Cc: ", "a@b.example, "),
    "parentheses": ("Cc: ", "("),
    "angle brackets": ("Cc: ", "<"),
    "encoded words": ("X-Subject: ", "=?utf-8?q?a?= "),
    "encoded words without end": ("Subject: =?utf-8?q?a?= ", "=?utf-8?q?"),
    "words to guess": ("To: ", "=?a?q?=ff?= =?b?q?=fe?= x "),
    "headers to guess": ("Date: \xc0\r\n", "Date: \xc0\xe9\r\n"),
    "references": ("References: ", "<a@b> "),
    "references without end": ("References: ", "<a"),
    "languages": ("Content-Language: ", "a,"),
    "many headers": ("X-A: b\r\n", "X-A: b\r\n"),
    "folded lines": ("X-A: b", "\r\n b"),
}

ROWS: list[Row] = [
    *((f"read_letter: {name}", read, body(piece)) for name, piece in BODIES.items()),
    *((f"read_letter: {name}", read, header(*pieces)) for name, pieces in HEADERS.items()),
    ("read_letter: parts", read, _parts),
    ("read_letter: nested parts", read, _nested),
    ("read_letter: nested parts within the limit", read, _nested_within),
    ("read_letter: recipients", read, _recipients),
    ("read_letter: delivery report", read, _delivery_report),
    ("read_letter: html", read, body("<p>a<td><b>b", b"Content-Type: text/html\r\n")),
    ("read_letter: html on one line", read, body("<b>a</b>", b"Content-Type: text/html\r\n")),
    ("read_letter: base64", read, body("YWFh", b"Content-Transfer-Encoding: base64\r\n")),
    ("read_letter: quoted-printable", read, body("=E4", b"Content-Transfer-Encoding: quoted-printable\r\n")),
    *((f"all_failures_in: {name}", failures, body(piece)) for name, piece in BODIES.items()),
    *((f"about_of: {name}", about_of, header(*pieces)) for name, pieces in HEADERS.items()),
    *((f"key_of: {name}", key_of, header(*pieces)) for name, pieces in HEADERS.items()),
    *((f"wording_in: {name}", wording_in, again(piece)) for name, piece in BODIES.items()),
    *((f"urls_in: {name}", urls_in, again(piece)) for name, piece in BODIES.items()),
    ("urls_in: one bracket", urls_in, between("<", " ", "")),
    ("urls_in: one link", urls_in, between("https://a.example/", "(", ")")),
    ("urls_within", lambda url: list(urls_within(url)), between("https://a.example/?", "a=http://b&", "")),
    ("quotes_in", quotes_in, again("„“«»")),
    ("evidence", lambda text: evidence(text, [text], text), again("> a\n“b”\n")),
    *((f"strip_letter: {name}", strip_letter, again(piece)) for name, piece in BODIES.items()),
    *(
        (f"strip_letter of a reply: {name}", lambda text: strip_letter(text, is_reply=True), again(piece))
        for name, piece in BODIES.items()
    ),
    ("unflowed", lambda text: unflowed(text, delsp=True), again("a \n")),
    ("plain_part", lambda data: plain_part(data, charset=""), _bytes_of(again("ä\r"))),
    (
        "html_part: deep quotations",
        lambda data: html_part(data, charset=""),
        _bytes_of(again("<blockquote>a")),
    ),
    ("html_part: marks", lambda data: html_part(data, charset=""), _bytes_of(again("<b>&gt; </b>"))),
    ("html_part: attributes", lambda data: html_part(data, charset=""), _bytes_of(between("<a ", "b ", ">"))),
    ("html_part: pre", lambda data: html_part(data, charset=""), _bytes_of(between("<pre>", "a\n ", ""))),
    ("html_part: unseen", lambda data: html_part(data, charset=""), _bytes_of(again("<style>a"))),
    ("decoded: guessed", decoded, lambda size: bytes(range(128, 256)) * (size // 128)),
    ("decoded: Cyrillic", lambda data: decoded(data, "koi8-r"), lambda size: b"\xc0" * size),
    ("header_text: words", header_text, again("=?utf-8?q?a?= ")),
    ("header_text: no end", header_text, again("=?utf-8?q?")),
    ("header_text: ends of lines", header_text, again("=?utf-8?q?\x0c=?a?q?b?=")),
    ("codec_of", codec_of, again("a-")),
    ("whatwg_codec_of", whatwg_codec_of, again("a-")),
    ("digest_of", digest_of, between("a@", "文字", ".example")),
    ("number_in", number_in, between("a+r", "1", "@b.example")),
    ("tag_of", tag_of, again("a+@")),
]
