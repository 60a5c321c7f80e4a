"""The desk in a real browser: keys, live lists, the preview, undo, hostile texts, and no scripts at all."""

import re
from collections.abc import Iterator

import pytest
from axe_core_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from corrigenda.decide.actions import decline_case
from corrigenda.decide.guards import Seen
from corrigenda.flow import State
from corrigenda.models import Article, Case, Decision, Fix, Member, Revision
from tests.rooms.decide.test_before import close
from tests.rooms.decide.test_beside import make_beside
from tests.rooms.factories import make_article, make_case, make_member, make_revision
from tests.rooms.sitting import opened_browser, sitting

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

HOSTILE = "<img src=x onerror='window.ran=1'><script>window.ran=1</script>\u202e" + "W" * 10_000


@pytest.fixture
def article(committed_db: None, article: Article) -> Article:
    return article


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as running:
        yield running


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, member: Member) -> Iterator[Page]:
    with sitting(browser, live_server, member) as page:
        yield page


def expect_focus(page: Page, place: str) -> None:
    """Wait until the element with the id has the focus; none has it where the id is empty."""
    page.wait_for_function("id => document.activeElement.id === id", arg=place)


def press_on_other_layout(page: Page, key: str, code: str) -> None:
    event = {"key": key, "code": code, "bubbles": True}
    page.evaluate("event => document.body.dispatchEvent(new KeyboardEvent('keydown', event))", event)


def test_the_queue_is_walked_with_keys(page: Page, article: Article, revision: Revision) -> None:
    first, second, third = (make_case(article, revision, exact="31 million").pk for _ in range(3))
    page.goto("/desk/")
    for key, case in (("j", first), ("j", second), ("j", third), ("j", third), ("k", second), ("k", first)):
        page.keyboard.press(key)
        expect_focus(page, f"case-{case}")
    press_on_other_layout(page, "о", "KeyJ")
    expect_focus(page, f"case-{second}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{second}/")
    page.keyboard.press("u")
    page.wait_for_url("**/desk/")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/desk/cases/{first}/")
    page.keyboard.press("j")
    page.wait_for_url(f"**/desk/cases/{second}/")


def test_keys_keep_out_of_fields_and_away_from_modifiers(page: Page, case: Case) -> None:
    page.goto("/desk/")
    for combination in ("Control+j", "Alt+j", "Meta+j", "Shift+J"):
        page.keyboard.press(combination)
        expect_focus(page, "")
    page.goto(f"/desk/cases/{case.pk}/")
    page.locator("#accept_wording").press_sequentially("jkoand?")
    expect(page.locator("#accept_wording")).to_have_value(re.compile("^jkoand\\?"))
    expect(page.locator("#keys")).not_to_be_visible()
    expect(page).to_have_url(re.compile(f"/desk/cases/{case.pk}/$"))


def test_help_opens_closes_and_switches_the_keys_off(page: Page, case: Case) -> None:
    page.goto("/desk/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("[id^=case-]:focus")).to_have_count(0)
    page.get_by_label("Use these keys in this browser").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()
    page.reload()
    page.keyboard.press("j")
    expect_focus(page, "")
    page.get_by_role("button", name="Keyboard").click()
    page.get_by_label("Use these keys in this browser").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    expect_focus(page, f"case-{case.pk}")


def test_the_list_follows_without_losing_the_place(
    page: Page, article: Article, revision: Revision, member: Member
) -> None:
    cases = [make_case(article, revision, exact="31 million") for _ in range(3)]
    page.goto("/desk/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    late = make_case(article, revision, exact="the spring")
    expect(page.locator(f"#case-{late.pk}")).to_be_visible(timeout=12_000)
    expect_focus(page, f"case-{cases[1].pk}")
    decline_case(
        case_id=cases[1].pk,
        member=make_member("bo"),
        seen=Seen(changed_at=cases[1].changed_at),
        reason=Decision.Reason.ACCURATE,
    )
    expect(page.locator(f"#case-{cases[1].pk}")).to_have_count(0, timeout=12_000)
    expect_focus(page, f"case-{cases[2].pk}")
    expect(page.locator("#tab-decided .count")).to_have_text("1")


def test_the_preview_and_the_notice_follow_the_wording(page: Page, case: Case) -> None:
    page.goto(f"/desk/cases/{case.pk}/")
    page.keyboard.press("a")
    expect_focus(page, "accept_wording")
    page.keyboard.press("Control+a")
    page.keyboard.type("37 million")
    expect(page.locator("#preview ins")).to_contain_text("37")
    notice = page.locator("#accept_notice_text")
    expect(notice).to_have_value(re.compile("37 million"))
    expect_focus(page, "accept_wording")
    page.get_by_label("Clarification").first.check()
    expect(notice).to_have_value(re.compile("could be misunderstood"))
    notice.fill("A sentence of our own.")
    page.locator("#accept_wording").fill("36 million")
    expect(page.locator("#preview ins")).to_contain_text("36")
    expect(notice).to_have_value("A sentence of our own.")


def test_a_decision_is_made_undone_and_made_again(page: Page, case: Case) -> None:
    page.goto(f"/desk/cases/{case.pk}/")
    page.locator("#accept_message").fill("Thank you.")
    page.get_by_role("button", name="Accept and correct").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Accepted.")
    expect(toast.locator("[data-seconds]")).to_contain_text("sec")
    expect(page.get_by_text("Waiting for the change to be made by hand")).to_be_visible()
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#accept_message")).to_have_value("Thank you.")
    page.keyboard.press("d")
    expect(page.locator("#decline")).to_have_attribute("open", "")
    expect(page.locator("#accept")).not_to_have_attribute("open", "")
    page.get_by_label("No change needed").check()
    page.locator("#decline").get_by_role("button", name="Decline").click()
    expect(page.locator(".toast")).to_contain_text("Declined.")
    case.refresh_from_db()
    assert case.state == State.DECLINED


def test_the_undo_goes_when_its_time_has_passed(page: Page, case: Case) -> None:
    page.goto(f"/desk/cases/{case.pk}/")
    page.get_by_role("button", name="Accept and correct").click()
    expect(page.locator(".toast")).to_be_visible()
    Case.objects.update(not_before=None)
    expect(page.locator(".toast")).to_have_count(0, timeout=8_000)
    expect(page.get_by_role("heading", name="What happens")).to_be_visible()


def test_a_slow_click_on_undo_outlasts_what_changes_beside_it(page: Page, case: Case) -> None:
    page.goto(f"/desk/cases/{case.pk}/")
    page.get_by_role("button", name="Accept and correct").click()
    # Playwright waits until the button stays where it is.
    page.locator("#undo").hover()
    page.mouse.down()
    Fix.objects.create(
        case=case, decision=Decision.objects.get(), prepared_at=timezone.now(), problem="The CMS was asked."
    )
    expect(page.locator("#progress")).to_contain_text("The CMS was asked.", timeout=8_000)
    Fix.objects.all().delete()
    page.mouse.up()
    expect(page.locator("#accept_wording")).to_have_value("39 million")
    case.refresh_from_db()
    assert case.state == State.LOCATED


def test_an_editor_at_work_learns_that_a_colleague_was_faster(page: Page, case: Case) -> None:
    page.goto(f"/desk/cases/{case.pk}/")
    page.locator("#accept_message").fill("Half an hour of work")
    decline_case(
        case_id=case.pk,
        member=make_member("bo", first_name="Bo", last_name="Lind"),
        seen=Seen(changed_at=case.changed_at),
        reason=Decision.Reason.ACCURATE,
    )
    expect(page.get_by_role("alert")).to_contain_text("Bo Lind: Declined", timeout=12_000)
    expect(page.locator("#accept_message")).to_have_value("Half an hour of work")


def test_without_scripts_everything_can_be_decided(
    browser: Browser, live_server: LiveServer, member: Member, case: Case
) -> None:
    with sitting(browser, live_server, member, java_script_enabled=False) as page:
        page.goto("/desk/")
        expect(page.get_by_role("button", name="Keyboard")).to_have_count(0)
        page.locator(f"#case-{case.pk}").click()
        page.locator("#accept_wording").fill("37 million")
        page.get_by_role("button", name="Show what changes").click()
        expect(page.locator("#preview ins")).to_contain_text("37")
        page.get_by_role("button", name="Accept and correct").click()
        expect(page.get_by_role("heading", name="What happens")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#accept_wording")).to_have_value("37 million")
        page.locator("#decline summary").click()
        page.get_by_label("The text is accurate").check()
        page.locator("#decline").get_by_role("button", name="Decline").click()
        expect(page.get_by_role("heading", name="Declined")).to_be_visible()
    assert Decision.objects.get(undone_at=None).reason == "accurate"


def test_hostile_and_endless_words_run_nothing_and_break_nothing(
    browser: Browser,
    live_server: LiveServer,
    member: Member,
    article: Article,
    revision: Revision,
) -> None:
    Article.objects.update(headline=HOSTILE[:500])
    case = make_case(article, revision, exact="31 million", suggestion=HOSTILE, comment=HOSTILE)
    endless = make_article(article.site, path="/endless.html", headline="W" * 500)
    long = make_case(endless, make_revision(endless, f"<p>{'W' * 10_000}</p>"), exact="W" * 2000)
    with sitting(browser, live_server, member) as page:
        for path in ("/desk/", f"/desk/cases/{case.pk}/", f"/desk/cases/{long.pk}/"):
            page.goto(path)
            assert page.evaluate("window.ran") is None
            assert page.evaluate("document.images.length") == 0
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 844})
                for direction in ("ltr", "rtl"):
                    page.evaluate("direction => { document.documentElement.dir = direction }", direction)
                    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    assert beyond <= 0, (path, width, direction)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser,
    live_server: LiveServer,
    member: Member,
    article: Article,
    revision: Revision,
    scheme: str,
) -> None:
    case = make_case(article, revision, exact="31 million", suggestion="39 million", comment="Look.")
    make_case(article, revision, exact="31 million crowns", concern="unclear")
    lost = make_case(article, revision, exact="the spring", state=State.UNLOCATED)
    image = make_beside(article, "The bridge", part="image", image="https://img.example/1.jpg")
    close(make_case(article, revision, exact="on Monday"), outcome="note")
    again = make_case(article, revision, exact="on Monday")
    with sitting(browser, live_server, member, color_scheme=scheme) as page:
        for path in ("/desk/", *(f"/desk/cases/{one.pk}/" for one in (case, lost, image, again))):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
            assert findings(page) == [], path
            assert page.evaluate("document.images.length") == 0
        page.goto(f"/desk/cases/{case.pk}/")
        page.get_by_role("button", name="Accept and correct").click()
        expect(page.locator(".toast")).to_be_visible()
        assert findings(page) == []


def findings(page: Page) -> list[str]:
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [f"{rule['id']}: {node['html'][:120]}" for rule in result["violations"] for node in rule["nodes"]]
