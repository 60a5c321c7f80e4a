"""A case that very many readers have reported: what its page shows, and that it can still be taken apart."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from corrigenda.decide import step
from corrigenda.decide.actions import unmerge_case
from corrigenda.decide.case_queries import read_dossier
from corrigenda.decide.history import MOST_ALIKE, PAGE, view_history
from corrigenda.decide.voices import PAGE as REPORTS
from corrigenda.decide.voices import PROPOSALS, read_proposals, view_voices
from corrigenda.flow import State
from corrigenda.models import Article, Case, Entry, Member, Merge, Report, Revision
from tests.growth.filling import add_cases, join
from tests.rooms.decide.doing import decline, undo
from tests.rooms.decide.reading import field, page, text_of
from tests.rooms.factories import make_case

pytestmark = pytest.mark.django_db

READERS = 3 * REPORTS + 5


@pytest.fixture
def crowd(case: Case, revision: Revision) -> list[Case]:
    """Cases joined to the one at hand, each by a reader with a suggestion of their own."""
    start = revision.text.index("31 million")
    cases = add_cases(revision, [(start, start + 10)] * (READERS - 1), suggestion="{} million")
    join(cases, case)
    return cases


def reports_in(html: str) -> list[str]:
    return re.findall(r'<li class="stack report">', html)


def test_every_report_is_on_exactly_one_page(desk: Client, case: Case, crowd: list[Case]) -> None:
    address, own = f"/desk/cases/{case.pk}/reports/", case.report.pk
    seen: list[int] = []
    said = read_dossier(case).said
    after = 0
    while True:
        voices = view_voices(said, [], after=after)
        assert voices.before == len(seen)
        assert voices.total == READERS
        seen += [row.report_id for row in voices.rows]
        html = desk.get(f"{address}?after={after}").content.decode()
        assert len(reports_in(html)) == len(voices.rows) <= REPORTS
        if not voices.next_after:
            break
        assert f"?after={voices.next_after}" in html
        after = voices.next_after
    assert seen[0] == own
    assert sorted(seen) == sorted(Report.objects.values_list("pk", flat=True))


def test_a_page_of_reports_works_without_script(desk: Client, case: Case, crowd: list[Case]) -> None:
    first = page(desk, case)
    following = re.search(r'id="reports-next" href="([^"]*)"', first)
    assert following is not None
    second = desk.get(following[1].partition("#")[0]).content.decode()
    assert len(reports_in(first)) == len(reports_in(second)) == REPORTS
    assert f"{REPORTS + 1} to {2 * REPORTS} of {READERS}" in text_of(second)
    assert field(second, "accept_wording") == "39 million"


def test_what_several_propose_comes_first_and_once(desk: Client, case: Case, crowd: list[Case]) -> None:
    Report.objects.filter(case__in=crowd[:40]).update(suggestion="38 million")
    # For a part of the passage, and with other spaces: the same wording of the whole.
    Report.objects.filter(case=crowd[41]).update(exact="31", suggestion="38")
    Report.objects.filter(case=crowd[42]).update(suggestion="38  million ")
    proposals = read_proposals(read_dossier(case).said)
    # The fortieth of the crowd, counted from 0, proposes another number, and so does the reader of the case.
    assert (proposals[0].wording, proposals[0].readers) == ("38 million", 42)
    assert sum(one.readers for one in proposals) == READERS
    html = page(desk, case)
    text = text_of(html)
    assert text.index("What readers propose") < text.index("42 readers") < text.index("Each report")
    assert html.count("Begin with this wording") >= PROPOSALS
    assert f"{len(proposals) - PROPOSALS} further proposals are shown with their reports." in text
    # The case's own reader still has the first word; else it is what most propose.
    assert field(html, "accept_wording") == "39 million"
    Report.objects.filter(case=case).update(suggestion="")
    assert field(page(desk, case), "accept_wording") == "38 million"


def test_any_reader_s_wording_can_be_taken_over(desk: Client, case: Case, crowd: list[Case]) -> None:
    last = crowd[-1].report
    assert field(page(desk, case, f"?use={last.pk}"), "accept_wording") == last.suggestion
    other = Report.objects.create(
        token="t", idempotency_key="k", site=case.site, language="en", exact="31 million", suggestion="9"
    )
    assert field(page(desk, case, f"?use={other.pk}"), "accept_wording") == "31 million"


def test_two_readers_who_propose_different_things_are_seen_at_a_glance(
    desk: Client, case: Case, article: Article, revision: Revision
) -> None:
    join([make_case(article, revision, exact="31 million", suggestion="38 million")], case)
    assert "What readers propose" not in page(desk, case)
    Report.objects.update(suggestion="38 million")
    assert "2 readers" in text_of(page(desk, case))


def test_what_repeats_itself_is_one_line_of_the_history(desk: Client, case: Case, crowd: list[Case]) -> None:
    history = view_history(case)
    (joined,) = [line for line in history.lines if line.times > 1]
    assert (joined.times, joined.other_case, history.is_short) == (READERS - 1, 0, True)
    address = f"/desk/cases/{case.pk}/history/"
    assert address in page(desk, case)
    Entry.objects.bulk_create(
        Entry(case=case, at=timezone.now(), room="decide", verb="joined", rows={"case": crowd[0].pk})
        for _ in range(PAGE)
    )
    shown = []
    while address:
        html = desk.get(address).content.decode()
        shown += re.findall(r'<li class="stack stack--tight">', html)
        following = re.search(r'id="page-next" href="([^"]*)"', html)
        address = f"/desk/cases/{case.pk}/history/{following[1]}" if following else ""
    assert len(shown) == case.entries.count()


def test_a_few_joins_keep_lines_of_their_own(case: Case, article: Article, revision: Revision) -> None:
    others = [make_case(article, revision, exact="31 million") for _ in range(MOST_ALIKE)]
    join(others, case)
    history = view_history(case)
    assert [line.other_case for line in history.lines] == [other.pk for other in others]
    assert not history.is_short


def test_one_of_very_many_is_parted_and_stays_apart(
    desk: Client, case: Case, crowd: list[Case], member: Member
) -> None:
    html = page(desk, case)
    assert f"of {READERS - 1} joined cases" in text_of(html)
    apart = crowd[-1]
    assert f"/desk/cases/{apart.pk}/part/" in page(desk, apart)
    unmerge_case(source_id=apart.pk, member=member)
    assert Merge.objects.count_readers(case) == READERS - 1
    assert step.run() == 0
    apart.refresh_from_db()
    assert apart.state == State.LOCATED
    assert sorted(Merge.objects.joined_to(case)) == [one.pk for one in crowd[:-1]]


def test_a_decision_about_very_many_is_undone(case: Case, crowd: list[Case], member: Member) -> None:
    case.refresh_from_db()
    decline(case, member)
    assert undo(case, member).state == State.LOCATED
    assert Merge.objects.count_readers(case) == READERS


def test_circles_of_joins_have_an_end(case: Case, crowd: list[Case]) -> None:
    # No action makes one; a row written by hand must not stop the desk.
    Merge.objects.create(source=case, target=crowd[0], merged_at=timezone.now())
    assert Merge.objects.count_readers(case) == READERS
    assert len(Merge.objects.joined_to(case)) == READERS - 1
    assert sum(Merge.objects.voices([case])[case.pk].values()) == READERS


def test_the_oldest_of_a_passage_takes_in_what_overlaps_in_any_order(
    article: Article, revision: Revision
) -> None:
    start = revision.text.index("31 million")
    # The older ones begin later in the text than the newer ones.
    spans = [(start + 5 - at % 6, start + 16 + at % 4) for at in range(60)]
    first = add_cases(revision, spans)[0]
    assert step.run() == 50
    assert step.run() == 9
    assert set(Merge.objects.values_list("target", flat=True)) == {first.pk}
