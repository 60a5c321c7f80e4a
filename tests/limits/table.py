"""The one table of every parameter and function that a stranger reaches; what needs no row, and why."""

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from typing import Any, Final

from tests.limits.functions import FUNCTIONS, Row
from tests.limits.parameters import PARAMETERS

MailRow = tuple[str, Callable[[Any], object], Callable[[int], Any]]
_MAIL_ROWS: Final = "tests.rooms.report.mail_growth"

OF_OURS: Final = {
    "read corrigenda.report.exchange environ REQUEST_METHOD": "a method of a few letters",
    "read corrigenda.report.exchange environ corrigenda.beyond_share": "our own word, no header's",
    "read corrigenda.report.front.application environ REQUEST_METHOD": "a method of a few letters",
    "read corrigenda.report.front.application environ PATH_INFO": "compared with one address",
    "read corrigenda.report.front.application environ HTTP_HOST": "compared with the hosts of this desk",
    "read corrigenda.report.front.headers environ proxy[0]": "compared with one word",
    "read corrigenda.report.front.headers environ wsgi.url_scheme": "the server's own word",
    "read corrigenda.report.front.refusals environ HTTP_ORIGIN": "may_be_origin looks at the length",
    "read corrigenda.server.application environ CONTENT_LENGTH": "length_taken looks at the length",
    "read corrigenda.server.application environ HTTP_COOKIE": "member_of has a row",
    "read corrigenda.server.application environ REQUEST_METHOD": "compared with three methods",
    "read corrigenda.server.calling environ HTTP_ACCEPT_LANGUAGE": "cut at 500 characters",
    "read corrigenda.server.calling environ PATH_INFO": "only its beginning",
    "read corrigenda.server.environ environ HTTP_HOST": "only whether it is there",
    "read corrigenda.server.environ environ key": "the server takes a hundred lines at most",
    "read corrigenda.web.forwarding environ HTTP_X_FORWARDED_PROTO": "only whether it is there",
    "read corrigenda.web.forwarding environ PATH_INFO": "compared with one address",
    "read corrigenda.web.forwarding environ name": "only whether they are there",
    "read corrigenda.web.networks environ REMOTE_ADDR": "the server's own word",
    "function corrigenda.connectors.recipients.stop_token": "takes a digest of ours",
    "function corrigenda.connectors.reply_address.reply_address": "takes the mailbox of the settings",
    "function corrigenda.report.spam.challenge.check_pressure": "is_solved does the work",
    "function corrigenda.report.spam.challenge.make_challenge": "takes a key that check_key has let through",
    "function corrigenda.report.spam.doubts.is_suspected": "takes names of doubts",
    "function corrigenda.report.spam.doubts.score_of": "takes names of doubts",
    "function corrigenda.web.cors.for_site_pages": "takes methods of ours",
    "function corrigenda.web.cors.preflight_headers": "takes methods of ours",
    "function corrigenda.web.cors.is_ours": "may_be_origin looks at the length; the rest is the database's",
}
"""What `surface` finds and no stranger's text reaches, each with the reason."""

_READ_BY_LETTER: Final = "the rows of read_letter, which calls it"
_OF_READ: Final = "takes what read_letter has cut"
MAIL_APART: Final = {
    "read_mail": _READ_BY_LETTER,
    "headers_of": _READ_BY_LETTER,
    "ids_of": _READ_BY_LETTER,
    "automatic_reason": _READ_BY_LETTER,
    "bounce_in": _READ_BY_LETTER,
    "head_of": "the rows of key_of, which calls it",
    "take_in": "read_letter and key_of do the work",
    "take_begun": "read_letter and key_of do the work",
    "set_aside": "key_of does the work; the mail is stored as it came",
    "fetch_mails": "tells a line that note_failure has cut",
    "note_failure": "takes a line of 300 characters that corrigenda.connectors.mailbox has cut",
    "begun": "a hash of the mail",
    "forget_begun": "a hash of the mail",
    "answered_report": _OF_READ,
    "find_target": "takes what read_letter has cut; MOST_COMPARED and MOST_SCANNED in matching.py",
    "plan_for": _OF_READ,
    "site_of_recipient": "takes the address that the mail server has taken",
    "words_in": _OF_READ,
    "answer_to": "passes its question on to read_letter",
    "path_of": "takes a digest of ours",
    "name_article": "a member's form; clean_url does the work",
}
"""Public functions of the mail without a row of their own, by what holds them."""


def mail_rows() -> Sequence[MailRow]:
    """Return the rows of what reads e-mail: name, function, and what makes an input of a size."""
    if importlib.util.find_spec(_MAIL_ROWS) is None:
        return []
    rows: Sequence[MailRow] = importlib.import_module(_MAIL_ROWS).ROWS
    return rows


def named() -> set[str]:
    """Return every name that the table covers."""
    rows: list[Row] = FUNCTIONS
    return (
        {name for one in PARAMETERS for name in one.covers}
        | {name for row in rows for name in row.covers}
        | set(OF_OURS)
    )
