"""What a reader sends, before it is a report: its fields, how they are cleaned, what is wrong with them."""

import re
from typing import Final

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from msgspec.structs import replace

from corrigenda.connectors.addresses import AddressError, clean_url
from corrigenda.connectors.recipients import is_plain
from corrigenda.models import Report
from corrigenda.report.bounds import MOST
from corrigenda.web.addresses import said_of, too_long

LEAST_KEY, MOST_KEY = 16, 100
"""Shorter keys would meet by chance, and one reader would be shown the receipt of another."""
INTERNAL: Final = ("mail-", "demo-", "erased-")
"""How idempotency keys begin that this desk makes itself."""

_KEY: Final = re.compile(rf"[\x21-\x7e]{{{LEAST_KEY},{MOST_KEY}}}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
# Django gathers the values anew each time they are asked for.
_CONCERNS: Final = tuple(Report.Concern.values)
_PARTS: Final = tuple(Report.Part.values)
_MOST_LANGUAGE: Final = 35
"""The longest registered tag and room to spare (RFC 5646, 4.4.1); what is longer is as good as none."""
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
# Everything else that steers a terminal or a mail and no reader means to write; tabs and line ends stay.
_CONTROLS: Final = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class ReportDraft(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A report as its sender wrote it; hostile until it is shown.

    No dataclass: a frozen one costs ten times as much to make, and each report makes two.
    """

    url: str
    language: str = ""
    concern: str
    part: str = Report.Part.BODY.value
    image: str = ""
    """Address of the reported image as the page has it."""
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    position: int | None = None
    """Start of the quote in UTF-16 units of the page's text."""
    suggestion: str = ""
    comment: str = ""
    email: str = ""
    website: str = ""
    """What stands in the field that people do not see."""
    seal: str = ""
    """The signed time at which the form was handed out."""
    solution: str = ""
    """Of the puzzle that is asked of reports while too many arrive."""
    doubts: str = ""
    """What the request itself speaks against it: names of doubts, with a space between."""


class RefusedError(ValueError):
    """A report that is not taken; `problems` has a sentence for the sender for each field that is wrong."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {sentence}" for name, sentence in problems.items()))
        self.problems = problems


def cleaned(draft: ReportDraft, *, quote_needed: bool, url_needed: bool = True) -> ReportDraft:
    """Return the draft as it is stored, or raise RefusedError.

    The quote and its surroundings stay as they are, for they are compared with the article; what the reader
    wrote loses control characters. A suggestion equal to the quote suggests nothing; one of white space alone
    asks for the words to be deleted; another one keeps the space at its ends, for it stands where the quote
    stood.
    """
    problems = _unstorable(draft)
    if problems:
        raise RefusedError(problems)
    suggestion, url = _tidy(draft.suggestion), draft.url
    try:
        url = clean_url(url) if url or url_needed else ""
    except AddressError as error:
        problems["url"] = said_of(
            error, _("This is not the address of an article: it begins with https:// or http://.")
        )
    clean = replace(
        draft,
        url=url,
        suggestion=_wording(suggestion, draft.exact),
        comment=_tidy(draft.comment).strip(),
        email=draft.email.strip(),
        language=_language_code(draft.language.strip()),
    )
    problems |= _too_long(clean) | _missing(clean, quote_needed=quote_needed) | _not_allowed(clean)
    if problems:
        raise RefusedError(problems)
    return clean


def check_key(key: str, *, is_public: bool = True) -> None:
    """Raise RefusedError unless an idempotency key is 16 to 100 visible ASCII characters.

    A key that comes from outside must not begin as the keys do that this desk makes itself (INTERNAL).
    """
    if not _KEY.fullmatch(key):
        sentence = _(
            "The idempotency key must be %(least)s to %(most)s visible ASCII characters, such as a UUID."
        )
        raise RefusedError({"idempotency_key": sentence % {"least": LEAST_KEY, "most": MOST_KEY}})
    if is_public and key.lower().startswith(INTERNAL):
        sentence = _("The idempotency key must not begin with “%(prefix)s”. Use a UUID.")
        raise RefusedError({"idempotency_key": sentence % {"prefix": key.partition("-")[0] + "-"}})


def _unstorable(draft: ReportDraft) -> dict[str, str]:
    names = ("url", "language", "concern", "part", *MOST)
    texts = [getattr(draft, name) for name in names]
    together = "".join(texts)
    # The expression alone takes a third of all the time that a report is checked in.
    if "\x00" not in together and (together.isascii() or not _UNSTORABLE.search(together)):
        return {}
    sentence = _("This holds a character that cannot be stored.")
    return {name: sentence for name, text in zip(names, texts, strict=True) if _UNSTORABLE.search(text)}


def _too_long(draft: ReportDraft) -> dict[str, str]:
    return {name: too_long(most) for name, most in MOST.items() if len(getattr(draft, name)) > most}


def _missing(draft: ReportDraft, *, quote_needed: bool) -> dict[str, str]:
    problems = {}
    # An image without a caption or an alternative text has no words.
    if not draft.exact.strip() and not (draft.part == Report.Part.IMAGE and draft.image):
        if quote_needed:
            problems["exact"] = _("The words that the report is about are missing.")
        elif not draft.comment:
            problems["comment"] = _(
                "Copy the words that are wrong from the article, or say here what is wrong."
            )
    if not draft.concern:
        problems["concern"] = _("Please choose what is wrong.")
    return problems


def _not_allowed(draft: ReportDraft) -> dict[str, str]:
    problems = {}
    if draft.concern and draft.concern not in _CONCERNS:
        names = ", ".join(_CONCERNS)
        problems["concern"] = _("This must be one of: %(names)s.") % {"names": names}
    if draft.part not in _PARTS:
        problems["part"] = _("This must be one of: %(names)s.") % {"names": ", ".join(_PARTS)}
    if draft.email:
        try:
            check_address(draft.email)
        except ValidationError:
            problems["email"] = _(
                "This is not an e-mail address. Leave the field empty if you want no answer."
            )
    return problems


def check_address(address: str) -> None:
    """Raise ValidationError unless an answer can go to an address."""
    validate_email(address)
    if not is_plain(address):
        raise ValidationError("The address is of a form that this desk does not write to.")


def _tidy(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _wording(suggestion: str, exact: str) -> str:
    if not suggestion or suggestion.strip() == exact.strip():
        return ""
    return suggestion if suggestion.strip() else Report.NO_WORDS


def _language_code(text: str) -> str:
    return text if len(text) <= _MOST_LANGUAGE and _LANGUAGE.fullmatch(text) else ""
