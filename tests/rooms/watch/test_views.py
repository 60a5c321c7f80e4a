"""The desk's button: only for members, only by POST, back to where it was pressed."""

import pytest
from django.test import Client
from django.urls import reverse

from corrigenda.models import Address, Article
from tests.rooms.factories import make_article, make_member, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    """An article that has been read."""
    return make_article(make_site())


def test_read_again(client: Client, article: Article) -> None:
    """The article is asked for, former failures are forgotten, and the editor comes back."""
    Address.objects.update(attempts=4)
    client.force_login(make_member())
    url = reverse("watch:read_article", args=[article.pk])
    assert url == f"/desk/articles/{article.pk}/read/"
    answer = client.post(url, headers={"Referer": "http://testserver/desk/cases/7/"})
    assert (answer.status_code, answer["Location"]) == (302, "http://testserver/desk/cases/7/")
    article.refresh_from_db()
    assert article.reading_asked_at is not None
    assert Address.objects.get().attempts == 0


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/desk/", "//evil.example", "javascript:alert(1)"]
)
def test_a_foreign_referer_leads_to_the_queue(client: Client, article: Article, referer: str) -> None:
    """The button redirects nowhere else."""
    client.force_login(make_member())
    answer = client.post(f"/desk/articles/{article.pk}/read/", headers={"Referer": referer})
    assert answer["Location"] == "/desk/"


def test_htmx_loads_its_page_again(client: Client, article: Article) -> None:
    """The page shows the message."""
    client.force_login(make_member())
    answer = client.post(f"/desk/articles/{article.pk}/read/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_others_sign_in_first(client: Client, article: Article) -> None:
    """Nothing is asked for, and after signing in they are on the button's page, not on the button."""
    answer = client.post(
        f"/desk/articles/{article.pk}/read/", headers={"Referer": "http://testserver/desk/cases/7/"}
    )
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")
    assert "cases/7" in answer["Location"]
    answer = client.post(f"/desk/articles/{article.pk}/read/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    article.refresh_from_db()
    assert article.reading_asked_at is None


def test_refusals(client: Client, article: Article) -> None:
    """No GET, no article that is none, no forged request."""
    member = make_member()
    client.force_login(member)
    assert client.get(f"/desk/articles/{article.pk}/read/").status_code == 405
    assert client.post("/desk/articles/999999/read/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)
    assert strict.post(f"/desk/articles/{article.pk}/read/").status_code == 403
