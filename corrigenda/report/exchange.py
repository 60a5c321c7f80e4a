"""POST /api/reports, whoever serves it: the same steps from a request to its answer."""

import logging
from collections.abc import Callable, MutableMapping
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any, Final, Protocol

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.utils import translation
from django.utils.http import parse_header_parameters

from corrigenda.models import Report
from corrigenda.report import answers
from corrigenda.report.answers import Answer
from corrigenda.report.door import FindSite, Parcel, Receipt, UnavailableError, answer_language, parcel_of
from corrigenda.report.drafts import RefusedError, ReportDraft, check_key
from corrigenda.report.spam.challenge import PressureError
from corrigenda.report.spam.seals import with_doubts
from corrigenda.report.wire import NotJsonError, decode_report
from corrigenda.web.cors import cors_headers, preflight_headers
from corrigenda.web.disk import DISK
from corrigenda.web.languages import language_accepted
from corrigenda.web.limits import count_report

logger = logging.getLogger(__name__)

Environ = MutableMapping[str, Any]
"""A request as WSGI has it (PEP 3333)."""

BEYOND_SHARE: Final = "corrigenda.beyond_share"
"""Is in the environ of a report whose network has sent more than its share; no header can set it."""

_LONGEST_LENGTH: Final = 19
"""Digits of a Content-Length that any server passes on (64 bits)."""
_LONGEST_TYPE: Final = 200
"""Characters of a Content-Type; the longest registered media type has 76, and `charset` is its parameter."""


class Receive(Protocol):
    """Stores a draft as `corrigenda.report.door.receive` does, and raises what it raises."""

    def __call__(self, *, draft: ReportDraft, idempotency_key: str, channel: Report.Channel) -> Receipt:
        """Return the receipt."""


def answer(
    environ: Environ, *, read: Callable[[int], bytes], receive: Receive, is_ours: Callable[[str], bool]
) -> Answer:
    """Answer a request one step after the other, as the plain view does.

    `read` returns that many bytes of the body, `is_ours` says whether an origin belongs to a site.
    """
    ours = asked(is_ours, environ)
    given = refused_unread(environ)
    if given is None:
        draft = draft_of(environ, read(int(environ["CONTENT_LENGTH"])))
        given = draft if isinstance(draft, Answer) else _received(draft, environ, receive)
    return dressed(given, environ, ours=ours)


def refused_unread(environ: Environ) -> Answer | None:
    """Return the answer to a request that needs no look into its body, None for a report that may be read."""
    if environ["REQUEST_METHOD"] == "OPTIONS":
        return Answer(HTTPStatus.NO_CONTENT)
    why = _why_unread(environ)
    if why is None:
        return None
    with translation.override(language_asked(environ)):
        return why()


def draft_of(environ: Environ, body: bytes) -> ReportDraft | Answer:
    """Return the draft that a body holds, or the answer to one that holds none or may not be stored now."""
    if DISK.is_full():
        with translation.override(language_asked(environ)):
            return answers.no_room()
    try:
        return with_doubts(
            decode_report(body),
            is_browser=bool(environ.get("HTTP_ORIGIN")),
            is_beyond_share=BEYOND_SHARE in environ,
        )
    except (NotJsonError, RefusedError):
        # Once more, to say it in the sender's language: a switch costs more than reading, and this is rare.
        with translation.override(language_asked(environ)):
            try:
                return decode_report(body)
            except NotJsonError:
                return answers.not_json()
            except RefusedError as error:
                return answers.refused(error)


def parcel_or_refusal(draft: ReportDraft, key: str, *, find_site: FindSite) -> Parcel | Answer:
    """Return what is to be stored for a draft, or the answer to one that may not be."""
    try:
        return parcel_of(draft, key, Report.Channel.WIDGET, find_site=find_site)
    except PressureError as error:
        return challenge_for(draft, error)
    except RefusedError:
        with translation.override(answer_language(draft.language, None)):
            try:
                return parcel_of(draft, key, Report.Channel.WIDGET, find_site=find_site)
            except RefusedError as error:
                return in_the_language_of(draft, answers.refused(error))


def key_or_refusal(draft: ReportDraft, environ: Environ) -> str | Answer:
    """Return the idempotency key of a request, or the answer to one that has none such."""
    key = str(environ["HTTP_IDEMPOTENCY_KEY"])
    try:
        check_key(key)
    except RefusedError:
        with translation.override(answer_language(draft.language, None)):
            try:
                check_key(key)
            except RefusedError as error:
                return in_the_language_of(draft, answers.refused(error))
    return key


def challenge_for(draft: ReportDraft, error: PressureError) -> Answer:
    """Return the answer to a draft that must come again with a solved puzzle."""
    with translation.override(answer_language(draft.language, None)):
        return in_the_language_of(draft, answers.challenged(error))


def in_the_language_of(draft: ReportDraft, given: Answer) -> Answer:
    """Name the language of an answer that was made in the one for a draft."""
    given.headers["Content-Language"] = answer_language(draft.language, None)
    return given


def dressed(given: Answer, environ: Environ, *, ours: bool) -> Answer:
    """Add the headers that depend on who asked; `ours` where the pages of a site did."""
    given.headers.setdefault("Content-Language", language_asked(environ))
    given.headers["Vary"] = "Origin, Accept-Language"
    if ours:
        if environ["REQUEST_METHOD"] == "OPTIONS":
            given.headers |= preflight_headers(("POST",))
        given.headers |= cors_headers(str(environ["HTTP_ORIGIN"]))
    return given


def asked(is_ours: Callable[[str], bool], environ: Environ) -> bool:
    """Whether a page of ours asks; no where the database cannot say it."""
    try:
        return is_ours(str(environ.get("HTTP_ORIGIN", "")))
    except DatabaseFailure:
        # The report itself will be told what is wrong; a preflight is told no.
        logger.exception("The origins of the sites could not be read.")
        return False


def language_asked(environ: Environ) -> str:
    """Return the language of this desk for a request that says nothing but its Accept-Language."""
    return language_accepted(str(environ.get("HTTP_ACCEPT_LANGUAGE", "")))


def _received(draft: ReportDraft, environ: Environ, receive: Receive) -> Answer:
    key = str(environ["HTTP_IDEMPOTENCY_KEY"])
    with translation.override(answer_language(draft.language, None)):
        try:
            receipt = receive(draft=draft, idempotency_key=key, channel=Report.Channel.WIDGET)
        except RefusedError as error:
            return in_the_language_of(draft, answers.refused(error))
        except PressureError as error:
            return challenge_for(draft, error)
        except UnavailableError as error:
            logger.warning("A report could not be stored: %s", error)
            return in_the_language_of(draft, answers.unsure())
    return answers.accepted(receipt)


def _why_unread(environ: Environ) -> Callable[[], Answer] | None:
    """Return what answers a request that is refused before its body is read.

    Only what would be read is counted: any page of the web can make its visitors send the rest.
    """
    if environ["REQUEST_METHOD"] != "POST":
        return answers.wrong_method
    if _media_type(environ) != "application/json":
        # Anything else would reach us from any page of the web without a preflight.
        return answers.wrong_type
    if why := _why_unmeasured(str(environ.get("CONTENT_LENGTH", ""))):
        return why
    if not environ.get("HTTP_IDEMPOTENCY_KEY"):
        return answers.no_key
    seconds, is_beyond_share = count_report(environ, size=int(environ["CONTENT_LENGTH"]))
    if is_beyond_share:
        environ[BEYOND_SHARE] = True
    return partial(answers.too_many, seconds) if seconds else None


def _why_unmeasured(length: str) -> Callable[[], Answer] | None:
    if not length.isdecimal():
        # Chunked bodies too: how large they are is known only when they have been read.
        return answers.no_length
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    return answers.too_large if len(length) > _LONGEST_LENGTH or int(length) > most else None


def _media_type(environ: Environ) -> str:
    content_type = str(environ.get("CONTENT_TYPE", ""))
    # Django parts parameters in a time that grows with the square of their length.
    return _media_type_of(content_type) if len(content_type) <= _LONGEST_TYPE else ""


@lru_cache(maxsize=64)
def _media_type_of(content_type: str) -> str:
    try:
        return parse_header_parameters(content_type)[0]
    except ValueError:
        return ""
