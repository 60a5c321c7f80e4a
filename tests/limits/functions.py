"""Every function that is given what strangers wrote, with the inputs that are dearest to it."""

import gzip
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any, Final

import httpcore
from msgspec.structs import replace

from corrigenda import passage
from corrigenda.accounts import agents
from corrigenda.connectors import addresses, article, fetch, recipients, reply_address
from corrigenda.disclose import known_wire
from corrigenda.passage import Selector
from corrigenda.report import bounds, drafts, wire
from corrigenda.report.drafts import ReportDraft
from corrigenda.report.spam import challenge, doubts, seals
from corrigenda.watch import answers
from corrigenda.web import browsers, cors, networks, places, plain, sizes
from tests.limits.hostile import ALPHABETS, HEADERS, marks, repeated, signs

Make = Callable[[int], Any]
URL: Final = "https://courier.example/story.html"
HOSTS: Final = ["courier.example"]
ORIGINS: Final = ["https://courier.example"]
_TRUSTED: Final = [IPv4Network("127.0.0.0/8")]


@dataclass(frozen=True, slots=True)
class Row:
    """One function."""

    covers: tuple[str, ...]
    """The names that `surface` gives it."""
    call: Callable[[Any], object]
    makes: Mapping[str, Make]
    """Hostile inputs of a size, by what they are."""
    size: int
    """At which growth is measured, from half of it; the largest that may come, or less where that is dear."""
    limit: str
    """What bounds the size."""

    @property
    def name(self) -> str:
        """The first of its names."""
        return self.covers[0].removeprefix("function ")


def _row(covers: str, call: Callable[[Any], object], makes: Mapping[str, Make], size: int, limit: str) -> Row:
    names = tuple(f"function corrigenda.{name}" for name in covers.split())
    return Row(names, call, makes, size, limit)


def words(size: int, seed: int = 1) -> str:
    """Return an article's text of a few words that recur."""
    chosen = random.Random(seed)  # noqa: S311 (no secret)
    return " ".join(chosen.choice(("alpha", "beta", "gamma", "delta", "zeta")) for _ in range(size // 6))


def lines(size: int, seed: int = 1) -> str:
    """Return the same in lines."""
    return words(size, seed).replace("alpha ", "alpha.\n")


def page(size: int) -> str:
    """Return the inside of an article."""
    return "".join(f"<p>{words(60, seed)}</p>" for seed in range(size // 67))


def _head(piece: str) -> Make:
    return repeated(piece, before="<html><head>")


def _links(relation: str) -> Make:
    def make(size: int) -> str:
        each = (f"<link rel={relation} href=/a{number}>" for number in range(size // 34))
        return "<html><head>" + "".join(each)

    return make


def _long_base(size: int) -> str:
    deep = "a/" * (size // 4)
    return f"<html><head><base href='https://courier.example/{deep}'>" + "<link rel=canonical href=x>" * (
        size // 60
    )


_LINKS: Final = {
    "canonical": _links("canonical"),
    "AMP": _links("amphtml"),
    "a long base": _long_base,
    "a long address": lambda size: f"<html><head><link rel=canonical href='https://{signs(size)}/'>",
    "many relations": lambda size: "<html><head><link href=/x rel='" + "a " * (size // 2) + "'>",
    "many bases": _head("<base href=/a>"),
}
_JSON: Final = "<script type='application/ld+json'>"
_PAGES: Final = {
    "headings": repeated("<h1></h1>"),
    "nested headings": repeated("<h1 itemprop=headline>"),
    "nested articles": repeated("<article>"),
    "blank headings": lambda size: f"<h1>{' ' * size}</h1>",
    "scripts": repeated(_JSON + "[1,</script>"),
    "deep data": lambda size: _JSON + "[" * (size // 2) + "]" * (size // 2) + "</script>",
    "wide data": lambda size: _JSON + "[" + '{"@graph":[{}]},' * (size // 16) + "1]</script>",
    # The depth grows with the size: what is done for each level again is quadratic.
    "lists in lists": lambda size: (
        _JSON + "[" * (size // 500) + "{},         " * (size // 13) + "1" + "]" * (size // 500) + "</script>"
    ),
    "blank headlines": lambda size: "<div itemprop=headline>" * (size // 1000) + " " * (size * 9 // 10),
    "marks in marks": lambda size: (
        "<div itemprop=isAccessibleForFree>" * (size // 1000) + "x" * (size * 9 // 10)
    ),
    "a long number": lambda size: _JSON + "9" * size + "</script>",
    "marks of a wall": repeated("<p itemprop=isAccessibleForFree>"),
    "a language": lambda size: f"<html lang='{'a-' * (size // 2)}'>",
    "class names": lambda size: f"<div class='{'pay wal ' * (size // 8)}'>",
    "comments": repeated("<!--"),
    "closed comments": repeated("<!---->"),
    "formatting": repeated("<b><p>"),
    "tables": repeated("<table>x"),
    "templates": repeated("<template><article>"),
    "references": repeated("&amp"),
    "attributes": lambda size: "<p " + " ".join(f"a{number}" for number in range(size // 8)) + ">",
    "foreign": repeated("<svg><p>"),
    "choices": repeated("<select><option>"),
    "NULs": repeated("\0"),
}


@contextmanager
def _answered(
    status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes
) -> Iterator[httpcore.Response]:
    yield httpcore.Response(status, headers=headers, content=iter([body]))


class _Pool(httpcore.ConnectionPool):
    """A pool that has its answer already: what is measured is what becomes of it."""

    def __init__(self, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
        super().__init__()
        self._given = status, headers, body

    def stream(self, *_asked: Any, **_more: Any) -> Any:
        return _answered(*self._given)


def _fetched(given: tuple[int, Sequence[tuple[bytes, bytes]], bytes]) -> object:
    rules = fetch._Rules(HOSTS, 5_000_000, {})
    return fetch._one(_Pool(*given), URL, rules)


_PACKED: Final = [(b"content-encoding", b"gzip")]
_ANSWERS: Final[Mapping[str, Make]] = {
    "empty members": lambda size: (200, _PACKED, gzip.compress(b"", mtime=0) * (size // 20)),
    "zeros": lambda size: (200, _PACKED, gzip.compress(bytes(size), mtime=0)),
    "a long way": lambda size: (301, [(b"location", b"https://" + marks(size // 20).encode() + b"/")], b""),
    "many headers": lambda size: (200, [(b"x-%d" % one, b"y") for one in range(size // 20)], b""),
    "declarations": lambda size: (200, [], b"<meta charset=" * (size // 14)),
    "odd bytes": lambda size: (200, [], b"\xff\xe9a" * (size // 3)),
}

_SELECTOR: Final = Selector("a " * 1_000, "a " * 250, "b " * 250)
_TEXTS: Final[Mapping[str, Make]] = {
    "words": words,
    "lines": lines,
    "one letter": repeated("a"),
    "two letters": repeated("a "),
    "no sentence": lambda size: "a." * (size // 4) + " " * (size // 2),
    "stops": lambda size: "。" * (size // 2) + "\u00a0" * (size // 2),
    "marks": marks,
    "short lines": repeated("a\n"),
    "numbers": repeated("1 000 "),
    "hyphens": repeated("a-"),
}


def _draft(**changed: str) -> ReportDraft:
    return replace(ReportDraft(url=URL, concern="fact", exact="x"), **changed)


def _networks(text: str) -> list[object]:
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": text}
    return [
        networks.network_of(environ, _TRUSTED),
        networks.names_a_sender(environ),
        networks.is_for_documents(text),
    ]


def _cleaned(text: str) -> None:
    for name in ("url", "language", "concern", "part", *bounds.MOST):
        try:
            drafts.cleaned(_draft(**{name: text}), quote_needed=True)
        except drafts.RefusedError:
            continue


_BODIES: Final[Mapping[str, Make]] = {
    "deep": repeated('{"x":'),
    "wide": lambda size: '{"a":1' + ',"b":2' * (size // 6) + "}",
    "a long number": lambda size: '{"url":' + "9" * size + "}",
    "an odd name": lambda size: '{"' + "` - at `$." * (size // 10) + '":1}',
    "brackets in a name": lambda size: '{"' + "[1]`\\n" * (size // 6) + '":1}',
}
_PASSAGES: Final = "the page: CORRIGENDA_FETCH_BYTES; a quotation: report.bounds.MOST"
_PAGE: Final = "CORRIGENDA_FETCH_BYTES"
_BODY: Final = "CORRIGENDA_REPORT_BYTES"
_HEADER: Final = "web.sizes.MOST_HEADER"

FUNCTIONS: Final = [
    _row(
        "accounts.agents.client_of",
        agents.client_of,
        {**HEADERS, "versions": repeated("Version/1 ")},
        64_000,
        _HEADER,
    ),
    _row(
        "connectors.addresses.web_url connectors.addresses.clean_url connectors.addresses.origin_of "
        "connectors.addresses.host_and_port",
        lambda text: [_tried(addresses.clean_url, text), _tried(addresses.host_and_port, text)],
        ALPHABETS,
        128_000,
        "connectors.addresses.MOST_CHARACTERS",
    ),
    _row(
        "connectors.addresses.origin_of_clean",
        addresses.origin_of_clean,
        ALPHABETS,
        128_000,
        "a clean address",
    ),
    _row(
        "connectors.addresses.is_front connectors.addresses.is_same_page",
        lambda text: addresses.is_front(text) or addresses.is_same_page(text, text),
        HEADERS,
        8_000,
        "a clean address",
    ),
    _row("connectors.addresses.is_tracking", addresses.is_tracking, ALPHABETS, 128_000, "a clean address"),
    _row(
        "connectors.addresses.is_listed",
        lambda text: _tried(addresses.is_listed, text, HOSTS),
        ALPHABETS,
        128_000,
        "connectors.addresses.MOST_CHARACTERS",
    ),
    _row(
        "connectors.addresses.canonical_of connectors.addresses.amp_of",
        lambda html: [addresses.canonical_of(html, URL, ORIGINS), addresses.amp_of(html, URL, ORIGINS)],
        {**_LINKS, **_PAGES},
        400_000,
        _PAGE,
    ),
    _row(
        "connectors.article.headline_of connectors.article.language_of connectors.article.is_paywalled",
        lambda html: [
            article.headline_of(html),
            article.language_of(html),
            article.is_paywalled(html),
            answers.has_wall(html),
        ],
        _PAGES,
        400_000,
        _PAGE,
    ),
    _row("connectors.fetch.fetch", lambda given: _tried(_fetched, given), _ANSWERS, 1_000_000, _PAGE),
    _row(
        "connectors.recipients.mailbox_of connectors.recipients.digest_of",
        recipients.digest_of,
        {**ALPHABETS, "a Chinese domain": lambda size: "a@" + signs(size)},
        64_000,
        "connectors.recipients.MOST_DOMAIN",
    ),
    _row("connectors.recipients.digest_in", recipients.digest_in, ALPHABETS, 64_000, "the path"),
    _row(
        "connectors.reply_address.number_in connectors.reply_address.tag_of",
        reply_address.number_in,
        {**ALPHABETS, "a number": repeated("1", before="a+r", after="-a@b")},
        64_000,
        "a mail's header",
    ),
    _row(
        "disclose.known_wire.decode_question", lambda text: _tried(_question, text), _BODIES, 128_000, _BODY
    ),
    _row("report.wire.decode_report", lambda text: _tried(_report, text), _BODIES, 128_000, _BODY),
    _row("report.wire.wire_name", wire.wire_name, ALPHABETS, 64_000, "a name of ours"),
    _row(
        "report.drafts.cleaned report.drafts.check_address connectors.recipients.is_plain",
        _cleaned,
        ALPHABETS,
        64_000,
        "report.bounds.MOST",
    ),
    _row("report.drafts.check_key", lambda text: _tried(drafts.check_key, text), HEADERS, 64_000, _HEADER),
    _row(
        "report.spam.challenge.is_solved",
        lambda text: challenge.is_solved(text, key="k" * 20),
        ALPHABETS,
        64_000,
        "report.spam.challenge",
    ),
    _row(
        "report.spam.doubts.text_doubts",
        lambda text: doubts.text_doubts(text, url=URL),
        {**ALPHABETS, "long hosts": lambda size: "http://" + marks(size), "markup": repeated("[url ")},
        18_000,
        "report.bounds.MOST: suggestion and comment",
    ),
    _row("report.spam.doubts.telling_text", doubts.telling_text, ALPHABETS, 18_000, "report.bounds.MOST"),
    _row("report.spam.seals.seal_age", seals.seal_age, ALPHABETS, 64_000, "report.spam.seals"),
    _row(
        "report.spam.seals.with_doubts",
        lambda text: seals.with_doubts(_draft(seal=text, website=text), is_browser=True),
        ALPHABETS,
        64_000,
        _BODY,
    ),
    _row(
        "web.browsers.member_of",
        browsers.member_of,
        {**HEADERS, "many": repeated("corrigenda_browser=a:b:c;"), "long": repeated("corrigenda_browser=")},
        64_000,
        "web.browsers",
    ),
    _row("web.cors.may_be_origin web.cors.cors_headers", cors.may_be_origin, HEADERS, 64_000, "web.cors"),
    _row(
        "web.networks.network_of web.networks.address_of web.networks.names_a_sender "
        "web.networks.is_for_documents",
        _networks,
        {**HEADERS, "hops": repeated("127.0.0.1,")},
        64_000,
        _HEADER,
    ),
    _row("web.plain.plain web.plain.one_line", plain.one_line, ALPHABETS, 64_000, "a stored text"),
    _row(
        "web.plain.cut_after web.plain.cut_before web.plain.cut_middle",
        lambda text: plain.cut_middle(text, 3_000),
        ALPHABETS,
        64_000,
        "a stored text",
    ),
    _row("web.plain.spoken_language", plain.spoken_language, ALPHABETS, 64_000, "web.plain.MOST_LANGUAGE"),
    _row(
        "web.places.text_fragment",
        lambda text: places.text_fragment(Selector(text, text, text)),
        ALPHABETS,
        16_000,
        "report.bounds.MOST",
    ),
    _row(
        "web.places.web_address web.places.whole_address web.places.is_harmless "
        "web.places.exact_place web.places.desk_place web.places.public_place",
        places.web_address,
        HEADERS,
        4_000,
        "an address in a row",
    ),
    _row("web.sizes.worth_reading", sizes.worth_reading, HEADERS, 128_000, "web.sizes.MOST_COOKIES"),
    _row("passage.article_root", passage.article_root, _PAGES, 400_000, _PAGE),
    _row("passage.plain_text passage.collapse", passage.plain_text, _PAGES, 200_000, _PAGE),
    _row(
        "passage.find_copy passage.is_near",
        lambda text: [passage.find_copy(text, _SELECTOR, 5), passage.is_near(text, _SELECTOR)],
        _TEXTS,
        400_000,
        _PASSAGES,
    ),
    # Between 100,000 and 200,000 characters Python changes its way of searching: a step, no slope.
    _row(
        "passage.are_edges_same",
        lambda text: passage.are_edges_same(text, (1, len(text) - 1), text, (1, len(text) - 1)),
        _TEXTS,
        400_000,
        _PASSAGES,
    ),
    _row("passage.find", lambda text: passage.find(text, _SELECTOR, 5), _TEXTS, 400_000, _PASSAGES),
    _row(
        "passage.carry",
        lambda texts: passage.carry(texts[0], texts[1], [(0, 10)]),
        {name: lambda size, make=make: (make(size), make(size)[::-1]) for name, make in _TEXTS.items()}
        | {"rewritten": lambda size: (lines(size, 1), lines(size, 2))},
        # Words are compared pair by pair, 64 at once, up to a bound that takes a second: from about here
        # to there the work grows with the square.
        30_000,
        "passage.weights.MOST_WORD_PAIRS and MOST_OPEN_TEXT",
    ),
    _row(
        "passage.patch",
        lambda html: passage.patch(html, 0, 10, "x" * 4_000),
        {"page": page},
        100_000,
        _PASSAGES,
    ),
    _row(
        "passage.wrap",
        lambda html: passage.wrap(html, 0, 10, "<i>", "</i>"),
        {"page": page},
        100_000,
        _PASSAGES,
    ),
    _row("passage.sentence_at", lambda text: passage.sentence_at(text, 5, 9), _TEXTS, 200_000, _PASSAGES),
    _row(
        "passage.word_diff",
        lambda text: passage.word_diff(text, text[::-1]),
        _TEXTS,
        4_000,
        "report.bounds.MOST",
    ),
    _row(
        "passage.likeness passage.overlap",
        lambda text: [passage.likeness(text, text[::-1]), passage.overlap(text, text[::-1])],
        _TEXTS,
        200_000,
        _PAGE,
    ),
    _row("passage.escape", passage.escape, ALPHABETS, 64_000, "report.bounds.MOST"),
    _row(
        "passage.to_utf16 passage.from_utf16 passage.position_to_json passage.position_from_json",
        lambda text: [passage.to_utf16(text, 5), passage.from_utf16(text, 5)],
        {"faces": repeated("😀")},
        400_000,
        _PASSAGES,
    ),
]


def _question(text: str) -> object:
    return known_wire.decode_question(text.encode())


def _report(text: str) -> object:
    return wire.decode_report(text.encode())


def _tried(call: Callable[..., object], *given: Any) -> object:
    """Return what a call returns, or the refusal that it raises."""
    try:
        return call(*given)
    except (ValueError, fetch.FetchError) as refusal:
        return refusal
