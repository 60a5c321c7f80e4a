"""The desk's buttons about a fix: for members, by POST, with words that are never markup."""

import pytest
import turbohtml
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corrigenda.fix import step
from corrigenda.flow import State
from corrigenda.models import Case, Decision, Fix
from tests.rooms.fix.conftest import Newsroom, fix_of, state
from tests.rooms.fix.test_by_hand import publish


@pytest.fixture
def case(by_hand: Newsroom) -> Case:
    """A case that waits for an editor, whose page reads something else by now."""
    case = by_hand.decide()
    publish(by_hand, "<em>31 of</em> 39", "34 <b>&lt;out&gt;</b> of 39")
    step.run()
    assert fix_of(case).found == "34 <out> of 39"
    return case


@pytest.fixture
def desk(client: Client, by_hand: Newsroom) -> Client:
    """A browser in which an editor is signed in."""
    client.force_login(by_hand.member)
    return client


def test_check_now(desk: Client, case: Case) -> None:
    """The fix is due at once."""
    url = reverse("fix:check", args=[case.pk])
    assert url == f"/desk/cases/{case.pk}/check/"
    answer = desk.post(url, headers={"Referer": f"http://testserver/desk/cases/{case.pk}/"})
    assert (answer.status_code, answer["Location"]) == (302, f"http://testserver/desk/cases/{case.pk}/")
    assert fix_of(case).next_attempt_at is None


def test_check_of_a_case_that_does_not_wait(desk: Client, case: Case) -> None:
    """A finished fix is left alone."""
    Fix.objects.update(status=Fix.Status.LIVE, next_attempt_at=timezone.now())
    assert desk.post(f"/desk/cases/{case.pk}/check/").status_code == 302
    assert fix_of(case).next_attempt_at is not None


def test_the_panel_shows_what_the_page_reads(desk: Client, case: Case) -> None:
    """As text, with the difference, and with the words that are to be accepted."""
    answer = desk.get(f"/desk/cases/{case.pk}/fix/", headers={"HX-Request": "true"})
    document = turbohtml.parse_fragment(answer.content.decode())
    words = document.select_one("bdi")
    assert words is not None
    assert words.text == "34 <out> of 39"
    assert document.select_one("out") is None
    field = document.select_one("input[name=found]")
    assert field is not None
    assert field.attrs["value"] == "34 <out> of 39"
    inserted = document.select_one(".diff ins")
    assert inserted is not None
    assert "<out>" in inserted.text
    actions = [form.attrs["action"] for form in document.select("form")]
    assert actions == [
        f"/desk/cases/{case.pk}/{name}/" for name in ("accept-published", "check", "take-back")
    ]


def test_the_panel_of_a_case_that_does_not_wait_is_empty(desk: Client, case: Case) -> None:
    """The page of its case includes it all the same."""
    Fix.objects.update(status=Fix.Status.LIVE)
    answer = desk.get(f"/desk/cases/{case.pk}/fix/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (200, b"")


def test_without_script_the_panel_is_a_page(desk: Client, case: Case) -> None:
    """With all of its buttons, and a sentence where no fix waits any more."""
    html = desk.get(f"/desk/cases/{case.pk}/fix/").content.decode()
    document = turbohtml.parse(html)
    assert document.select_one("main h1") is not None
    actions = [form.attrs["action"] for form in document.select("main form")]
    assert actions == [
        f"/desk/cases/{case.pk}/{name}/" for name in ("accept-published", "check", "take-back")
    ]
    Fix.objects.update(status=Fix.Status.LIVE)
    html = desk.get(f"/desk/cases/{case.pk}/fix/").content.decode()
    assert "This case does not wait for a fix." in html
    assert not turbohtml.parse(html).select("main form")


def test_accepting_what_is_published(desk: Client, case: Case) -> None:
    """The words in the form are compared with those that were seen."""
    desk.post(f"/desk/cases/{case.pk}/accept-published/", {"found": "other words"})
    assert Decision.objects.count() == 1
    desk.post(f"/desk/cases/{case.pk}/accept-published/", {"found": "34 <out> of 39"})
    assert Decision.objects.get(undone_at=None).wording == "34 <out> of 39"


def test_taking_back(desk: Client, case: Case) -> None:
    """Once; a second time there is nothing to take back."""
    decision = fix_of(case).decision
    for _ in range(2):
        answer = desk.post(f"/desk/cases/{case.pk}/take-back/", {"decision": decision.pk})
        assert answer.status_code == 302
        assert state(case) == State.LOCATED


def test_a_page_that_is_still_open_takes_no_later_decision_back(desk: Client, case: Case) -> None:
    """The decision that it shows was replaced: another member has accepted what the page reads."""
    panel = desk.get(f"/desk/cases/{case.pk}/fix/", headers={"HX-Request": "true"}).content.decode()
    shown = turbohtml.parse(panel).select_one("[name=decision]")
    assert shown is not None
    desk.post(f"/desk/cases/{case.pk}/accept-published/", {"found": "34 <out> of 39"})
    answer = desk.post(f"/desk/cases/{case.pk}/take-back/", {"decision": shown.attrs["value"]}, follow=True)
    assert "Somebody else was faster" in answer.content.decode()
    assert state(case) == State.ACCEPTED
    assert Decision.objects.get(undone_at=None).wording == "34 <out> of 39"


@pytest.mark.parametrize("name", ["check", "accept-published", "take-back"])
def test_buttons_are_for_members_and_by_post(client: Client, desk: Client, case: Case, name: str) -> None:
    """No GET, no stranger, no forged request, no case that is none."""
    before = state(case), Decision.objects.count()
    url = f"/desk/cases/{case.pk}/{name}/"
    assert desk.get(url).status_code == 405
    assert desk.post(f"/desk/cases/999999/{name}/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(fix_of(case).decision.member)
    assert strict.post(url, {"found": "34 <out> of 39"}).status_code == 403
    client.logout()
    assert client.post(url, {"found": "34 <out> of 39"})["Location"].startswith("/accounts/login/")
    assert client.get(f"/desk/cases/{case.pk}/fix/")["Location"].startswith("/accounts/login/")
    assert (state(case), Decision.objects.count()) == before
