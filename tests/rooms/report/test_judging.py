"""Which reports wait without a case: spam, repeats, floods; and which never do."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as present
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import Address, Article, Case, Report, Site, Trace
from corrigenda.report import step
from corrigenda.report.spam.judging import judge
from tests.rooms.factories import ORIGIN, make_article, make_case, make_report, make_revision, make_site

pytestmark = pytest.mark.django_db
COMPLAINT = "You always write this name in the wrong way, please look it up."
LINKS = "[url=https://a.example]a[/url] https://b.example https://c.example"


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def article(site: Site) -> Article:
    return make_article(site)


@pytest.fixture
def few(settings: Any) -> None:
    """Three reports of one article are enough."""
    settings.OPTIONS = present.OPTIONS.model_copy(update={"flood_reports": 3, "flood_seconds": 600.0})


@pytest.fixture
def six(settings: Any) -> None:
    """Six reports of one article are enough, two where they are beyond the share of a network."""
    settings.OPTIONS = present.OPTIONS.model_copy(update={"flood_reports": 6, "flood_seconds": 600.0})


def taken_up(site: Site, *exacts: str, **fields: Any) -> list[str]:
    """Make reports of these words, take them up, and return how each is held."""
    reports = [make_report(site, exact=exact, **fields) for exact in exacts]
    step.run()
    return [Report.objects.get(pk=report.pk).held for report in reports]


def test_suspected_spam_waits_with_its_reasons_and_without_a_case(site: Site) -> None:
    report = make_report(site, exact="x", comment=LINKS, doubts="unsealed")
    assert step.run() == 1
    report.refresh_from_db()
    assert (report.held, report.case, report.doubts) == ("spam", None, "unsealed markup links stuffed")
    assert step.run() == 0
    assert not Case.objects.exists()


def test_a_doubt_alone_is_kept_and_the_case_opened(site: Site) -> None:
    report = make_report(site, exact="x", doubts="unsealed")
    step.run()
    report.refresh_from_db()
    assert (report.held, report.doubts) == ("", "unsealed")
    assert report.case is not None


def test_a_suggestion_counts_as_well(site: Site) -> None:
    assert taken_up(site, "x", suggestion=LINKS) == ["spam"]


def test_the_same_text_about_many_words_is_repeated_then_copied(site: Site) -> None:
    reports = [
        make_report(site, exact=f"w{number}", comment=f"{COMPLAINT}{'!' * number}") for number in range(12)
    ]
    step.run()
    doubts = [Report.objects.get(pk=report.pk).doubts for report in reports]
    assert doubts == [""] * 3 + ["repeated"] * 7 + ["copied"] * 2
    assert Report.objects.filter(held="spam").count() == 2


def test_many_who_say_the_same_of_the_same_words_are_voices(site: Site) -> None:
    assert taken_up(site, *["the same words"] * 20, comment=COMPLAINT) == [""] * 20
    assert Trace.objects.count() == 1


def test_short_texts_may_be_repeated(site: Site, settings: Any) -> None:
    settings.OPTIONS = present.OPTIONS.model_copy(update={"flood_reports": 0})
    assert taken_up(site, *[f"w{number}" for number in range(40)], comment="missing comma") == [""] * 40


def test_what_was_said_yesterday_is_forgotten(site: Site) -> None:
    taken_up(site, *[f"w{number}" for number in range(10)], comment=COMPLAINT)
    Trace.objects.update(at=timezone.now() - timedelta(hours=25))
    assert taken_up(site, "another", comment=COMPLAINT) == [""]
    assert Trace.objects.count() == 1


@pytest.mark.usefixtures("few")
def test_a_flood_is_held_from_the_first_report_that_is_too_many(site: Site) -> None:
    assert taken_up(site, "a", "b", "c", "d", "e") == ["", "", "", "flood", "flood"]
    assert taken_up(site, "a", "b", url=f"{ORIGIN}/other.html") == ["", ""]
    Trace.objects.update(at=timezone.now() - timedelta(seconds=601))
    assert taken_up(site, "f") == [""]


@pytest.mark.usefixtures("few")
def test_words_that_have_a_case_are_never_part_of_a_flood(site: Site, article: Article) -> None:
    make_case(article, make_revision(article, "<p>long known words</p>"), exact="long known words")
    assert taken_up(site, *"abc", "d", " a\n", "b", "d", "long known words") == [
        *("", "", ""),
        "flood",
        *("", "", "flood", ""),
    ]


def at_place(number: int) -> dict[str, Any]:
    """Return the surroundings of one of many places where a common word stands."""
    return {"prefix": f"the bank of the {number}th ", "suffix": f" was flooded {number} times"}


@pytest.mark.usefixtures("few")
def test_one_common_word_at_many_places_is_a_flood(site: Site, article: Article) -> None:
    make_case(article, make_revision(article, "<p>river</p>"), exact="river", prefix="a ", suffix=" b")
    held = [taken_up(site, "river", **at_place(number))[0] for number in range(6)]
    assert held == ["", "", "", "flood", "flood", "flood"]
    # Those who mean one of these places, or the one that had its case before, still get through.
    assert taken_up(site, "river", **at_place(1)) == [""]
    assert taken_up(site, "river", prefix="a ", suffix=" b") == [""]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    "many",
    [
        [{"position": number} for number in range(6)],
        [{"prefix": "the ", "position": number} for number in range(6)],
        [{"part": Report.Part.IMAGE, "image": f"{ORIGIN}/{number}.jpg"} for number in range(6)],
    ],
    ids=["position", "prefix and position", "image"],
)
def test_one_word_told_apart_otherwise_is_one_as_well(site: Site, many: list[dict[str, Any]]) -> None:
    assert [taken_up(site, "river", **fields)[0] for fields in many] == [*[""] * 3, *["flood"] * 3]


@pytest.mark.usefixtures("few")
def test_words_that_could_not_be_located_join_nothing(site: Site, article: Article) -> None:
    make_case(article, make_revision(article, "<p>nowhere</p>"), exact="nowhere", state=State.UNLOCATED)
    assert taken_up(site, *["nowhere"] * 5) == ["", "", "", "flood", "flood"]


def test_one_text_about_a_common_word_at_many_places_is_copied(site: Site, article: Article) -> None:
    make_case(article, make_revision(article, "<p>river</p>"), exact="river")
    held = [taken_up(site, "river", comment=COMPLAINT, **at_place(number))[0] for number in range(12)]
    assert held == [""] * 10 + ["spam"] * 2


def test_one_text_about_many_passages_that_have_cases_is_copied(site: Site, article: Article) -> None:
    revision = make_revision(article, f"<p>{' '.join(f'w{number}' for number in range(12))}</p>")
    for number in range(12):
        make_case(article, revision, exact=f"w{number}")
    held = [taken_up(site, f"w{number}", comment=COMPLAINT)[0] for number in range(12)]
    assert held == [""] * 10 + ["spam"] * 2


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("state", [State.CLOSED, State.DECLINED, State.DISCLOSED])
def test_words_whose_case_is_over_are(site: Site, article: Article, state: State) -> None:
    make_case(article, make_revision(article, "<p>words</p>"), exact="words", state=state)
    assert taken_up(site, *"abc", "words") == ["", "", "", "flood"]


@pytest.mark.usefixtures("few")
def test_voices_do_not_count_for_the_flood_of_others(site: Site) -> None:
    assert taken_up(site, *["a"] * 9, "b", "c", "d") == [*[""] * 9, "", "", "flood"]


@pytest.mark.usefixtures("few")
def test_reports_without_words_are_never_the_same(site: Site) -> None:
    assert taken_up(site, *[""] * 5, comment="wrong") == ["", "", "", "flood", "flood"]


@pytest.mark.usefixtures("few")
def test_an_image_is_known_by_its_address(site: Site) -> None:
    image = {"part": Report.Part.IMAGE, "image": f"{ORIGIN}/bridge.jpg"}
    assert taken_up(site, *[""] * 5, **image) == [""] * 5


@pytest.mark.usefixtures("few")
def test_all_addresses_of_an_article_count_together(site: Site, article: Article) -> None:
    mobile = f"{ORIGIN}/m/story.html"
    Address.objects.create(site=site, url=mobile, article=article, outcome=Article.Outcome.READ)
    assert taken_up(site, "a", "b", url=mobile) == ["", ""]
    assert taken_up(site, "c", "d") == ["", "flood"]


@pytest.mark.usefixtures("few")
def test_another_query_is_no_way_around_the_limit(site: Site) -> None:
    """Of an address that has not been read nobody knows yet whether its query names an article."""
    held = [taken_up(site, f"w{number}", url=f"{ORIGIN}/new.html?x={number}")[0] for number in range(5)]
    assert held == ["", "", "", "flood", "flood"]
    # Once it has been read its articles are counted for themselves; this one keeps what was counted.
    article = make_article(site, path="/new.html")
    Address.objects.create(site=site, url=f"{ORIGIN}/new.html?x=9", article=article, outcome="read")
    assert taken_up(site, "w9", url=f"{ORIGIN}/new.html?x=9") == ["flood"]
    other = make_article(site, path="/new.html?id=7")
    assert taken_up(site, "w7", url=other.canonical_url) == [""]


@pytest.mark.usefixtures("few")
def test_spam_shuts_no_article(site: Site) -> None:
    assert taken_up(site, *"abcdef", comment=LINKS) == ["spam"] * 6
    assert taken_up(site, "g") == [""]


@pytest.mark.usefixtures("few")
def test_a_letter_that_names_no_article_floods_none(site: Site) -> None:
    assert taken_up(site, *[""] * 5, url="", comment="wrong", channel=Report.Channel.MAIL) == [""] * 5


BEYOND = "beyond-share"


@pytest.mark.usefixtures("six")
def test_one_network_shuts_an_article_to_no_other(site: Site, article: Article) -> None:
    """What came beyond a network's share is counted by itself, at all addresses of the article together."""
    mobile = f"{ORIGIN}/m/story.html"
    Address.objects.create(site=site, url=mobile, article=article, outcome=Article.Outcome.READ)
    assert taken_up(site, "a", "b") == ["", ""]
    assert taken_up(site, "c", url=mobile, doubts=BEYOND) == [""]
    assert taken_up(site, *"defghi", doubts=BEYOND) == ["", *["flood"] * 5]
    # The readers of other networks have what they had before, less the two that are no more than a share.
    assert taken_up(site, *"klmno") == [*[""] * 4, "flood"]


@pytest.mark.usefixtures("six")
def test_many_readers_of_one_network_may_report_many_articles(site: Site) -> None:
    for number in range(12):
        assert taken_up(site, "a", url=f"{ORIGIN}/{number}.html", doubts=BEYOND) == [""]


@pytest.mark.usefixtures("six")
def test_a_voice_beyond_the_share_is_a_voice(site: Site) -> None:
    assert taken_up(site, "a") == [""]
    assert taken_up(site, *["a"] * 9, doubts=BEYOND) == [""] * 9
    assert taken_up(site, "b", "c", "d", doubts=BEYOND) == ["", "", "flood"]


def test_no_limit_is_no_limit(site: Site, settings: Any) -> None:
    settings.OPTIONS = present.OPTIONS.model_copy(update={"flood_reports": 0})
    assert taken_up(site, *[f"w{number}" for number in range(40)]) == [""] * 40
    assert taken_up(site, *[f"v{number}" for number in range(40)], doubts=BEYOND) == [""] * 40


def test_the_questions_are_few_indexed_and_as_many_for_the_thousandth(site: Site, article: Article) -> None:
    now = timezone.now()
    Trace.objects.bulk_create(
        Trace(page=number % 5, quote=number, text=number % 7, opened=True, at=now) for number in range(1000)
    )
    for number in range(60):
        taken_up(site, f"w{number}", comment=COMPLAINT if number % 2 else "")
    report = make_report(site, exact="something new", comment=COMPLAINT)
    with CaptureQueriesContext(connection) as captured:
        judge(report)
    assert len(captured) <= 5
    if connection.vendor == "sqlite":
        for query in captured.captured_queries:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plan = [row[-1] for row in cursor.fetchall()]
            assert all(line.startswith("SEARCH") or "TEMP B-TREE" in line for line in plan), plan
