"""The built-in CMS: articles as HTML files, stored in one folder and published into another."""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from corrigenda.connectors.addresses import origin_of_clean
from corrigenda.connectors.article import headline_of, language_of
from corrigenda.connectors.cms import CmsError, ConflictError, PublicNotice, StoredArticle, digest_of
from corrigenda.connectors.notice_html import mark_words, render_notices
from corrigenda.passage import OverfullError, article_root

# Where the notices go. In a stored file the notices themselves stand in the comment, so that text and notices
# are one file and change together; "+" says that the line came with the notices and is none of the editor's.
_PLACE: Final = re.compile(r"<!-- corrigenda:notices(?P<added>\+)?(?: (?P<data>\[[^<>]*\]))? -->")
_EMPTY_PLACE: Final = "<!-- corrigenda:notices -->"
_END_TAG: Final = re.compile(r"</[a-zA-Z][^>]*>")
_NAME: Final = re.compile(r"[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]*")


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored file, its text and its notices taken apart."""

    document: str
    """The whole page as the editor wrote it, with no notice in it."""
    notices: tuple[PublicNotice, ...]


class FileCms:
    """Keeps `source`/path.html and publishes `public`/path.html for the address `origin`/path(.html).

    The folders belong to one origin (as browsers send it): the same path at another host is another page, and
    so is an address with a query.

    The stored file is the truth: article and notices in one file that is replaced whole. The published file
    is rendered from it and replaced whole too. A crash between the two leaves the stored file ahead, and the
    same call again publishes it. Writers of one `source` folder wait for each other.
    """

    def __init__(self, *, source: Path, public: Path, origin: str, root_selectors: Sequence[str]) -> None:
        self._origin = origin
        self._source = source
        self._public = public
        self._selectors = tuple(root_selectors)

    def read(self, url: str) -> StoredArticle | None:
        """Return the stored article, None where there is none or it is not published; raises CmsError.

        A stored file without a published one is a draft, or it was withdrawn: readers cannot see it.
        """
        file = self._file(self._source, url)
        if file is None or self._file(self._public, url) is None:
            return None
        document = _load(file).document
        html = self._article(document)
        return StoredArticle(
            html=html, digest=digest_of(html), headline=headline_of(document), language=language_of(document)
        )

    def twins(self, url: str) -> Sequence[str]:
        """Return the other addresses of the same stored file: with and without `.html`, a folder's index."""
        if self._file(self._source, url) is None:
            return ()
        path = urlsplit(url).path
        name = path.removesuffix(".html")
        forms = [name, f"{name}.html"]
        if path.endswith("/"):
            forms = [path, f"{path}index", f"{path}index.html"]
        elif name.endswith("/index"):
            forms.append(name.removesuffix("index"))
        return [f"{self._origin}{form}" for form in forms if form != path]

    def write(self, url: str, *, before: str, html: str, notice: PublicNotice) -> None:
        """Store the article's new html with the notice, and publish both by replacing the public file once.

        Raises ConflictError where the stored digest is neither `before` nor that of `html`, CmsError
        otherwise.
        """
        with self._changing(url) as (source, public):
            stored = _load(source)
            digest = digest_of(self._article(stored.document))
            if digest not in {before, digest_of(html)}:
                raise ConflictError("The article was changed in the CMS meanwhile.")
            document = stored.document if digest == digest_of(html) else self._replaced(stored.document, html)
            self._keep(source, public, _Stored(document, _with(stored.notices, notice)))

    def place(self, url: str, *, notice: PublicNotice) -> None:
        """Publish the notice, the text unchanged; one with the same anchor is replaced. Raises CmsError."""
        with self._changing(url) as (source, public):
            stored = _load(source)
            self._keep(source, public, replace(stored, notices=_with(stored.notices, notice)))

    @contextmanager
    def _changing(self, url: str) -> Iterator[tuple[Path, Path]]:
        """Hold the folder's lock; the stored and the published file of the address, both of which exist."""
        source, public = self._file(self._source, url), self._file(self._public, url)
        if source is None:
            raise CmsError("No stored article stands behind this address.")
        if public is None:
            raise CmsError("The article is stored, but it is not published.")
        try:
            with (self._source / ".corrigenda.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield source, public
        except OverfullError as error:
            raise CmsError(str(error)) from error
        except OSError as error:
            raise CmsError(f"The article's file could not be written: {error.strerror}.") from error

    def _file(self, folder: Path, url: str) -> Path | None:
        if origin_of_clean(url) != self._origin or urlsplit(url).query:
            return None
        return _inside(folder, url)

    def _keep(self, source: Path, public: Path, stored: _Stored) -> None:
        _replace_file(source, _packed(stored))
        _replace_file(public, self._rendered(stored))

    def _rendered(self, stored: _Stored) -> str:
        """Return the public page: the words of each notice marked, the notices at their place."""
        start, end = article_root(stored.document, self._selectors)
        html, marked = stored.document[start:end], set()
        for notice in stored.notices:
            with_mark = mark_words(html, notice)
            if with_mark is not None:
                html = with_mark
                marked.add(notice.anchor)
        block = render_notices(stored.notices, marked=frozenset(marked))
        document = stored.document[:start] + html + stored.document[end:]
        if not block:
            return document
        if _PLACE.search(document):
            return _PLACE.sub(lambda _: block, document, count=1)
        at = end + len(html) - (end - start)
        tag = _END_TAG.match(document, at)
        at = tag.end() if tag else at
        return f"{document[:at]}\n{block}{document[at:]}"

    def _article(self, document: str) -> str:
        start, end = article_root(document, self._selectors)
        return document[start:end]

    def _replaced(self, document: str, html: str) -> str:
        start, end = article_root(document, self._selectors)
        changed = document[:start] + html + document[end:]
        if self._article(changed) != html:
            raise CmsError("The new text would change the page around the article.")
        return changed


def _inside(folder: Path, url: str) -> Path | None:
    """Return the existing file behind an address's path, strictly inside the folder; None for any other.

    Symbolic links are followed, and must not lead out of the folder.
    """
    path = unquote(urlsplit(url).path, errors="surrogateescape").removeprefix("/")
    *parents, name = path.split("/")
    name = name or "index.html"
    segments = [*parents, name if name.endswith(".html") else f"{name}.html"]
    if not all(_NAME.fullmatch(segment) for segment in segments):
        return None
    try:
        root = folder.resolve(strict=True)
        file = root.joinpath(*segments).resolve(strict=True)
        return file if file.is_file() and root in file.parents else None
    except (OSError, ValueError):
        return None


def _load(file: Path) -> _Stored:
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise CmsError("The article's file is not written in UTF-8.") from error
    except OSError as error:
        raise CmsError(f"The article's file could not be read: {error.strerror}.") from error
    place = _PLACE.search(text)
    if place is None or place["data"] is None:
        return _Stored(text, ())
    try:
        notices = msgspec.json.decode(place["data"], type=tuple[PublicNotice, ...])
    except msgspec.MsgspecError as error:
        raise CmsError("The notices in the article's file cannot be read; was the comment edited?") from error
    instead = "" if place["added"] else _EMPTY_PLACE
    return _Stored(text[: place.start()] + instead + text[place.end() :], notices)


def _packed(stored: _Stored) -> str:
    """Return the stored file's text: the editor's page with the notices in their comment."""
    if not stored.notices:
        return stored.document
    data = json.dumps([asdict(notice) for notice in stored.notices], ensure_ascii=False)
    # Nothing in it may end the comment or look like markup.
    for character in "<>-&":
        data = data.replace(character, f"\\u{ord(character):04x}")
    if _PLACE.search(stored.document):
        return _PLACE.sub(lambda _: f"<!-- corrigenda:notices {data} -->", stored.document, count=1)
    return f"{stored.document}<!-- corrigenda:notices+ {data} -->"


def _with(notices: tuple[PublicNotice, ...], notice: PublicNotice) -> tuple[PublicNotice, ...]:
    if any(other.anchor == notice.anchor for other in notices):
        return tuple(notice if other.anchor == notice.anchor else other for other in notices)
    return (*notices, notice)


def _replace_file(file: Path, text: str) -> None:
    """Replace a file whole or not at all, a crash of the machine included; the same text is not written."""
    data = text.encode()
    if file.read_bytes() == data:
        return
    # Always the same name: whoever holds the lock writes over what a killed writer left behind.
    draft = file.with_name(f".{file.name}.corrigenda")
    with draft.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    shutil.copymode(file, draft)
    os.replace(draft, file)  # noqa: PTH105 (the name that says what it guarantees)
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
