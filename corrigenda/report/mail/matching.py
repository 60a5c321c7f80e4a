"""Finds what a mail is about: the report that it answers, else the site, the article and the passage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef

from corrigenda.connectors.addresses import AddressError, clean_url, origin_of
from corrigenda.connectors.reply_address import number_in, tag_of
from corrigenda.models import Address, Article, Delivery, Origin, Report, Revision, Site
from corrigenda.passage import Selector, find
from corrigenda.passage.confidence import ASK_BELOW
from corrigenda.passage.typed import typed_copies
from corrigenda.report.mail.letters import Letter
from corrigenda.report.mail.quotes import Wording, urls_in, urls_within
from corrigenda.report.mail.text import LONGEST_LINK

LEAST_WORDS: Final = 4
LEAST_CHARACTERS: Final = 20
"""Shorter quotations stand in many articles by chance and name none."""

MOST_CANDIDATES: Final = 500
"""Addresses of a letter, those within others included, that are compared with those of the sites."""

MOST_SEARCHED: Final = 8
MOST_READ: Final = 40
"""Articles whose text is compared for one quotation, the latest first."""
MOST_SCANNED: Final = 10_000
"""Revisions, the latest, among which the database looks for the words of a quotation."""
MOST_COMPARED: Final = 20_000_000
"""Code points of articles and quotations that are compared for one mail: a second of work, or less.

The comparison needs the tables, so that it is done by the desk and not by the process that reads mails,
which has a time limit.
"""
_A_QUOTE: Final = 50
"""A code point of a quotation costs as much as so many of an article (measured)."""

# The longest words of a quotation are its rarest; the database keeps the texts that hold all of them.
_RARE: Final = 3


@dataclass(frozen=True, slots=True)
class Target:
    """What a mail is about, as far as it can be told."""

    site: Site | None
    url: str = ""
    exact: str = ""
    suggestion: str = ""


class Comparing:
    """Looks for quotations in articles until a mail has had its share of the work."""

    def __init__(self, most: int = MOST_COMPARED) -> None:
        self._left = most

    def words_in(self, text: str, quote: str) -> str:
        """Return what `words_in` does; empty where the share is used up."""
        self._left -= len(text) + _A_QUOTE * len(quote)
        return "" if self.is_over else words_in(text, quote)

    @property
    def is_over(self) -> bool:
        """Whether the share is used up, so that "" means nothing any more."""
        return self._left < 0


def answered_report(letter: Letter, recipients: Sequence[str]) -> Report | None:
    """Return the report that a mail answers: by the token in its address, else by the letter it refers to."""
    numbers = [number for address in recipients if (number := number_in(address)) is not None]
    if numbers:
        report = Report.objects.select_related("case", "site").filter(pk=numbers[0]).first()
        if report is not None:
            return report
    sent = Delivery.objects.filter(message_id__in=letter.references)
    ours = sent.select_related("reply__report__case", "reply__report__site").order_by("-id").first()
    return ours.reply.report if ours else None


def find_target(letter: Letter, recipients: Sequence[str]) -> Target:
    """Return what a letter is about; without a site where nothing in it or in its addresses names one."""
    wording, comparing = letter.wording, Comparing()
    named_wrong = [] if wording is None else [wording.wrong]
    quotes = list(dict.fromkeys([*letter.quotes, *named_wrong]))
    places = _places(letter)
    site: Site | None
    if places:
        site, url, text = _chosen(places, quotes, comparing)
    else:
        named = site_of_recipient(recipients)
        article = _article_quoted(quotes, [named] if named else list(Site.objects.all()), comparing)
        site = article.site if article else named
        url, text = (article.canonical_url, _newest_text(article)) if article else ("", "")
        # A headline names the article and is not in its text.
        quotes = [quote for quote in quotes if article is None or quote != article.headline]
    exact, suggestion = _passage(quotes, wording, text, comparing)
    return Target(site, url, exact, suggestion)


def site_of_recipient(recipients: Sequence[str]) -> Site | None:
    """Return the site that a mail was sent to: by the settings, a tag, the domain, or as the only one."""
    sites = list(Site.objects.prefetch_related("origins"))
    named = {address.lower(): slug for address, slug in settings.OPTIONS.mailbox_sites.items()}
    for address in recipients:
        slugs = {named.get(address), named.get(_without_tag(address)), tag_of(address)}
        found = [site for site in sites if site.slug in slugs]
        if found:
            return found[0]
    for address in recipients:
        domain = address.rpartition("@")[2]
        found = [site for site in sites if any(_is_within(host, domain) for host in _hosts(site))]
        if len(found) == 1:
            return found[0]
    return sites[0] if len(sites) == 1 else None


def _without_tag(address: str) -> str:
    name, _, domain = address.rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def _hosts(site: Site) -> Iterator[str]:
    for origin in site.origins.all():
        yield urlsplit(origin.origin).hostname or ""


def _is_within(host: str, domain: str) -> bool:
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _places(letter: Letter) -> list[tuple[Site, str]]:
    """Return the article addresses that a letter names, its writer's own first, history's last."""
    origins = {origin.origin: origin.site for origin in Origin.objects.select_related("site")}
    texts = (letter.parts.own, letter.forwarded_text, letter.subject)
    named = [url for text in texts for url in urls_in(_with_schemes(text, origins))]
    urls = dict.fromkeys((*named, *letter.links, *urls_in(letter.text)))
    candidates = (candidate for url in urls for candidate in (url, *urls_within(url)))
    found = (_place(candidate, origins) for candidate in islice(candidates, MOST_CANDIDATES))
    return list(dict.fromkeys(place for place in found if place is not None))


def _with_schemes(text: str, origins: dict[str, Site]) -> str:
    """Write the scheme before the hosts of our sites where a reader left it out."""
    for origin in origins:
        scheme, _, host = origin.partition("://")
        if host in text and f"{host}/" in text:
            text = text.replace(f" {host}/", f" {scheme}://{host}/").replace(
                f"\n{host}/", f"\n{scheme}://{host}/"
            )
            text = f"{scheme}://{text}" if text.startswith(f"{host}/") else text
    return text


def _place(url: str, origins: dict[str, Site]) -> tuple[Site, str] | None:
    if len(url) > LONGEST_LINK:
        return None
    try:
        cleaned = clean_url(url)
        site = origins.get(origin_of(cleaned))
    except AddressError:
        return None
    parts = urlsplit(cleaned)
    is_front = parts.path in {"", "/"} and not parts.query
    return None if site is None or is_front else (site, cleaned)


def _chosen(
    places: Sequence[tuple[Site, str]], quotes: Sequence[str], comparing: Comparing
) -> tuple[Site, str, str]:
    """Return the place whose article holds a quotation, else the first, with the article's text if known."""
    texts = [_text_at(url) for _site, url in places[:MOST_SEARCHED]]
    for (site, url), text in zip(places, texts, strict=False):
        if any(comparing.words_in(text, quote) for quote in quotes[:MOST_SEARCHED]):
            return site, url, text
    return *places[0], texts[0]


def _text_at(url: str) -> str:
    known = Address.objects.select_related("article").filter(url=url).first()
    article = known.article if known else Article.objects.filter(canonical_url=url).first()
    return _newest_text(article) if article else ""


def _newest_text(article: Article) -> str:
    newest = article.revisions.order_by("-number").values_list("text", flat=True).first()
    return newest or ""


def words_in(text: str, quote: str) -> str:
    """Return the words of a text that a quotation repeats, as the text has them; empty where it has none.

    Readers type quotation marks, apostrophes, dashes and spaces as their keyboards have them: a text that
    differs in nothing else says the same.
    """
    if not text or not quote:
        return ""
    found = typed_copies(text, quote)
    if found:
        return text[slice(*found[0])]
    match = find(text, Selector(quote))
    is_sure = match.kind in {"unchanged", "moved"} and match.confidence >= ASK_BELOW
    return text[match.start : match.end] if is_sure and match.start is not None else ""


def _article_quoted(quotes: Sequence[str], sites: Sequence[Site], comparing: Comparing) -> Article | None:
    """Return the one article that a letter quotes; None where there is none, or more than one.

    A quotation that is an article's headline names it as well.
    """
    for quote in quotes[:MOST_SEARCHED]:
        titled = list(Article.objects.select_related("site").filter(site__in=sites, headline=quote)[:2])
        if len(titled) == 1:
            return titled[0]
        if len(quote.split()) < LEAST_WORDS or len(quote) < LEAST_CHARACTERS:
            continue
        likely = _likely(quote, sites)
        holding = [one.article for one in likely if comparing.words_in(one.text, quote)]
        if comparing.is_over:
            return None
        if len(holding) == 1:
            return holding[0]
    return None


def _likely(quote: str, sites: Sequence[Site]) -> Iterator[Revision]:
    """Iterate the newest revisions that hold the rarest words of a quotation.

    The database reads each text for it, so that only the latest are looked at: in an archive of many years
    the words of one mail would keep it busy for minutes.
    """
    words = sorted({word for word in quote.split() if word.isalnum()}, key=len, reverse=True)
    newer = Revision.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
    revisions = Revision.objects.filter(~Exists(newer), article__site__in=sites)
    before = Revision.objects.order_by("-pk").values_list("pk", flat=True)[MOST_SCANNED : MOST_SCANNED + 1]
    revisions = revisions.filter(pk__gt=next(iter(before), 0))
    for word in words[:_RARE]:
        revisions = revisions.filter(text__contains=word)
    yield from revisions.defer("html").select_related("article__site").order_by("-read_at")[:MOST_READ]


def _passage(
    quotes: Sequence[str], wording: Wording | None, text: str, comparing: Comparing
) -> tuple[str, str]:
    """Return the words that a letter is about, and those it proposes.

    Of the quotations that stand in the article the longest is the easiest to find again; where a letter
    corrects a word of it, the proposal is that quotation with the word corrected.
    """
    standing = [words for quote in quotes if (words := comparing.words_in(text, quote))]
    best = max(standing, key=len, default="")
    if wording is None:
        return best or next((quote for quote in quotes if " " in quote), next(iter(quotes), "")), ""
    wrong = comparing.words_in(text, wording.wrong)
    if wrong and best.count(wrong) == 1:
        return best, best.replace(wrong, wording.right)
    if best and not wrong:
        return best, ""
    return wrong or wording.wrong, wording.right
