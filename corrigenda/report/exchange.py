"""POST /api/reports, whoever serves it: the same answer to a request before Django and behind it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, Protocol

import msgspec
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils import translation
from django.utils.http import parse_header_parameters
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

from corrigenda.models import Report
from corrigenda.report.cors import cors_headers, preflight_headers
from corrigenda.report.door import Receipt, UnavailableError, answer_language
from corrigenda.report.drafts import RefusedError, ReportDraft
from corrigenda.report.limits import seconds_to_wait
from corrigenda.report.problems import PROBLEM, problem_body
from corrigenda.report.wire import NotJsonError, decode_report, wire_name

logger = logging.getLogger(__name__)

RETRY_SECONDS: Final = 5
"""When to send a report again that could not be stored now."""

_LONGEST_LENGTH: Final = 19
"""Digits of a Content-Length that any server passes on (64 bits)."""
_LONGEST_ACCEPT: Final = 500


@dataclass(slots=True)
class Answer:
    """An HTTP answer before anybody has added headers of his own."""

    status: HTTPStatus
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Receive(Protocol):
    """Stores a draft as `corrigenda.report.door.receive` does, and raises what it raises."""

    def __call__(self, *, draft: ReportDraft, idempotency_key: str, channel: Report.Channel) -> Receipt:
        """Return the receipt."""


class BusyError(Exception):
    """Too many reports wait to be stored; this one was not taken."""


def answer(
    environ: Mapping[str, Any],
    *,
    read: Callable[[int], bytes],
    receive: Receive,
    is_ours: Callable[[str], bool],
) -> Answer:
    """Answer a request for /api/reports.

    `environ` is the request as WSGI has it (PEP 3333), `read` returns that many bytes of its body, `is_ours`
    says whether an origin belongs to a site. Raises nothing that these three do not raise, but for what
    `receive` documents.
    """
    origin = str(environ.get("HTTP_ORIGIN", ""))
    ours = _asked(is_ours, origin)
    language = language_asked(environ)
    if environ["REQUEST_METHOD"] == "OPTIONS":
        given = Answer(HTTPStatus.NO_CONTENT, headers=preflight_headers(("POST",) if ours else ()))
    else:
        with translation.override(language):
            given = _limited(environ) or _refused_unread(environ) or _taken(environ, read, receive)
    given.headers.setdefault("Content-Language", language)
    given.headers["Vary"] = "Origin, Accept-Language"
    if ours:
        given.headers |= cors_headers(origin)
    return given


def language_asked(environ: Mapping[str, Any]) -> str:
    """Return the language of this desk for a request that says nothing but its Accept-Language."""
    return _language_of(str(environ.get("HTTP_ACCEPT_LANGUAGE", ""))[:_LONGEST_ACCEPT])


@lru_cache(maxsize=256)
def _language_of(accept_language: str) -> str:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accept_language
    return get_language_from_request(request)


def _asked(is_ours: Callable[[str], bool], origin: str) -> bool:
    try:
        return is_ours(origin)
    except (DatabaseError, InterfaceError):
        # The report itself will be told what is wrong; a preflight is told no.
        logger.exception("The origins of the sites could not be read.")
        return False


def _limited(environ: Mapping[str, Any]) -> Answer | None:
    if environ["REQUEST_METHOD"] != "POST":
        refusal = problem(HTTPStatus.METHOD_NOT_ALLOWED, _("This method is not allowed here."))
        refusal.headers["Allow"] = "POST, OPTIONS"
        return refusal
    seconds = seconds_to_wait(environ)
    if not seconds:
        return None
    sentence = _("Too many reports came from your network. Please try again later.")
    return _later(HTTPStatus.TOO_MANY_REQUESTS, sentence, seconds)


def _refused_unread(environ: Mapping[str, Any]) -> Answer | None:
    """Return the answer to a report that is refused before its body is read."""
    if _media_type(environ) != "application/json":
        # Anything else would reach us from any page of the web without a preflight.
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("The body must be sent as application/json."))
    length = str(environ.get("CONTENT_LENGTH", ""))
    if not length.isdecimal():
        # Chunked bodies too: how large they are is known only when they have been read.
        return problem(HTTPStatus.LENGTH_REQUIRED, _("The header Content-Length is missing."))
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if len(length) > _LONGEST_LENGTH or int(length) > most:
        sentence = _("This is too large: a report has %(most)s bytes at most.") % {"most": most}
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    if not environ.get("HTTP_IDEMPOTENCY_KEY"):
        return problem(HTTPStatus.BAD_REQUEST, _("The header Idempotency-Key is missing."))
    return None


def _media_type(environ: Mapping[str, Any]) -> str:
    try:
        return parse_header_parameters(str(environ.get("CONTENT_TYPE", "")))[0]
    except ValueError:
        return ""


def _taken(environ: Mapping[str, Any], read: Callable[[int], bytes], receive: Receive) -> Answer:
    try:
        draft = decode_report(read(int(environ["CONTENT_LENGTH"])))
    except NotJsonError:
        return problem(HTTPStatus.BAD_REQUEST, _("The body is not JSON in UTF-8."))
    except RefusedError as error:
        return _refused(error)
    language = answer_language(draft.language, None)
    with translation.override(language):
        given = _stored(draft, str(environ["HTTP_IDEMPOTENCY_KEY"]), receive)
    given.headers.setdefault("Content-Language", language)
    return given


def _stored(draft: ReportDraft, key: str, receive: Receive) -> Answer:
    try:
        receipt = receive(draft=draft, idempotency_key=key, channel=Report.Channel.WIDGET)
    except RefusedError as error:
        return _refused(error)
    except BusyError:
        sentence = _("Too many reports arrive at this moment. Please send yours once more.")
        return _later(HTTPStatus.SERVICE_UNAVAILABLE, sentence, RETRY_SECONDS)
    except UnavailableError as error:
        logger.warning("A report could not be stored: %s", error)
        # The commit may have reached the disk before its answer was lost: the same key again makes sure.
        sentence = _("We cannot say whether your report arrived. Please send it once more.")
        return _later(HTTPStatus.SERVICE_UNAVAILABLE, sentence, RETRY_SECONDS)
    given = Answer(
        HTTPStatus.CREATED,
        msgspec.json.encode({"id": receipt.id, "status": receipt.status, "message": receipt.message}),
        {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "Content-Language": receipt.language,
        },
    )
    if receipt.replayed:
        given.headers["Idempotent-Replayed"] = "true"
    return given


def problem(status: HTTPStatus, detail: str, *, problems: Mapping[str, str] | None = None) -> Answer:
    """Return a problem as an answer."""
    return Answer(status, problem_body(status, detail, problems=problems), {"Content-Type": PROBLEM})


def _later(status: HTTPStatus, sentence: str, seconds: int) -> Answer:
    refusal = problem(status, sentence)
    refusal.headers["Retry-After"] = str(seconds)
    return refusal


def _refused(error: RefusedError) -> Answer:
    if "idempotency_key" in error.problems:
        return problem(HTTPStatus.BAD_REQUEST, error.problems["idempotency_key"])
    problems = {wire_name(name): sentence for name, sentence in error.problems.items()}
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(problems.values()), problems=problems)
