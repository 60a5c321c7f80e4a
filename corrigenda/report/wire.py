"""The wire format of a report, a Web Annotation target and what the reader says of it: JSON in, draft out."""

import re
from typing import Annotated, Final

import msgspec
from django.utils.translation import gettext as _

from corrigenda.report.drafts import RefusedError, ReportDraft

LAST_POSITION: Final = 2**31 - 1
"""The largest integer that PostgreSQL's column holds."""

# JSON knows one kind of number: 290.0 is 290.
Offset = (
    Annotated[int, msgspec.Meta(ge=0, le=LAST_POSITION)]
    | Annotated[float, msgspec.Meta(ge=0, le=LAST_POSITION, multiple_of=1)]
)

# msgspec has no structured errors; tests/rooms/report/test_wire.py pins these three sentences.
_MISSING: Final = re.compile(
    r"Object missing required field `(?P<name>.*?)`(?: - at `\$\.?(?P<path>.*)`)?", re.DOTALL
)
_UNKNOWN: Final = re.compile(
    r"Object contains unknown field `(?P<name>.*?)`(?: - at `\$\.?(?P<path>.*)`)?", re.DOTALL
)
_WRONG: Final = re.compile(r"(?P<reason>.*) - at `\$\.?(?P<path>.*)`", re.DOTALL)
_INDEX: Final = re.compile(r"\[[0-9]+\]")
_MOST_ECHOED: Final = 100


class TextQuoteSelector(
    msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="TextQuoteSelector"
):
    """The quoted words with what stands around them (Web Annotation Data Model, 4.2.4)."""

    exact: str
    prefix: str = ""
    suffix: str = ""


class TextPositionSelector(
    msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="TextPositionSelector"
):
    """Where they stand in the page's text, in UTF-16 units (Web Annotation Data Model, 4.2.5)."""

    start: Offset
    end: Offset


class Target(msgspec.Struct, forbid_unknown_fields=True):
    """What the report is about."""

    source: str
    selector: Annotated[list[TextQuoteSelector | TextPositionSelector], msgspec.Meta(max_length=4)]


class ReportBody(msgspec.Struct, forbid_unknown_fields=True):
    """The body of POST /api/reports."""

    url: str
    language: str
    target: Target
    concern: str
    part: str = "body"
    image: str = ""
    suggestion: str = ""
    comment: str = ""
    email: str = ""
    website: str = ""
    seal: str = ""
    altcha: str = ""


class NotJsonError(ValueError):
    """The body is no JSON in UTF-8, or holds half of a surrogate pair."""


_DECODER: Final = msgspec.json.Decoder(ReportBody)


def decode_report(body: bytes) -> ReportDraft:
    """Return the draft that a body holds; raises NotJsonError, or RefusedError naming the member at fault."""
    try:
        parsed = _DECODER.decode(body)
    except msgspec.ValidationError as error:
        raise RefusedError(_explain(str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJsonError from error
    quotes = [item for item in parsed.target.selector if isinstance(item, TextQuoteSelector)]
    places = [item for item in parsed.target.selector if isinstance(item, TextPositionSelector)]
    if len(quotes) != 1 or len(places) > 1:
        sentence = _("Exactly one TextQuoteSelector is needed, and one TextPositionSelector at most.")
        raise RefusedError({"target.selector": sentence})
    if places and places[0].start > places[0].end:
        raise RefusedError({"target.selector": _("The TextPositionSelector ends before it starts.")})
    return ReportDraft(
        url=parsed.url,
        language=parsed.language,
        concern=parsed.concern,
        part=parsed.part,
        image=parsed.image,
        exact=quotes[0].exact,
        prefix=quotes[0].prefix,
        suffix=quotes[0].suffix,
        position=int(places[0].start) if places else None,
        suggestion=parsed.suggestion,
        comment=parsed.comment,
        email=parsed.email,
        website=parsed.website,
        seal=parsed.seal,
        solution=parsed.altcha,
    )


def wire_name(name: str) -> str:
    """Return the member of the body that a field of the draft came in."""
    return f"target.selector.{name}" if name in {"exact", "prefix", "suffix"} else name


def _explain(message: str) -> dict[str, str]:
    for pattern, sentence in (
        (_MISSING, _("This field is missing.")),
        (_UNKNOWN, _("There is no such field.")),
    ):
        found = pattern.fullmatch(message)
        if found is not None:
            return {_named(found["path"], found["name"]): sentence}
    found = _WRONG.fullmatch(message)
    if found is None:
        return {"": _("The body must be a JSON object.")}
    sentence = _("This does not have the right form: %(reason)s.") % {
        "reason": found["reason"][:_MOST_ECHOED]
    }
    return {_named(found["path"]): sentence}


def _named(*parts: str | None) -> str:
    """Return the dotted name of a member, without the places in a list, as `wire_name` does."""
    return _INDEX.sub("", ".".join(part for part in parts if part))[:_MOST_ECHOED]
