"""The connector for a CMS that this desk cannot write to: an editor makes the change there."""

from collections.abc import Sequence
from typing import Never

from corrigenda.connectors.cms import ByHandError, PublicNotice, StoredArticle


class ByHandCms:
    """Reads nothing, so that the published page is read instead, and asks a person to write."""

    def read(self, url: str) -> StoredArticle | None:  # noqa: ARG002 (the signature is the protocol's)
        """Return None: the text is read from the published page."""
        return None

    def twins(self, url: str) -> Sequence[str]:  # noqa: ARG002
        """Return nothing: no article is stored here."""
        return ()

    def write(self, url: str, *, before: str, html: str, notice: PublicNotice) -> Never:  # noqa: ARG002
        """Raise ByHandError."""
        raise ByHandError(
            "Please make this change, with its notice, in your own CMS. "
            "The case moves on as soon as the published page shows the new wording."
        )

    def place(self, url: str, *, notice: PublicNotice) -> Never:  # noqa: ARG002
        """Raise ByHandError."""
        raise ByHandError(
            "Please put this notice on the article's page in your own CMS. "
            "It stands in the corrections log and in the feeds in any case."
        )
