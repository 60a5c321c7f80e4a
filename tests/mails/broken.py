"""Mails that are malformed, hostile or unreadable."""

from collections.abc import Iterator

from tests.mails.making import DESK, Part, headers, mail, many, text
from tests.mails.plain import ENGLISH, FERRY

PLAIN = {"From": "olena@mail.example", "To": DESK, "Date": "Mon, 02 Mar 2026 12:30:00 +0000"}


def mails() -> Iterator[tuple[str, bytes]]:
    """Iterate the mails."""
    yield "no message at all", bytes(range(1, 256)) * 3
    yield "empty", mail("empty", text(" \n \n"))
    yield "headers and no end", headers({**PLAIN, "Message-ID": "<headless@mail.example>"})
    damaged = headers({**PLAIN, "Content-Type": "text/plain", "Content-Transfer-Encoding": "base64"})
    yield "damaged base64", damaged + b"\r\nVGhlIGZl\x00cnJ5*IGlz!!IHdyb25n==\r\n=end"
    unparted = headers({**PLAIN, "Content-Type": "multipart/mixed"})
    yield "parts without a boundary", unparted + b"\r\n" + ENGLISH.encode()
    cut = headers({**PLAIN, "Content-Type": 'multipart/mixed; boundary="b"'})
    yield "cut off in a part", cut + b"\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + ENGLISH.encode()[:90]
    nested = text("deep")
    for _ in range(60):
        nested = many("multipart/mixed", nested)
    yield "nested sixty deep", mail("deep", nested)
    yield "a thousand parts", mail("thousand", many("multipart/mixed", *[text("x")] * 1000))
    sealed = Part(
        b"\x30\x82", 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', "base64"
    )
    yield "encrypted", mail("sealed", sealed)
    bytes_in_headers = (
        b"From: \xce\xeb\xe5\xed\xe0 <olena@mail.example>\r\nTo: " + DESK.encode() + b"\r\n"
        b"Subject: \xcf\xee\xec\xe8\xeb\xea\xe0 \xb3 \xea\xf0\xe0\xef\xea\xe0\r\n"
        b'Content-Type: text/plain; charset="\xcf\xee"\r\n\r\n'
    )
    yield "bytes in headers", bytes_in_headers + ENGLISH.encode()
    injected = "=?utf-8?Q?Hello=0D=0ABcc:_victim@mail.example=0D=0A=0D=0Abody?="
    yield "line breaks in the subject", mail("injected", text(f"See {FERRY}"), subject=injected)
    yield "zero bytes", mail("zero", Part(f"See {FERRY}\0\r\nit\0 is \x1b[31mwrong\r\n".encode()))
    turned = f"{FERRY} \u202eце розвернуто\u2066 \ud83d".encode("utf-8", "surrogatepass")
    yield "turned and torn text", mail("turned", Part(turned))
    yield "very long text", mail("long", text(f"{FERRY}\n" + "So many words about it. " * 4000))
    address = ", ".join(f"a{number}@mail.example" for number in range(5000))
    yield "five thousand recipients", mail("crowd", text(f"See {FERRY}"), to=address)
    hostile = "<".join(["„"] * 3000) + ">" * 3000 + f"\nOn 12:30 <@> wrote:\n{FERRY}"
    yield "hostile marks", mail("marks", text(hostile))
    yield "markup", mail("markup", text(f"<script>alert(1)</script> {FERRY} <img src=x onerror=alert(1)>"))
