"""What the desk asks of a CMS: read an article, write a fix with its notice, place a notice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corrigenda.passage import Selector


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as its CMS stores it."""

    html: str
    """The inside of the article root; offsets of fixes count code points of plain_text(html)."""
    digest: str
    """digest_of(html): what a write compares against."""
    headline: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A notice as it stands on an article page; plain text throughout, the connector escapes it."""

    anchor: str
    label: str
    """The kind in the article's language, such as "Correction"."""
    text: str
    date: str
    """ISO 8601 with zone, for machines."""
    date_text: str
    """The same for people, in the article's language, with its zone."""
    url: str
    """Its permanent address in the corrections log."""
    passage: Selector | None = None
    """The corrected words as they now stand; None where there is nothing to mark."""


class CmsError(Exception):
    """The CMS could not do it; the message is one sentence that an editor understands."""


class ConflictError(CmsError):
    """The stored text is not the one that the fix was made for; nothing was written."""


class ByHandError(CmsError):
    """This desk cannot write there: an editor makes the change in their own CMS."""


def digest_of(html: str) -> str:
    """Return the digest that a write compares: SHA-256 of the html as UTF-8, hexadecimal."""
    return hashlib.sha256(html.encode()).hexdigest()


class Cms(Protocol):
    """One site's CMS. Every call is idempotent: repeated after a crash it finds its own work."""

    def read(self, url: str) -> StoredArticle | None:
        """Return the stored article behind a canonical URL, None where this CMS cannot read it."""

    def twins(self, url: str) -> Sequence[str]:
        """Return the other addresses that mean the same stored article as this one."""

    def write(self, url: str, *, before: str, html: str, notice: PublicNotice) -> None:
        """Replace the article's html, whose digest must be `before`, and publish it together with the notice.

        Raises ConflictError where the stored digest is neither `before` nor that of `html`, ByHandError where
        only a person can write, CmsError otherwise. Writing what already stands there is no conflict.
        """

    def place(self, url: str, *, notice: PublicNotice) -> None:
        """Publish the notice on the article page, its text unchanged; again, it replaces itself."""
