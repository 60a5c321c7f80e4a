"""Finds what belongs to a person: by an e-mail address, or by one report for who left none."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Final

from django.db.models import Q, QuerySet

from corrigenda.connectors.recipients import digest_of, mailbox_of
from corrigenda.models import Contact, Mail, Report
from corrigenda.report.mail.parse import headers_of

_HEAD: Final = 65_536
"""Bytes of a mail in which its headers stand."""
_FROM: Final = ("From", "Sender", "Reply-To", "Return-Path")
_STATUS: Final = re.compile(r"(?:.*/status/)?(?P<token>[A-Za-z0-9_-]{43})/?")

_WANTED: Final = (
    "Give the link to the status page (…/status/…) that the reader has, or the number of the report, "
    "which is not that of its case."
)


class NobodyError(LookupError):
    """There is no such report; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote to this desk, as far as it can be told."""

    address: str
    """As it was asked for; empty where a report was."""
    reports: list[Report]
    contacts: list[Contact]
    """Those of the reports, each under its own spelling, and any that belong to no report."""
    aside: list[Mail] = field(default_factory=list)
    """Mails that were set aside and come from the address."""

    @property
    def spellings(self) -> list[str]:
        """The address as it was asked for and as it was left, each once but for the case of its letters."""
        named = [self.address, *(contact.email for contact in self.contacts)]
        return sorted({address.strip().lower() for address in named} - {""})

    @property
    def is_known(self) -> bool:
        """Whether anything is kept."""
        return bool(self.reports or self.contacts or self.aside)


def person_with(address: str) -> Person:
    """Return what belongs to the mailbox behind an address, whatever spelling it was left under."""
    mailbox = mailbox_of(address)
    # An earlier version counted quoted spellings as mailboxes of their own.
    likely = Q(digest=digest_of(address)) | Q(digest="") | Q(email__startswith='"')
    contacts = [
        contact
        for contact in Contact.objects.filter(likely).order_by("id")
        if mailbox_of(contact.email) == mailbox
    ]
    reports = _reports().filter(contact__in=contacts)
    return Person(address, list(reports), contacts, [mail for mail in _aside() if is_from(mail, address)])


def person_of(report: str) -> Person:
    """Return the person behind one report, given its number or its status link; raises NobodyError."""
    named = report.strip()
    link = _STATUS.fullmatch(named)
    if named.isascii() and named.isdigit() and len(named) < 19:
        found = _reports().filter(pk=int(named)).first()
    elif link is not None:
        found = _reports().filter(token=link["token"]).first()
    else:
        raise NobodyError(f"This names no report. {_WANTED}")
    if found is None:
        raise NobodyError(f"There is no such report. {_WANTED}")
    return Person("", [found], [found.contact] if found.contact else [])


def is_from(mail: Mail, address: str) -> bool:
    """Whether a mail that was set aside comes from an address.

    Its headers may be broken: where none names a sender, the address anywhere at its beginning is enough.
    """
    head = bytes(mail.raw or b"")[:_HEAD]
    senders = set(_senders(head))
    if senders:
        return mailbox_of(address) in senders
    return address.strip().lower().encode("utf-8", "replace") in head.lower()


def _senders(head: bytes) -> Iterator[str]:
    # Of the headers alone: parts within parts would take the parser beyond the depth of Python's stack.
    source = BytesHeaderParser().parsebytes(head)
    for name in _FROM:
        for _name, address in _parsed(headers_of(source, name)):
            if "@" in address:
                yield mailbox_of(address)


def _parsed(values: Iterable[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for value in values:
        try:
            found += getaddresses([value])
        except RecursionError:  # parentheses in parentheses: a comment, and no address
            continue
    return found


def _reports() -> QuerySet[Report]:
    rows = Report.objects.select_related("site", "contact", "case__article")
    return rows.order_by("id")


def _aside() -> Iterator[Mail]:
    return Mail.objects.filter(outcome=Mail.Outcome.ASIDE).order_by("id").iterator(chunk_size=20)
