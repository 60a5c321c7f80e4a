"""Hands one mail to the SMTP server and says whether it took it, wants it later, or refuses it for good."""

import contextlib
import io
import re
import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.generator import BytesGenerator
from email.utils import format_datetime
from enum import StrEnum
from typing import Final, Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from corrigenda.connectors.recipients import is_plain

_ADDRESS: Final = re.compile(r"[^\s<>:;,'\"]+@[^\s<>:;,'\"]+")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """One plain-text mail to one person; the same letter twice is the same bytes twice."""

    sender: str
    recipient: str
    subject: str
    body: str
    message_id: str
    date: datetime
    language: str
    reply_to: str = ""
    """Where answers go, if not to the sender."""
    stop_url: str = ""
    """Where the recipient says that he wants no mail; a POST to it is enough (RFC 8058)."""
    submitted: str = "auto-replied"
    """What it is to other programs (RFC 3834, section 5): an answer, or "auto-generated"."""


class Outcome(StrEnum):
    """What became of a letter."""

    TAKEN = "taken"
    LATER = "later"  # the server wants this letter another time
    AWAY = "away"  # the server cannot be used now: no letter would get through
    REFUSED = "refused"  # for good


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said of a letter; `detail` is one line for the operator, empty when taken."""

    outcome: Outcome
    detail: str = ""


class Mailer(Protocol):
    """A way out for letters."""

    @property
    def is_ready(self) -> bool:
        """Whether letters can go out at all; where they cannot they wait, and no attempt is counted."""

    def send(self, letter: Letter) -> Answer:
        """Hand over one letter; never raises for what a server or an address does."""


class NullMailer:
    """Where mail is turned off."""

    is_ready = False

    def send(self, letter: Letter) -> Answer:  # noqa: ARG002 (the protocol's)
        """Leave the letter for later."""
        return Answer(Outcome.AWAY, "Mail is turned off.")


class SmtpMailer:
    """The SMTP server of the settings, protected as they say: STARTTLS, TLS or not at all."""

    is_ready = True

    def send(self, letter: Letter) -> Answer:
        """Send one letter over a connection of its own."""
        if not is_plain(letter.recipient):
            # Left by a version that took such addresses: their limit and their stop link can be passed by.
            return Answer(Outcome.REFUSED, "The address is of a form that this desk does not write to.")
        try:
            recipient = sanitize_address(letter.recipient, "utf-8")
            envelope_sender = sanitize_address(letter.sender, "utf-8")
            data = bytes_of(message_of(letter))
        except ValueError as error:
            # A control character in a header or an address that is none: no repeat will mend it.
            return Answer(Outcome.REFUSED, _line(error, letter.recipient))
        backend = EmailBackend()
        try:
            backend.open()
            smtp = backend.connection
            if smtp is None:
                return Answer(Outcome.AWAY, "The SMTP connection did not open.")
            smtp.sendmail(envelope_sender, [recipient], data)
        except (OSError, smtplib.SMTPException) as error:
            return _judge(error, letter.recipient)
        finally:
            _hang_up(backend)
        return Answer(Outcome.TAKEN)


def _hang_up(backend: EmailBackend) -> None:
    """Close the connection: the letter is taken or not by now, and a goodbye that fails changes nothing."""
    smtp = backend.connection
    with contextlib.suppress(OSError, smtplib.SMTPException):
        backend.close()
    if smtp is not None:
        smtp.close()


def mailer() -> Mailer:
    """Return the way out that the settings name."""
    return SmtpMailer() if settings.EMAIL_HOST else NullMailer()


def message_of(letter: Letter) -> EmailMessage:
    """Return the letter as a message; ValueError where a header holds a control character.

    Django refuses CR and LF; Python's header folding breaks lines at further controls too, so none is let in.
    Auto-Submitted keeps other machines from answering it (RFC 3834, section 5).
    """
    for value in (
        letter.sender,
        letter.recipient,
        letter.subject,
        letter.message_id,
        letter.language,
        letter.reply_to,
        letter.stop_url,
    ):
        if _CONTROLS.search(value):
            message = "A header holds a control character."
            raise ValueError(message)
    return EmailMessage(
        subject=letter.subject,
        body=letter.body,
        from_email=letter.sender,
        to=[letter.recipient],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={
            "Message-ID": letter.message_id,
            "Date": format_datetime(letter.date),
            "Auto-Submitted": letter.submitted,
            "Content-Language": letter.language,
            **_stop_headers(letter.stop_url),
        },
    )


def _stop_headers(url: str) -> dict[str, str]:
    """Return the headers by which a mail program offers to stop; by one click over https alone (RFC 8058)."""
    if not url:
        return {}
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if url.startswith("https:") else {}
    return {"List-Unsubscribe": f"<{url}>", **one_click}


def bytes_of(message: EmailMessage) -> bytes:
    """Return the message as it goes over the wire, its lines ended by CRLF and none of them mangled."""
    written = io.BytesIO()
    BytesGenerator(written, mangle_from_=False).flatten(message.message(), linesep="\r\n")
    return written.getvalue()


def _judge(error: OSError | smtplib.SMTPException, recipient: str) -> Answer:
    """Sort what smtplib raised: the recipient and the text can be refused for good, all else may be mended.

    A refusal of our sign-in or our sender (RFC 5321, 4.2.1) is the operator's to mend, and must not cost a
    reader the answer.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return Answer(_final_from_500(code), _line(_said(code, said), recipient))
    if isinstance(error, smtplib.SMTPDataError):
        said_line = _said(error.smtp_code, error.smtp_error)
        return Answer(_final_from_500(error.smtp_code), _line(said_line, recipient))
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer(Outcome.AWAY, _line(_said(error.smtp_code, error.smtp_error), recipient))
    return Answer(Outcome.AWAY, _line(error, recipient))


def _final_from_500(code: int) -> Outcome:
    return Outcome.REFUSED if code >= 500 else Outcome.LATER


def _said(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"


def _line(what: object, recipient: str) -> str:
    """One line of at most 300 characters, free of the reader's address, which servers like to repeat."""
    text = what if isinstance(what, str) else f"{type(what).__name__}: {what}"
    name = recipient.rpartition("@")[0]
    addressless = _ADDRESS.sub("<address>", text.replace(recipient, "<address>"))
    for part in (name, name.partition("+")[0]):
        if part:
            pattern = rf"(?<!\w){re.escape(part)}(?!\w)"
            addressless = re.sub(pattern, "<name>", addressless, flags=re.IGNORECASE)
    return _CONTROLS.sub(" ", addressless).strip()[:300]
