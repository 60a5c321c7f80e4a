"""Fills the database with many rows at once, for tests of how the work grows with what is stored."""

import hashlib
import random
import secrets
from datetime import timedelta
from typing import Final

from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import (
    Article,
    Case,
    Contact,
    Decision,
    Entry,
    Member,
    Merge,
    Notice,
    Passage,
    Report,
    Revision,
)

LETTERS: Final = 90_000
"""Characters of a live blog after a long evening."""


def make_text(letters: int = LETTERS, *, seed: int = 1) -> str:
    """Return prose of different words in paragraphs, at least so many characters."""
    chance = random.Random(seed)  # noqa: S311 (words, no secrets)
    vocabulary = ["".join(chance.choices("abcdefghijklmnoprstuvwz", k=2 + n % 9)) for n in range(4000)]
    lines: list[str] = []
    length = 0
    while length < letters:
        sentences = [
            " ".join(chance.choices(vocabulary, k=12)).capitalize() + "." for _ in range(chance.randint(2, 6))
        ]
        lines.append(" ".join(sentences))
        length += len(lines[-1]) + 1
    return "\n".join(lines)


def rewrite(text: str, *, share: float, seed: int) -> str:
    """Return the text with a share of its words replaced, as a live blog is rewritten."""
    chance = random.Random(seed)  # noqa: S311 (words, no secrets)
    words = sorted(set(text.split()))
    return "\n".join(
        " ".join(chance.choice(words) if chance.random() < share else word for word in line.split(" "))
        for line in text.split("\n")
    )


def add_revisions(article: Article, texts: list[str]) -> list[Revision]:
    """Add one revision a text."""
    first = article.revisions.count() + 1
    return Revision.objects.bulk_create(
        Revision(
            article=article,
            number=first + number,
            source=Revision.Source.PAGE,
            html="".join(f"<p>{line}</p>" for line in text.split("\n")),
            text=text,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            headline=article.headline,
            read_at=timezone.now(),
        )
        for number, text in enumerate(texts)
    )


def add_reports(article: Article, number: int, *, email: bool = False, **fields: str) -> list[Report]:
    """Add reports as the door inserts them."""
    contacts: list[Contact | None] = [None] * number
    if email:
        contacts = list(
            Contact.objects.bulk_create(
                Contact(email=f"r{secrets.token_hex(6)}@mail.example", digest=secrets.token_hex(20))
                for _ in range(number)
            )
        )
    return Report.objects.bulk_create(
        Report(
            token=secrets.token_urlsafe(32),
            idempotency_key=secrets.token_urlsafe(16),
            site=article.site,
            url=article.canonical_url,
            channel=Report.Channel.WIDGET,
            language="en",
            concern=Report.Concern.FACT,
            contact=contact,
            **fields,
        )
        for contact in contacts
    )


def add_cases(
    revision: Revision,
    spans: list[tuple[int, int]],
    *,
    state: State = State.LOCATED,
    email: bool = False,
    suggestion: str = "",
) -> list[Case]:
    """Add a case, its report and its passage for each span; `suggestion` may hold `{}` for a number."""
    article, now = revision.article, timezone.now()
    cases = Case.objects.bulk_create(
        Case(site=article.site, article=article, state=state, opened_at=now, changed_at=now) for _ in spans
    )
    reports = add_reports(article, len(spans), email=email)
    for number, (case, report, (start, end)) in enumerate(zip(cases, reports, spans, strict=True)):
        text = revision.text
        report.case, report.exact = case, text[start:end]
        report.prefix, report.suffix = text[max(start - 32, 0) : start], text[end : end + 32]
        report.suggestion = suggestion.format(number)
    Report.objects.bulk_update(reports, ["case", "exact", "prefix", "suffix", "suggestion"], batch_size=500)
    Passage.objects.bulk_create(
        Passage(
            case=case,
            revision=revision,
            start=start,
            end=end,
            kind="unchanged",
            confidence=1.0,
            found_at=now,
        )
        for case, (start, end) in zip(cases, spans, strict=True)
    )
    Entry.objects.bulk_create(
        Entry(case=case, at=now, room="report", verb="opened", new_state="received") for case in cases
    )
    return cases


def join(cases: list[Case], target: Case) -> None:
    """Join cases to another as the desk does, with the entries of both histories."""
    now = timezone.now()
    merges = Merge.objects.bulk_create(Merge(source=case, target=target, merged_at=now) for case in cases)
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(state=State.MERGED)
    Entry.objects.bulk_create(
        Entry(
            case=target,
            at=now,
            room="decide",
            verb="joined",
            rows={"merge": merge.pk, "case": merge.source_id},
        )
        for merge in merges
    )


def add_notices(
    revision: Revision, spans: list[tuple[int, int]], *, outcome: Decision.Outcome = Decision.Outcome.NOTE
) -> list[Decision]:
    """Close a case for each span, with a published notice or a decline."""
    cases = add_cases(revision, spans, state=State.CLOSED)
    passages = {passage.case_id: passage for passage in Passage.objects.filter(case__in=cases)}
    member, _made = Member.objects.get_or_create(username="ed")
    now, text = timezone.now(), revision.text
    declines = outcome == Decision.Outcome.DECLINE
    decisions = Decision.objects.bulk_create(
        Decision(
            case=case,
            member=member,
            passage=passages[case.pk],
            outcome=outcome,
            kind="" if declines else "correction",
            reason="accurate" if declines else "",
            old=text[start:end],
            decided_at=now,
        )
        for case, (start, end) in zip(cases, spans, strict=True)
    )
    if not declines:
        Notice.objects.bulk_create(
            Notice(
                case=decision.case,
                decision=decision,
                article=revision.article,
                kind="correction",
                language="en",
                text="This note concerns these words.",
                old=text[start:end],
                new=text[start:end],
                prefix=text[max(start - 64, 0) : start],
                suffix=text[end : end + 64],
                status=Notice.Status.PUBLISHED,
                drafted_at=now,
                published_at=now + timedelta(microseconds=number),
            )
            for number, (decision, (start, end)) in enumerate(zip(decisions, spans, strict=True))
        )
    return decisions


def spans_over(text: str, number: int, *, length: int = 24) -> list[tuple[int, int]]:
    """Return so many spans, evenly over the text; they overlap where there are more than fit."""
    step = max((len(text) - length) / number, 0.01)
    return [(int(at * step), int(at * step) + length) for at in range(number)]
