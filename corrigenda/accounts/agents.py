"""Names the browser and the system of a User-Agent header, from short lists; the header is not kept."""

import re
from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 500
"""Characters of a header that are looked at."""

# The first that is found counts: most browsers also name those that they descend from.
_BROWSERS: Final = (
    ("Edge", re.compile(r"\b(?:Edg|Edge|EdgA|EdgiOS)/")),
    ("Opera", re.compile(r"\b(?:OPR|Opera|OPT)/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Vivaldi", re.compile(r"\bVivaldi/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/")),
    ("Safari", re.compile(r"\bVersion/[0-9.]{1,12} .{0,40}Safari/")),
)
_SYSTEMS: Final = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("Linux", re.compile(r"\bLinux\b")),
    ("FreeBSD", re.compile(r"\b(?:Free|Open|Net)BSD\b")),
)


@dataclass(frozen=True, slots=True)
class Client:
    """A browser and its system by name; empty where they are on no list."""

    browser: str = ""
    system: str = ""


NO_CLIENT: Final = Client()


def client_of(header: str) -> Client:
    """Return what a User-Agent header says of itself; anybody can write anything into it."""
    text = header[:_LONGEST]
    return Client(_first(_BROWSERS, text), _first(_SYSTEMS, text))


def _first(names: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in names if pattern.search(text)), "")
