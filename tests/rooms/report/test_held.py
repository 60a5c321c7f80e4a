"""The folder of held reports at the desk: what it shows, what its buttons do, and who it says did it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import turbohtml
from django.conf import settings as present
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corrigenda.accounts.actions import close_member, open_member
from corrigenda.models import Address, Article, Case, Member, Report, SetAside, Site
from corrigenda.report import step
from corrigenda.report.held import queries
from corrigenda.report.held.actions import open_cases, set_aside, take_back
from corrigenda.report.held.queries import REASONS, Filter, Tab, read_floods, read_folder, reasons_of
from corrigenda.report.spam.doubts import Doubt
from tests.rooms.factories import ORIGIN, make_article, make_member, make_report, make_site
from tests.rooms.unlocked import before_the_next_transaction

pytestmark = pytest.mark.django_db
SPAM, FLOOD, ASIDE = Report.Held.SPAM, Report.Held.FLOOD, Report.Held.ASIDE
MARKUP = "<script>alert(1)</script> & <b>bold</b>"


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def article(site: Site) -> Article:
    return make_article(site, headline="The bridge & its date")


@pytest.fixture
def member() -> Member:
    return make_member(first_name="Mara", last_name="Quill")


@pytest.fixture
def desk(client: Client, member: Member) -> Client:
    client.force_login(member)
    return client


def held(site: Site, why: str = SPAM, **fields: Any) -> Report:
    """Make a held report."""
    return make_report(site, **{"exact": "the words", "held": why, **fields})


def press(desk: Client, button: str, value: object, **fields: Any) -> Any:
    """Press a button of the folder and follow it back there."""
    back = {"referer": "http://testserver/desk/held/"}
    return desk.post("/desk/held/act/", {button: str(value), **fields}, headers=back, follow=True)


def states(*reports: Report) -> list[tuple[str, bool]]:
    """How each report is held, and whether it has a case."""
    fresh = [Report.objects.get(pk=report.pk) for report in reports]
    return [(report.held, report.case is not None) for report in fresh]


def test_it_is_for_members(client: Client, site: Site) -> None:
    report = held(site)
    for path in ("/desk/held/", "/desk/held/count/", "/desk/held/floods/"):
        assert client.get(path)["Location"].startswith("/accounts/login/")
    assert client.post("/desk/held/act/", {"open": report.pk})["Location"].startswith("/accounts/login/")
    assert states(report) == [("spam", False)]


def test_only_a_button_acts_and_only_with_its_token(member: Member, site: Site) -> None:
    report, strict = held(site), Client(enforce_csrf_checks=True)
    strict.force_login(member)
    assert strict.get("/desk/held/act/").status_code == 405
    assert strict.post("/desk/held/act/", {"open": report.pk}).status_code == 403
    assert states(report) == [("spam", False)]


def test_a_row_shows_what_was_said_and_why_it_waits(desk: Client, site: Site, article: Article) -> None:
    held(site, exact=MARKUP, suggestion=MARKUP, comment=MARKUP, doubts="unsealed markup")
    page = desk.get("/desk/held/")
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "<script>alert" not in text
    row = turbohtml.parse(text).select_one("[data-row]")
    assert row is not None
    assert row.text.count("<b>bold</b>") == 3
    for words in ("The bridge & its date", "The Courier", str(REASONS[Doubt.MARKUP])[1:], "HTML or BBCode"):
        assert words in row.text


def test_every_doubt_has_its_words() -> None:
    assert REASONS.keys() == set(Doubt)
    assert len(reasons_of(" ".join(Doubt), is_flood=True)) == len(Doubt) + 1
    assert reasons_of("", is_flood=False) == []


def test_empty_parts_say_so(desk: Client, site: Site) -> None:
    for tab, words in (
        ("", "Nothing is suspected"),
        ("flood", "No article is"),
        ("aside", "Nothing has been"),
    ):
        assert words in desk.get("/desk/held/", {"tab": tab}).content.decode()
    assert desk.get("/desk/held/count/").content.decode().strip() == ""
    assert desk.get("/desk/held/floods/").content.decode().strip() == ""


def test_odd_addresses_show_what_there_is(desk: Client, site: Site) -> None:
    held(site)
    odd = ("\x00", "\ud800", "-1", "9" * 40, "²", "<script>", "x" * 5000)
    for name in ("tab", "article", "url", "after"):
        for value in odd:
            asked: dict[str, str | bytes] = {"tab": "flood", name: value.encode("utf-8", "surrogatepass")}
            assert desk.get("/desk/held/", asked).status_code == 200, (name, value)


def test_the_navigation_counts_what_waits(desk: Client, site: Site) -> None:
    for why in (SPAM, SPAM, FLOOD, ASIDE):
        held(site, why)
    make_report(site, exact="x")
    assert ">3<" in desk.get("/desk/held/count/").content.decode()
    assert 'hx-get="/desk/held/count/"' in desk.get("/desk/").content.decode()


def test_no_spam_gets_its_case_and_the_history_says_who_found_it(
    desk: Client, site: Site, member: Member
) -> None:
    report = held(site, comment="see https://a.example", doubts="markup unsealed")
    page = press(desk, "open", report.pk).content.decode()
    assert "1 case was opened." in page
    case = Case.objects.get()
    assert Report.objects.get(pk=report.pk).case == case
    assert [(entry.verb, entry.member, entry.rows) for entry in case.entries.all()] == [
        ("opened", None, {"report": report.pk}),
        ("released", member, {"report": report.pk}),
    ]
    assert states(report) == [("", True)]
    assert "Was held, and found to be no spam" in desk.get(f"/desk/cases/{case.pk}/").content.decode()
    assert step.run() == 0


def test_spam_is_set_aside_and_kept_and_that_can_be_taken_back(
    desk: Client, site: Site, member: Member
) -> None:
    spam, flood = held(site, doubts="honeypot"), held(site, FLOOD)
    page = press(desk, "aside", "chosen", report=[spam.pk, flood.pk]).content.decode()
    assert "2 reports were set aside" in page
    assert states(spam, flood) == [("aside", False)] * 2
    assert {(row.was, row.member) for row in SetAside.objects.all()} == {("spam", member), ("flood", member)}
    text = desk.get("/desk/held/", {"tab": "aside"}).content.decode()
    assert "Set aside by <bdi>Mara Quill</bdi>" in text
    assert str(REASONS[Doubt.HONEYPOT])[1:] in text
    assert (
        "2 reports wait again" in press(desk, "back", "chosen", report=[spam.pk, flood.pk]).content.decode()
    )
    assert states(spam, flood) == [("spam", False), ("flood", False)]
    assert {row.undone_by for row in SetAside.objects.all()} == {member}
    assert set_aside(reports=[spam.pk], member=member) == 1
    assert SetAside.objects.filter(report=spam).count() == 2


def test_what_was_set_aside_may_still_get_its_case(site: Site, member: Member) -> None:
    report = held(site)
    set_aside(reports=[report.pk], member=member)
    assert open_cases(reports=[report.pk], member=member) == 1
    assert SetAside.objects.get().undone_by == member
    assert states(report) == [("", True)]


def test_what_is_pressed_twice_is_done_once(desk: Client, site: Site, member: Member) -> None:
    report, free = held(site), make_report(site, exact="x")
    assert open_cases(reports=[report.pk, report.pk, free.pk, 0], member=member) == 1
    assert set_aside(reports=[report.pk, free.pk], member=member) == 0
    assert take_back(reports=[report.pk, free.pk], member=member) == 0
    for button in ("open", "aside", "back"):
        assert "somebody else was faster" in press(desk, button, report.pk).content.decode()
    for value in ("chosen", "all", "x", "9" * 30, ""):
        assert press(desk, "open", value, report=["", "²", "-1"]).status_code == 200
    assert "Nothing was chosen" in press(desk, "nothing", 1).content.decode()
    assert Case.objects.count() == 1


def test_who_has_left_may_do_nothing(site: Site) -> None:
    report, gone = held(site), make_member("gone", is_active=False)
    for act in (open_cases, set_aside, take_back):
        with pytest.raises(PermissionDenied):
            act(reports=[report.pk], member=gone)
    assert states(report) == [("spam", False)]


def test_who_is_put_out_meanwhile_does_nothing(
    site: Site, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, aside = held(site), held(site)
    set_aside(reports=[aside.pk], member=member)
    for act, report in ((open_cases, waiting), (set_aside, waiting), (take_back, aside)):
        open_member(member=member)
        before_the_next_transaction(monkeypatch, lambda: close_member(member=member))
        with pytest.raises(PermissionDenied):
            act(reports=[report.pk], member=member)
    assert states(waiting, aside) == [("spam", False), ("aside", False)]


def test_pages_follow_each_other_without_gaps(site: Site, member: Member, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    keys = [held(site).pk for _ in range(5)]
    first = read_folder(Filter())
    assert ([row.report_id for row in first.rows], first.first_url) == (keys[:2], "")
    set_aside(reports=keys[:2], member=member)
    second = read_folder(Filter(after=keys[1]))
    assert [row.report_id for row in second.rows] == keys[2:4]
    assert (second.first_url, second.next_url) == ("/desk/held/", f"/desk/held/?after={keys[3]}")
    assert [row.report_id for row in read_folder(Filter(Tab.ASIDE)).rows] == keys[1::-1]


def test_a_flood_is_one_row_of_the_queue(desk: Client, site: Site, article: Article) -> None:
    mobile = f"{ORIGIN}/m/story.html"
    Address.objects.create(site=site, url=mobile, article=article, outcome=Article.Outcome.READ)
    flood = [held(site, FLOOD, url=url) for url in (article.canonical_url, mobile, mobile)]
    held(site, FLOOD, url=f"{ORIGIN}/unread.html")
    held(site, SPAM, url=article.canonical_url)
    one, other = read_floods()
    assert (one.headline, one.reports, one.article, one.upto) == (
        article.headline,
        3,
        article.pk,
        flood[-1].pk,
    )
    assert (other.headline, other.reports, other.article) == (f"{ORIGIN}/unread.html", 1, 0)
    text = desk.get("/desk/held/floods/").content.decode()
    assert "3 further reports about <bdi>The bridge &amp; its date</bdi>" in text
    assert 'hx-get="/desk/held/floods/"' in desk.get("/desk/").content.decode()
    shown = desk.get(one.url).content.decode()
    assert re.findall(r'name="report" value="(\d+)"', shown) == [str(report.pk) for report in flood]
    assert "data-row" not in desk.get("/desk/held/", {"tab": "flood"}).content.decode()
    assert [
        row.report_id for row in read_folder(Filter.read({"tab": "flood", "url": other.url_reported})).rows
    ]


@pytest.mark.parametrize("button", ["open", "aside"])
def test_a_whole_flood_as_far_as_it_was_shown(
    desk: Client, site: Site, article: Article, button: str
) -> None:
    flood = [held(site, FLOOD, exact=f"w{number}") for number in range(4)]
    elsewhere = held(site, FLOOD, url=f"{ORIGIN}/unread.html")
    fields = {"tab": "flood", "article": article.pk, "url": "", "upto": flood[2].pk}
    press(desk, button, "all", **fields)
    done = ("", True) if button == "open" else ("aside", False)
    assert states(*flood, elsewhere) == [done] * 3 + [("flood", False)] * 2


def test_an_unread_flood_as_a_whole(desk: Client, site: Site) -> None:
    url = f"{ORIGIN}/unread.html?a=1&b=2"
    flood = [held(site, FLOOD, url=url) for _ in range(2)]
    (row,) = read_floods()
    page = turbohtml.parse(desk.get(row.url).content.decode())
    fields = {
        str(tag.attr("name")): str(tag.attr("value") or "")
        for tag in page.select("section input[type=hidden]")
    }
    press(desk, "aside", "all", **fields)
    assert states(*flood) == [("aside", False)] * 2


def test_the_questions_are_as_many_for_a_thousand(site: Site, article: Article, member: Member) -> None:
    def questions(wanted: Filter) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            read_folder(wanted)
        return [query["sql"] for query in captured.captured_queries]

    wanted = [Filter(), Filter(Tab.FLOOD), Filter(Tab.FLOOD, article=article.pk), Filter(Tab.ASIDE)]
    for why in (SPAM, FLOOD, ASIDE):
        held(site, why)
    few = [len(questions(one)) for one in wanted]
    for number in range(60):
        held(
            site,
            (SPAM, FLOOD, ASIDE)[number % 3],
            url=f"{ORIGIN}/story.html" if number % 2 else f"{ORIGIN}/{number}",
        )
    asked = [questions(one) for one in wanted]
    assert [len(one) for one in asked] == few
    assert max(few) <= 5
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked[0][0]}")
            assert "report_held" in str(cursor.fetchall())


def test_the_reader_is_told_the_truth_and_not_the_rule(client: Client, site: Site, member: Member) -> None:
    spam, flood, aside = held(site, doubts="honeypot"), held(site, FLOOD), held(site)
    set_aside(reports=[aside.pk], member=member)
    told = [client.get(f"/status/{report.token}/").content.decode() for report in (spam, flood, aside)]
    for page in told:
        assert not re.search("spam|flood|doubt|people do not see", page)
    assert all("Your report has arrived and waits for an editor." in page for page in told[:2])
    assert "An editor has looked at your report and does not follow it up." in told[2]


def test_the_whole_way_from_the_door(desk: Client, settings: Any) -> None:
    settings.OPTIONS = present.OPTIONS.model_copy(update={"flood_reports": 2})
    make_site()
    for number in range(5):
        typed = {"url": f"{ORIGIN}/a", "concern": "typo", "quote": f"w{number}", "key": f"key-{number:016}"}
        assert desk.post("/report", typed, REMOTE_ADDR=f"203.0.{number}.7").status_code == 303
    trap = {**typed, "key": "key-of-a-program-", "website": "https://pills.example"}
    sent = desk.post("/report", trap)
    assert sent.status_code == 303
    step.run()
    assert list(Report.objects.order_by("id").values_list("held", flat=True)) == [
        "",
        "",
        *["flood"] * 3,
        "spam",
    ]
    assert set(Report.objects.values_list("doubts", flat=True)) == {"unsealed", "honeypot unsealed"}
    since = read_floods()[0].since
    assert timezone.now() - since < timedelta(minutes=1)
