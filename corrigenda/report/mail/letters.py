"""What is read of a mail, as plain data: all that its bytes say, without a look at the tables."""

from dataclasses import dataclass
from typing import Final

from corrigenda.report.mail.attachments import Kept, LeftOut, choose_files
from corrigenda.report.mail.kinds import Bounce, automatic_reason, bounce_in
from corrigenda.report.mail.parse import Incoming, about_of, read_mail
from corrigenda.report.mail.quotes import Wording, evidence, wording_in
from corrigenda.report.mail.strip import Stripped, strip_letter

_NOTHING: Final = Stripped("", (), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be read."""

    raw: bytes
    envelope_sender: str | None
    """The return path: empty for the null one, None where it is not known."""
    file_bytes: int
    """How large a file may be."""
    files_bytes: int
    """How large all files may be together."""
    only_about: bool = False
    """Whether nothing is wanted but what its row shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail; hostile until it is shown."""

    about: str = ""
    """Sender and subject on one line, where nothing else is wanted."""
    bounce: Bounce | None = None
    """What it says of a letter of ours that came back; the rest is empty then."""
    automatic: str = ""
    """Why it was not written by a person; empty where one did. The rest is empty where it is not."""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    language: str = ""
    text: str = ""
    """Its own texts, history and signature included."""
    parts: Stripped = _NOTHING
    forwarded: tuple[str, ...] = ()
    """The texts of the messages that are attached whole."""
    quotes: tuple[str, ...] = ()
    wording: Wording | None = None
    links: tuple[str, ...] = ()
    files: tuple[Kept, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    is_sealed: bool = False
    is_cut: bool = False
    """Whether it has more text than was read."""

    @property
    def forwarded_text(self) -> str:
        """All forwarded texts as one."""
        return "\n\n".join([self.parts.forwarded, *self.forwarded])


def read_letter(asked: Asked) -> Letter:
    """Read a mail; raises AsideError where a person must look at it. The work is linear in its size."""
    if asked.only_about:
        return Letter(about=about_of(asked.raw))
    mail = read_mail(asked.raw)
    bounce = bounce_in(mail, envelope_sender=asked.envelope_sender)
    if bounce is not None:
        return Letter(bounce=bounce)
    automatic = automatic_reason(mail, envelope_sender=asked.envelope_sender)
    if automatic:
        return Letter(automatic=automatic)
    return _written(mail, asked)


def _written(mail: Incoming, asked: Asked) -> Letter:
    text = mail.body.text
    parts = strip_letter(text, subject=mail.subject, is_reply=bool(mail.references))
    files, left_out = choose_files(mail.body.files, most_each=asked.file_bytes, most=asked.files_bytes)
    forwarded = "\n\n".join([parts.forwarded, *mail.body.forwarded])
    quotes = evidence(parts.own, parts.quotes, forwarded, mail.subject)
    return Letter(
        sender=mail.sender,
        recipients=mail.recipients,
        references=mail.references,
        subject=mail.subject,
        language=mail.language,
        text=text,
        parts=parts,
        forwarded=tuple(mail.body.forwarded),
        quotes=tuple(quotes),
        wording=wording_in(parts.own) or wording_in(forwarded),
        links=tuple(mail.body.links),
        files=tuple(files),
        left_out=tuple(left_out),
        is_sealed=mail.body.is_sealed,
        is_cut=mail.body.is_cut,
    )
