"""Addresses of exact places: a notice by its anchor, any other words by a text fragment."""

import re
from typing import Final
from urllib.parse import quote, urlsplit

from corrigenda.models import Case, Notice
from corrigenda.passage import Selector
from corrigenda.web.notices import standing_words

# Up to this many characters the words stand whole in the address; longer ones are named by their ends.
WHOLE: Final = 90
# So many words name an end or a surrounding; words as few as these are told apart by what surrounds them.
FEW: Final = 4
CONTEXT: Final = 64
_NUMBERS: Final = re.compile(r"([A-Za-z_]{1,12}=[0-9]{1,12}(&|$))*")
_WORD_START: Final = re.compile(r"^\w+")
_WORD_END: Final = re.compile(r"\w+$")


def web_address(url: str) -> str:
    """Return the address without its fragment, for anybody outside of the desk.

    Empty unless it is http or https, and where its query could hold somebody's words.
    """
    return whole_address(url) if is_harmless(url) else ""


def whole_address(url: str) -> str:
    """Return the address without its fragment, for editors; empty unless it is http or https."""
    return url.partition("#")[0] if urlsplit(url).scheme in {"http", "https"} else ""


def is_harmless(url: str) -> bool:
    """Whether the query of an address holds nothing but numbers, as `?p=123` does.

    An article's address may be one that a reader typed, and a query has room for a message.
    """
    return _NUMBERS.fullmatch(urlsplit(url).query) is not None


def desk_place(url: str, words: Selector | None) -> str:
    """Return the address of the words, for editors; empty for an unusable URL."""
    address = whole_address(url)
    fragment = text_fragment(words) if address and words is not None else ""
    return f"{address}#{fragment}" if fragment else address


def text_fragment(words: Selector) -> str:
    """Return the words as a text directive (WICG Scroll to Text Fragment), without "#"; empty for no words.

    Browsers match whole words only, so that a selection which begins or ends inside a word is widened to it.
    """
    before, after = words.prefix, words.suffix
    exact = words.exact.strip()
    if not exact:
        return ""
    if exact == words.exact:
        before, exact, after = _whole_words(before, exact, after)
    parts = [_encoded(exact)]
    if len(exact) > WHOLE or "\n" in exact:
        parts = [
            _encoded(" ".join(exact.split("\n", 1)[0].split()[:FEW])),
            _encoded(" ".join(exact.rsplit("\n", 1)[-1].split()[-FEW:])),
        ]
    elif len(exact.split()) <= FEW:
        # A first word that the context cut in two would match nothing.
        heads = before.rpartition("\n")[2].split(" ")
        kept = heads[1:] if "\n" not in before and len(before) >= CONTEXT else heads
        tails = after.partition("\n")[0].split(" ")
        left = tails[:-1] if "\n" not in after and len(after) >= CONTEXT else tails
        if head := " ".join(kept[-FEW:]).strip():
            parts.insert(0, f"{_encoded(head)}-")
        if tail := " ".join(left[: FEW + 1]).strip():
            parts.append(f"-{_encoded(tail)}")
    return f":~:text={','.join(parts)}"


def _whole_words(before: str, exact: str, after: str) -> tuple[str, str, str]:
    if (cut := _WORD_END.search(before)) and exact[0].isalnum():
        before, exact = before[: cut.start()], cut.group() + exact
    if (cut := _WORD_START.search(after)) and exact[-1].isalnum():
        after, exact = after[cut.end() :], exact + cut.group()
    return before, exact, after


def _encoded(text: str) -> str:
    """Percent-encode; "-", "," and "&" mean something in a directive, so "-" is encoded too."""
    return quote(" ".join(text.split()), safe="").replace("-", "%2D")


def words_of(case: Case) -> Selector | None:
    """Return the words of a case as they stand in the revision read last; None where they are gone."""
    passage = case.passages.select_related("revision").order_by("-id").first()
    if passage is None or passage.start is None or passage.end is None:
        return None
    return Selector.of(passage.revision.text, passage.start, passage.end, CONTEXT)


def public_place(
    url: str, *, case: Case, is_decided: bool, notice: Notice | None, own: Selector | None
) -> str:
    """Return the address of a case's place for somebody outside of the desk.

    The words around the place come from the desk's stored text only once the decision is public, and only
    where the article is. Before, `own` is named: what the reader sent. Otherwise each report would tell its
    sender the words around a quotation, and the next report could quote those.
    """
    is_open = case.article is not None and case.article.is_public
    words = words_of(case) if is_decided and is_open else None
    return exact_place(url, notice=notice, words=words or own)


def exact_place(url: str, *, notice: Notice | None, words: Selector | None) -> str:
    """Return the address of the notice if its page has it, else of the words; empty for an unusable URL.

    For a notice `words` do not count. Where its article is not public the address has no fragment: that would
    give away the words around it.
    """
    address = web_address(url)
    if not address:
        return ""
    if notice is not None and not notice.article.is_public:
        return address
    if notice is not None and notice.placed_at is not None:
        return f"{address}#{notice.anchor}"
    if notice is not None:
        words = standing_words(notice)
    fragment = text_fragment(words) if words is not None else ""
    return f"{address}#{fragment}" if fragment else address
