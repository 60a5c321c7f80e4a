"""A new report has an address tried again at once, and strangers cannot make the desk hammer a host."""

from datetime import timedelta

import pytest
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import Address, Article, Site
from corrigenda.watch import actions, queries, step
from tests.rooms.connectors.servers import Answer, Server
from tests.rooms.watch.making import BRIDGE, FERRY, html, later, report, work


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer("none", 404), Article.Outcome.MISSING),
        (Answer("no", 403), Article.Outcome.UNREADABLE),
        (Answer("{}", headers={"Content-Type": "application/json"}), Article.Outcome.UNREADABLE),
    ],
)
def test_an_address_that_was_reported_before_it_existed(
    site: Site, server: Server, answer: Answer, outcome: str
) -> None:
    server.answers["/tomorrow.html"] = answer
    first = report(site, server.url("/tomorrow.html"))
    work()
    first.refresh_from_db()
    address = Address.objects.get()
    assert (first.state, address.outcome) == (State.UNLOCATED, outcome)
    due = address.next_attempt_at
    server.answers["/tomorrow.html"] = html(BRIDGE)
    later(minutes=2)
    case = report(site, server.url("/tomorrow.html"))
    work()
    case.refresh_from_db()
    first.refresh_from_db()
    assert (case.state, first.state) == (State.LOCATED, State.LOCATED)
    assert due is not None
    assert due > timezone.now()


def test_one_address_is_tried_once_a_minute(site: Site, server: Server) -> None:
    """However many report it; what was reported meanwhile is not forgotten."""
    report(site, server.url("/none.html"))
    work()
    for _ in range(5):
        report(site, server.url("/none.html"))
        work()
    assert len(server.requests) == 1
    assert timedelta(minutes=1) == queries.AGAIN_AFTER
    later(seconds=61)
    work()
    work()
    assert len(server.requests) == 2


def test_reports_do_not_put_the_next_attempt_off(site: Site, server: Server) -> None:
    """Strangers who report it again and again make nobody else wait longer."""
    report(site, server.url("/none.html"))
    work()
    due = Address.objects.get().next_attempt_at
    for _ in range(4):
        later(seconds=61)
        report(site, server.url("/none.html"))
        work()
    address = Address.objects.get()
    assert due is not None
    assert len(server.requests) == 5
    assert (address.attempts, address.next_attempt_at) == (
        actions.SETTLED_ATTEMPTS,
        due - 4 * timedelta(seconds=61),
    )


def test_one_site_is_asked_so_often_and_no_more(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        report(site, server.url(f"/none{number}"))
    step.run()
    server.requests.clear()
    later(minutes=2)
    monkeypatch.setattr(queries, "MOST_AGAIN", 4)
    for number in range(6):
        report(site, server.url(f"/none{number}"))
    step.run()
    assert len(server.requests) == 4
    step.run()
    assert len(server.requests) == 4
    later(seconds=61)
    step.run()
    assert len(server.requests) == 6


def test_an_article_that_was_read_and_failed_is_read_at_once_for_a_new_report(
    site: Site, server: Server
) -> None:
    server.answers["/story1.html"] = html(BRIDGE)
    report(site, server.url("/story1.html"))
    work()
    server.answers["/story1.html"] = Answer("no", 403)
    later(minutes=2)
    report(site, server.url("/story1.html"), "words of a newer version of it")
    work()
    work()
    assert Article.objects.get().outcome == Article.Outcome.UNREADABLE
    server.answers["/story1.html"] = html(BRIDGE + " And words of a newer version of it. ")
    later(minutes=2)
    case = report(site, server.url("/story1.html"), "words of a newer version of it")
    work()
    work()
    case.refresh_from_db()
    assert case.state == State.LOCATED


def test_a_page_that_ends_the_worker_is_not_tried_early(site: Site, server: Server) -> None:
    server.answers["/bad"] = html(FERRY)
    report(site, server.url("/bad"))
    for _ in range(5):
        actions.begin_attempt(site=site, url=server.url("/bad"))
    step.run()
    assert Address.objects.get().problem == queries.BROKEN_OFF
    later(seconds=61)
    report(site, server.url("/bad"))
    assert step.run() == 0
    assert server.requests == []


def test_two_workers_do_not_both_try_early(site: Site, server: Server) -> None:
    report(site, server.url("/none.html"))
    work()
    later(seconds=61)
    assert actions.begin_attempt(site=site, url=server.url("/none.html")) is not None
    assert actions.begin_attempt(site=site, url=server.url("/none.html")) is None
