"""Letters in plain text: encodings, charsets true and false, links, quotations, corrections."""

from collections.abc import Iterator

from tests.mails.making import DESK, Part, mail, text

FERRY = "https://courier.example/night-ferry.html"
POROM = "https://gazeta.example/porom.html"
GAZETA = "redaktsiia@gazeta.example"

ENGLISH = f"""\
Dear editors,

In {FERRY} you write "The night ferry leaves the harbour at 21:40".
That was last year's timetable.

--\x20
Olena Reader
+380 00 000 00 00
"""
UKRAINIAN = f"""\
Добрий день!

У статті {POROM} написано: «Нічний пором вирушає з гавані о 21:40».
Насправді рейс змінили ще восени: їхати треба раніше.
"""
SHORT = "Помилка у статті «Нічний пором повертається»: їжак, ґанок і мир."


def mails() -> Iterator[tuple[str, bytes]]:
    """Iterate the letters."""
    yield from _encodings()
    yield from _charsets()
    yield from _links()
    yield from _quotations()
    yield from _corrections()


def _encodings() -> Iterator[tuple[str, bytes]]:
    yield "plain", mail("plain", text(ENGLISH), subject="A wrong time")
    yield "8bit", mail("8bit", text(UKRAINIAN), to=GAZETA, subject="=?utf-8?B?0J/QvtC80LjQu9C60LA=?=")
    yield "quoted-printable", mail("qp", text(UKRAINIAN, encoding="quoted-printable"), to=GAZETA)
    yield "base64", mail("base64", text(UKRAINIAN, encoding="base64"), to=GAZETA)
    flowed = "Hello:\n\n> The night ferry leaves \n> the harbour at 21:40 \n> every day.\n\nIt does \nnot.\n"
    kind = "text/plain; charset=utf-8; format=flowed"
    yield "flowed", mail("flowed", Part(flowed.replace("\n", "\r\n").encode(), kind))
    yield (
        "no headers for the body",
        b"From: olena@mail.example\r\nTo: " + DESK.encode() + b"\r\n\r\n" + ENGLISH.encode(),
    )


def _charsets() -> Iterator[tuple[str, bytes]]:
    for charset in ("windows-1251", "koi8-u"):
        yield charset, mail(charset, text(UKRAINIAN, charset), to=GAZETA)
        yield f"{charset} base64", mail(f"{charset}-b", text(UKRAINIAN, charset, "base64"), to=GAZETA)
        yield (
            f"{charset} undeclared",
            mail(f"{charset}-u", text(UKRAINIAN, charset, declared=""), to=GAZETA),
        )
    subject = "=?koi8-u?B?8M/NyczLwQ==?= =?windows-1251?Q?_=E2_=F1=F2=E0=F2=F2=B3?="
    quoted = text(UKRAINIAN, "koi8-u", "quoted-printable")
    yield "koi8-u quoted-printable", mail("koi8-u-q", quoted, to=GAZETA, subject=subject)
    false = text(UKRAINIAN, "koi8-u", declared="windows-1251")
    yield "koi8-u said to be windows-1251", mail("koi8-false", false, to=GAZETA)
    false = text(UKRAINIAN, declared="us-ascii")
    yield "utf-8 said to be ascii", mail("utf8-false", false, to=GAZETA)
    yield "unheard-of charset", mail("unheard", text(UKRAINIAN, declared="x-mac-home"), to=GAZETA)
    japanese = f"{FERRY} の記事に誤りがあります。「21:40」ではなく「22:40」です。"
    yield "iso-2022-jp", mail("jp", text(japanese, "iso-2022-jp"))
    french = f"Bonjour, à propos de {FERRY} : « 21:40 » est erroné, l’horaire a été changé cet été."
    yield "windows-1252 said to be latin-1", mail("fr", text(french, "cp1252", declared="iso-8859-1"))


def _links() -> Iterator[tuple[str, bytes]]:
    words = "The time of departure in this story is wrong: {}"
    yield "tracked link", mail("tracked", text(words.format(f"{FERRY}?utm_source=letter&fbclid=x#top")))
    yield "link without https", mail("bare", text(words.format("courier.example/night-ferry.html")))
    scanned = f"https://scan.example/?url={FERRY.replace(':', '%3A').replace('/', '%2F')}&data=05"
    yield "link wrapped by a scanner", mail("scanned", text(words.format(scanned)))
    yield "link over two lines", mail("broken-link", text(words.format(f"<{FERRY[:30]}\n{FERRY[30:]}>")))
    two = f"I read https://courier.example/ and https://courier.example/lighthouse.html and {FERRY}.\n"
    quote = "\nYou write “The night ferry leaves the harbour at 21:40”. No."
    yield "three links, one quoted", mail("three", text(two + quote))
    yield "foreign link", mail("foreign", text("Look at https://elsewhere.example/a: you have it wrong."))


def _quotations() -> Iterator[tuple[str, bytes]]:
    found = "You say “The lamp was lit for the first time in 1879” but my grandmother saw it earlier."
    yield "found by its words", mail("words", text(found))
    wrapped = "На сайті:\n\n> Хліб із водоростей печуть\n> у двох пекарнях міста\n\nУ трьох!"
    yield "found by marked lines", mail("marked", text(wrapped, "koi8-u"), to=GAZETA)
    yield "found by its headline", mail("headline", text(SHORT), to=GAZETA)
    typed = 'Your words, "the keeper\'s lamp - a gift from 1881", tell a legend.'
    yield "found though typed otherwise", mail("typed", text(typed))
    twice = "“The harbour office did not answer” is unfair."
    yield "words of two articles", mail("twice", text(twice))
    yield "no quotation", mail("nothing", text("Your ferry article is wrong."), subject="Ferry")
    yield "for nobody here", mail("nobody", text("Is this the bakery?"), to="info@unknown.example")
    yield "site by tag", mail("tagged", text("Щось не так у новинах."), to="desk+gazeta@unknown.example")
    yield (
        "no usable sender",
        mail("anonymous", text(ENGLISH), From="undisclosed", Return_Path="<x@mail.example>"),
    )


def _corrections() -> Iterator[tuple[str, bytes]]:
    instead = f"{FERRY}\nIt should be “every day except Monday” instead of “every day except Sunday”."
    yield "instead of", mail("instead", text(instead))
    should = f"{POROM}\n\n«Нічний пором вирушає з гавані о 21:40 щодня». Має бути «22:40», а не «21:40»."
    yield "has to be, not", mail("not", text(should), to=GAZETA)
    plain = f"{POROM}\nЗамість неділі має бути понеділок."
    yield "without marks", mail("unmarked", text(plain), to=GAZETA)
    arrow = f"{FERRY}: „21:40“ → „22:40“"
    yield "arrow", mail("arrow", text(arrow))
