"""The public API: the rooms' routers as one, and its OpenAPI document at /api/openapi.json."""

import hashlib
from functools import cache
from http import HTTPStatus
from typing import Any, Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import ValidationError

import corrigenda
from corrigenda.disclose.api import router as disclose_router
from corrigenda.disclose.openapi import known_schemas, log_schemas
from corrigenda.report.api import router as report_router
from corrigenda.report.openapi import report_schemas
from corrigenda.web.openapi import HEADERS, Problem
from corrigenda.web.problems import problem
from corrigenda.web.programs import ANY_PAGE, for_programs

CACHING: Final = "public, max-age=300"
DESCRIPTION: Final = (
    "Hand in readers' reports from your own app, show what has become of them, and read the published "
    "corrections. No key and no cookie is needed. Lengths count code points, positions UTF-16 "
    "units. Pages of the desk's own sites may call every address from a browser, pages of all origins those "
    "of what is public. "
    "What goes wrong is told as application/problem+json (RFC 9457). The guide is docs/reference/api.md."
)
OPEN_TO_ALL: Final = frozenset({"notices", "log"})
"""The operations, by the names of their addresses, whose answers pages of every origin may read."""
POSTED: Final = frozenset({"known"})
"""Those that are asked by POST; the others by GET."""
NOT_SERVED: Final = frozenset({"api-root", "reports"})
"""The library's own front page, and the door for reports, which answers every method itself (report.urls)."""

API: Final = NinjaAPI(
    title="Corrigenda",
    version=corrigenda.__version__,
    description=DESCRIPTION,
    servers=[{"url": settings.PUBLIC_URL, "description": "This desk."}],
    # A page that loads its scripts from elsewhere does not work here, and would tell elsewhere who reads it.
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
API.add_router("", report_router)
API.add_router("", disclose_router)


@API.exception_handler(ValidationError)
def refuse(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer parameters that are not as they must be."""
    problems = {
        str(one["loc"][-1]): _("This field is missing.")
        if one["type"] == "missing"
        else _("This does not have the right form: %(reason)s.") % {"reason": one["msg"]}
        for one in error.errors
    }
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(problems.values()), problems=problems)


def served() -> list[URLPattern]:
    """Return the addresses of the API, with the document's own."""
    patterns, _app, _namespace = API.urls
    document = for_programs(show_document, methods=("GET",), readers=ANY_PAGE)
    found = [pattern for pattern in patterns if isinstance(pattern, URLPattern)]
    operations = [pattern for pattern in found if pattern.name and pattern.name not in NOT_SERVED]
    return [path("api/openapi.json", document, name="openapi"), *map(_served, operations)]


def show_document(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI document."""
    body = document()
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(body, content_type="application/json")
    assert isinstance(response, HttpResponse)  # noqa: S101 (so says its signature: what it was given, or 304)
    response["ETag"] = etag
    response["Cache-Control"] = CACHING
    return response


@cache
def document() -> bytes:
    """Return the document; made when first asked for, since making it takes as long as a hundred requests."""
    made: dict[str, Any] = API.get_openapi_schema(path_prefix="")
    components = made["components"]
    components["headers"] = HEADERS
    problem_schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"] |= {
        **report_schemas(),
        **known_schemas(),
        **log_schemas(),
        **problem_schema.pop("$defs"),
        "Problem": problem_schema,
    }
    return msgspec.json.encode(made)


def _served(pattern: URLPattern) -> URLPattern:
    methods = ("POST",) if pattern.name in POSTED else ("GET",)
    readers = ANY_PAGE if pattern.name in OPEN_TO_ALL else ""
    return path(
        str(pattern.pattern),
        for_programs(pattern.callback, methods=methods, readers=readers),
        name=pattern.name,
    )
