"""Shows what is reported beside the text: the headline as it reads now, an image by its address."""

import re
from typing import Final

from corrigenda.decide.labels import PARTS
from corrigenda.decide.pages import BesideView
from corrigenda.models import Article, Report
from corrigenda.web.parts import BESIDE_TEXT
from corrigenda.web.plain import one_line, plain

LONGEST_ADDRESS: Final = 500
"""Characters of an image's address that are shown; data may be written into one."""


def part_label(report: Report | None) -> str:
    """Return where in the page a report is about, in words; empty for the text."""
    return str(PARTS[Report.Part(report.part)]) if report is not None and report.part in PARTS else ""


def is_beside(report: Report | None) -> bool:
    """Whether a report is about what no text of an article holds, and no connector changes."""
    return report is not None and report.part in BESIDE_TEXT


def view_beside(report: Report | None, article: Article | None) -> BesideView | None:
    """Return what is reported beside the text; None for what stands in it."""
    if report is None or report.part not in BESIDE_TEXT:
        return None
    quote = plain(report.exact).strip()
    if report.part == Report.Part.IMAGE:
        address = plain(report.image)[:LONGEST_ADDRESS]
        return BesideView(head="", words="", tail="", quote=quote, differs=False, image=address)
    headline = one_line(article.headline) if article is not None else ""
    found = _find(headline, quote)
    if found is None:
        return BesideView(
            head=headline, words="", tail="", quote=quote, differs=bool(headline and quote), image=""
        )
    start, end = found
    return BesideView(
        head=headline[:start],
        words=headline[start:end],
        tail=headline[end:],
        quote="",
        differs=False,
        image="",
    )


def _find(headline: str, quote: str) -> tuple[int, int] | None:
    """Return where a headline holds the quoted words, whatever their case and the space between them."""
    words = [re.escape(word) for word in one_line(quote).split()]
    found = re.search(r"\s+".join(words), headline, re.IGNORECASE) if words else None
    return found.span() if found else None
