"""The work that must not grow faster than what is stored: what the database holds, and what is then done."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Final, NamedTuple

from django.conf import settings
from django.test import Client
from django.utils import timezone

from corrigenda.decide import step as decide
from corrigenda.decide.actions import decline_case
from corrigenda.decide.guards import Seen, newest_passage, place_token
from corrigenda.disclose import step as disclose
from corrigenda.flow import State
from corrigenda.models import Case, Decision, Member, Revision
from tests.growth.filling import (
    add_cases,
    add_notices,
    add_revisions,
    join,
    make_text,
    rewrite,
    spans_over,
)
from tests.rooms.factories import ORIGIN, make_article, make_site

URL: Final = f"{ORIGIN}/story.html"
SPAN: Final = (1000, 1040)


class Work(NamedTuple):
    """One thing to do; `make` stores so many rows and returns it."""

    name: str
    make: Callable[[int], Callable[[], object]]
    size: int
    """Rows at first; the growth is measured from there to twice as many."""
    most_queries: int
    """Queries that it takes, whatever the number of rows; 0 where they may grow with it."""


def ask(text: str, span: tuple[int, int] = SPAN) -> Callable[[], object]:
    """Ask, as the widget does, what is known of words of a text."""
    start, end = span
    quote = {"type": "TextQuoteSelector", "exact": text[start:end]}
    quote |= {"prefix": text[max(start - 32, 0) : start], "suffix": text[end : end + 32]}
    asked = json.dumps({"url": URL, "language": "en", "target": {"selector": [quote]}})
    client = Client()
    return lambda: client.post("/widget/known", asked, content_type="application/json")


def get(path: str, client: Client | None = None) -> Callable[[], object]:
    """Get a page as somebody whom nobody knows, or as a member."""
    chosen = client or Client()
    return lambda: chosen.get(path)


def revision_of(text: str) -> Revision:
    """Store an article of one revision."""
    return add_revisions(make_article(make_site()), [text])[0]


def joined(size: int, *, email: bool = False, suggestion: str = "other words {}") -> tuple[Case, Client]:
    """Store so many reports of one passage, all joined; return their case and a member's browser."""
    cases = add_cases(revision_of(make_text(8000)), [SPAN] * size, suggestion=suggestion, email=email)
    join(cases[1:], cases[0])
    member, _made = Member.objects.get_or_create(username="mara")
    client = Client()
    client.force_login(member)
    return cases[0], client


def live_blog(size: int) -> Callable[[], object]:
    """Ask for words of the first of so many revisions of 90,000 characters."""
    texts = [make_text()]
    for seed in range(size - 1):
        texts.append(rewrite(texts[-1], share=0.4, seed=seed))
    add_revisions(make_article(make_site()), texts)
    return ask(texts[max(size - 3, 0)])


def known_of_joined(size: int) -> Callable[[], object]:
    """Ask for a passage with so many reports."""
    case, _client = joined(size)
    passage = newest_passage(case)
    assert passage is not None
    return ask(passage.revision.text)


def known_of_settled(size: int) -> Callable[[], object]:
    """Ask for free words of an article with so many notices, and as many declines."""
    text = make_text()
    revision = revision_of(text)
    add_notices(revision, spans_over(text, size))
    add_notices(revision, spans_over(text, size), outcome=Decision.Outcome.DECLINE)
    return ask(text, (500, 700))


def known_beside_notices(size: int) -> Callable[[], object]:
    """Ask for the words right behind a passage with so many notices."""
    text = make_text(8000)
    add_notices(revision_of(text), [(1000 + at % 7, 1040 + at % 5) for at in range(size)])
    return ask(text, (1050, 1100))


def noticed(path: str) -> Callable[[int], Callable[[], object]]:
    """Get a public page of a site with so many notices, whose article was rewritten since."""

    def make(size: int) -> Callable[[], object]:
        text = make_text()
        revision = revision_of(text)
        add_notices(revision, spans_over(text, size))
        add_revisions(revision.article, [rewrite(text, share=0.4, seed=1)])
        return get(path)

    return make


def reported(path: str) -> Callable[[int], Callable[[], object]]:
    """Get a page about a report, one of so many of a passage; `{token}` and `{case}` name it."""

    def make(size: int) -> Callable[[], object]:
        case, client = joined(size)
        token = Case.objects.order_by("-pk")[0].report.token
        return get(path.format(token=token, case=case.pk), client)

    return make


def decided(path: str) -> Callable[[int], Callable[[], object]]:
    """Get a desk page of a case whose so many readers have been answered."""

    def make(size: int) -> Callable[[], object]:
        case, client = joined(size, email=True)
        decline(case)
        disclose.run()
        return get(path.format(case=case.pk), client)

    return make


def join_more(size: int) -> Callable[[], object]:
    """Join reports to a case that has so many already."""
    case, _client = joined(size)
    passage = newest_passage(case)
    assert passage is not None

    def work() -> int:
        add_cases(passage.revision, [SPAN] * 10)
        return decide.run()

    return work


def look_for_joins(size: int) -> Callable[[], object]:
    """Look for cases to join among so many open ones of one article, which do not overlap by half."""
    text = make_text()
    add_cases(revision_of(text), spans_over(text, size))
    return decide.run


def join_all(size: int) -> Callable[[], object]:
    """Join so many reports of one passage, in as many rounds as it takes."""
    revision = revision_of(make_text(8000))
    add_cases(revision, [SPAN])

    def work() -> None:
        add_cases(revision, [SPAN] * size)
        while decide.run():
            pass

    return work


def answer_all(size: int) -> Callable[[], object]:
    """Answer so many readers of one case by mail."""
    case, _client = joined(size, email=True)

    def work() -> None:
        decline(case)
        assert disclose.run() == 1
        case.refresh_from_db()
        assert case.deliveries.count() == size

    return work


def decline(case: Case) -> None:
    """Decline a case and let the time for undoing it pass."""
    case.refresh_from_db()
    decline_case(
        case_id=case.pk,
        member=Member.objects.get(username="mara"),
        seen=Seen(changed_at=case.changed_at, place=place_token(newest_passage(case))),
        reason=Decision.Reason.ACCURATE,
    )
    settings.EMAIL_HOST = settings.EMAIL_HOST or "localhost"
    Case.objects.filter(pk=case.pk, state=State.DECLINED).update(
        not_before=timezone.now() - timedelta(seconds=1)
    )


NOTICES: Final = f"/widget/notices?url={URL}"

PUBLIC: Final = (
    Work("known: words of an older revision", live_blog, 3, 12),
    Work("known: a passage with many reports", known_of_joined, 1000, 8),
    Work("known: an article with many notices", known_of_settled, 1000, 9),
    Work("known: beside a passage with many notices", known_beside_notices, 500, 11),
    Work("notices of an article", noticed(NOTICES), 1000, 5),
    Work("the log", noticed("/log/courier/"), 1000, 5),
    Work("the log, one kind", noticed("/log/courier/?kind=minor"), 1000, 5),
    Work("the Atom feed", noticed("/log/courier/feed.atom"), 1000, 5),
    Work("the JSON feed", noticed("/log/courier/feed.json"), 1000, 5),
    Work("the list of logs", noticed("/log/"), 1000, 3),
    Work("what the widget is told", noticed(f"/widget/config?url={URL}"), 1000, 3),
    Work("the form", noticed(f"/report?url={URL}"), 1000, 3),
    Work("an address that is none", noticed("/nowhere"), 1000, 1),
    Work("a reader's status", reported("/status/{token}/"), 1000, 9),
    Work("the state of a report", reported("/api/reports/{token}"), 1000, 9),
)
"""What anybody may ask: every public address that reads rows."""

DESK: Final = (
    Work("the queue", reported("/desk/"), 1000, 13),
    Work("a case", reported("/desk/cases/{case}/"), 1000, 32),
    Work("a case: its reports", reported("/desk/cases/{case}/reports/?after=400"), 1000, 14),
    Work("a case: its history", reported("/desk/cases/{case}/history/"), 1000, 5),
    Work("a case: its mails", reported("/desk/cases/{case}/mail/"), 1000, 6),
    Work("a case: what happens", decided("/desk/cases/{case}/progress/"), 500, 18),
    Work("a case that is answered", decided("/desk/cases/{case}/"), 500, 32),
)
"""What a member asks, some of it every few seconds."""

WORKER: Final = (
    Work("join to a large case", join_more, 1000, 0),
    Work("look for cases to join", look_for_joins, 1000, 4),
    Work("join all reports of a passage", join_all, 150, 0),
    Work("answer all readers of a case", answer_all, 500, 0),
)
"""What the worker does about strangers' reports."""

GROWING: Final = (*PUBLIC, *DESK, *WORKER)
