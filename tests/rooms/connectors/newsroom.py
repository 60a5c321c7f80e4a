"""A newspaper of one article, stored and published as files, and the CMS over them."""

from pathlib import Path

from corrigenda.connectors.cms import PublicNotice
from corrigenda.connectors.files import FileCms
from corrigenda.passage import Selector, patch, plain_text
from tests.rooms.connectors.servers import page

SELECTORS = ["[itemprop=articleBody]", "article", "main"]
ORIGIN = "https://courier.example"
URL = "https://courier.example/story.html"
BODY = """
<p>The ferry came on time in <em>31 of</em> <a href="{{ newspaper }}/all">39 crossings</a> — so&nbsp;says the
office.</p> <p>Ask about the goat: it had a ticket. R&D paid.</p>
"""
STORY = page(
    f'<article><h1>A  night\nferry</h1><div itemprop="articleBody">{BODY}</div>\n'
    '<!-- corrigenda:notices -->\n<a href="{{ corrigenda }}/report">Suggest a correction</a></article>',
    head='<title>Night ferry | Courier</title><link rel="canonical" href="{{ newspaper }}/story.html">',
    lang="en-GB",
)
NOTICE = PublicNotice(
    anchor="correction-7",
    label="Correction",
    text="An earlier version of this article wrongly said “31 of 39 crossings”.",
    date="2026-01-02T03:04:05+00:00",
    date_text="2 January 2026, 03:04 UTC",
    url="https://desk.example/log/courier/7/",
    passage=Selector(exact="34 of 39 crossings", prefix="on time in ", suffix=" — so"),
)


class Newsroom:
    """Two folders with one article, and the CMS over them."""

    def __init__(self, folder: Path, html: str = STORY) -> None:
        self.source, self.public = folder / "source", folder / "public"
        for place in (self.source, self.public):
            place.mkdir()
            (place / "story.html").write_text(html, encoding="utf-8")
        self.cms = FileCms(source=self.source, public=self.public, origin=ORIGIN, root_selectors=SELECTORS)

    def stored(self) -> str:
        """The stored file's text."""
        return (self.source / "story.html").read_text(encoding="utf-8")

    def published(self) -> str:
        """The published file's text."""
        return (self.public / "story.html").read_text(encoding="utf-8")

    def fixed(self, old: str = "31 of 39", new: str = "34 of 39") -> tuple[str, str]:
        """Return the digest before, and the article with one passage changed."""
        stored = self.cms.read(URL)
        assert stored is not None
        start = plain_text(stored.html).index(old)
        return stored.digest, patch(stored.html, start, start + len(old), new)

    def fix(self, notice: PublicNotice = NOTICE) -> str:
        """Make the usual fix and return the new html."""
        before, html = self.fixed()
        self.cms.write(URL, before=before, html=html, notice=notice)
        return html
