"""Reads the demo newspaper's files for its tests."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import turbohtml
from turbohtml import Document, Element

from corrigenda import demo
from corrigenda.passage import article_root, plain_text

FOLDER: Final = Path(demo.__file__).parent
ARTICLES: Final = FOLDER / "articles"
ASSETS: Final = FOLDER / "assets"
FRONT_PAGES: Final = ("index", "uk")


@dataclass(frozen=True)
class Page:
    """One HTML file of the newspaper."""

    path: Path

    @property
    def slug(self) -> str:
        return self.path.stem

    @cached_property
    def html(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> Document:
        return turbohtml.parse(self.html)

    @cached_property
    def language(self) -> str:
        return attribute(self.one("html"), "lang")

    def one(self, selector: str) -> Element:
        """The only element that the selector matches."""
        (element,) = self.tree.select(selector)
        return element

    @cached_property
    def body_span(self) -> tuple[int, int]:
        """Where the inside of the article's root stands in the source."""
        return article_root(self.html)

    @cached_property
    def text(self) -> str:
        """The plain text of the article, as a reader may select it."""
        start, end = self.body_span
        return plain_text(self.html[start:end])

    @cached_property
    def paragraphs(self) -> list[str]:
        """The story's own paragraphs: none of a promo, a caption or a list."""
        return [plain_text(p.inner_html) for p in self.tree.select("[itemprop=articleBody] > p")]

    @cached_property
    def year(self) -> int:
        return int(attribute(self.tree.select("time")[0], "datetime")[:4])


@dataclass(frozen=True)
class Slip:
    """Something a reader may correct, as slips.json lists it."""

    article: str
    exact: str
    suggestion: str
    concern: str
    why: str


def attribute(element: Element, name: str) -> str:
    """The value of an attribute that must be there."""
    value = element.attr(name)
    assert isinstance(value, str), f"<{element.tag}> has no {name}"
    return value


PAGES: Final = {path.stem: Page(path) for path in sorted(ARTICLES.glob("*.html"))}
STORIES: Final = [page for slug, page in PAGES.items() if slug not in FRONT_PAGES]
SLIPS: Final = [Slip(**row) for row in json.loads((FOLDER / "slips.json").read_text("utf-8"))]
