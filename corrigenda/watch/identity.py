"""Decides whether what an address answered is the article that it led to before; pure functions.

docs/reference/identity.md lists the cases; every decision there is made here or in `moving._move`.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from corrigenda.connectors.addresses import is_front, is_same_page
from corrigenda.passage import likeness, overlap

SAME_TEXT: Final = 0.5
"""From this likeness on a text is mostly the same: more than half of the longer text's pairs of words.

Two articles of one newspaper that share a template reach 0.2 (measured on the demo's), an article with every
fifth word changed keeps 0.6. A move that comes with a new text is refused: an editor sees both addresses.
"""

STRANGE: Final = 0.2
"""Below this overlap a page at an article's own address holds another text: an error page, another language.

Growing and shortening keep the overlap, so a live blog stays far above it.
"""

FEW_CHARACTERS: Final = 300
"""A shorter text can be rewritten in one edit: it is never doubted for being unlike."""

QUOTED_CHARACTERS: Final = 12
"""A reader's quotation of fewer characters may stand on any page, a login page among them."""

SEVERAL_QUOTES: Final = 3
"""So many waiting reports must quote different words of a doubtful text before it replaces an article's."""

DOUBTED_FOR: Final = timedelta(days=1)
"""A text unlike the article's is believed when it is still there after so long: maintenance is over then."""

MOST_COPIES: Final = 20
"""At so many addresses of a site the very same text is an article each; at further ones it is the oldest.

Many servers ignore a part of the path (`/any-words-1234.html`, `/article.php/any/words`), so that anybody can
invent paths. A newspaper that reprints a text does so a few times.
"""

COMMON: Final = 3
"""A text that came in the place of so many different texts of a site moves no article that it is foreign to.

Some sites answer every address that is gone with one and the same text, and status 200. Copies are something
else: strangers make any number of them where a site ignores a part of the path, and news agencies do.
"""

MOST_DOUBTS: Final = 200
"""So many texts a day are kept of the addresses of a site that lead to no article, until they are believed.

Anybody can invent paths, and a site may redirect them for a while. What a waiting reader quotes from is
believed at once and does not count. Of further addresses no text is kept; people see their reports.
"""

MOST_OF_A_PATH: Final = 100
"""So many texts a day are kept of addresses that differ in their queries alone; only texts that differ count.

Of further addresses a text is kept that a waiting reader quotes from, up to MOST_BYTES_OF_A_PATH; the others
wait. A newspaper may name all its articles by a query: strangers must not be able to shut it for a day.
"""

MOST_BYTES_OF_A_PATH: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk knows of an address before it reads it."""

    url: str
    origins: tuple[str, ...]
    """The site's own; what is fetched from other hosts has no say about identity."""
    article_id: int | None = None
    canonical: str = ""
    """The address its article is kept under; empty where it has none."""
    texts: tuple[str, ...] = ()
    """The article's last texts, newest first."""
    quotes: tuple[str, ...] = ()
    """What readers who wait for this address quote from it."""
    doubted_text: str = ""
    doubted_at: datetime | None = None
    is_confirmed: bool = True
    """False where only another page has said that the address is this article's."""

    def is_like(self, text: str) -> bool:
        """Whether a text is mostly one of the article's last texts."""
        return any(likeness(former, text) >= SAME_TEXT for former in self.texts)

    def is_strange(self, text: str) -> bool:
        """Whether a text has hardly anything in common with any of the article's last texts."""
        if not self.texts or len(self.texts[0]) < FEW_CHARACTERS:
            return False
        return all(overlap(former, text) < STRANGE for former in self.texts)

    def is_cut(self, text: str, page: str) -> bool:
        """Whether a page broke off: it has no end tag, and its text is the beginning of the former one."""
        if not self.texts or "</html" in page[-2000:].lower() or "</body" in page[-2000:].lower():
            return False
        head = text[: text.rfind(" ")] if " " in text else text
        return len(text) < len(self.texts[0]) and self.texts[0].startswith(head)

    def is_believed(self, *texts: str, now: datetime, replaces: bool) -> bool:
        """Whether a doubtful text (and headline) is taken after all.

        Waiting readers quote it, or it is the same text that was doubted long enough ago. A text that
        replaces the article's needs several quotations: one stranger can quote a maintenance page.
        """
        folded = " ".join(" ".join(texts).split())
        enough = SEVERAL_QUOTES if replaces else 1
        if len(self._quotes_in(folded)) >= enough:
            return True
        is_old = self.doubted_at is not None and self.doubted_at + DOUBTED_FOR <= now
        return is_old and likeness(self.doubted_text, texts[0]) >= SAME_TEXT

    def is_quoted(self, text: str) -> bool:
        """Whether somebody who waits for the address quotes from a text."""
        return bool(self._quotes_in(" ".join(text.split())))

    def _quotes_in(self, text: str) -> list[str]:
        """Return the quotations that a text holds, without those that are a part of another."""
        found: list[str] = []
        for quote in sorted(set(self.quotes), key=len, reverse=True):
            if len(quote) >= QUOTED_CHARACTERS and quote in text and not any(quote in one for one in found):
                found.append(quote)
        return found


def is_other_text(stored: str, shown: str) -> bool:
    """Whether a page shows hardly anything of the text that the CMS stores for it."""
    return len(stored) >= FEW_CHARACTERS and overlap(stored, shown) < STRANGE


def digest_of(text: str) -> str:
    """Return the digest by which a text is known again: SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def quoted(texts: Iterable[str]) -> tuple[str, ...]:
    """Return quotations with their white space folded, as `Known.is_believed` compares them."""
    return tuple(" ".join(text.split()) for text in texts)


def leads_to_front(url: str, target: str) -> bool:
    """Whether a redirect leads from an article to a front page: that is how stories are taken down."""
    return is_front(target) and not (is_front(url) and is_same_page(url, target)) and target != url
