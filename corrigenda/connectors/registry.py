"""Which connectors there are: from a site's settings to its CMS."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from corrigenda.connectors.by_hand import ByHandCms
from corrigenda.connectors.cms import Cms
from corrigenda.connectors.files import FileCms
from corrigenda.connectors.null import NullCms


class ConnectorError(ValueError):
    """A site's connector cannot be made from its settings; the message is a sentence for an administrator."""


def connect(kind: str, options: Mapping[str, object], *, root_selectors: Sequence[str]) -> Cms:
    """Return the CMS of a site; nothing is opened or asked yet. Raises ConnectorError.

    `kind` and `options` are Site.connector and Site.connector_options: "files" needs the folders "source" and
    "public" and the "origin" they belong to, "by_hand" and "null" need nothing.
    """
    try:
        make = CONNECTORS[kind]
    except KeyError as error:
        known = ", ".join(sorted(CONNECTORS))
        raise ConnectorError(f"There is no such connector; there are {known}.") from error
    return make(options, root_selectors)


def _files(options: Mapping[str, object], root_selectors: Sequence[str]) -> Cms:
    source, public = _folder(options, "source"), _folder(options, "public")
    if source == public:
        raise ConnectorError("The stored and the published articles need two different folders.")
    origin = options.get("origin")
    if not isinstance(origin, str) or not origin:
        raise ConnectorError(
            "The connector for files needs the option “origin”: the origin whose pages the folders hold."
        )
    return FileCms(source=source, public=public, origin=origin, root_selectors=root_selectors)


def _folder(options: Mapping[str, object], name: str) -> Path:
    value = options.get(name)
    if not isinstance(value, str) or not value:
        raise ConnectorError(f"The connector for files needs the option “{name}”: the path of a folder.")
    return Path(value)


CONNECTORS: Final[Mapping[str, Callable[[Mapping[str, object], Sequence[str]], Cms]]] = {
    "files": _files,
    "by_hand": lambda _options, _selectors: ByHandCms(),
    "null": lambda _options, _selectors: NullCms(),
}
