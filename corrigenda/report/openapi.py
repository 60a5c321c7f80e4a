"""The door and the widget's configuration as the OpenAPI document describes them.

The shape of a report's body comes from its parser, its limits from where they are checked.
"""

from typing import Any, Final, Literal

import msgspec
from ninja import Field, Schema

from corrigenda.models import Report
from corrigenda.report.bounds import MOST
from corrigenda.report.drafts import LEAST_KEY, MOST_KEY
from corrigenda.report.wire import ReportBody, TextPositionSelector, TextQuoteSelector
from corrigenda.web.openapi import NO_NUL, Details, Problem, headers_named, one_quote, refusal, refusals

REFERENCE: Final = "#/components/schemas/{name}"

_DESCRIBED: Final[dict[str, dict[str, Details]]] = {
    "ReportBody": {
        "url": {
            "description": (
                "Address of the article, without its fragment 2,000 characters "
                "at most. Its origin must belong to a site of the desk."
            ),
            "pattern": "^https?://[^\\u0000]*$",
        },
        "language": {
            "description": "Language of the page (BCP 47), in which the reader is answered.",
            "pattern": NO_NUL,
        },
        "target": {},
        "concern": {"description": "What is wrong.", "enum": list(Report.Concern.values)},
        "part": {"description": "Which part of the page it is about.", "enum": list(Report.Part.values)},
        "image": {
            "description": "Address of the reported image as the page has it; never fetched.",
            "pattern": NO_NUL,
        },
        "suggestion": {
            "description": "How it should read. Equal to the quote it counts as none; one space asks for the "
            "words to be deleted."
        },
        "comment": {"description": "What else the reader says."},
        "email": {"description": "Where to send the answer; used for nothing else, never published."},
        "website": {"description": "Leave it out: a trap for programs that fill in every field."},
        "seal": {"description": "As `GET /widget/config` told it; apps that have none leave it out."},
        "altcha": {"description": "The solved challenge, where an answer 429 asked for it."},
    },
    "Target": {
        "source": {"description": "The page as a Web Annotation target; `url` is what counts."},
        "selector": {"description": "Exactly one TextQuoteSelector, at most one TextPositionSelector."},
    },
    "TextQuoteSelector": {
        "type": {},
        "exact": {"description": "The quoted words; blank only where the report is about an image."},
        "prefix": {"description": "The words before the quote."},
        "suffix": {"description": "The words after the quote."},
    },
    "TextPositionSelector": {
        "type": {},
        "start": {"description": "Where the quote begins in the page's text, in UTF-16 units."},
        "end": {"description": "Where it ends; not before its start."},
    },
}
"""Every member of the wire format; one that is missing here fails on import."""

_NAMES: Final = tuple(_DESCRIBED)

IDEMPOTENCY_KEY: Final[Details] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": (
        "One for each report, best a fresh UUID, and the same one when the report is sent again. A key that "
        "is known on the same site stores nothing: the first receipt is returned. It must not begin with "
        "mail-, demo- or erased-."
    ),
    "schema": {
        "type": "string",
        "minLength": LEAST_KEY,
        "maxLength": MOST_KEY,
        "pattern": f"^[\\x21-\\x7e]{{{LEAST_KEY},{MOST_KEY}}}$",
    },
}

EXAMPLE: Final[Details] = {
    "url": "https://courier.example/news/bridge.html",
    "language": "en",
    "target": {
        "source": "https://courier.example/news/bridge.html",
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": "opened in 1931",
                "prefix": "The bridge, which ",
                "suffix": ", was",
            },
            {"type": "TextPositionSelector", "start": 18, "end": 32},
        ],
    },
    "concern": "fact",
    "suggestion": "opened in 1932",
    "comment": "The plaque on the north pier says so.",
    "email": "",
}


class Receipt(Schema):
    """What the sender of a report gets; the same again for a repeat under the same key."""

    id: str
    token: str = Field(description="Asks for the state of the report (GET /api/reports/{token}); a secret.")
    status: str = Field(description="The reader's own page; whoever has the address may read it.")
    message: str = Field(description="A sentence for the reader.")


class Challenge(Schema):
    """A puzzle in ALTCHA's scheme, version 1: the number is to be found whose hash with the salt is known."""

    algorithm: str = Field(description="The hash, SHA-256.")
    challenge: str = Field(description="The hash of salt and number, in hexadecimal.")
    salt: str
    maxnumber: int = Field(description="The largest number to try.")
    signature: str


class TooMany(Problem):
    """Too many reports arrive, from one network or at one site."""

    challenge: Challenge | None = Field(
        default=None,
        description="Present where the report is taken at once when it is sent again with the solution.",
    )


class OfferedConcern(Schema):
    """One concern that a reader may choose."""

    value: str
    label: str


class WidgetConfig(Schema):
    """What a form for reports needs, in one language."""

    site: str = Field(description="Name of the publication.")
    language: str = Field(description="Language of labels and messages (BCP 47).")
    dir: Literal["ltr", "rtl"]
    root: list[str] = Field(description="CSS selectors of the article's text, tried in this order.")
    form: str = Field(description="Address of the plain form, filled in for the article.")
    maxQuote: int = Field(description="Code points that a quote may have.")  # noqa: N815 (as it is sent)
    seal: str = Field(description="The signed time of this answer; send it back in each report.")
    concerns: list[OfferedConcern]
    messages: dict[str, str] = Field(description="The words of the dialog.")


POST_REPORT: Final[Details] = {
    "parameters": [IDEMPOTENCY_KEY],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": REFERENCE.format(name="ReportBody")},
                "examples": {"report": {"value": EXAMPLE}},
            }
        },
    },
    "responses": {
        201: {
            "description": "The report is stored.",
            "headers": headers_named("Location", "Cache-Control", "Idempotent-Replayed"),
            "links": {
                "state": {
                    "operationId": "showReport",
                    "parameters": {"token": "$response.body#/token"},
                    "description": "What has become of the report.",
                }
            },
        },
        **refusals(411, 413, 415, 422, measured=False),
        429: refusal(429, schema="TooMany"),
    },
}
ANSWERS_CONFIG: Final[Details] = {
    "responses": {200: {"headers": headers_named("Cache-Control")}, **refusals(422)}
}


def report_schemas() -> dict[str, Details]:
    """Return the schemas of a report's body, by the names under which they refer to each other."""
    types = (ReportBody, TextQuoteSelector, TextPositionSelector)
    _roots, schemas = msgspec.json.schema_components(types, ref_template=REFERENCE)
    for name in _NAMES:
        described, members = _DESCRIBED[name], schemas[name]["properties"]
        for member in members:
            _describe(members[member], member, described[member])
    _ask_for_one_quote(schemas)
    too_many = TooMany.model_json_schema(ref_template=REFERENCE.replace("{name}", "{model}"))
    return {**schemas, **too_many.pop("$defs"), "TooMany": too_many}


def _describe(schema: dict[str, Any], member: str, told: Details) -> None:
    if member in MOST:
        # Lengths are counted in code points there, as JSON Schema counts them.
        schema |= {"maxLength": MOST[member], "pattern": NO_NUL}
    schema |= told
    if "anyOf" in schema:
        # The parser takes 290.0 for 290, and so does JSON Schema by its word "integer".
        schema |= schema.pop("anyOf")[0]
    if member == "email":
        most = schema.pop("maxLength")
        del schema["type"], schema["pattern"]
        # Names that a mail server may obey are refused (connectors/recipients.py).
        obeyed = {"pattern": "^[-|]|[%!]"}
        written = {"type": "string", "format": "email", "maxLength": most, "not": obeyed}
        schema["anyOf"] = [written, {"type": "string", "const": ""}]


def _ask_for_one_quote(schemas: dict[str, Any]) -> None:
    target = schemas["Target"]["properties"]
    target["selector"] = one_quote(target["selector"])
    # An image without a caption has no words.
    words = {"properties": {"exact": {"pattern": "\\S"}}}
    of_words = {"properties": {"target": {"properties": {"selector": {"items": words}}}}}
    of_an_image = {
        "properties": {"part": {"const": "image"}, "image": {"minLength": 1}},
        "required": ["part", "image"],
    }
    schemas["ReportBody"]["anyOf"] = [of_words, of_an_image]
