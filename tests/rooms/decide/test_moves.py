"""The page of a case shows how its article's address changed, and undoes the last change with one press."""

import pytest
from django.test import Client
from django.utils import timezone

from corrigenda import ledger
from corrigenda.models import Address, AddressChange, Article, Case
from tests.rooms.factories import (
    NO_ROW,
    ORIGIN,
    make_article,
    make_case,
    make_member,
    make_revision,
    make_site,
)

pytestmark = pytest.mark.django_db

OLD, NEW = f"{ORIGIN}/story.html", f"{ORIGIN}/login?next=story"


@pytest.fixture
def case() -> Case:
    """A case of an article that was moved to the address of a login page."""
    article = make_article(make_site())
    made = make_case(article, make_revision(article, "<p>It costs 10 million.</p>"), exact="10 million")
    Article.objects.update(canonical_url=NEW)
    Address.objects.create(site=article.site, url=NEW, article=article, outcome=Article.Outcome.READ)
    AddressChange.objects.create(
        article=article, old_url=OLD, new_url=NEW, evidence="canonical", changed_at=timezone.now()
    )
    ledger.note(
        made,
        by=ledger.Actor("watch"),
        change=ledger.Change(verb="moved_by_canonical", before=OLD, after=NEW.partition("?")[0]),
    )
    return made


def test_the_change_is_shown_and_undone(client: Client, case: Case) -> None:
    client.force_login(make_member())
    at = f"/desk/cases/{case.pk}/"
    page = client.get(at).content.decode()
    assert "Address of the article" in page
    assert OLD in page
    assert NEW in page
    assert "canonical link of the page" in page
    assert "Article’s address changed: canonical link of the page" in page
    change = AddressChange.objects.get()
    assert f'action="/desk/address-changes/{change.pk}/undo/"' in page
    answer = client.post(
        f"/desk/address-changes/{change.pk}/undo/",
        headers={"Referer": f"http://testserver{at}"},
        follow=True,
    )
    shown = answer.content.decode()
    assert "has its former address again" in shown
    assert "Undone by ed." in shown
    assert "Change of the article’s address undone" in shown
    assert "/undo/" not in shown.partition('id="article-addresses"')[2].partition("</section>")[0]
    assert Article.objects.get().canonical_url == OLD
    again = client.post(f"/desk/address-changes/{change.pk}/undo/", follow=True)
    assert "has changed since then" in again.content.decode()


def test_no_button_where_the_former_address_is_another_article(client: Client, case: Case) -> None:
    Address.objects.filter(url=OLD).delete()
    Article.objects.create(site=case.site, canonical_url=OLD)
    client.force_login(make_member())
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "Address of the article" in page
    assert "/undo/" not in page.partition('id="article-addresses"')[2].partition("</section>")[0]


def test_others_cannot_undo(client: Client, case: Case) -> None:
    change = AddressChange.objects.get()
    assert client.post(f"/desk/address-changes/{change.pk}/undo/").status_code == 302
    client.force_login(make_member())
    assert client.get(f"/desk/address-changes/{change.pk}/undo/").status_code == 405
    assert client.post(f"/desk/address-changes/{NO_ROW}/undo/").status_code == 404
    assert Article.objects.get().canonical_url == NEW


def test_an_article_that_cannot_be_read_for_now(client: Client, case: Case) -> None:
    """The page of the case says so, and goes on showing the text that was read before."""
    Article.objects.update(outcome=Article.Outcome.UNREADABLE, reading_asked_at=timezone.now())
    client.force_login(make_member())
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "It could not be read this time, and is tried again." in page
    assert "10 million" in page


def test_a_case_whose_article_stayed_shows_nothing(client: Client, case: Case) -> None:
    AddressChange.objects.all().delete()
    client.force_login(make_member())
    assert "Address of the article" not in client.get(f"/desk/cases/{case.pk}/").content.decode()
