"""The step of locate on real rows: new cases, cases that wait for their article, cases that follow it."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from corrigenda import ledger
from corrigenda.flow import State
from corrigenda.ledger import Actor
from corrigenda.locate import step
from corrigenda.models import Address, Article, Case, Passage, Report, Revision
from corrigenda.passage import Match, Selector, find_copy, places
from corrigenda.passage.confidence import ASK_BELOW
from tests.rooms.factories import make_article, make_case, make_report, make_revision, make_site

pytestmark = pytest.mark.django_db

HTML = "<p>The ferry left at nine. Forty people were aboard.</p><p>The harbour was calm.</p>"
FIXED = HTML.replace("Forty", "Fourteen")


@pytest.fixture
def article() -> Article:
    return make_article(make_site())


def open_case(article: Article, exact: str, email: str = "", **fields: object) -> Case:
    report = make_report(article.site, exact=exact, url=article.canonical_url, email=email, **fields)
    case = ledger.open_case(site=article.site, by=Actor("report"), rows={"report": report.pk})
    report.case = case
    report.save()
    return case


def newest(case: Case) -> Passage:
    return case.passages.select_related("revision").latest("id")


def last_verb(case: Case) -> str:
    return case.entries.latest("id").verb


def test_a_received_case_is_located(article: Article) -> None:
    revision = make_revision(article, HTML)
    case = open_case(article, "Forty people")
    assert step.run() == 1
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert case.article == article
    passage = newest(case)
    assert passage.exact == "Forty people"
    assert passage.revision == revision
    entry = case.entries.latest("id")
    assert (entry.verb, entry.after, entry.room) == ("located", "Forty people", "locate")
    assert entry.rows == {"passage": passage.pk, "revision": revision.pk}


def test_there_is_nothing_to_do_twice(article: Article) -> None:
    make_revision(article, HTML)
    case = open_case(article, "Forty people")
    assert step.run() == 1
    before = case.entries.count()
    assert step.run() == 0
    assert case.entries.count() == before
    assert case.passages.count() == 1


def test_a_case_waits_while_its_article_is_unread(article: Article) -> None:
    Address.objects.update(outcome=Article.Outcome.UNREAD)
    case = open_case(article, "Forty people")
    assert step.run() == 0
    case.refresh_from_db()
    assert case.state == State.RECEIVED


def test_a_case_waits_while_its_address_is_unknown(article: Article) -> None:
    make_revision(article, HTML)
    report = make_report(article.site, exact="Forty", url="https://courier.example/never-fetched.html")
    case = ledger.open_case(site=article.site, by=Actor("report"), rows={"report": report.pk})
    report.case = case
    report.save()
    assert step.run() == 0


@pytest.mark.parametrize(
    ("outcome", "verb"),
    [
        (Article.Outcome.UNREADABLE, "unlocated_unreadable"),
        (Article.Outcome.MISSING, "unlocated_missing"),
        (Article.Outcome.FAILED, "unlocated_failed"),
    ],
)
def test_an_article_that_cannot_be_read_asks_a_human_and_is_taken_up_later(
    article: Article, outcome: str, verb: str
) -> None:
    Address.objects.update(outcome=outcome, article=None)
    case = open_case(article, "Forty people")
    assert step.run() == 1
    case.refresh_from_db()
    assert case.state == State.UNLOCATED
    assert last_verb(case) == verb
    assert step.run() == 0
    make_revision(article, HTML)
    Address.objects.update(outcome=Article.Outcome.READ, article=article)
    assert step.run() == 1
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert case.article == article
    assert newest(case).exact == "Forty people"


def test_an_article_that_became_readable_without_the_words_is_not_searched_again_and_again(
    article: Article,
) -> None:
    Address.objects.update(outcome=Article.Outcome.MISSING, article=None)
    case = open_case(article, "A sentence from somewhere else entirely")
    step.run()
    make_revision(article, HTML)
    Address.objects.update(outcome=Article.Outcome.READ, article=article)
    assert step.run() == 1
    assert last_verb(case) == "unlocated_gone"
    assert step.run() == 0


def test_a_paywall_over_an_article_that_was_read_before_does_not_hide_it(article: Article) -> None:
    make_revision(article, HTML)
    Address.objects.update(outcome=Article.Outcome.UNREADABLE)
    Article.objects.update(outcome=Article.Outcome.UNREADABLE)
    case = open_case(article, "Forty people")
    step.run()
    case.refresh_from_db()
    assert case.state == State.LOCATED


def test_a_report_without_a_quotation_asks_a_human(article: Article) -> None:
    make_revision(article, HTML)
    case = open_case(article, "", comment="Everything is wrong here.")
    assert step.run() == 1
    case.refresh_from_db()
    assert case.state == State.UNLOCATED
    assert case.article == article
    assert last_verb(case) == "unlocated_no_quote"
    assert step.run() == 0


def test_words_that_are_nowhere_ask_a_human_and_ask_for_a_reading(article: Article) -> None:
    make_revision(article, HTML)
    case = open_case(article, "Words that are in a version that we have not read")
    assert step.run() == 1
    case.refresh_from_db()
    article.refresh_from_db()
    assert case.state == State.UNLOCATED
    assert last_verb(case) == "unlocated_gone"
    assert article.reading_asked_at is not None
    make_revision(article, HTML + "<p>Words that are in a version that we have not read</p>")
    assert step.run() == 1
    case.refresh_from_db()
    assert case.state == State.LOCATED


@pytest.mark.parametrize(("texts", "age", "minutes"), [(1, 0, 1), (10, 0, 10), (10, 25, 1)])
def test_an_article_that_was_new_at_each_reading_is_read_ever_more_seldom(
    article: Article, texts: int, age: int, minutes: int
) -> None:
    """Else one report a minute stored 1,440 copies a day of a page that counts its comments."""
    for number in range(texts):
        make_revision(article, f"{HTML}<p>{number} comments</p>")
    now = timezone.now()
    Revision.objects.update(read_at=now - timedelta(hours=age))
    Article.objects.update(read_at=now)
    open_case(article, "Words that are in a version that we have not read")
    Report.objects.update(created_at=now + timedelta(seconds=1))
    step.run()
    article.refresh_from_db()
    assert article.reading_asked_at == now + timedelta(minutes=minutes)


def test_a_report_puts_no_reading_off_that_is_due(article: Article) -> None:
    """An editor has asked for it, and the page's server was away for a moment."""
    for number in range(10):
        make_revision(article, f"{HTML}<p>{number} comments</p>")
    now = timezone.now()
    Article.objects.update(read_at=now - timedelta(seconds=30), reading_asked_at=now - timedelta(seconds=9))
    open_case(article, "Words that are in a version that we have not read")
    step.run()
    article.refresh_from_db()
    assert article.reading_asked_at is not None
    # After the report, so that a reading which had begun before it does not count.
    assert Report.objects.get().created_at < article.reading_asked_at <= timezone.now()


def test_no_reading_is_asked_for_where_the_article_was_read_after_the_report(article: Article) -> None:
    make_revision(article, HTML)
    open_case(article, "Words that are nowhere in this article")
    Article.objects.update(read_at=timezone.now())
    step.run()
    article.refresh_from_db()
    assert article.reading_asked_at is None


def test_no_entry_holds_a_word_of_the_reader(article: Article) -> None:
    make_revision(article, HTML)
    case = open_case(
        article,
        "Secret quotation",
        comment="Secret comment",
        suggestion="Secret suggestion",
        email="a@b.example",
    )
    step.run()
    for entry in case.entries.all():
        assert "Secret" not in f"{entry.before}{entry.after}{entry.verb}{entry.rows}"
        assert "b.example" not in f"{entry.before}{entry.after}{entry.verb}{entry.rows}"


def test_a_low_confidence_asks_a_human_and_keeps_the_guess(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_revision(article, HTML)
    case = open_case(article, "Forty people")
    monkeypatch.setattr(places, "ASK_BELOW", 1.01)
    assert step.run() == 1
    case.refresh_from_db()
    assert case.state == State.UNLOCATED
    assert last_verb(case) == "unlocated_unsure"
    assert newest(case).exact == "Forty people"


def test_a_text_that_the_engine_cannot_stand_asks_a_human_and_harms_no_other_case(
    article: Article, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_revision(article, HTML)
    bad = open_case(article, "Forty people", suffix=" were aboard.")
    good = open_case(article, "The harbour was calm.")

    def fail_on_forty(text: str, selector: Selector, hint: int | None = None) -> Match | None:
        if selector.exact == "Forty people":
            raise RecursionError
        return find_copy(text, selector, hint)

    monkeypatch.setattr(places, "find_copy", fail_on_forty)
    with caplog.at_level(logging.ERROR):
        assert step.run() == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (State.UNLOCATED, State.LOCATED)
    assert f"report {bad.report.pk}" in caplog.text


def test_a_case_that_fails_leaves_nothing_behind_and_is_taken_up_again(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_revision(article, HTML)
    first, second = open_case(article, "Forty people"), open_case(article, "The harbour was calm.")
    advance = ledger.advance

    def fail_on_first(case: Case, to: State, **rest: object) -> Case:
        if case.pk == first.pk:
            raise OSError("killed here")
        return advance(case, to, **rest)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(ledger, "advance", fail_on_first)
    assert step.run() == 1
    first.refresh_from_db()
    assert first.state == State.RECEIVED
    assert not first.passages.exists()
    monkeypatch.undo()
    assert step.run() == 1
    first.refresh_from_db()
    assert first.state == State.LOCATED
    assert second.passages.count() == 1


def test_the_newest_revision_is_searched_first_and_older_ones_are_carried(article: Article) -> None:
    make_revision(article, HTML)
    make_revision(article, FIXED)
    last = make_revision(article, "<p>Updated at noon.</p>" + FIXED)
    case = open_case(article, "Forty people")
    step.run()
    passage = newest(case)
    assert passage.revision == last
    assert passage.exact == "Fourteen people"


def test_each_live_case_is_carried_into_a_newer_revision(article: Article) -> None:
    first = make_revision(article, HTML)
    live = [
        make_case(article, first, exact="The harbour", state=state)
        for state in (State.LOCATED, State.ACCEPTED, State.NOTED)
    ]
    rest = [
        make_case(article, first, exact="The harbour", state=state)
        for state in (State.MERGED, State.DECLINED, State.DISCLOSED, State.CLOSED)
    ]
    second = make_revision(article, "<p>Updated at noon.</p>" + HTML)
    assert step.run() == len(live)
    for case in live:
        assert newest(case).revision == second
        assert newest(case).exact == "The harbour"
        assert not case.entries.exists()  # its words are what they were
    for case in rest:
        assert newest(case).revision == first
    assert step.run() == 0


def test_a_decided_case_whose_words_are_cut_keeps_its_state(article: Article) -> None:
    first = make_revision(article, HTML)
    case = make_case(article, first, exact="The harbour was calm.", state=State.ACCEPTED)
    make_revision(article, "<p>The ferry left at nine. Forty people were aboard.</p>")
    assert step.run() == 1
    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert newest(case).kind == "gone"


def test_a_cut_paragraph_that_is_put_back_is_located_again(article: Article) -> None:
    first = make_revision(article, HTML)
    case = make_case(article, first, exact="The harbour was calm.")
    make_revision(article, "<p>The ferry left at nine. Forty people were aboard.</p>")
    step.run()
    case.refresh_from_db()
    assert case.state == State.UNLOCATED
    make_revision(article, HTML + "<p>The mayor came too.</p>")
    step.run()
    case.refresh_from_db()
    assert case.state == State.LOCATED
    assert newest(case).exact == "The harbour was calm."


def test_several_revisions_between_two_runs_are_followed_one_by_one(article: Article) -> None:
    first = make_revision(article, HTML)
    case = make_case(article, first, exact="Forty people")
    make_revision(article, FIXED)
    make_revision(article, "<p>Updated at noon.</p>" + FIXED)
    last = make_revision(article, "<p>Updated at one.</p><p>Rain fell.</p>" + FIXED)
    assert step.run() == 1
    passage = newest(case)
    assert passage.revision == last
    assert passage.exact == "Fourteen people"
    assert passage.kind == "edited"


TEN = [
    "The council voted on Monday.",
    "Seven of its eleven members were present.",
    "The bridge will cost 31 million crowns.",
    "Work begins in the spring.",
    "The old bridge dates from 1934.",
    "Its steel came from the yards upriver.",
    "Traffic will be led over the dam.",
    "Buses keep their timetable, the operator said.",
    "Shopkeepers fear for their trade.",
    "The mayor promised them a tax relief.",
]


def test_an_article_edited_under_ten_open_cases_keeps_each_at_its_place(article: Article) -> None:
    html = "".join(f"<p>{sentence}</p>" for sentence in TEN)
    first = make_revision(article, html)
    cases = {
        exact: make_case(article, first, exact=exact)
        for exact in [
            "voted on Monday",
            "Seven of its eleven",
            "31 million",
            "in the spring",
            "1934",
            "upriver",
            "over the dam",
            "keep their timetable",
            "Shopkeepers fear",
            "a tax relief",
        ]
    }
    edited = [
        "The council of the harbour town voted on Monday.",  # words added before a passage
        *TEN[1:2],
        "The bridge will cost 39 million crowns.",  # the reported words themselves were fixed
        *TEN[3:5],
        # the paragraph about the steel was cut
        *TEN[6:8],
        "A new paragraph tells what the harbour master thinks of all this.",
        *TEN[8:],
    ]
    second = make_revision(article, "".join(f"<p>{sentence}</p>" for sentence in edited))
    assert step.run() == len(cases)
    for exact, case in cases.items():
        case.refresh_from_db()
        passage = newest(case)
        assert passage.revision == second
        if exact == "31 million":
            assert case.state == State.LOCATED
            assert passage.kind in {"edited", "replaced"}
            assert passage.exact == "39 million"
        elif exact == "upriver":
            assert case.state == State.UNLOCATED
            assert passage.kind == "gone"
            assert last_verb(case) == "unlocated_gone"
        else:
            assert case.state == State.LOCATED
            assert passage.kind in {"unchanged", "moved"}
            assert passage.exact == exact
            assert second.text.index(exact) == passage.start
            assert passage.confidence >= ASK_BELOW


def test_the_number_of_queries_does_not_grow_with_the_cases_that_need_nothing(
    article: Article, django_assert_num_queries: object
) -> None:
    revision = make_revision(article, HTML)
    for _ in range(5):
        make_case(article, revision, exact="Forty people")
    with django_assert_num_queries(3):  # type: ignore[operator]  # pytest-django's fixture
        assert step.run() == 0
    assert Revision.objects.count() == 1


@pytest.mark.parametrize(
    ("part", "exact", "verb"),
    [
        ("headline", "A  STORY", "located_headline"),
        ("headline", "story", "located_headline"),
        ("headline", "A history", "headline_differs"),
        ("image", "The ferry in the evening", "located_image"),
        ("image", "", "located_image"),
    ],
)
def test_headlines_and_images_are_not_looked_for_in_the_text(
    article: Article, part: str, exact: str, verb: str
) -> None:
    make_revision(article, f"{HTML}<p>A story of history. The ferry in the evening.</p>")
    case = open_case(article, exact, part=part, image="https://img.example/1.jpg")
    assert step.run() == 1
    case.refresh_from_db()
    assert (case.state, case.article, last_verb(case)) == (State.LOCATED, article, verb)
    assert not case.passages.exists()
    assert case.entries.latest("id").after == ("A story" if part == "headline" else "")
    make_revision(article, FIXED)
    assert step.run() == 0


def test_a_headline_waits_for_its_article_like_any_other_words(article: Article) -> None:
    Address.objects.update(outcome=Article.Outcome.FAILED)
    headline = open_case(article, "A story", part="headline")
    image = open_case(article, "", part="image", image="https://img.example/1.jpg")
    assert step.run() == 2
    assert {case.state for case in Case.objects.all()} == {State.UNLOCATED}
    make_revision(article, HTML)
    assert step.run() == 2
    assert {case.state for case in Case.objects.all()} == {State.LOCATED}
    assert {last_verb(headline), last_verb(image)} == {"located_headline", "located_image"}
    assert step.run() == 0


def test_a_caption_within_the_article_is_found_like_its_text(article: Article) -> None:
    make_revision(article, f"{HTML}<figure><figcaption>The harbour master waves.</figcaption></figure>")
    inside = open_case(article, "harbour master", part="caption", prefix="The ", suffix=" waves.")
    outside = open_case(article, "The mayor waves from a balcony", part="caption")
    step.run()
    inside.refresh_from_db()
    outside.refresh_from_db()
    assert (inside.state, newest(inside).exact) == (State.LOCATED, "harbour master")
    assert (outside.state, newest(outside).exact) == (State.UNLOCATED, "")


def test_an_address_of_another_site_is_handed_to_a_human(article: Article) -> None:
    make_revision(article, HTML)
    other = make_site("other", origin="https://other.example")
    report = make_report(other, exact="Forty people", url=article.canonical_url)
    report.case = ledger.open_case(site=other, by=Actor("report"), rows={"report": report.pk})
    report.save()
    assert step.run() == 1
    report.case.refresh_from_db()
    assert (report.case.state, last_verb(report.case)) == (State.UNLOCATED, "unlocated_elsewhere")
    assert step.run() == 0
