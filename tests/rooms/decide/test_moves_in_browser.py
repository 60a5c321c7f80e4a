"""A change of an article's address on the page of its case, in a real browser and by keyboard."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from corrigenda import ledger
from corrigenda.models import Address, AddressChange, Article, Case, Member, Site
from tests.rooms.factories import ORIGIN, make_article, make_case, make_member, make_revision, make_site
from tests.rooms.sitting import opened_browser, sitting

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PICTURES = os.environ.get("CORRIGENDA_PICTURES", "")
OLD, NEW = f"{ORIGIN}/story.html", f"{ORIGIN}/login/with/a/rather/long/path/that/must/wrap?next=%2Fstory.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as running:
        yield running


@pytest.fixture
def moved(committed_db: None) -> Case:
    """A case of an article that was moved to a login page."""
    site: Site = make_site()
    article = make_article(site, headline="The bridge")
    made = make_case(article, make_revision(article, "<p>It costs 10 million.</p>"), exact="10 million")
    Article.objects.update(canonical_url=NEW)
    Address.objects.create(site=site, url=NEW, article=article, outcome=Article.Outcome.READ)
    AddressChange.objects.create(
        article=article, old_url=OLD, new_url=NEW, evidence="redirect", changed_at=timezone.now()
    )
    change = ledger.Change(verb="moved_by_redirect", before=OLD, after=NEW.partition("?")[0])
    ledger.note(made, by=ledger.Actor("watch"), change=change)
    return made


@pytest.mark.parametrize(
    ("name", "options", "language"),
    [
        ("desktop", {}, "en"),
        ("dark", {"color_scheme": "dark"}, "uk"),
        ("phone", {"viewport": {"width": 360, "height": 740}}, "uk"),
    ],
)
def test_one_press_of_a_key_undoes_it(
    browser: Browser,
    live_server: LiveServer,
    moved: Case,
    name: str,
    options: dict[str, object],
    language: str,
) -> None:
    member: Member = make_member()
    with sitting(browser, live_server, member, locale=language, **options) as page:
        page.goto(f"/desk/cases/{moved.pk}/")
        button = page.locator(f"#undo-move-{AddressChange.objects.get().pk}")
        expect(button).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        violations = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"moves-{name}.png", full_page=True)
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_have_count(0)
        expect(page.locator("#article-addresses")).to_contain_text(OLD)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"moves-{name}-undone.png", full_page=True)
    assert Article.objects.get().canonical_url == OLD
