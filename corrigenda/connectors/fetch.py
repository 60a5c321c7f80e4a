"""Fetches one page of a site: listed hosts only, public addresses only, bounded in size and time."""

import functools
import ssl
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpcore
from turbohtml.detect import detect

from corrigenda import __version__
from corrigenda.connectors.addresses import (
    MOST_CHARACTERS,
    AddressError,
    host_and_port,
    is_listed,
    web_url,
)
from corrigenda.connectors.charsets import whatwg_codec_of
from corrigenda.connectors.network import (
    CheckedBackend,
    Deadline,
    ForbiddenAddressError,
    Resolver,
    resolve_host,
)

MOST_REDIRECTS: Final = 5
LONGEST_CONTENT_TYPE: Final = 1000
MOST_MEMBERS: Final = 100
"""Pieces that a page packed with gzip may come in; servers send one, or one for each part that they made."""
PERMANENT: Final = frozenset({301, 308})
_REDIRECTS: Final = PERMANENT | {302, 303, 307}
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered; any status, so that the caller can tell missing from failing."""

    url: str
    """Where it was found, after redirects."""
    status: int
    html: str
    """The decoded page; empty unless the status is 2xx."""
    headers: Mapping[str, str]
    """Names in lower case; of a repeated header the last."""
    redirects: tuple[int, ...] = ()
    """The statuses of the redirects that led there, in order."""

    @property
    def is_moved(self) -> bool:
        """Whether every redirect that led there says that the move is for good (RFC 9110, 15.4)."""
        return PERMANENT.issuperset(self.redirects)


class FetchError(Exception):
    """The page could not be fetched; the message is a sentence that an editor understands."""


class RefusedError(FetchError):
    """This desk does not fetch from there; trying again changes nothing until the site's settings do."""


class UnreachableError(FetchError):
    """The server gave no whole answer this time; trying again may help."""


class UnsuitableError(FetchError):
    """The server answered, and what it sent is no page that this desk reads: too large, or not HTML."""


@dataclass(frozen=True, slots=True)
class _Rules:
    hosts: Sequence[str]
    max_bytes: int
    headers: Mapping[str, str]


def fetch(
    url: str,
    *,
    hosts: Sequence[str],
    private_hosts: Sequence[str] = (),
    timeout: float = 10.0,
    max_bytes: int = 5_000_000,
    contact: str = "",
    resolve: Resolver = resolve_host,
    tls: ssl.SSLContext | None = None,
) -> Page:
    """Fetch a page from one of the listed hosts ("host" or "host:port"), following up to five redirects.

    Each hop is held to the same rules: http or https, a listed host, and every address that the host's name
    resolves to on the open net, or the "host:port" among `private_hosts`. `timeout` (seconds) and `max_bytes`
    bound the whole; the size counts both as sent and unpacked. `contact` stands in the User-Agent, so that an
    operator can be reached. Raises RefusedError, UnreachableError or UnsuitableError.
    """
    deadline = Deadline(timeout)
    backend = CheckedBackend(private=_places(private_hosts), deadline=deadline, resolve=resolve)
    about = f" (+{contact})" if contact else ""
    headers = {
        "User-Agent": f"Corrigenda/{__version__}{about}",
        "Accept": "text/html, application/xhtml+xml",
        "Accept-Encoding": "gzip",
        "Cache-Control": "no-cache",
    }
    rules = _Rules(hosts, max_bytes, headers)
    with httpcore.ConnectionPool(
        ssl_context=tls or _tls(), network_backend=backend, max_keepalive_connections=0
    ) as pool:
        statuses: list[int] = []
        for _ in range(MOST_REDIRECTS + 1):
            answer = _one(pool, _allowed(url, rules), rules)
            if isinstance(answer, Page):
                return replace(answer, redirects=tuple(statuses))
            status, url = answer
            statuses.append(status)
    raise UnsuitableError(f"The address leads through more than {MOST_REDIRECTS} redirects.")


def _one(pool: httpcore.ConnectionPool, url: str, rules: _Rules) -> Page | tuple[int, str]:
    """Make one request; the page, or the status and the address of a redirect."""
    try:
        with pool.stream("GET", _whole(url), headers=[*rules.headers.items()]) as response:
            headers = {_header(name).lower(): _header(value) for name, value in response.headers}
            if response.status in _REDIRECTS and "location" in headers:
                return response.status, _redirected(url, headers["location"])
            html = ""
            if 200 <= response.status < 300:
                html = _decoded(_body(response, headers, rules.max_bytes), headers)
            return Page(url, response.status, html, headers)
    except ForbiddenAddressError as error:
        raise RefusedError(str(error)) from error
    except httpcore.TimeoutException as error:
        raise UnreachableError("The server did not answer in time.") from error
    except httpcore.ConnectError as error:
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args):
            raise UnreachableError("The server's certificate could not be verified.") from error
        raise UnreachableError("The server could not be reached.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error, ValueError) as error:
        raise UnreachableError("The server's answer broke off or could not be understood.") from error


def _whole(url: str) -> httpcore.URL:
    """Return an address in the parts that httpcore asks for.

    httpcore itself leaves out what follows a semicolon at the end of the path (`/politics;art12,34`), which
    some newspapers name their articles by.
    """
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return httpcore.URL(scheme=parts.scheme, host=str(parts.hostname), port=parts.port, target=target)


def _redirected(url: str, location: str) -> str:
    if len(location) > MOST_CHARACTERS:
        raise UnsuitableError(f"The address leads to one of more than {MOST_CHARACTERS:,} characters.")
    return urljoin(url, location)


def _allowed(url: str, rules: _Rules) -> str:
    try:
        address = web_url(url)
    except AddressError as error:
        raise RefusedError(str(error)) from error
    if not is_listed(address, rules.hosts):
        host, port = host_and_port(address)
        raise RefusedError(f"The host {host} with port {port} is not among those that the site lists.")
    return address


def _places(entries: Iterable[str]) -> frozenset[tuple[str, int]]:
    places = set()
    for entry in entries:
        try:
            places.add(host_and_port(f"http://{entry}/"))
        except AddressError:
            continue
    return frozenset(places)


def _body(response: httpcore.Response, headers: Mapping[str, str], limit: int) -> bytes:
    kind = _parameters(headers.get("content-type") or "text/html").get_content_type()
    if kind not in _HTML:
        raise UnsuitableError("The address leads to something that is not an HTML page.")
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > limit:
        raise UnsuitableError(_too_large(limit))
    encoding = headers.get("content-encoding", "identity").strip().lower()
    chunks = _bounded(response.iter_stream(), limit)
    if encoding in {"gzip", "x-gzip"}:
        return b"".join(_bounded(_unzipped(chunks, limit), limit))
    if encoding not in {"identity", ""}:
        raise UnsuitableError("The server packed the page in a way that was not asked for.")
    return b"".join(chunks)


def _bounded(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise UnsuitableError(_too_large(limit))
        yield chunk


def _unzipped(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Unpack members of gzip one after another, never more than `limit` + 1 bytes at a time.

    Each member costs a copy of what stands behind it, so that their number is limited.
    """
    member, members = zlib.decompressobj(zlib.MAX_WBITS | 16), 1
    for chunk in chunks:
        packed = chunk
        while packed:
            yield member.decompress(packed, limit + 1)
            packed = member.unconsumed_tail or member.unused_data
            if member.eof and packed:
                member, members = zlib.decompressobj(zlib.MAX_WBITS | 16), members + 1
                if members > MOST_MEMBERS:
                    raise UnsuitableError("The server packed the page in too many pieces.")
    if not member.eof:
        raise zlib.error("incomplete")


def _decoded(body: bytes, headers: Mapping[str, str]) -> str:
    """Decode a page as browsers do: byte order mark, header, meta element, content; never fails."""
    found = detect(body)
    label = _charset(headers.get("content-type", ""))
    codec = whatwg_codec_of(label) if isinstance(label, str) else ""
    if codec and not found.bom:
        try:
            return body.decode(codec).removeprefix("\ufeff")
        except (LookupError, ValueError):  # turbohtml does not know the longest labels
            pass
    return body.decode(found.codec or "utf-8").removeprefix("\ufeff")


def _header(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _parameters(content_type: str) -> Message:
    message = Message()
    # Python reads each parameter again for the next.
    message["content-type"] = content_type[:LONGEST_CONTENT_TYPE]
    return message


def _charset(content_type: str) -> object:
    try:
        return _parameters(content_type).get_param("charset")
    except (TypeError, ValueError):  # continuations that contradict each other (RFC 2231, 3)
        return None


def _too_large(limit: int) -> str:
    return f"The page is larger than {limit:,} bytes."


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpcore.default_ssl_context()
