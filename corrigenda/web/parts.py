"""The parts of a page beside the article's text: a report is known there by its part and its words."""

from dataclasses import dataclass
from typing import Final, Self

from corrigenda.models import Report
from corrigenda.web.plain import one_line

BESIDE_TEXT: Final = (Report.Part.HEADLINE.value, Report.Part.IMAGE.value)
"""Parts that the text of an article never holds, and that no connector changes."""


@dataclass(frozen=True, slots=True)
class PartWords:
    """The words of a report and the part of the page that they stand in."""

    part: str
    words: str
    image: str = ""
    """Address of the image as the page has it; compared, never fetched."""

    @classmethod
    def of(cls, report: Report) -> Self:
        """Return those of a report."""
        return cls(report.part, report.exact, report.image)

    def is_same(self, other: "PartWords") -> bool:
        """Whether the two speak of the same: of one image by its address, of anything else by equal words.

        White space and case do not count: style sheets change both. What has no words is like nothing else.
        """
        if self.part != other.part:
            return False
        if self.image and other.image:
            return self.image == other.image
        return bool(folded(self.words)) and folded(self.words) == folded(other.words)


class KnownParts:
    """What was said of one part so far; to compare each with each takes seconds for a thousand."""

    def __init__(self) -> None:
        self._images: set[str] = set()
        self._words: set[str] = set()
        self._words_alone: set[str] = set()

    def add(self, about: PartWords) -> bool:
        """Add one, and return whether one that `is_same` was there before."""
        words = folded(about.words)
        known = words in (self._words_alone if about.image else self._words) or about.image in self._images
        if about.image:
            self._images.add(about.image)
        elif words:
            self._words_alone.add(words)
        if words:
            self._words.add(words)
        return known


def folded(words: str) -> str:
    """Return words as they are compared beside the text: in one line, without regard to case."""
    return one_line(words).casefold()
