"""Answers that say what went wrong, for programs: application/problem+json (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse

PROBLEM: Final = "application/problem+json"


def json_response(body: object, *, status: int = 200) -> HttpResponse:
    """Return a body as JSON."""
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/json")


def problem(status: HTTPStatus, detail: str, *, problems: Mapping[str, str] | None = None) -> HttpResponse:
    """Return a problem as a response of Django's."""
    body = problem_body(status, detail, problems=problems)
    return HttpResponse(body, status=status.value, content_type=PROBLEM)


def problem_body(
    status: HTTPStatus,
    detail: str,
    *,
    problems: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> bytes:
    """Return the body of a problem.

    `problems` has a sentence for each field, the first named as `field`; `members` are further ones.
    """
    body: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    named = {name: sentence for name, sentence in (problems or {}).items() if name}
    if named:
        body["field"] = next(iter(named))
        body["errors"] = [{"field": name, "detail": sentence} for name, sentence in named.items()]
    return msgspec.json.encode({**body, **(members or {})})
