"""The addresses of articles as pure functions: cleaned of tracking, compared with hosts, made canonical."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, unquote_plus, urljoin, urlsplit

import turbohtml
from turbohtml import Element
from turbohtml.extract import normalize_url

from corrigenda.passage import bounded

MOST_CHARACTERS: Final = 2000
"""As many as the columns for addresses hold; as typed and as the URL standard writes it."""

MOST_HOST: Final = 253
"""Characters of a host as typed, octets of it in IDNA (RFC 1035, 2.3.4)."""

MOST_LABEL: Final = 63
"""Octets of one label of a host (RFC 1035, 2.3.4)."""

MOST_LINKS: Final = 50
"""Links with one relation that are looked at; a page that has more names no address with it."""

TRACKING: Final[dict[str, str]] = {
    "utm_*": "campaign tags (Google Analytics and most others)",
    "_ga": "Google Analytics: visitor carried between domains",
    "_gl": "Google Analytics: visitor carried between domains",
    "gclid": "Google Ads: click",
    "gclsrc": "Google Ads: source of the click",
    "gbraid": "Google Ads: click from an app",
    "wbraid": "Google Ads: click to an app",
    "dclid": "Google Display: click",
    "srsltid": "Google Search: result that was clicked",
    "fbclid": "Facebook: click",
    "igshid": "Instagram: who shared the link",
    "igsh": "Instagram: who shared the link",
    "msclkid": "Microsoft Advertising: click",
    "yclid": "Yandex Direct: click",
    "ysclid": "Yandex Search: click",
    "twclid": "X (Twitter) Ads: click",
    "ref_src": "X (Twitter): widget that the link stood in",
    "ref_url": "X (Twitter): page that the widget stood in",
    "ttclid": "TikTok Ads: click",
    "li_fat_id": "LinkedIn Ads: click",
    "epik": "Pinterest: click",
    "sccid": "Snapchat Ads: click",
    "mc_cid": "Mailchimp: campaign",
    "mc_eid": "Mailchimp: recipient",
    "_hsenc": "HubSpot: recipient",
    "_hsmi": "HubSpot: message",
    "mkt_tok": "Marketo: recipient",
    "vero_id": "Vero: recipient",
    "oly_anon_id": "Omeda Olytics: visitor",
    "oly_enc_id": "Omeda Olytics: recipient",
    "mtm_*": "campaign tags (Matomo)",
    "pk_campaign": "campaign tag (Matomo, older name)",
    "pk_kwd": "campaign tag (Matomo, older name)",
    "pk_source": "campaign tag (Matomo, older name)",
    "pk_medium": "campaign tag (Matomo, older name)",
    "pk_content": "campaign tag (Matomo, older name)",
    "at_medium": "campaign tag (AT Internet, Piano)",
    "at_campaign": "campaign tag (AT Internet, Piano)",
}
"""Query parameters that name the visit and never the page, each with what it carries; `*` ends a prefix.

Names that some newsroom uses for content (ref, source, id, s, from, page, amp) are left out on purpose: a
tracking parameter kept costs one more fetch, for rel=canonical joins the two; a content parameter dropped
loses the article.
"""

_EXACT: Final = frozenset(name for name in TRACKING if not name.endswith("*"))
_PREFIXES: Final = tuple(name[:-1] for name in TRACKING if name.endswith("*"))
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
# What stands before the path: browsers take a backslash for a slash, and any number of them.
_AUTHORITY: Final = re.compile(r"[^:/?]*:[/\\]*([^/\\]*)")
_PORT: Final = re.compile(r":[0-9]*\Z")
# What the URL standard leaves alone in a query, and "%": what is escaped already stays as it is.
_QUERY_SAFE: Final = "%!$&()*+,-./:;=?@[\\]^_`{|}~"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_FRONT: Final = frozenset(f"/{name}" for name in ("", "index.html", "index.htm", "index.php", "index"))


class AddressError(ValueError):
    """Not the address of a page on the web; the message is a sentence for the person who gave it."""


class LongAddressError(AddressError):
    """An address of more than MOST_CHARACTERS, so that who gave it can be told that."""

    def __init__(self) -> None:
        super().__init__(f"The address is longer than {MOST_CHARACTERS:,} characters.")


def web_url(url: str) -> str:
    """Return an address as a browser would request it: as the URL standard writes it, without its fragment.

    That is: scheme and host in lower case, host in IDNA, no default port, no dot segments, escapes where they
    are needed. Doing it again changes nothing. Raises AddressError for anything but an http or https address
    of a host, for one with a user name or a password, and for one that is too long. Lengths are checked
    before anything else: writing a host in IDNA takes time that grows with the square of its length.
    """
    text = url.strip().partition("#")[0]
    if len(text) > MOST_CHARACTERS:
        raise LongAddressError
    page, _, query = _CONTROLS.sub("", text).partition("?")
    _check_host(_typed_host(page))
    try:
        written = normalize_url(page)
        parts = urlsplit(written)
    except ValueError as error:
        raise AddressError("This is not a web address.") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise AddressError("A web address begins with http:// or https:// and a host name.")
    if "@" in parts.netloc:
        raise AddressError("The address must not carry a user name or a password.")
    _check_host(parts.hostname, most_label=MOST_LABEL)
    if query:
        written += "?" + quote(query, safe=_QUERY_SAFE, errors="replace")
    if len(written) > MOST_CHARACTERS:
        raise LongAddressError
    return written


def _typed_host(page: str) -> str:
    """Return the host as it was typed, without user name and port; empty where no scheme stands before it."""
    found = _AUTHORITY.match(page)
    return _PORT.sub("", found[1].rpartition("@")[2]) if found else ""


def _check_host(host: str, *, most_label: int = MOST_HOST) -> None:
    """Raise AddressError for a host that no name server may know; a final dot does not count."""
    name = host.removesuffix(".")
    if len(name) > MOST_HOST or any(len(label) > most_label for label in name.split(".")):
        raise AddressError(
            f"The host of the address is longer than {MOST_HOST} characters, "
            f"or a part of it between two dots is longer than {MOST_LABEL}."
        )


def clean_url(url: str) -> str:
    """Return web_url(url) without its tracking parameters; the others keep their order and every byte."""
    page, _, query = web_url(url).partition("?")
    kept = [piece for piece in query.split("&") if not is_tracking(piece.partition("=")[0])]
    rest = "&".join(kept)
    return f"{page}?{rest}" if rest else page


def is_tracking(name: str) -> bool:
    """Whether a query parameter, by its name as it stands in the address, is in TRACKING."""
    known = unquote_plus(name).lower()
    return known in _EXACT or known.startswith(_PREFIXES)


def origin_of(url: str) -> str:
    """Return the origin of an address as a browser sends it; raises AddressError as web_url does."""
    parts = urlsplit(web_url(url))
    return f"{parts.scheme}://{parts.netloc}"


def origin_of_clean(url: str) -> str:
    """Return the origin of an address that `web_url` or `clean_url` wrote, at a tenth of the cost."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def host_and_port(url: str) -> tuple[str, int]:
    """Return the host (IDNA, lower case, no brackets) and the port of an address; raises AddressError."""
    parts = urlsplit(web_url(url))
    return str(parts.hostname), parts.port or _DEFAULT_PORTS[parts.scheme]


def is_listed(url: str, hosts: Sequence[str]) -> bool:
    """Whether a site lists the host of an address.

    An entry "host" stands for the usual port of the address's scheme, "host:port" for that port alone. An
    entry that is no host lists nothing.
    """
    scheme = urlsplit(web_url(url)).scheme
    wanted = host_and_port(url)
    for entry in hosts:
        try:
            if host_and_port(f"{scheme}://{entry}/") == wanted:
                return True
        except AddressError:
            continue
    return False


def canonical_of(html: str, url: str, origins: Sequence[str]) -> str:
    """Return the canonical address of a page that was read at `url` (RFC 6596), cleaned.

    The page's own rel=canonical counts where its head names exactly one, at one of the site's own `origins`
    (as browsers send them): a host that is only fetched may be another site's. It does not count where it
    names the front page: publishing systems that put the same canonical on every page are common, and all
    articles would become one. Without one that counts the page's own address is canonical.
    """
    own = clean_url(url)
    named = _links(html, own, "canonical", origins)
    if len(named) != 1:
        return own
    canonical = named.pop()
    return own if is_front(canonical) else canonical


def amp_of(html: str, url: str, origins: Sequence[str]) -> str | None:
    """Return the address of a page's AMP version where its head names one at the site's own origins."""
    named = _links(html, clean_url(url), "amphtml", origins)
    return named.pop() if len(named) == 1 else None


def is_front(url: str) -> bool:
    """Whether an address is a site's front page: no path but an index, whatever the query.

    An article may be named by the query alone (`/?p=123`); nothing that was read elsewhere moves there.
    """
    return urlsplit(url).path.lower() in _FRONT


def is_same_page(one: str, other: str) -> bool:
    """Whether two addresses differ in nothing but scheme, usual port, `www.` and a final slash."""
    return _bare(one) == _bare(other)


def _bare(url: str) -> tuple[str, int | None, str, str]:
    parts = urlsplit(url)
    host = str(parts.hostname or "").removeprefix("www.")
    return host, parts.port, parts.path.rstrip("/"), parts.query


def _links(html: str, url: str, relation: str, origins: Sequence[str]) -> set[str]:
    document = bounded.parse(html)
    base = _base(document, url)
    found: set[str] = set()
    # Only the head: what stands in the body may come from a reader's comment.
    links = [link for link in document.select("head link[rel][href]") if relation in _words(link, "rel")]
    if len(links) > MOST_LINKS:
        return found
    for link in links:
        href = _text(link, "href").strip()
        try:
            target = clean_url(urljoin(base, href)) if len(href) <= MOST_CHARACTERS else ""
        except ValueError:
            continue
        if origin_of_clean(target) in origins:
            found.add(target)
    return found


def _base(document: turbohtml.Document, url: str) -> str:
    element = document.select_one("head base[href]")
    if element is None:
        return url
    href = _text(element, "href").strip()
    if len(href) > MOST_CHARACTERS:
        # Of this page only whole addresses can be understood.
        return ""
    try:
        return urljoin(url, href)
    except ValueError:
        return url


def _text(element: Element, name: str) -> str:
    value = element.attrs.get(name)
    return " ".join(value) if isinstance(value, list) else value or ""


def _words(element: Element, name: str) -> list[str]:
    return _text(element, name).lower().split()
