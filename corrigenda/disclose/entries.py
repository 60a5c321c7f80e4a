"""Turns a published notice into what the log shows of it."""

from typing import Final

from corrigenda.disclose.pages import LogEntry
from corrigenda.models import Notice
from corrigenda.passage import Segment, word_diff
from corrigenda.web.notices import kind_label, notice_url
from corrigenda.web.places import exact_place, web_address, whole_address
from corrigenda.web.plain import cut_after, cut_before, one_line, plain

# So many characters of the article on either side show where the words stand.
AROUND: Final = 40
# Anybody may ask for a page of thirty notices, and feeds have more. So the work for one notice stays at about
# two milliseconds: up to this many characters of old and new words together are compared at all, and about
# 160 words in a row that became others count as rewritten.
MOST_COMPARED: Final = 5_000
MOST_PAIRS: Final = 100_000


def diff_of(notice: Notice) -> list[Segment]:
    """Return old and new words as a word diff; empty where the text was left as it is.

    Long texts are deleted and inserted as a whole.
    """
    old, new = plain(notice.old), plain(notice.new)
    if old == new:
        return []
    if len(old) + len(new) <= MOST_COMPARED:
        return word_diff(old, new, most_pairs=MOST_PAIRS)
    whole = (
        Segment("delete", old, 0, len(old), 0, 0),
        Segment("insert", new, len(old), len(old), 0, len(new)),
    )
    return [segment for segment in whole if segment.text]


def entry_of(notice: Notice, language: str) -> LogEntry:
    """Return the entry of a published notice, its label in a language that the desk speaks."""
    assert notice.published_at is not None  # noqa: S101 (only published notices come here)
    diff = diff_of(notice)
    address = web_address(notice.article.canonical_url)
    # A notice stays public when its article is withdrawn; the article's words around it do not.
    is_open = notice.article.is_public
    return LogEntry(
        anchor=notice.anchor,
        kind=notice.kind,
        label=kind_label(notice.kind, language),
        published_at=notice.published_at,
        language=notice.language,
        headline=one_line(notice.headline) or _named_by_path(notice.article.canonical_url),
        article_url=address,
        place_url=exact_place(address, notice=notice, words=None),
        text=plain(notice.text),
        quote="" if diff else plain(notice.old),
        diff=diff,
        # What a notice keeps of its surroundings is longer than this: a word cut in two is not among it.
        before=cut_before(plain(notice.prefix).rpartition("\n")[2], AROUND) if is_open else "",
        after=cut_after(plain(notice.suffix).partition("\n")[0], AROUND) if is_open else "",
        url=notice_url(notice),
    )


def _named_by_path(url: str) -> str:
    # The query may be a reader's: see is_harmless.
    address = web_address(url) or whole_address(url).partition("?")[0]
    return address.partition("://")[2]
