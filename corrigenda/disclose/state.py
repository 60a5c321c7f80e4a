"""What a report's status page says, for programs: its state without the reader's own words."""

from datetime import datetime
from typing import Annotated

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from ninja import Field, Schema
from pydantic import PlainSerializer, WithJsonSchema

from corrigenda.disclose.queries import Outcome
from corrigenda.disclose.standing import (
    DECIDED,
    Standing,
    outcome_of,
    sentence_of,
    standing_of,
    title_of,
)
from corrigenda.models import Notice, NoticeKind, Report
from corrigenda.passage import Selector
from corrigenda.web.answers import answer_of
from corrigenda.web.notices import kind_label, notice_url
from corrigenda.web.places import public_place, web_address
from corrigenda.web.plain import one_line, plain

Moment = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.isoformat(timespec="seconds")),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class ArticleSeen(Schema):
    """The article that a report is about, as the desk has read it."""

    url: str = Field(description="Its canonical address; empty where that is none for the web.")
    headline: str = Field(description="Empty unless its page was open when the desk looked last.")


class AnswerGiven(Schema):
    """What the editors answer; nothing in it was typed by a reader."""

    decided: str = Field(description="One sentence: what was decided.")
    reason: str = Field(description="One sentence: why the article stays as it is; else empty.")
    message: str = Field(description="What the editor wrote to the reader; may be empty.")
    quote: str = Field(description="The words of the article that the decision was about, as they stood.")
    now: str = Field(description="The words that stand there now, where they were changed; else empty.")


class PublishedNotice(Schema):
    """The public notice of a decision."""

    id: str = Field(description="Its anchor, the same on the article page and in the log.")
    kind: NoticeKind
    label: str = Field(description="The kind in the language of the state.")
    language: str = Field(description="Language of the text (BCP 47).")
    text: str
    published_at: Moment
    href: str = Field(description="Its permanent address in the corrections log.")


class ReportState(Schema):
    """What has become of a report."""

    id: str = Field(description="As in the receipt.")
    state: Standing = Field(description="The stage that it has reached; the words for it are in `title`.")
    title: str = Field(description="The stage in a word or two.")
    sentence: str = Field(description="The stage in a sentence.")
    language: str = Field(description="Language of title, sentence and answer (BCP 47).")
    received_at: Moment
    decided_at: Moment | None = Field(description="When the editors decided; null until that is final.")
    changed_at: Moment | None = Field(description="When the article page was seen to be changed.")
    article: ArticleSeen | None = Field(description="Null until the desk has read the article.")
    place: str = Field(
        description="Address of the exact place on the article page: by the words of the report until the "
        "decision is public. May be empty."
    )
    answer: AnswerGiven | None = Field(description="Null until there is one.")
    notice: PublishedNotice | None = Field(description="Null where none is published.")
    status: str = Field(description="The reader's own page, for people.")


def state_of(report: Report, language: str) -> ReportState:
    """Return the state of a report in a language that the desk speaks."""
    outcome = outcome_of(report)
    standing = standing_of(report, outcome)
    article = outcome.case.article if outcome is not None else None
    notice = outcome.notice if outcome is not None else None
    decision = outcome.decision if outcome is not None else None
    with translation.override(language):
        return ReportState(
            id=str(report.pk),
            state=standing,
            title=title_of(standing, outcome),
            sentence=sentence_of(standing, outcome),
            language=language,
            received_at=report.created_at,
            decided_at=decision.decided_at if decision is not None else None,
            changed_at=outcome.fix.live_at if outcome is not None and outcome.fix is not None else None,
            article=None
            if article is None
            else ArticleSeen(
                url=web_address(article.canonical_url),
                headline=one_line(article.headline) if article.is_public else "",
            ),
            place=_place(report, outcome, standing),
            answer=_answer(outcome, standing, language),
            notice=_notice(notice, language) if notice is not None else None,
            status=f"{settings.PUBLIC_URL}{reverse('disclose:status', args=[report.token])}",
        )


def _place(report: Report, outcome: Outcome | None, standing: Standing) -> str:
    if outcome is None or outcome.case.article is None:
        return ""
    return public_place(
        outcome.case.article.canonical_url,
        case=outcome.case,
        is_decided=standing in DECIDED,
        notice=outcome.notice,
        own=Selector(report.exact, report.prefix, report.suffix),
    )


def _answer(outcome: Outcome | None, standing: Standing, language: str) -> AnswerGiven | None:
    if outcome is None or outcome.decision is None or standing not in DECIDED:
        return None
    told = answer_of(decision=outcome.decision, notice=outcome.notice, language=language)
    return AnswerGiven(
        decided=told.decided, reason=told.reason, message=told.message, quote=told.quote, now=told.now
    )


def _notice(notice: Notice, language: str) -> PublishedNotice:
    assert notice.published_at is not None  # noqa: S101 (only published notices come here)
    return PublishedNotice(
        id=notice.anchor,
        kind=NoticeKind(notice.kind),
        label=kind_label(notice.kind, language),
        language=notice.language,
        text=plain(notice.text).strip(),
        published_at=notice.published_at,
        href=notice_url(notice),
    )
