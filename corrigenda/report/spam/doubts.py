"""What speaks against a report, with the weight of each doubt: at the threshold it waits for an editor.

Held is not refused: a wrong guess costs an editor one look and a reader some hours, never the report.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit


class Doubt(StrEnum):
    """Signals, by the names under which Report.doubts keeps them."""

    HONEYPOT = "honeypot"
    FAST = "fast"
    UNSEALED = "unsealed"
    MARKUP = "markup"
    LINKS = "links"
    STUFFED = "stuffed"
    REPEATED = "repeated"
    COPIED = "copied"
    MAILED_OFTEN = "mailed-often"
    MAILED_MANY = "mailed-many"
    BEYOND_SHARE = "beyond-share"


THRESHOLD: Final = 10

WEIGHTS: Final = {
    # People do not see the field. A browser that fills it in against autocomplete=off is possible, and rare
    # enough for an editor's look.
    Doubt.HONEYPOT: 10,
    # One key adds a voice, and a page may be open without having reached us for its seal: neither is enough
    # without something in the text, nor with three links, which an eager reader sends too.
    Doubt.FAST: 4,
    Doubt.UNSEALED: 4,
    # HTML and BBCode are written by programs for other programs. A reader who reports a broken link may write
    # it once: that alone passes.
    Doubt.MARKUP: 7,
    # A reader names a source, a careful one two. Three and more are still taken from somebody who took the
    # time to write around them.
    Doubt.LINKS: 5,
    # Hardly a word beside the links; with few of them it is only terse.
    Doubt.STUFFED: 5,
    # The same long text about other words: a reader with one complaint about a series of articles does that
    # too, so that three alone pass and ten do not.
    Doubt.REPEATED: 6,
    Doubt.COPIED: 10,
    # One mailbox beyond its number for the day: whoever it is, an editor looks before there are more cases.
    Doubt.MAILED_OFTEN: 10,
    # A publication beyond its number for the day: senders are easily invented.
    Doubt.MAILED_MANY: 10,
    # A town may be behind one network: what it sends is not spam for that. It says for which flood a report
    # counts (judging.py).
    Doubt.BEYOND_SHARE: 0,
}
"""What is left out on purpose: capitals (the angry are right as often as the calm), "gibberish" (no measure
holds for Ukrainian, Arabic and German at once), lists of words (they hit who reports them), addresses and
networks (whole towns are behind one)."""

MANY_LINKS: Final = 3
FEW_WORDS: Final = 4
"""Words for each link, below which a text is stuffed with links."""
REPEATED_FROM: Final = 3
"""So many earlier reports of other words with the same text."""
COPIED_FROM: Final = 10
LEAST_TELLING: Final = 30
"""Characters. Shorter texts repeat themselves: "missing comma" is said of every missing comma."""

_MOST_LOOKED_AT: Final = 300
"""Characters at the start of a link, in which every host ends that there may be."""

_LINK: Final = re.compile(r"""(?:https?://|\bwww\.)[^\s<>"'\[\]()]+""", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<a\s[^>]{0,200}href|\[(?:url|link)\s?[=\]]", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")


def score_of(doubts: Iterable[str]) -> int:
    """Return the sum of the weights of some doubts."""
    return sum(WEIGHTS[Doubt(name)] for name in doubts)


def is_suspected(doubts: Iterable[str]) -> bool:
    """Whether doubts are enough for a report to wait for an editor's look."""
    return score_of(doubts) >= THRESHOLD


def text_doubts(text: str, *, url: str) -> list[Doubt]:
    """Return what speaks against a reader's own words; links to the host of the article itself are none."""
    doubts = [Doubt.MARKUP] if _MARKUP.search(text) else []
    own = urlsplit(url).netloc.lower()
    links = [link for link in _LINK.findall(text) if _host(link) != own]
    if len(links) >= MANY_LINKS:
        doubts.append(Doubt.LINKS)
    # Two links and no word beside them are a reader's sources; from three on it is a heap of them.
    if len(links) >= MANY_LINKS and len(_WORD.findall(_LINK.sub(" ", text))) < FEW_WORDS * len(links):
        doubts.append(Doubt.STUFFED)
    return doubts


def repeat_doubts(times: int) -> list[Doubt]:
    """Return what it means that so many earlier reports said the same of other words."""
    if times >= COPIED_FROM:
        return [Doubt.COPIED]
    return [Doubt.REPEATED] if times >= REPEATED_FROM else []


def telling_text(*texts: str) -> str:
    """Return texts as they are compared with others; empty where they are too short to tell anything.

    Letters and digits alone, in lower case: who sends one text a thousand times changes its punctuation.
    """
    bare = " ".join(_WORD.findall(" ".join(texts).casefold()))
    return bare if len(bare) >= LEAST_TELLING else ""


def _host(link: str) -> str:
    """Return the host of a link; empty, as of a host that is nobody's, where there is none such."""
    try:
        whole = link if "://" in link else f"//{link}"
        return urlsplit(whole[:_MOST_LOOKED_AT]).netloc.lower()
    except ValueError:
        # A full-width mark right behind an address, as it is typed in Chinese, makes none that may be one.
        return ""
