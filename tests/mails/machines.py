"""Mails that nobody wrote: automatic replies, and letters that came back."""

from collections.abc import Iterator

from tests.mails.making import Names, Part, mail, many, text

AWAY = "I am away until Monday."


def mails(names: Names) -> Iterator[tuple[str, bytes]]:
    """Iterate the mails."""
    yield "auto-submitted", mail("auto", text(AWAY), Auto_Submitted="auto-replied (vacation)")
    yield "auto-submitted: no", mail("no-auto", text("I wrote this myself."), Auto_Submitted="no")
    yield "precedence bulk", mail("bulk", text(AWAY), Precedence="bulk")
    yield "x-autoreply", mail("x-auto", text(AWAY), X_Autoreply="yes")
    for number, subject in enumerate(("Автоматична відповідь: Ваш лист", "Out of office: Re: your report")):
        yield f"vacation {number + 1}", mail(f"vacation{number}", text(AWAY), subject=subject)
    encoded = "=?utf-8?B?QWJ3ZXNlbmhlaXRzbm90aXo=?="
    yield "vacation, encoded subject", mail("vacation-e", text(AWAY), subject=encoded)
    yield "null return path", mail("null", text("Your mail was read."), Return_Path="<>")
    yield "mailing list", mail("list", text("News"), List_Id="<a.b>", List_Unsubscribe="<https://a.example>")
    yield from _bounces(names)


def _report(action: str, status: str) -> Part:
    fields = (
        "Reporting-MTA: dns; mx.mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; reader@mail.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <reader@mail.example>: user reader unknown\r\n"
    )
    return Part(fields.encode(), "message/delivery-status", "7bit")


def _ours(message_id: str) -> bytes:
    return f"From: desk\r\nTo: reader@mail.example\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n".encode()


def _bounces(names: Names) -> Iterator[tuple[str, bytes]]:
    kind = "multipart/report; report-type=delivery-status"
    server = {"From": "Mail Delivery System <MAILER-DAEMON@mx.mail.example>", "Return_Path": "<>"}
    first, second, third, late = names.returned

    def bounced(name: str, *parts: Part) -> bytes:
        return mail(
            name, many(kind, text("This is the mail system."), *parts), subject="Undelivered", **server
        )

    copy = Part(_ours(first) + b"You told us", "message/rfc822", "7bit")
    yield "bounce", bounced("bounce", _report("failed", "5.1.1"), copy)
    yield "bounce again", bounced("bounce-2", _report("failed", "5.1.1"), copy)
    heads = Part(_ours(second), "text/rfc822-headers", "7bit")
    yield "bounce with headers only", bounced("bounce-h", _report("failed", "5.2.2"), heads)
    qmail = (
        "Hi. This is the qmail-send program at mx.mail.example.\nI'm afraid I wasn't able to deliver your "
        "message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work "
        "out.\n\n<reader@mail.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\n{_ours(third).decode()}".replace("\r", "")
    )
    yield "plain bounce", mail("qmail", text(qmail), subject="failure notice", **server)
    copy = Part(_ours(late), "message/rfc822", "7bit")
    yield "delayed", bounced("delayed", _report("delayed", "4.4.1"), copy)
    nobody = {"From": "", "To": "", "Return_Path": "<>"}
    yield "bounce from nobody", mail("nobody", text("It failed."), subject="Undelivered", **nobody)
    copy = Part(_ours("<other@elsewhere.example>"), "message/rfc822", "7bit")
    yield "bounce of another's mail", bounced("bounce-o", _report("failed", "5.1.1"), copy)
    words = text(f"550 5.1.1 user unknown: that is what {late} says, I am no server.")
    yield "reader who speaks of a bounce", mail("speaks", words)
