"""Texts that are dear to whoever works on them in the wrong way, each of any length."""

from collections.abc import Callable, Mapping
from typing import Final

Make = Callable[[int], str]
"""Returns a text of so many characters."""


def repeated(piece: str, *, before: str = "", after: str = "") -> Make:
    """Return what repeats a piece between a beginning and an end."""

    def make(size: int) -> str:
        room = max(size - len(before) - len(after), 0)
        return before + (piece * (room // len(piece) + 1))[:room] + after

    return make


def signs(size: int) -> str:
    """Return different Chinese characters: the dearest host for punycode (RFC 3492)."""
    return "".join(chr(0x4E00 + number % 20_000) for number in range(size))


def marks(size: int) -> str:
    """Return combining marks in the order that Unicode's normal forms have to sort."""
    return repeated("\u0315\u0301")(size)


ALPHABETS: Final[Mapping[str, Make]] = {
    "letters": repeated("a"),
    "spaces": repeated(" ", after="x"),
    "slashes": repeated("/"),
    "a host in Chinese": lambda size: "https://" + signs(max(size - 8, 0)),
    "a host of marks": lambda size: "https://a" + marks(max(size - 9, 0)),
    "a path of marks": lambda size: "//" + marks(max(size - 2, 0)),
    "Chinese": signs,
    "escapes": repeated("%41"),
    "half escapes": repeated("%"),
    "commas": repeated("a,"),
    "semicolons": repeated('a="\\;'),
    "quotation marks": repeated('"'),
    "backslashes": repeated("\\", before='"', after='"'),
    "dots": repeated("a."),
    "tags": repeated("<a "),
    "line ends": repeated("\r\n"),
    "hyphens": repeated("a-"),
    "digits": repeated("1"),
    "dot segments": repeated("../", before="https://courier.example/"),
    "links": repeated("http://"),
    "at signs": repeated("a@"),
    "brackets": repeated("["),
    "turns": repeated("\u202e"),
}
HEADERS: Final[Mapping[str, Make]] = {
    name: make for name, make in ALPHABETS.items() if make(40).isascii() and "\n" not in make(40)
}
"""Those that can stand in a header."""
