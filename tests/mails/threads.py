"""Letters that answer ours, and letters that pass somebody else's on."""

from collections.abc import Iterator

from tests.mails.making import Names, Part, html, mail, many, text
from tests.mails.plain import ENGLISH, FERRY, GAZETA, UKRAINIAN

HISTORY = """
On Mon, Mar 2, 2026 at 12:30 PM The Courier
<corrections@courier.example> wrote:

> You told us that something may be wrong in “The night ferry returns”.
>
> What you marked:
>> The night ferry leaves the harbour at 21:40
"""
OUTLOOK = """
________________________________
Від: Редакція
Надіслано: понеділок, 2 березня 2026 р. 12:30
Кому: Olena
Тема: Ваше повідомлення

Ви повідомили, що у статті може бути помилка.
"""
INLINE = f"""\
See what a reader wrote to me.

---------- Forwarded message ---------
From: Petro <petro@mail.example>
Date: Sun, 1 Mar 2026 at 10:00
Subject: Your ferry
To: <anna@courier.example>

In {FERRY} it says "every day except Sunday". It sails on Sundays.
"""


def mails(names: Names) -> Iterator[tuple[str, bytes]]:
    """Iterate the letters."""
    yield from _answers(names)
    yield from _forwards()


def _answers(names: Names) -> Iterator[tuple[str, bytes]]:
    yield (
        "answer by address",
        mail(
            "by-address",
            text(f"Thank you. The price is wrong too.\n\nSent from my telephone\n{HISTORY}"),
            to=names.reply_address,
            subject="Re: Your report",
        ),
    )
    refers = {"In_Reply_To": names.answered, "References": names.answered}
    below = f"{HISTORY.strip()}\n\nІ ще: ціна теж неправильна.\n-- \nОлена"
    yield "answer below, by reference", mail("below", text(below, "koi8-u", declared="koi8-u"), **refers)
    yield (
        "answer above headers",
        mail("outlook", text(f"Дякую, але це ще не все.\n{OUTLOOK}", "cp1251"), subject="RE: Ваше", **refers),
    )
    page = (
        "<div>Yes, and the year.</div><div class=gmail_quote>On Mon, 2 Mar 2026, The Courier "
        "&lt;corrections@courier.example&gt; wrote:<br><blockquote type=cite>You told us</blockquote></div>"
    )
    yield "answer in html", mail("html-answer", html(page), **refers)
    bare = text("> You told us\n> that something may be wrong")
    yield "answer that only quotes", mail("only-quotes", bare, subject="Re: Your report", **refers)
    forged = names.reply_address.replace("@", "x@")
    yield (
        "forged token",
        mail("forged", text(f"About {FERRY}: I am somebody else."), to=forged, subject="Re: x"),
    )
    stranger = {"In_Reply_To": "<unknown@elsewhere.example>"}
    yield "answer to somebody else", mail("stranger", text(f"Yes.\n{HISTORY}"), subject="Re: x", **stranger)


def _forwards() -> Iterator[tuple[str, bytes]]:
    yield "forwarded inline", mail("fwd", text(INLINE), subject="Fwd: Your ferry")
    apple = (
        "Початок переспрямованого повідомлення:\n\nВід: Петро <petro@mail.example>\nТема: Пором\n"
        f"Дата: 1 березня 2026\n\n{UKRAINIAN}"
    )
    yield (
        "forwarded inline, Ukrainian",
        mail("fwd-uk", text(apple, "cp1251"), to=GAZETA, subject="Fwd: Пором"),
    )
    inner = Part(mail("inner", text(ENGLISH), From="Petro <petro@mail.example>"), "message/rfc822")
    whole = many("multipart/mixed", text("Please look into this."), inner)
    yield "forwarded as a message", mail("fwd-whole", whole, subject="FW: wrong time")
    alone = many("multipart/mixed", inner)
    yield "forwarded without a word", mail("fwd-alone", alone, subject="FW: wrong time")
