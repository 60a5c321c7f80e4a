"""The answers of this room's public addresses as the OpenAPI document describes them."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from ninja import Field, Schema

from corrigenda.disclose.known_wire import KnownBody
from corrigenda.models import NoticeKind, Report
from corrigenda.web.openapi import Details, headers_named, one_quote, refusal, refusals


class QuoteSelector(Schema):
    """Words with what stands around them (Web Annotation Data Model, 4.2.4)."""

    type: Literal["TextQuoteSelector"]
    exact: str
    prefix: str
    suffix: str


class PositionSelector(Schema):
    """Where they stand in the page's text, in UTF-16 units (Web Annotation Data Model, 4.2.5)."""

    type: Literal["TextPositionSelector"]
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class PageNotice(Schema):
    """A published notice with its place in the article."""

    id: str = Field(description="Its anchor, the same on the article page and in the log.")
    kind: NoticeKind
    label: str = Field(description="The kind in the language of the notice.")
    language: str = Field(description="Language of the notice (BCP 47).")
    text: str
    published_at: datetime
    href: str = Field(description="Its permanent address in the corrections log.")
    placed: bool = Field(description="Whether the CMS has put it on the article page.")
    selector: tuple[QuoteSelector, PositionSelector] | None = Field(
        description="Where its words stand in the newest revision; null where they are not to be found."
    )


class PageNotices(Schema):
    """The published notices of one article, oldest first."""

    url: str = Field(description="The canonical address of the article.")
    root: list[str] = Field(description="CSS selectors of the article's text, tried in this order.")
    notices: list[PageNotice]


class FeedAuthor(Schema):
    """The newsroom."""

    name: str
    url: str


class FeedNotice(Schema):
    """What a notice says, for programs."""

    kind: NoticeKind
    old: str = Field(description="The words as they stood.")
    new: str = Field(description="The words as they stand now.")
    article: str = Field(description="The canonical address of the article.")
    published: datetime


class FeedItem(Schema):
    """One notice."""

    id: str = Field(description="A URN that never changes.")
    url: str
    external_url: str = Field(default="", description="The article.")
    title: str
    content_text: str
    date_published: datetime
    date_modified: datetime
    language: str
    tags: list[str]
    corrigenda: FeedNotice = Field(alias="_corrigenda")


class Log(Schema):
    """A page of a site's corrections log (JSON Feed 1.1), newest first."""

    version: Literal["https://jsonfeed.org/version/1.1"]
    title: str
    home_page_url: str
    feed_url: str
    next_url: str = Field(default="", description="The next page; absent on the last.")
    description: str = Field(default="", description="The newsroom's corrections policy, where it has one.")
    language: str
    authors: list[FeedAuthor]
    items: list[FeedItem]


class KnownPassage(Schema):
    """What a passage has already; the members that do not apply are absent."""

    state: Literal["open", "corrected", "declined"]
    sentence: str = Field(description="All of it in a sentence that may be shown to the reader.")
    readers: int = Field(default=0, ge=0, description="Open: how many readers have reported it.")
    kind: NoticeKind | None = Field(default=None, description="Corrected: the kind of the notice.")
    text: str = Field(default="", description="Corrected: the notice.")
    href: str = Field(default="", description="Corrected: the notice's permanent address.")
    date: datetime | None = Field(default=None, description="Corrected: when.")
    reason: str = Field(default="", description="Declined: why, in a sentence.")


class Known(Schema):
    """The answer to what is known of a passage."""

    known: KnownPassage | None = Field(description="Null where nobody has reported it yet.")


VALIDATORS: Final = headers_named("ETag", "Cache-Control")
NOT_MODIFIED: Final[Details] = {
    "description": "Nothing has changed since the version asked with.",
    "headers": VALIDATORS,
}
FEED_TYPE: Final = "application/feed+json"
REFERENCE: Final = "#/components/schemas/{model}"
ASK_KNOWN: Final[Details] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KnownBody"}}},
    },
    "responses": refusals(413, 415, 422, 429),
}


SHOW_LOG: Final[Details] = {
    "parameters": [
        {
            "name": "before",
            "in": "query",
            "description": "Number of the notice that the page follows.",
            "schema": {"type": "string", "pattern": "^[0-9]{0,18}$"},
        }
    ],
    "responses": {
        200: {
            "headers": VALIDATORS,
            "content": {FEED_TYPE: {"schema": {"$ref": REFERENCE.format(model="Log")}}},
        },
        304: NOT_MODIFIED,
        **refusals(),
        404: refusal(404, sentence="There is no such site, or no such notice in its log."),
    },
}


def log_schemas() -> dict[str, Any]:
    """Return the schemas of a log, which the library would describe as application/json."""
    log = Log.model_json_schema(ref_template=REFERENCE)
    return {**log.pop("$defs"), "Log": log}


def known_schemas() -> dict[str, Any]:
    """Return the schemas of a question, by the names under which they refer to each other."""
    reference = "#/components/schemas/Known{name}"
    _roots, found = msgspec.json.schema_components([KnownBody], ref_template=reference)
    schemas: dict[str, Any] = {f"Known{name.removeprefix('Known')}": schema for name, schema in found.items()}
    members = schemas["KnownBody"]["properties"]
    members["url"]["pattern"] = "^https?://"
    for place in schemas["KnownTextPositionSelector"]["properties"].values():
        if "anyOf" in place:
            place.update(place.pop("anyOf")[0])
    members["part"]["enum"] = list(Report.Part.values)
    target = schemas["KnownTarget"]["properties"]
    target["selector"] = one_quote(target["selector"])
    return schemas
