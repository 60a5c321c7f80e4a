"""Calls a WSGI application as a function: an environ in, a whole answer out."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from corrigenda.web.bodies import OWN_ANSWERS
from corrigenda.web.languages import language_accepted
from corrigenda.web.problems import PROBLEM, problem_body

logger = logging.getLogger(__name__)

WSGIApplication = Callable[..., Iterable[bytes]]
Environ = dict[str, Any]
Answered = Callable[[int, list[tuple[str, str]], bytes], None]
"""Sends an answer: status, headers, body. May be called from any thread, once."""
Sentence = Promise | str
FAILED: Final = _("Something went wrong here. The fault is ours.")


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def short_reply(environ: Environ, status: HTTPStatus, sentence: Sentence, *headers: tuple[str, str]) -> Reply:
    """Return an answer of one sentence, in the language that is asked for; programs get it as a problem."""
    language = language_accepted(str(environ.get("HTTP_ACCEPT_LANGUAGE", "")))
    with translation.override(language):
        said = str(sentence)
    is_program = str(environ["PATH_INFO"]).startswith(OWN_ANSWERS)
    body = problem_body(status, said) if is_program else f"{said}\n".encode()
    own = [
        ("Content-Type", PROBLEM if is_program else "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Content-Language", language),
        ("Vary", "Accept-Language"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Reply(status.value, [*own, *headers], body)


def called(application: WSGIApplication, environ: Environ) -> Reply:
    """Return the answer of a WSGI application, in one piece.

    The answer is ended before this returns: Django gives its database connection back in this thread.
    No sender and no reader who is slow holds the thread.
    """
    began: list[tuple[int, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _problem: object = None) -> None:
        began.append((int(status[:3]), headers))

    try:
        answer = application(environ, start_response)
        try:
            body = b"".join(answer)
        finally:
            # Part of WSGI (PEP 3333) where the answer has it.
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        status, headers = began[-1]
    except Exception:
        logger.exception("A page could not be made.")
        return short_reply(environ, HTTPStatus.INTERNAL_SERVER_ERROR, FAILED)
    return Reply(status, headers, body)
