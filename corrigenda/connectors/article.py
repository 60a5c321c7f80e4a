"""What the page of an article says about itself: headline, language, whether it is shut behind a paywall."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from corrigenda.passage import bounded

_SPACES: Final = re.compile(r"\s+")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
MOST_CHARACTERS: Final = 500
"""As many as the column for headlines holds."""
MOST_ELEMENTS: Final = 20
"""Elements of one selector whose text is read: each text of nested ones holds those of all inside."""
MOST_DEPTH: Final = 10
"""Lists and objects of JSON-LD data around the part of an article: list, page, list, article, list, part."""
MOST_ENTRIES: Final = 10_000
"""Objects of JSON-LD data that are looked at in one script."""


def headline_of(html: str) -> str:
    """Return a page's headline in one line: the one marked up as such, else h1, og:title or title."""
    document = bounded.parse(html)
    for selector in ("article [itemprop=headline]", "[itemprop=headline]", "article h1", "h1"):
        for element in document.select(selector)[:MOST_ELEMENTS]:
            if text := _one_line(element.text):
                return text
    for element in document.select("meta[property='og:title'][content]"):
        if text := _one_line(str(element.attrs.get("content") or "")):
            return text
    title = document.select_one("title")
    return _one_line(title.text) if title else ""


def language_of(html: str) -> str:
    """Return the language tag (BCP 47) of the html element; empty where it has none."""
    element = bounded.parse(html).select_one("html[lang]")
    tag = str(element.attrs.get("lang") or "").strip() if element else ""
    return tag if _LANGUAGE.fullmatch(tag) and len(tag) <= 35 else ""


def is_paywalled(html: str) -> bool:
    """Whether the page says itself that it is not free to read (schema.org isAccessibleForFree is false).

    Read from JSON-LD, at the top level of an entry as Google's guidelines ask, and from microdata. A part
    that is named as shut (hasPart) says so as well: the article is not whole.
    """
    document = bounded.parse(html)
    for element in document.select("[itemprop=isAccessibleForFree]")[:MOST_ELEMENTS]:
        if _is_false(str(element.attrs.get("content") or element.attrs.get("href") or element.text)):
            return True
    for script in document.select("script[type='application/ld+json']"):
        try:
            data = json.loads(script.text)
        except (ValueError, RecursionError):
            continue
        if any(_is_false(entry.get("isAccessibleForFree")) for entry in islice(_entries(data), MOST_ENTRIES)):
            return True
    return False


def _entries(data: object, depth: int = 0) -> Iterator[dict[str, object]]:
    """The objects of JSON-LD data down to the parts of an article."""
    if depth > MOST_DEPTH:
        return
    if isinstance(data, list):
        for item in data:
            yield from _entries(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "hasPart", "mainEntity"):
            yield from _entries(data.get(key), depth + 1)


def _is_false(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().rsplit("/", 1)[-1].lower() == "false"
    return value is False


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()[:MOST_CHARACTERS]
