"""Letters of several parts: HTML, alternatives, files, signed and nested ones."""

from collections.abc import Iterator

from tests.mails.making import Part, file, html, mail, many, text
from tests.mails.plain import ENGLISH, FERRY, GAZETA, POROM

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)

PAGE = f"""<html><head><title>no</title><style>p {{ color: red }}</style></head><body>
<p>Dear editors,<br>please see <a href="{FERRY}?utm_medium=mail">this story</a>:</p>
<blockquote>The night ferry leaves the harbour at 21:40 every day</blockquote>
<div style="display: none">HIDDEN</div><script>alert(1)</script>
<p>It does &lt;b&gt;not&lt;/b&gt;.</p><img src="https://track.example/x.gif" onerror="alert(1)">
<div class="gmail_signature">Olena<br>Reader</div></body></html>"""


def mails() -> Iterator[tuple[str, bytes]]:
    """Iterate the letters."""
    yield "html", mail("html", html(PAGE))
    meta = f"<meta charset=windows-1251><p>Помилка: <a href={POROM}>тут</a> «о 21:40 щодня, крім неділі».</p>"
    yield "html that names its charset", mail("meta", html(meta, "cp1251", declared=""), to=GAZETA)
    both = many("multipart/alternative", text("The ferry story is wrong."), html(PAGE))
    yield "plain and html, link in html", mail("both", both)
    stub = many("multipart/alternative", text("View in a browser"), html(PAGE + "<p>And more.</p>" * 30))
    yield "a stub and html", mail("stub", stub)
    yield from _files()
    picture = many("multipart/related", html(PAGE), file("logo.png", PNG, "image/png", "inline"))
    nested = many(
        "multipart/mixed",
        many("multipart/alternative", text(ENGLISH), picture),
        file("proof.pdf", PDF, "application/pdf"),
    )
    yield "nested", mail("nested", nested)
    seal = Part(b"-----BEGIN PGP SIGNATURE-----\r\n", "application/pgp-signature", "7bit")
    yield "signed", mail("signed", many("multipart/signed", text(ENGLISH), seal))


def _files() -> Iterator[tuple[str, bytes]]:
    good = many(
        "multipart/mixed",
        text(ENGLISH),
        file("photo.png", PNG, "image/png"),
        file("photo.jpg", JPEG, "image/jpeg"),
        file("timetable.pdf", PDF, "application/octet-stream"),
        file("notes.txt", "Розклад: 22:40\n".encode(), "text/plain; charset=utf-8"),
    )
    yield "with files", mail("files", good)
    bad = many(
        "multipart/mixed",
        text(ENGLISH),
        file("photo.png", PROGRAM, "image/png"),
        file("page.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"),
        file("large.pdf", PDF + bytes(60_000), "application/pdf"),
        file("../../etc/passwd.gif", b"GIF89a" + bytes(10), "image/gif"),
    )
    yield "with files that are not kept", mail("bad-files", bad)
    lots = [file(f"{number}.png", PNG + bytes([number]), "image/png") for number in range(12)]
    yield "with too many files", mail("many-files", many("multipart/mixed", text(ENGLISH), *lots))
    heavy = [file(f"{number}.pdf", PDF + bytes([number]) * 40_000, "application/pdf") for number in range(3)]
    yield "with files too large together", mail("heavy", many("multipart/mixed", text(ENGLISH), *heavy))
    only = many("multipart/mixed", file("photo.png", PNG, "image/png"))
    yield "a file and no text", mail("file-only", only)
    fax = Part(JPEG, "image/jpeg; name*=utf-8''%D1%84%D0%BE%D1%82%D0%BE.jpg", "base64")
    yield "a file with a Ukrainian name", mail("ua-file", many("multipart/mixed", text(ENGLISH), fax))
