"""The CMS that is none: reads nothing and takes every write, for trying a desk without touching a page."""

from collections.abc import Sequence

from corrigenda.connectors.cms import PublicNotice, StoredArticle


class NullCms:
    """Does nothing, and says that it went well."""

    def read(self, url: str) -> StoredArticle | None:  # noqa: ARG002 (the signature is the protocol's)
        """Return None: the text is read from the published page."""
        return None

    def twins(self, url: str) -> Sequence[str]:  # noqa: ARG002
        """Return nothing: no article is stored here."""
        return ()

    def write(self, url: str, *, before: str, html: str, notice: PublicNotice) -> None:
        """Change nothing."""

    def place(self, url: str, *, notice: PublicNotice) -> None:
        """Place nothing."""
