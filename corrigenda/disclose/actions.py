"""Drafts, publishes and withdraws notices, and writes the replies; each inside its caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

from corrigenda import ledger
from corrigenda.disclose.queries import reports_to_answer
from corrigenda.flow import State
from corrigenda.ledger import Actor, Change, Facts
from corrigenda.models import Article, Case, Decision, Notice, NoticeKind, Reply
from corrigenda.passage import Selector
from corrigenda.web.notices import usual_sentence
from corrigenda.web.plain import one_line, plain, spoken_language

BY: Final = Actor(room="disclose")
# Characters of context that a notice keeps, so that its words are found on the page again.
CONTEXT: Final = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """What the notice of a decision is to say."""

    decision: Decision
    article: Article
    language: str
    text: str
    prefix: str
    suffix: str


def word_notice(*, decision: Decision) -> Draft:
    """Word the notice of an accepted or noted case: the editor's own text, else the usual sentence.

    Call it with no row locked: the whole article is read for the sentence around the words.
    """
    case = decision.case
    if case.article is None:
        message = f"{case} has no article that a notice could speak of."
        raise ValueError(message)
    language = case.article.language or case.site.language
    text = plain(decision.notice_text).strip()
    around = _around(decision)
    return Draft(
        decision=decision,
        article=case.article,
        # The usual sentence speaks a language of the desk, whatever the article's is.
        language=language if text else spoken_language(language, case.site.language),
        text=text or _usual_text(decision, around, language),
        prefix=around.prefix[-CONTEXT:],
        suffix=around.suffix[:CONTEXT],
    )


def draft_notice(*, draft: Draft) -> Notice:
    """Keep what a notice is to say, once its fix is live."""
    decision, case = draft.decision, draft.decision.case
    unchanged = decision.outcome == Decision.Outcome.NOTE
    notice = Notice.objects.create(
        case=case,
        decision=decision,
        article=draft.article,
        kind=decision.kind or NoticeKind.CORRECTION,
        language=draft.language,
        headline=one_line(draft.article.headline),
        text=draft.text,
        old=decision.old,
        new=decision.old if unchanged else decision.wording,
        prefix=draft.prefix,
        suffix=draft.suffix,
        drafted_at=timezone.now(),
    )
    rows = {"notice": notice.pk, "decision": decision.pk}
    ledger.note(case, by=BY, change=Change(verb="drafted", after=notice.text, rows=rows))
    return notice


def withdraw_draft(*, notice: Notice) -> None:
    """Withdraw a draft whose decision was undone; it never becomes public."""
    notice.status = Notice.Status.WITHDRAWN
    notice.save(update_fields=["status"])
    rows = {"notice": notice.pk, "decision": notice.decision_id}
    ledger.note(notice.case, by=BY, change=Change(verb="withdrawn", before=notice.text, rows=rows))


def publish_notice(*, notice: Notice, at: datetime, placed_at: datetime | None) -> None:
    """Make a draft public: from here on it stands in the log and in the feeds."""
    notice.status = Notice.Status.PUBLISHED
    notice.published_at = at
    notice.placed_at = placed_at
    notice.save(update_fields=["status", "published_at", "placed_at"])


def answer_reports(*, case: Case, decision: Decision, notice: Notice | None) -> list[Reply]:
    """Reply to every report of the case and of those joined to it, and post a mail for each address left."""
    sender_domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    now = timezone.now()
    replies = Reply.objects.bulk_create(
        Reply(report=report, decision=decision, notice=notice, created_at=now)
        for report in reports_to_answer(case)
    )
    if settings.EMAIL_HOST:
        ledger.post_all(case=case, replies=replies, by=BY, sender_domain=sender_domain)
    return replies


def close_case(
    *, case: Case, decision: Decision, notice: Notice | None = None, silent_seconds: float | None = None
) -> None:
    """Answer the readers of a case and close it; one with a notice passes through `disclosed`.

    `silent_seconds` is how long the fix was live before its notice was public, None where nothing was fixed.
    """
    answer_reports(case=case, decision=decision, notice=notice)
    rows = {"decision": decision.pk}
    if notice is not None:
        change = Change(verb="disclosed", after=notice.text, rows={**rows, "notice": notice.pk})
        facts: Facts = {} if silent_seconds is None else {"silent_seconds": silent_seconds}
        ledger.advance(case, State.DISCLOSED, by=BY, change=change, **facts)
    ledger.advance(case, State.CLOSED, by=BY, change=Change(verb="closed", rows=rows))


def _usual_text(decision: Decision, around: Selector, language: str) -> str:
    return usual_sentence(
        kind=decision.kind or NoticeKind.CORRECTION,
        old=decision.old,
        new=decision.wording,
        language=language,
        before=around.prefix,
        after=around.suffix,
        changed=decision.outcome != Decision.Outcome.NOTE,
    )


def _around(decision: Decision) -> Selector:
    """The whole text before and after the words that were decided about, where their place is known."""
    passage = decision.passage
    if passage is None or passage.start is None or passage.end is None:
        return Selector(exact=decision.old)
    text = passage.revision.text
    return Selector(exact=decision.old, prefix=text[: passage.start], suffix=text[passage.end :])
