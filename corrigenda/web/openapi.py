"""What the rooms' parts of the OpenAPI document have in common: problems, and the headers of answers."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from ninja import Field, Schema
from pydantic import WithJsonSchema

from corrigenda.web.problems import PROBLEM

Details = dict[str, Any]
"""A piece of the document, as JSON."""

NO_NUL: Final = "^[^\\u0000]*$"
"""U+0000 cannot be stored in PostgreSQL's text."""

# Described here and checked by the views, which say what is wrong in the caller's language.
WebAddress = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^https?://"})]

HEADERS: Final[Mapping[str, Details]] = {
    "Allow": {
        "description": "The methods that the address has.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Cache-Control": {
        "description": "How long the answer may be kept, and by whom.",
        "required": True,
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The version of the answer; sent back as If-None-Match, it is answered 304.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "Present where the key was known: the report was stored before, and nothing now.",
        "schema": {"type": "string", "const": "true"},
    },
    "Location": {
        "description": "Where a program asks for the state of the report (GET /api/reports/{token}).",
        "required": True,
        "schema": {"type": "string", "format": "uri"},
    },
    "Retry-After": {
        "description": "In how many seconds to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
}

_TOLD: Final[Mapping[int, tuple[str, tuple[str, ...]]]] = {
    400: ("The request cannot be read.", ()),
    404: ("There is nothing at this address.", ()),
    405: ("The method is not allowed.", ("Allow",)),
    411: ("Content-Length is missing.", ()),
    413: ("The body is too large.", ()),
    414: ("The address with its query is too long.", ()),
    415: ("The body is not sent as application/json.", ()),
    422: ("A parameter or a member is missing, unknown or not as it must be.", ()),
    429: ("The sender's network has sent too much.", ("Retry-After",)),
    431: ("A header is too long.", ()),
    500: ("A fault of the desk's.", ()),
    503: ("The desk cannot answer now.", ("Retry-After",)),
}


class FieldProblem(Schema):
    """What is wrong with one field."""

    field: str = Field(description="The member or parameter, with dots between the levels.")
    detail: str = Field(description="A sentence that may be shown to the reader.")


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="Always about:blank: the status says which problem it is.")
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The status, as in the answer's first line.")
    detail: str = Field(description="A sentence that may be shown to the reader.")
    field: str = Field(default="", description="The first field at fault, where one is.")
    errors: list[FieldProblem] = Field(default=[], description="All fields at fault, where some are.")


def refusals(*statuses: int, measured: bool = True) -> dict[int, Details]:
    """Return the problems that an operation answers: these, and those that any address may.

    `measured` says that `web.sizes` looks at the lengths of address and headers before the view.
    """
    lengths = (414, 431) if measured else ()
    return {status: refusal(status) for status in (*statuses, 400, 405, *lengths, 500, 503)}


def refusal(status: int, *, sentence: str = "", schema: str = "Problem") -> Details:
    """Return one answer that is a problem, with a sentence of its own where one is given."""
    usual, headers = _TOLD[status]
    example = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence or usual,
    }
    described: Details = {
        "description": sentence or usual,
        "content": {
            PROBLEM: {
                "schema": {"$ref": f"#/components/schemas/{schema}"},
                "examples": {"usual": {"value": example}},
            }
        },
    }
    if headers:
        described["headers"] = headers_named(*headers)
    return described


def headers_named(*names: str) -> Details:
    """Return headers of an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def one_quote(selector: Details) -> Details:
    """Return the schema of a list of selectors, asked to hold one quote and at most one position."""
    quote, place = selector["items"]["anyOf"]
    kept = {name: value for name, value in selector.items() if name not in {"items", "maxItems"}}
    orders = ([quote], [quote, place], [place, quote])
    return {
        **kept,
        "anyOf": [
            {"prefixItems": items, "items": False, "minItems": len(items), "maxItems": len(items)}
            for items in orders
        ],
    }
