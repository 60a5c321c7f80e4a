"""What was settled about a passage before is said where it is reported again."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import Article, Case, Decision, Notice, Revision
from tests.rooms.decide.conftest import HTML
from tests.rooms.decide.reading import page, text_of
from tests.rooms.factories import make_article, make_case, make_member, make_report, make_revision

pytestmark = pytest.mark.django_db

TEXT = "An earlier version of this article wrongly said “31 million”."
NOW = HTML.replace("<em>31</em>", "<em>39</em>")


def close(case: Case, *, outcome: str = "accept", wording: str = "39 million", **fields: object) -> Decision:
    """Decide and close a case; one that is not declined has its notice published."""
    passage = case.passages.last()
    decision = Decision.objects.create(
        case=case,
        member=make_member(f"member{case.pk}"),
        passage=passage,
        outcome=outcome,
        kind="" if outcome == "decline" else "correction",
        reason="accurate" if outcome == "decline" else "",
        old=passage.exact if passage else "",
        wording=wording if outcome == "accept" else "",
        decided_at=timezone.now(),
    )
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED)
    if outcome != "decline":
        assert case.article is not None
        text = passage.revision.text if passage else ""
        start, end = (passage.start or 0, passage.end or 0) if passage else (0, 0)
        Notice.objects.create(
            case=case,
            decision=decision,
            article=case.article,
            status="published",
            kind="correction",
            language="en",
            text=TEXT,
            old=decision.old,
            new=decision.wording or decision.old,
            prefix=text[max(start - 64, 0) : start],
            suffix=text[end : end + 64],
            drafted_at=timezone.now(),
            published_at=timezone.now(),
            **fields,
        )
    return decision


def said(desk: Client, case: Case) -> str:
    """What the page of a case says of what was before; empty where it says nothing."""
    html = page(desk, case)
    return text_of(html.partition('id="before">')[2].partition("</div></div>")[0])


def row(desk: Client) -> str:
    html = desk.get("/desk/").content.decode()
    return text_of(html.partition('class="row__before small">')[2].partition("</p>")[0])


def test_a_corrected_passage_says_so_where_it_stands_now(
    desk: Client, article: Article, revision: Revision
) -> None:
    closed = make_case(article, revision, exact="31 million")
    close(closed)
    now = make_revision(article, "<p>Updated on Tuesday, with a new first paragraph.</p>" + NOW)
    case = make_case(article, now, exact="39 million crowns")
    assert said(desk, case).startswith("Corrected before: ")
    assert said(desk, case).endswith(f"case {closed.pk} · notice {TEXT}")
    assert row(desk).startswith("Corrected before: ")
    assert row(desk).endswith(TEXT)
    status = Client().get(f"/status/{case.report.token}/").content.decode()
    assert "An editor is looking" in status
    assert "Corrected" not in text_of(status)


def test_a_declined_passage_says_so_with_its_reason(
    desk: Client, article: Article, revision: Revision
) -> None:
    close(make_case(article, revision, exact="31 million"), outcome="decline")
    case = make_case(article, revision, exact="31 million")
    assert said(desk, case).startswith("Declined before: ")
    assert "The text is accurate as it stands." in said(desk, case)
    assert "The text is accurate as it stands." in row(desk)
    Case.objects.filter(pk=case.pk).update(state=State.ACCEPTED)
    assert said(desk, case) == ""


def test_other_words_and_changed_words_say_nothing(
    desk: Client, article: Article, revision: Revision
) -> None:
    close(make_case(article, revision, exact="31 million"), outcome="decline")
    close(make_case(article, revision, exact="on Monday"), outcome="note")
    other = make_article(article.site, path="/other.html")
    cases = [
        make_case(article, revision, exact="the spring"),
        make_case(article, make_revision(article, NOW), exact="39 million"),
        make_case(other, make_revision(other, HTML), exact="31 million"),
    ]
    assert [said(desk, case) for case in cases] == ["", "", ""]
    assert row(desk) == ""
    make_case(article, revision, exact="on Monday")
    assert row(desk).startswith("Noted before: ")


def test_a_copy_of_the_words_elsewhere_is_another_passage(desk: Client, article: Article) -> None:
    text = "<p>The bridge will cost 31 million crowns, said the council, and no more.</p>"
    revision = make_revision(article, text + "<p>Another will cost 31 million crowns too.</p>")
    close(make_case(article, revision, exact="31 million crowns"), outcome="note")
    case = make_case(article, revision, exact="31 million crowns")
    second = revision.text.rindex("31 million crowns")
    case.passages.update(start=second, end=second + len("31 million crowns"))
    assert (said(desk, case), row(desk)) == ("", "")


def test_a_headline_and_a_lost_quotation_are_known_by_equal_words(
    desk: Client, article: Article, revision: Revision
) -> None:
    def make(exact: str, part: str, state: State) -> Case:
        now = timezone.now()
        case = Case.objects.create(
            site=article.site, article=article, state=state, opened_at=now, changed_at=now
        )
        make_report(article.site, exact=exact, part=part, case=case)
        return case

    close(make("A story", "headline", State.LOCATED), outcome="note")
    close(make_case(article, revision, exact="31 million"), wording="")
    headline = make("a story", "headline", State.LOCATED)
    lost = make("31 million", "body", State.UNLOCATED)
    assert said(desk, headline).startswith("Noted before: ")
    assert said(desk, lost).startswith("Corrected before: ")
    assert said(desk, make("A story", "body", State.UNLOCATED)) == ""
    assert desk.get("/desk/").content.decode().count("row__before") == 2


def test_a_full_queue_takes_three_queries_more(desk: Client, article: Article, revision: Revision) -> None:
    def measure() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/desk/").status_code == 200
        return len(captured)

    make_case(article, revision, exact="31 million")
    close(make_case(article, revision, exact="31 million"))
    close(make_case(article, revision, exact="31 million"), outcome="decline")
    alone = measure()
    for number in range(10):
        other = make_article(article.site, path=f"/{number}.html")
        text = make_revision(other, HTML)
        close(make_case(other, text, exact="31 million"), outcome="note")
        make_case(other, text, exact="31 million")
    assert measure() == alone
