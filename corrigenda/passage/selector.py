"""Says where a passage is, as W3C Web Annotation does: by quotation or by position in the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

# What the widget sends and what public annotation clients use: enough to tell most repetitions apart.
CONTEXT: Final = 32


@dataclass(frozen=True, slots=True)
class Selector:
    """A quotation and the text right before and after it (TextQuoteSelector)."""

    exact: str
    prefix: str = ""
    suffix: str = ""

    @classmethod
    def of(cls, text: str, start: int, end: int, context: int = CONTEXT) -> Self:
        """The selector of text[start:end], with `context` characters on either side."""
        return cls(text[start:end], text[max(start - context, 0) : start], text[end : end + context])

    def to_json(self) -> dict[str, str]:
        """The W3C JSON object."""
        return {
            "type": "TextQuoteSelector",
            "exact": self.exact,
            "prefix": self.prefix,
            "suffix": self.suffix,
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Reads the W3C JSON object; ValueError names the field that is wrong or missing."""
        fields = _fields(value, "TextQuoteSelector")
        exact, prefix, suffix = fields.get("exact"), fields.get("prefix", ""), fields.get("suffix", "")
        if not isinstance(exact, str) or not exact:
            raise ValueError("exact: a text that is not empty is needed")
        if not isinstance(prefix, str):
            raise ValueError("prefix: must be a text")  # noqa: TRY004 - one error for all bad input
        if not isinstance(suffix, str):
            raise ValueError("suffix: must be a text")  # noqa: TRY004 - one error for all bad input
        return cls(exact, prefix, suffix)


def position_to_json(text: str, start: int, end: int) -> dict[str, str | int]:
    """The TextPositionSelector of text[start:end], in UTF-16 units as a browser counts."""
    return {"type": "TextPositionSelector", "start": to_utf16(text, start), "end": to_utf16(text, end)}


def position_from_json(text: str, value: object) -> tuple[int, int]:
    """Start and end (code points) from a TextPositionSelector; ValueError names the field that is wrong."""
    fields = _fields(value, "TextPositionSelector")
    offsets = []
    for name in ("start", "end"):
        number = fields.get(name)
        if not isinstance(number, int) or isinstance(number, bool):
            raise ValueError(f"{name}: a whole number is needed")  # noqa: TRY004 - as above
        try:
            offsets.append(from_utf16(text, number))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    start, end = offsets
    if start > end:
        raise ValueError("end: lies before start")
    return start, end


def _fields(value: object, kind: str) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{kind}: an object is needed")  # noqa: TRY004 - as above
    if value.get("type") != kind:
        raise ValueError(f"type: must be {kind}")
    return value


def to_utf16(text: str, offset: int) -> int:
    """The UTF-16 units before code point `offset` of the text; ValueError where there is no such place."""
    if not 0 <= offset <= len(text):
        raise ValueError("offset lies outside the text")
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def from_utf16(text: str, offset: int) -> int:
    """The code points before UTF-16 unit `offset`; an offset inside a surrogate pair means the pair's start.

    ValueError where the text is shorter than that.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    if not 0 <= offset * 2 <= len(units):
        raise ValueError("offset lies outside the text")
    cuts_pair = b"\xd8" <= units[offset * 2 - 1 : offset * 2] <= b"\xdb"
    return len(units[: offset * 2].decode("utf-16-le", "ignore" if cuts_pair else "surrogatepass"))
