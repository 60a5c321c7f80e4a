"""What a notice says in public: its usual sentence, its label, its date, and how an article page shows it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from corrigenda.connectors.cms import PublicNotice
from corrigenda.models import Decision, Fix, Notice, NoticeKind
from corrigenda.passage import Selector, sentence_at, word_diff
from corrigenda.web.plain import cut_after, cut_before, cut_middle, one_line, spoken_language

Shape = Literal["replace", "delete", "insert", "stands"]
"""What happens to the words; "stands" is a notice that leaves the text as it is."""

# Each sentence stands alone: it names what was wrong and what is right, as the codes of AP and the Guardian
# ask, and calls a correction a correction.
_SENTENCES: Final = {
    (NoticeKind.CORRECTION, "replace"): _(
        "An earlier version of this article wrongly said “%(old)s”. It should have said “%(new)s”."
    ),
    (NoticeKind.CORRECTION, "delete"): _(
        "An earlier version of this article wrongly said “%(old)s”. Those words have been removed."
    ),
    (NoticeKind.CORRECTION, "insert"): _(
        "An earlier version of this article left out “%(new)s”. Those words have been added."
    ),
    (NoticeKind.CORRECTION, "stands"): _("This article wrongly says “%(old)s”. It should say “%(new)s”."),
    (NoticeKind.CLARIFICATION, "replace"): _(
        "An earlier version of this article said “%(old)s”, which could be misunderstood. "
        "It now says “%(new)s”."
    ),
    (NoticeKind.CLARIFICATION, "delete"): _(
        "An earlier version of this article said “%(old)s”, which could be misunderstood. "
        "Those words have been removed."
    ),
    (NoticeKind.CLARIFICATION, "insert"): _(
        "To make its meaning clear, these words have been added to this article: “%(new)s”."
    ),
    (NoticeKind.CLARIFICATION, "stands"): _(
        "This article says “%(old)s”, which could be misunderstood. What is meant is “%(new)s”."
    ),
    (NoticeKind.UPDATE, "replace"): _(
        "This article has been updated. It said “%(old)s”; it now says “%(new)s”."
    ),
    (NoticeKind.UPDATE, "delete"): _(
        "This article has been updated. These words have been removed: “%(old)s”."
    ),
    (NoticeKind.UPDATE, "insert"): _(
        "This article has been updated. These words have been added: “%(new)s”."
    ),
    (NoticeKind.UPDATE, "stands"): _(
        "This article says “%(old)s”. Since it was published, that has changed: “%(new)s”."
    ),
    (NoticeKind.MINOR, "replace"): _(
        "A small slip in this article has been put right: “%(old)s” now reads “%(new)s”."
    ),
    (NoticeKind.MINOR, "delete"): _(
        "A small slip in this article has been put right: “%(old)s” has been removed."
    ),
    (NoticeKind.MINOR, "insert"): _(
        "A small slip in this article has been put right: “%(new)s” has been added."
    ),
    (NoticeKind.MINOR, "stands"): _(
        "There is a small slip in this article: “%(old)s” should read “%(new)s”."
    ),
}
_HEADLINE: Final = {
    NoticeKind.CORRECTION: _(
        "An earlier headline of this article wrongly said “%(old)s”. It should have said “%(new)s”."
    ),
    NoticeKind.CLARIFICATION: _(
        "An earlier headline of this article said “%(old)s”, which could be misunderstood. "
        "It now says “%(new)s”."
    ),
    NoticeKind.UPDATE: _(
        "The headline of this article has been updated. It said “%(old)s”; it now says “%(new)s”."
    ),
    NoticeKind.MINOR: _(
        "A small slip in the headline of this article has been put right: “%(old)s” now reads “%(new)s”."
    ),
}
_ABOUT: Final = _("This note concerns the words “%(old)s” in this article. The text is unchanged.")
_BARE: Final = _("This note concerns this article. The text is unchanged.")

# The marks between which a sentence quotes, whichever its language has.
_OUTER: Final = re.compile(r"([“„«»])\s*%\(\w+\)s\s*([”“»«])")
# By these, the marks of what is quoted within: as in English and Portuguese, in German, in Polish, in French,
# Spanish, Ukrainian and Arabic, and in Danish.
_INNER: Final = {
    ("“", "”"): ("‘", "’"),
    ("„", "“"): ("‚", "‘"),
    ("„", "”"): ("«", "»"),
    ("«", "»"): ("“", "”"),
    ("»", "«"): ("›", "‹"),
}
_QUOTED: Final = re.compile(r"[“„«»\"]\s*([^“”„«»\"]+?)\s*[”“»«\"]")

# Up to this many characters words are quoted whole.
LONGEST: Final = 180
# Fewer words than this say little when they are quoted alone: the rest of their sentence comes with them.
FEWEST_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class _Words:
    """What is quoted of the old and of the new text."""

    shape: Shape
    old: str
    new: str


def usual_sentence(
    *,
    kind: str,
    old: str,
    new: str,
    language: str,
    before: str = "",
    after: str = "",
    changed: bool = True,
) -> str:
    """Return the note that says what was wrong and what is right, in `language` if the desk speaks it.

    `before` and `after` are the article's text around the old words: a few words are quoted with the sentence
    that they stand in. `changed` is false for a notice that leaves the text as it is; its `new` is then what
    should stand there, empty where the editor gave no wording. Raises ValueError for an unknown kind.
    """
    words = _quoted(old, new, before, after, alone=NoticeKind(kind) == NoticeKind.MINOR, changed=changed)
    with translation.override(spoken_language(language)):
        if words.shape == "stands" and words.new in {"", words.old}:
            sentence = _ABOUT if words.old else _BARE
        else:
            sentence = _SENTENCES[NoticeKind(kind), words.shape]
        return _filled(str(sentence), words.old, words.new)


def headline_sentence(*, kind: str, old: str, new: str, language: str) -> str:
    """Return the note about a headline that has been changed; ValueError for an unknown kind."""
    with translation.override(spoken_language(language)):
        sentence = str(_HEADLINE[NoticeKind(kind)])
        return _filled(sentence, cut_middle(one_line(old), LONGEST), cut_middle(one_line(new), LONGEST))


def kind_label(kind: str, language: str) -> str:
    """Return the kind as the heading of a notice, such as "Correction"; ValueError for an unknown kind."""
    with translation.override(spoken_language(language)):
        return capfirst(str(NoticeKind(kind).label))


def date_text(moment: datetime, language: str) -> str:
    """Return the date and time with the zone of the desk, as people who read the language write them."""
    local = timezone.localtime(moment)
    with translation.override(spoken_language(language)):
        written = formats.date_format(local, "DATETIME_FORMAT")
    # The space is one that no line is broken at: a zone alone on a line says nothing.
    return f"{written}\u00a0{local.tzname()}"


def notice_url(notice: Notice) -> str:
    """Return the permanent address of a notice in the corrections log."""
    return settings.PUBLIC_URL + reverse("disclose:notice", args=[notice.article.site.slug, notice.pk])


def log_url(slug: str) -> str:
    """Return the address of a site's corrections log."""
    return settings.PUBLIC_URL + reverse("disclose:log", args=[slug])


def public_notice(notice: Notice) -> PublicNotice:
    """Return the notice as its article page shows it; the same at each call until it is published."""
    moment = _public_since(notice)
    return PublicNotice(
        anchor=notice.anchor,
        label=kind_label(notice.kind, notice.language),
        text=notice.text,
        date=timezone.localtime(moment).isoformat(timespec="seconds"),
        date_text=date_text(moment, notice.language),
        url=notice_url(notice),
        passage=standing_words(notice),
    )


def standing_words(notice: Notice) -> Selector | None:
    """Return where the words that a notice speaks of stand on the page; None where none of them are left."""
    words = notice.old, notice.new, notice.prefix, notice.suffix
    return standing_selector(notice.decision.outcome, *words)


def standing_selector(outcome: str, old: str, new: str, prefix: str, suffix: str) -> Selector | None:
    """Return the same from the columns of a notice and the outcome of its decision."""
    exact = old if outcome == Decision.Outcome.NOTE else new
    return Selector(exact=exact, prefix=prefix, suffix=suffix) if exact else None


def _filled(sentence: str, old: str, new: str) -> str:
    """Put the words between the marks of a sentence, marks that they hold themselves as inner ones."""
    return sentence % {"old": _nested(old, sentence), "new": _nested(new, sentence)}


def _nested(words: str, sentence: str) -> str:
    outer = _OUTER.search(sentence)
    inner = _INNER.get((outer[1], outer[2])) if outer is not None else None
    if inner is None:
        return words
    return _QUOTED.sub(lambda found: f"{inner[0]}{found[1]}{inner[1]}", words)


def _public_since(notice: Notice) -> datetime:
    """When the notice went out, else when its fix was written down: a repeated write must say the same."""
    if notice.published_at is not None:
        return notice.published_at
    fix = Fix.objects.filter(decision_id=notice.decision_id).first()
    return fix.prepared_at if fix is not None else notice.drafted_at


def _quoted(old: str, new: str, before: str, after: str, *, alone: bool, changed: bool) -> _Words:
    """Choose what is quoted: what was only added or removed, few words in their sentence, long ones cut."""
    lines_old, lines_new = one_line(old), one_line(new)
    if not changed:
        return _Words("stands", *_shortened(lines_old, lines_new))
    pure = _pure_change(lines_old, lines_new)
    if pure is not None:
        return pure
    if not alone and min(len(lines_old.split()), len(lines_new.split()) or FEWEST_WORDS) < FEWEST_WORDS:
        lines_old, lines_new = _in_sentence(old, new, before, after)
    if not lines_new:
        return _Words("delete", cut_middle(lines_old, LONGEST), "")
    if not lines_old:
        return _Words("insert", "", cut_middle(lines_new, LONGEST))
    return _Words("replace", *_shortened(lines_old, lines_new))


def _pure_change(old: str, new: str) -> _Words | None:
    """Find a change that only adds or only takes away one stretch that is long enough to be quoted alone."""
    changes = [segment for segment in word_diff(old, new) if segment.kind != "equal"]
    if len(changes) != 1 or len(changes[0].text.split()) < FEWEST_WORDS:
        return None
    words = cut_middle(_bare(changes[0].text), LONGEST)
    return _Words("insert", "", words) if changes[0].kind == "insert" else _Words("delete", words, "")


def _in_sentence(old: str, new: str, before: str, after: str) -> tuple[str, str]:
    """Both wordings in the rest of the sentence that the old words stand in."""
    text = before + old + after
    start, end = sentence_at(text, len(before), len(before) + len(old))
    head, tail = text[start : len(before)], text[len(before) + len(old) : end]
    # Words that are taken out leave one space behind, and none before a mark.
    joined = head + new + tail if new or tail[:1].isalnum() else head.rstrip() + tail
    return one_line(head + old + tail), one_line(joined)


def _shortened(old: str, new: str) -> tuple[str, str]:
    """Both wordings without the stop of their sentence, and long ones cut where they are the same."""
    old, new = _without_stop(old, new)
    if max(len(old), len(new)) <= LONGEST:
        return old, new
    changes = [segment for segment in word_diff(old, new) if segment.kind != "equal"]
    if not changes or not new:
        return cut_middle(old, LONGEST), cut_middle(new, LONGEST)
    start, old_end, new_end = changes[0].old_start, changes[-1].old_end, changes[-1].new_end
    core = max(old_end, new_end) - start
    room = max(LONGEST - core, LONGEST // 3) // 2
    head, tail = cut_before(old[:start], room), cut_after(old[old_end:], room)
    return (
        head + cut_middle(old[start:old_end], LONGEST) + tail,
        head + cut_middle(new[start:new_end], LONGEST) + tail,
    )


def _without_stop(old: str, new: str) -> tuple[str, str]:
    """Both wordings without the stop or comma that they share at the end: the note brings its own."""
    if old[-1:] in {".", ",", ";", ":"} and (not new or new[-1] == old[-1]) and not old.endswith(".."):
        return old[:-1], new[:-1]
    return old, new


def _bare(text: str) -> str:
    return _without_stop(text.strip(), "")[0]
