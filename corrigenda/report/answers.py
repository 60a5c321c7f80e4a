"""What POST /api/reports answers, as status, body and headers; sentences are in the language now in use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from corrigenda.report.door import Receipt
from corrigenda.report.drafts import RefusedError
from corrigenda.report.spam.challenge import PressureError
from corrigenda.report.wire import wire_name
from corrigenda.web.problems import PROBLEM, problem_body

RETRY_SECONDS: Final = 5
"""When to send a report again that could not be stored now."""
FULL_SECONDS: Final = 60
"""The same where the disk has no room: somebody has to make some."""


@dataclass(slots=True)
class Answer:
    """An HTTP answer before anybody has added headers of his own."""

    status: HTTPStatus
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def accepted(receipt: Receipt) -> Answer:
    """Answer a report that is stored."""
    told = {
        "id": receipt.id,
        "token": receipt.token,
        "status": receipt.status,
        "message": receipt.message,
    }
    body = msgspec.json.encode(told)
    headers = {
        "Content-Type": "application/json",
        "Location": receipt.state,
        "Cache-Control": "no-store",
        "Content-Language": receipt.language,
    }
    if receipt.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Answer(HTTPStatus.CREATED, body, headers)


def refused(error: RefusedError) -> Answer:
    """Answer a report that may not be stored."""
    if "idempotency_key" in error.problems:
        return problem(HTTPStatus.BAD_REQUEST, error.problems["idempotency_key"])
    problems = {wire_name(name): sentence for name, sentence in error.problems.items()}
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(problems.values()), problems=problems)


def wrong_method() -> Answer:
    """Answer a method that the address does not have."""
    given = problem(HTTPStatus.METHOD_NOT_ALLOWED, _("This method is not allowed here."))
    given.headers["Allow"] = "POST, OPTIONS"
    return given


def too_many(seconds: int) -> Answer:
    """Answer a network that has sent too much, and say when to come again."""
    sentence = _("Too many reports came from your network. Please try again later.")
    return later(HTTPStatus.TOO_MANY_REQUESTS, sentence, seconds)


def challenged(error: PressureError) -> Answer:
    """Answer a report that must come with a solved puzzle while so many arrive; `challenge` is the puzzle."""
    status = HTTPStatus.TOO_MANY_REQUESTS
    sentence = _("Very many reports arrive at this moment. Please try again in a minute.")
    body = problem_body(status, sentence, members={"challenge": error.challenge})
    return Answer(status, body, {"Content-Type": PROBLEM, "Retry-After": str(error.seconds)})


def wrong_type() -> Answer:
    """Answer what is not sent as JSON."""
    return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("The body must be sent as application/json."))


def no_length() -> Answer:
    """Answer a body whose size is not said."""
    return problem(HTTPStatus.LENGTH_REQUIRED, _("The header Content-Length is missing."))


def too_large() -> Answer:
    """Answer a body that is too large."""
    sentence = _("This is too large: a report has %(most)s bytes at most.")
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence % {"most": most})


def no_key() -> Answer:
    """Answer a report without an idempotency key."""
    return problem(HTTPStatus.BAD_REQUEST, _("The header Idempotency-Key is missing."))


def not_json() -> Answer:
    """Answer a body that cannot be read."""
    return problem(HTTPStatus.BAD_REQUEST, _("The body is not JSON in UTF-8."))


def too_slow() -> Answer:
    """Answer a report whose body did not arrive in time."""
    sentence = _("What you sent did not arrive as a whole in time. Please send it once more.")
    given = later(HTTPStatus.REQUEST_TIMEOUT, sentence, RETRY_SECONDS)
    # What is left of the body may still come: nothing after it can be told from it.
    given.headers["Connection"] = "close"
    return given


def busy() -> Answer:
    """Answer a report that was not taken because too many wait already."""
    sentence = _("Too many reports arrive at this moment. Please send yours once more.")
    return later(HTTPStatus.SERVICE_UNAVAILABLE, sentence, RETRY_SECONDS)


def no_room() -> Answer:
    """Answer a report for which the disk has no room; nothing of it is stored."""
    sentence = _("The desk cannot answer at this moment. Please try again.")
    return later(HTTPStatus.SERVICE_UNAVAILABLE, sentence, FULL_SECONDS)


def unsure() -> Answer:
    """Answer a report at which the database failed.

    The commit may have reached the disk before its answer was lost: the same key again makes sure.
    """
    sentence = _("We cannot say whether your report arrived. Please send it once more.")
    return later(HTTPStatus.SERVICE_UNAVAILABLE, sentence, RETRY_SECONDS)


def problem(status: HTTPStatus, detail: str, *, problems: Mapping[str, str] | None = None) -> Answer:
    """Return a problem as an answer."""
    return Answer(status, problem_body(status, detail, problems=problems), {"Content-Type": PROBLEM})


def later(status: HTTPStatus, sentence: str, seconds: int) -> Answer:
    """Return a problem that may be gone after some seconds."""
    given = problem(status, sentence)
    given.headers["Retry-After"] = str(seconds)
    return given
