"""What POST /widget/known is asked, in JSON: a passage as a report names it, and a language."""

import re
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from django.utils.translation import gettext as _

from corrigenda.models import Report
from corrigenda.web.addresses import too_long

MOST_QUOTED: Final = 4000
"""Characters of each text; longer ones no reader marks."""

_LAST_POSITION: Final = 2**31 - 1
_PARTS: Final = tuple(Report.Part.values)

Text = Annotated[str, msgspec.Meta(max_length=MOST_QUOTED)]
# JSON knows one kind of number: 290.0 is 290.
Offset = (
    Annotated[int, msgspec.Meta(ge=0, le=_LAST_POSITION)]
    | Annotated[float, msgspec.Meta(ge=0, le=_LAST_POSITION, multiple_of=1)]
)


class TextQuoteSelector(msgspec.Struct, tag_field="type", tag="TextQuoteSelector"):
    """The quoted words with what stands around them."""

    exact: Text
    prefix: Text = ""
    suffix: Text = ""


class TextPositionSelector(msgspec.Struct, tag_field="type", tag="TextPositionSelector"):
    """Where they stand in the page's text, in UTF-16 units."""

    start: Offset
    end: Offset


class Target(msgspec.Struct):
    """The passage."""

    selector: Annotated[list[TextQuoteSelector | TextPositionSelector], msgspec.Meta(max_length=4)]


class KnownBody(msgspec.Struct):
    """The body; what a report holds besides is passed over."""

    url: Text
    target: Target
    language: str = ""
    part: str = Report.Part.BODY.value
    image: Text = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks."""

    url: str
    language: str
    part: str
    image: str
    exact: str
    prefix: str
    suffix: str
    position: int | None
    """Start of the quotation in UTF-16 units of the page's text."""


class UnreadableError(ValueError):
    """The body is no question; the message is a sentence for who sent it, `field` the member at fault."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


_LONG: Final = re.compile(r"Expected `str` of length <= \d+ - at `\$(?:.*\.)?(?P<name>\w+)`")
_DECODER: Final = msgspec.json.Decoder(KnownBody)


def _unreadable() -> str:
    return _("The body must be a JSON object with url, language and target.")


def decode_question(body: bytes) -> Question:
    """Return the question in a body; raises UnreadableError."""
    try:
        asked = _DECODER.decode(body)
    except msgspec.ValidationError as error:
        # msgspec has no structured errors; tests/limits pins this sentence.
        if found := _LONG.fullmatch(str(error)):
            raise UnreadableError(too_long(MOST_QUOTED), field=found["name"]) from error
        raise UnreadableError(_unreadable()) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(_unreadable()) from error
    quotes = [item for item in asked.target.selector if isinstance(item, TextQuoteSelector)]
    places = [item for item in asked.target.selector if isinstance(item, TextPositionSelector)]
    if len(quotes) != 1 or len(places) > 1:
        raise UnreadableError(
            _("Exactly one TextQuoteSelector is needed, and one TextPositionSelector at most.")
        )
    if asked.part not in _PARTS:
        raise UnreadableError(_("This must be one of: %(names)s.") % {"names": ", ".join(_PARTS)})
    return Question(
        url=asked.url,
        language=asked.language[:35],
        part=asked.part,
        image=asked.image,
        exact=quotes[0].exact,
        prefix=quotes[0].prefix,
        suffix=quotes[0].suffix,
        position=int(places[0].start) if places else None,
    )
