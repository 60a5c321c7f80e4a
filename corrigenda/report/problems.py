"""Answers that say what went wrong, for programs: application/problem+json (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from django.http import HttpResponse


def json_response(body: object, *, status: int = 200, content_type: str = "application/json") -> HttpResponse:
    """Return a body as JSON."""
    return HttpResponse(msgspec.json.encode(body), status=status, content_type=content_type)


def problem(status: HTTPStatus, detail: str, *, problems: Mapping[str, str] | None = None) -> HttpResponse:
    """Return a problem; `problems` has a sentence for each field, the first of which is named as `field`."""
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
    return json_response(body, status=status.value, content_type="application/problem+json")
