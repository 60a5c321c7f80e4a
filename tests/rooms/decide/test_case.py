"""The page of a case: what it shows, in every state and whatever readers wrote."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corrigenda.decide.actions import merge_case
from corrigenda.flow import State
from corrigenda.models import (
    Article,
    Case,
    Member,
    Passage,
    Report,
    Revision,
)
from tests.rooms.decide.conftest import HTML
from tests.rooms.decide.reading import accept, accept_data, address, field, page, text_of
from tests.rooms.factories import NO_ROW, make_case, make_revision

pytestmark = pytest.mark.django_db


def test_the_passage_stands_in_its_context(desk: Client, case: Case) -> None:
    html = page(desk, case)
    assert "The bridge will cost <mark>31 million</mark> crowns, the council said." in html
    text = text_of(html)
    assert "The council voted on Monday." in text
    assert "The council said nothing more." in text
    assert f"Case {case.pk}" in text


def test_the_forms_begin_with_the_first_suggestion(desk: Client, case: Case) -> None:
    html = page(desk, case)
    assert field(html, "accept_wording") == "39 million"
    assert re.search(r'value="correction"[^>]*checked', html)
    usual = field(html, "accept_notice_text")
    assert "31 million" in usual
    assert "39 million" in usual
    assert field(html, "accept_usual") == usual


def test_without_a_suggestion_the_wording_begins_with_the_passage(
    desk: Client, article: Article, revision: Revision
) -> None:
    html = page(desk, make_case(article, revision, exact="the spring", concern="typo"))
    assert field(html, "accept_wording") == "the spring"
    assert field(html, "accept_notice_text") == ""
    assert re.search(r'value="minor"[^>]*checked', html)


def test_a_suggestion_for_a_part_of_the_passage_is_put_in_its_place(
    desk: Client, article: Article, revision: Revision, member: Member
) -> None:
    case = make_case(article, revision, exact="31 million crowns", comment="Look.")
    part = make_case(article, revision, exact="31 million", suggestion="39 million")
    merge_case(source_id=part.pk, target_id=case.pk, member=member)
    html = page(desk, case)
    assert field(html, "accept_wording") == "39 million crowns"
    whole = make_case(
        article, revision, exact="cost 31 million crowns, the council", suggestion="not be built"
    )
    merge_case(source_id=whole.pk, target_id=case.pk, member=member)
    assert field(page(desk, case, f"?use={whole.report.pk}"), "accept_wording") == "31 million crowns"
    assert field(page(desk, case, f"?use={part.report.pk}"), "accept_wording") == "39 million crowns"


def test_a_suggestion_to_delete_words_is_shown_and_leaves_the_rest_of_the_passage(
    desk: Client, article: Article, revision: Revision, member: Member
) -> None:
    case = make_case(article, revision, exact="31 million crowns", suggestion=Report.NO_WORDS)
    html = page(desk, case)
    assert '<del><span class="visually-hidden">deleted: </span>31 million crowns</del>' in html
    assert field(html, "accept_wording") == "31 million crowns"
    part = make_case(article, revision, exact="million", suggestion=Report.NO_WORDS)
    merge_case(source_id=part.pk, target_id=case.pk, member=member)
    assert field(page(desk, case, f"?use={part.report.pk}"), "accept_wording") == "31 crowns"


def test_every_report_of_the_case_and_of_the_joined_ones_is_shown(
    desk: Client, article: Article, revision: Revision, case: Case, member: Member, settings: LazySettings
) -> None:
    settings.EMAIL_HOST = "mail.example"
    other = make_case(
        article,
        revision,
        exact="31 million crowns",
        concern="unclear",
        comment="Crowns of which country?",
        email="reader@post.example",
        channel="form",
    )
    merge_case(source_id=other.pk, target_id=case.pk, member=member)
    html = page(desk, case)
    text = text_of(html)
    for words in (
        "2 reports",
        "See the minutes.",
        "Crowns of which country?",
        "unclear or misleading",
        "form",
    ):
        assert words in text
    assert "will be answered by mail" in text
    assert "reader@post.example" not in html
    assert "<del>" in html
    assert "<ins>" in html


def test_a_suggestion_that_says_what_the_article_says_is_called_so(
    desk: Client, article: Article, revision: Revision
) -> None:
    case = make_case(article, revision, exact="31 million", suggestion=" 31  million ")
    assert "This is what the article says already." in text_of(page(desk, case))


def test_words_that_were_changed_already_are_shown_with_what_they_read_now(
    desk: Client, article: Article, case: Case
) -> None:
    newer = make_revision(article, HTML.replace("31", "39"))
    at = newer.text.index("39 million")
    Passage.objects.create(
        case=case,
        revision=newer,
        start=at,
        end=at + 10,
        kind="edited",
        confidence=0.9,
        found_at=timezone.now(),
    )
    html = page(desk, case)
    assert "Already changed: now reads “39 million”" in text_of(html)
    assert re.search(r"<del>.*31 million</del><ins>.*39 million</ins>", html)


def test_the_history_tells_who_when_and_what(desk: Client, case: Case, member: Member) -> None:
    accept(case, member)
    for _ in range(3):
        case.entries.create(at=timezone.now(), room="locate", verb="carried", before="31", after="31")
    html = page(desk, case)
    history = html[html.index('id="history"') :]
    text = text_of(history)
    assert "Accepted Mara Quill, " in text
    assert "UTC" in text
    assert "before: 31 million" in text
    assert "after: 39 million" in text
    assert "×3" in text


def test_a_message_to_readers_never_enters_the_history(desk: Client, case: Case, member: Member) -> None:
    accept(case, member)
    html = page(desk, case)
    assert "Thank you." not in html[html.index('id="history"') :]


def test_hostile_texts_stay_texts_and_do_not_break_the_page(
    desk: Client, article: Article, revision: Revision
) -> None:
    evil = (
        "<img src=x onerror=alert(1)>\u202e\u0000\u0007"
        + "W" * 10_000
        + "</textarea><script>alert(2)</script>"
    )
    case = make_case(
        article,
        revision,
        exact="31 million",
        suggestion=evil.replace("\0", ""),
        comment=evil.replace("\0", ""),
    )
    html = page(desk, case)
    assert "<img" not in html
    assert "<script>alert" not in html
    assert html.count("</textarea>") == html.count("<textarea")
    assert not {"\u202e", "\u0007"} & set(html)
    data = accept_data(html, message="</textarea><script>alert(3)</script>", wording="31 million")
    again = desk.post(address(case, "accept"), data).content.decode()
    assert "<script>alert" not in again


def test_a_case_whose_report_was_never_stored_can_still_be_seen(desk: Client, article: Article) -> None:
    now = timezone.now()
    bare = Case.objects.create(site=article.site, state=State.UNLOCATED, opened_at=now, changed_at=now)
    assert "0 reports" in text_of(page(desk, bare))


@pytest.mark.parametrize("state", list(State))
def test_a_case_can_be_seen_in_every_state(desk: Client, case: Case, state: State) -> None:
    Case.objects.update(state=state)
    assert page(desk, case)


@pytest.mark.parametrize("use", ["x", "-1", "٣", "0", "9" * 5000])
def test_a_report_that_is_not_there_begins_no_wording(desk: Client, case: Case, use: str) -> None:
    assert field(page(desk, case, f"?use={use}"), "accept_wording") in {"39 million", "31 million"}


def test_a_number_beyond_every_case(desk: Client, db: None) -> None:
    assert desk.get(f"/desk/cases/{10**30}/").status_code == 404


def test_a_case_that_is_not_there(desk: Client, db: None) -> None:
    for what in ("", "accept", "progress", "meanwhile", "undo", "part"):
        path = f"/desk/cases/{NO_ROW}/{what}/" if what else f"/desk/cases/{NO_ROW}/"
        response = desk.get(path) if what in {"", "progress", "meanwhile"} else desk.post(path)
        assert response.status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_reports(
    desk: Client, article: Article, revision: Revision, case: Case, member: Member
) -> None:
    def measure() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(desk, case)
        return len(captured)

    merge_case(
        source_id=make_case(article, revision, exact="31 million").pk, target_id=case.pk, member=member
    )
    make_case(article, revision, exact="31 million crowns")
    few = measure()
    for _ in range(8):
        other = make_case(article, revision, exact="31 million", email=f"{_}@post.example", comment="Look.")
        merge_case(source_id=other.pk, target_id=case.pk, member=member)
        make_case(article, revision, exact="31 million crowns")
    assert measure() == few


def test_the_next_case_to_decide_is_one_press_away(
    desk: Client, article: Article, revision: Revision, case: Case
) -> None:
    assert "data-next" not in page(desk, case)
    later = make_case(article, revision, exact="the spring")
    assert f'href="{address(later)}" data-next' in page(desk, case)
    assert f'href="{address(case)}" data-next' in page(desk, later)


def test_ages_are_told_with_the_exact_time_beside_them(desk: Client, case: Case) -> None:
    Case.objects.update(opened_at=timezone.now() - timedelta(days=2))
    assert re.search(
        r'<time datetime="[^"]+[+-]\d\d:\d\d" title="[^"]+UTC">2\xa0days ago</time>', page(desk, case)
    )


def test_an_editor_may_choose_among_wordings(
    desk: Client, article: Article, revision: Revision, case: Case, member: Member
) -> None:
    other = make_case(article, revision, exact="31 million", suggestion="35 million")
    merge_case(source_id=other.pk, target_id=case.pk, member=member)
    html = page(desk, case)
    assert text_of(html).count("Begin with this wording") == 2
    assert field(page(desk, case, f"?use={other.report.pk}"), "accept_wording") == "35 million"
