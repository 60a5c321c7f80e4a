"""How a decision becomes new html, and whether a published text shows it: pure functions over texts."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from corrigenda.passage import CannotPatch, OverfullError, are_edges_same, carry, patch, plain_text

SURE: Final = 0.7
"""Below this confidence nothing is changed: an edit at a wrong place costs more than asking an editor."""

_CONTEXT_WORDS: Final = 3
"""As many words on either side tell added and removed words at the edges of a passage from untouched ones."""

_SPACES: Final = re.compile(r"[\t\n\f\r ]+")
_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Base:
    """The passage as it stood when the editor decided: text[start:end], code points."""

    text: str
    start: int
    end: int

    @property
    def words(self) -> str:
        """The words themselves."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to a stored article.

    "change": store `html`. "done": it says so already, `html` is what is stored. "conflict": the passage is
    not what the editor decided about; `found` is what stands there now, empty where it is gone.
    """

    status: Literal["change", "done", "conflict"]
    html: str = ""
    start: int | None = None
    end: int | None = None
    found: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a published text shows at the passage's place.

    "live": the wording. "stands": the old words. "other": `words`, which are neither. "gone": nothing.
    """

    status: Literal["live", "stands", "other", "gone"]
    words: str = ""


def plan_change(html: str, base: Base, wording: str) -> Plan:
    """Plan how the passage of `base` gets its wording in the html as it is stored now.

    Raises CannotPatch, with a reason for an editor, where the markup cannot take it.
    """
    try:
        text = plain_text(html)
    except OverfullError as error:
        raise CannotPatch(str(error)) from error
    look = look_for(base, wording, text)
    if look.status == "live":
        reached = _carried(_replaced(base, wording), text) if wording else None
        return Plan("done", html, *(reached[:2] if reached else (None, None)))
    found = _carried(base, text)
    if look.status != "stands" or found is None:
        return Plan("conflict", found=look.words)
    start, end, confidence = found
    if confidence < SURE:
        return Plan("conflict", found=text[start:end])
    changed = patch(html, start, end, wording)
    return Plan("change", changed, *_standing(plain_text(changed), start, wording))


def look_for(base: Base, wording: str, live: str) -> Look:
    """Say what the live text shows at the place of the passage.

    The text as it should be is compared with the live one: the words around the wording have to fit as well,
    or else a word added or dropped at its edge would not be noticed. Only where those were edited too do the
    words alone count.
    """
    old = base.words
    target = _replaced(base, wording)
    if _shows(target, live):
        return Look("live")
    direct = _carried(base, live)
    words = live[direct[0] : direct[1]] if direct else ""
    still_old = direct is not None and _same(words, old) and _has_same_edges(base, live, direct)
    if still_old and _folded(wording) in _folded(old):
        return Look("stands")
    if not wording:
        return Look("other", words) if direct else Look("live")
    reached = _carried(target, live)
    reads = live[reached[0] : reached[1]] if reached else ""
    is_wording = reached is not None and _same(reads, wording) and _has_same_edges(target, live, reached)
    if is_wording and (not still_old or _folded(old) in _folded(wording)):
        return Look("live")
    if still_old:
        return Look("stands")
    seen = reads or words
    return Look("other", seen) if seen else Look("gone")


def _carried(base: Base, text: str) -> tuple[int, int, float] | None:
    """Where a passage stands in another text and how sure that is; None where it is gone."""
    if base.text == text:
        return base.start, base.end, 1.0
    match = carry(base.text, text, [(base.start, base.end)])[0]
    return None if match.span is None else (*match.span, match.confidence)


def _has_same_edges(base: Base, text: str, found: tuple[int, int, float]) -> bool:
    """Whether the words and figures at both ends are those of the base: "31" is another figure in "31.5"."""
    return are_edges_same(base.text, (base.start, base.end), text, found[:2])


def _replaced(base: Base, wording: str) -> Base:
    """The text as it should read, and where the wording stands in it."""
    left, right = base.text[: base.start], base.text[base.end :]
    # A line break that the article does not have becomes a space when it is written.
    wording = wording if wording.count("\n") == base.words.count("\n") else _folded(wording)
    if not wording:
        if right[:1] == " " and left[-1:] in {"", " ", "\n"}:
            right = right[1:]
        elif left[-1:] == " " and right[:1] in {"", "\n"}:
            left = left[:-1]
    return Base(left + wording + right, len(left), len(left) + len(wording))


def _shows(target: Base, live: str) -> bool:
    """Whether the live text reads like the target at its place and for some words around."""
    before = list(_WORD.finditer(target.text, max(target.start - 400, 0), target.start))[-_CONTEXT_WORDS:]
    after = list(_WORD.finditer(target.text, target.end, target.end + 400))[:_CONTEXT_WORDS]
    start = before[0].start() if before else target.start
    end = after[-1].end() if after else target.end
    if start == end:
        return not live
    reached = _carried(Base(target.text, start, end), live)
    if reached is None or not _same(live[reached[0] : reached[1]], target.text[start:end]):
        return False
    # At an edge of the text there are no words around: then the edge itself has to be there.
    at_start = bool(target.text[:start].strip()) or not live[: reached[0]].strip()
    at_end = bool(target.text[end:].strip()) or not live[reached[1] :].strip()
    return at_start and at_end


def _standing(text: str, start: int, wording: str) -> tuple[int | None, int | None]:
    """Where the wording stands in the changed text; a removed space may have moved it by one."""
    for at in (start, start - 1):
        if at >= 0 and _same(text[at : at + len(wording)], wording):
            return at, at + len(wording)
    return None, None


def _folded(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _same(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)
