"""The queue on real rows: tabs, filters, pages, rows, and how many queries they take."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corrigenda.decide import queries
from corrigenda.decide.actions import merge_case
from corrigenda.decide.labels import Tab
from corrigenda.decide.queries import Filter, read_queue
from corrigenda.flow import State
from corrigenda.models import Article, Case, Decision, Member, Passage, Report, Revision
from tests.rooms.factories import make_article, make_case, make_member, make_report, make_revision, make_site

pytestmark = pytest.mark.django_db


def shown(wanted: Filter) -> list[int]:
    return [row.case_id for row in read_queue(wanted).rows]


def test_the_desk_is_for_members(client: Client, case: Case) -> None:
    for path in ("/desk/", f"/desk/cases/{case.pk}/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")
        fragment = client.get(path, headers={"HX-Request": "true"})
        assert fragment["HX-Refresh"] == "true"


def test_a_button_pressed_after_the_session_ended_leads_back_to_the_case(
    client: Client, desk: Client, case: Case
) -> None:
    path = f"/desk/cases/{case.pk}/decline/"
    assert client.post(path).status_code == 302
    assert desk.get(path)["Location"] == f"/desk/cases/{case.pk}/"


def test_nothing_of_the_desk_is_kept_by_a_browser(desk: Client, case: Case) -> None:
    for path in ("/desk/", f"/desk/cases/{case.pk}/"):
        assert "no-store" in desk.get(path)["Cache-Control"]


def test_an_empty_queue_says_so(desk: Client, db: None) -> None:
    make_site()
    page = desk.get("/desk/").content.decode()
    assert "Nothing waits for a decision." in page
    assert "<ol" not in page


@pytest.mark.parametrize(
    ("tab", "states"),
    [
        (Tab.DECIDE, {State.LOCATED, State.UNLOCATED}),
        (Tab.FIX, {State.ACCEPTED}),
        (Tab.DECIDED, {State.NOTED, State.DECLINED, State.FIXED, State.DISCLOSED, State.CLOSED}),
        (Tab.ALL, set(State) - {State.MERGED}),
    ],
)
def test_each_tab_shows_its_states_and_counts_them(
    article: Article, revision: Revision, tab: Tab, states: set[State]
) -> None:
    cases = {state: make_case(article, revision, exact="31 million", state=state) for state in State}
    queue = read_queue(Filter(tab=tab))
    assert {row.case_id for row in queue.rows} == {cases[state].pk for state in states}
    assert {choice.key: choice.count for choice in queue.tabs} == {
        Tab.DECIDE: 2,
        Tab.FIX: 1,
        Tab.DECIDED: 5,
        Tab.ALL: 9,
    }
    assert [choice.key for choice in queue.tabs if choice.is_current] == [tab]


def test_work_is_shown_oldest_first_and_the_past_newest_first(article: Article, revision: Revision) -> None:
    waiting = [make_case(article, revision, exact="31 million").pk for _ in range(3)]
    done = [make_case(article, revision, exact="31 million", state=State.CLOSED).pk for _ in range(3)]
    assert shown(Filter()) == waiting
    assert shown(Filter(tab=Tab.DECIDED)) == done[::-1]


def test_pages_follow_each_other_without_gaps_while_cases_come_and_go(
    article: Article, revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    keys = [make_case(article, revision, exact="31 million").pk for _ in range(8)]
    first = read_queue(Filter())
    assert [row.case_id for row in first.rows] == keys[:3]
    assert first.next_url == f"/desk/?after={keys[2]}"
    assert first.first_url == ""
    Case.objects.filter(pk__in=keys[:3]).update(state=State.DECLINED)
    make_case(article, revision, exact="31 million")
    second = read_queue(Filter(after=keys[2]))
    assert [row.case_id for row in second.rows] == keys[3:6]
    assert second.first_url == "/desk/"
    last = read_queue(Filter(after=keys[5]))
    assert len(last.rows) == 3
    assert last.next_url == ""


def test_filters_stay_in_every_address(desk: Client, article: Article, revision: Revision) -> None:
    make_case(article, revision, exact="31 million", concern="typo")
    other = make_site("visti", origin="https://visti.example")
    queue = read_queue(Filter(site="courier", concern="typo"))
    assert {choice.url for choice in queue.tabs} == {
        "/desk/?site=courier&concern=typo",
        "/desk/?tab=fix&site=courier&concern=typo",
        "/desk/?tab=decided&site=courier&concern=typo",
        "/desk/?tab=all&site=courier&concern=typo",
    }
    assert f"/desk/?site={other.slug}&amp;concern=typo" in desk.get(queue.fragment_url).content.decode()


def test_cases_are_narrowed_by_site_and_concern(article: Article, revision: Revision, member: Member) -> None:
    elsewhere = make_article(make_site("visti", origin="https://visti.example"))
    fact = make_case(article, revision, exact="31 million", concern="fact")
    typo = make_case(article, revision, exact="the spring", concern="typo")
    foreign = make_case(
        elsewhere, make_revision(elsewhere, "<p>Порт працює.</p>"), exact="Порт", concern="typo"
    )
    assert shown(Filter(site="courier")) == [fact.pk, typo.pk]
    assert shown(Filter(concern="typo")) == [typo.pk, foreign.pk]
    assert shown(Filter(site="visti", concern="fact")) == []
    assert shown(Filter(site="nowhere")) == []
    joined = make_case(article, revision, exact="31 million", concern="typo")
    further = make_case(article, revision, exact="31 million", concern="missing")
    merge_case(source_id=further.pk, target_id=joined.pk, member=member)
    merge_case(source_id=joined.pk, target_id=fact.pk, member=member)
    assert shown(Filter(concern="typo")) == [fact.pk, typo.pk, foreign.pk]
    assert shown(Filter(concern="missing")) == [fact.pk]


@pytest.mark.parametrize(
    "query",
    ["tab=nonsense", "concern=nonsense", "after=x", "after=-1", "after=٣", "after=" + "9" * 30, "site=%00"],
)
def test_an_address_that_makes_no_sense_shows_the_queue(desk: Client, case: Case, query: str) -> None:
    assert desk.get(f"/desk/?{query}").status_code == 200


def test_a_row_tells_what_is_needed_at_a_glance(
    desk: Client, article: Article, revision: Revision, member: Member
) -> None:
    first = make_case(article, revision, exact="31 million", concern="fact")
    second = make_case(article, revision, exact="31 million", concern="typo")
    merge_case(source_id=second.pk, target_id=first.pk, member=member)
    opened = timezone.now() - timedelta(hours=3, minutes=20)
    opened = opened.replace(microsecond=0)
    Case.objects.filter(pk=first.pk).update(opened_at=opened)
    (row,) = read_queue(Filter()).rows
    assert (row.before, row.words, row.after) == (
        "The bridge will cost ",
        "31 million",
        " crowns, the council said.",
    )
    assert row.concerns == [("fact", "wrong fact"), ("typo", "typo")]
    assert row.reports == 2
    assert (row.headline, row.site) == ("A story", "The Courier")
    assert row.opened.ago == "3\xa0hours ago"
    assert row.opened.exact.endswith("UTC")
    page = desk.get("/desk/").content.decode()
    assert f'datetime="{opened.isoformat(timespec="seconds")}"' in page
    assert f'title="{row.opened.exact}"' in page


def test_a_row_without_a_place_shows_what_the_reader_quoted(article: Article, revision: Revision) -> None:
    case = make_case(article, revision, exact="31 million", state=State.UNLOCATED)
    Passage.objects.update(start=None, end=None, kind="gone")
    (row,) = read_queue(Filter()).rows
    assert (row.case_id, row.words, row.quoted) == (case.pk, "", "31 million")
    Case.objects.update(article=None)
    (row,) = read_queue(Filter()).rows
    assert row.headline == "https://courier.example/story.html"


def test_a_row_says_when_the_words_were_changed_already(case: Case) -> None:
    Passage.objects.update(kind="edited")
    assert read_queue(Filter()).rows[0].is_changed


def test_a_closed_case_is_called_by_its_outcome(case: Case, member: Member) -> None:
    Case.objects.update(state=State.CLOSED)
    Decision.objects.create(case=case, member=member, outcome="accept", decided_at=timezone.now())
    assert read_queue(Filter(tab=Tab.DECIDED)).rows[0].state_label == "corrected"


def test_a_report_that_is_still_being_located_is_announced(article: Article, revision: Revision) -> None:
    make_case(article, revision, exact="31 million", state=State.RECEIVED)
    assert read_queue(Filter()).being_located == 1


def test_a_long_sentence_is_cut_around_the_passage(article: Article) -> None:
    revision = make_revision(article, f"<p>{'word ' * 3000}needle {'word ' * 3000}</p>")
    make_case(article, revision, exact="needle")
    (row,) = read_queue(Filter()).rows
    assert row.words == "needle"
    assert row.before.startswith("…")
    assert len(row.before) < 200
    assert len(row.after) < 200


@pytest.mark.parametrize("at", ["start", "end"])
def test_a_passage_at_either_end_of_an_article_is_shown_whole(article: Article, at: str) -> None:
    words = "The needle"
    text = f"{words} {'word ' * 300}" if at == "start" else f"{'word ' * 300}{words}"
    make_case(article, make_revision(article, f"<p>{text}</p>"), exact=words)
    assert read_queue(Filter()).rows[0].words == words


def test_the_number_of_queries_does_not_grow(
    desk: Client, article: Article, revision: Revision, member: Member
) -> None:
    def measure() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/desk/").status_code == 200
        return len(captured)

    first, joined, *rest = (make_case(article, revision, exact="31 million") for _ in range(7))
    merge_case(source_id=joined.pk, target_id=first.pk, member=member)
    Case.objects.filter(pk__in=[case.pk for case in rest]).update(state=State.CLOSED)
    alone = measure()
    Case.objects.filter(pk__in=[case.pk for case in rest]).update(state=State.LOCATED)
    for case in rest:
        merge_case(source_id=case.pk, target_id=first.pk, member=member)
    for number in range(20):
        other = make_article(article.site, path=f"/{number}.html")
        make_case(other, make_revision(other, "<p>The bridge will cost 31 million.</p>"), exact="31 million")
    assert Report.objects.count() == 27
    assert measure() == alone
    assert alone <= 10


def test_a_fragment_that_is_up_to_date_is_not_sent_again(
    desk: Client, article: Article, revision: Revision, case: Case
) -> None:
    fragment = desk.get("/desk/", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    text = fragment.content.decode()
    assert "<html" not in text
    version = text.partition('"version": "')[2].partition('"')[0]
    assert f'"version": "{version}"' in desk.get("/desk/").content.decode()
    again = desk.get("/desk/", {"version": version}, headers={"HX-Request": "true"})
    assert again.status_code == 204
    make_case(article, revision, exact="the spring")
    changed = desk.get("/desk/", {"version": version}, headers={"HX-Request": "true"})
    assert changed.status_code == 200


HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


def test_hostile_words_are_shown_as_text(desk: Client, article: Article) -> None:
    report = make_report(article.site, exact=f"{HOSTILE}\u202e\x07", url=article.canonical_url)
    case = Case.objects.create(
        site=article.site, state=State.UNLOCATED, opened_at=timezone.now(), changed_at=timezone.now()
    )
    report.case = case
    report.save()
    Article.objects.update(headline=HOSTILE)
    make_case(
        article,
        make_revision(article, "<p>&lt;script&gt;alert(3)&lt;/script&gt; stands here</p>"),
        exact="stands",
    )
    for path in ("/desk/", f"/desk/cases/{case.pk}/"):
        page = desk.get(path).content.decode()
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "\x07" not in page


def test_a_case_that_nobody_reported_does_not_break_the_queue(article: Article) -> None:
    Case.objects.create(
        site=article.site, state=State.UNLOCATED, opened_at=timezone.now(), changed_at=timezone.now()
    )
    assert read_queue(Filter()).rows[0].reports == 0


def test_two_editors_see_the_same_queue(desk: Client, case: Case) -> None:
    other = Client()
    other.force_login(make_member("bo"))
    assert f"/desk/cases/{case.pk}/" in other.get("/desk/").content.decode()


def test_a_concern_is_not_asked_of_each_case(case: Case) -> None:
    # A question for each case (a correlated EXISTS) took minutes with 100,000 cases.
    with CaptureQueriesContext(connection) as captured:
        read_queue(Filter(concern=Report.Concern.TYPO))
    counting = captured.captured_queries[1]["sql"]
    assert "GROUP BY" in counting
    assert "EXISTS" not in counting
