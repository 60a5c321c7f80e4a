"""What the migration of identities makes of the rows of an older installation."""

import importlib

import pytest
from django.apps import apps

from corrigenda.models import Address, AddressChange, Article, Origin, Site
from tests.rooms.factories import ORIGIN, make_article, make_revision, make_site

pytestmark = pytest.mark.django_db
MIGRATION = importlib.import_module("corrigenda.migrations.0014_identity")
TEXT = "<p>The new bridge costs ten million, says the council of the town.</p>"
LOGIN = "<p>Please log in to go on reading what your newspaper writes.</p>"


def test_folders_get_the_first_origin_of_their_site() -> None:
    site = make_site(connector="files", connector_options={"source": "a", "public": "b"})
    Origin.objects.create(site=site, origin="https://blog.courier.example")
    other = make_site("other", origin="https://other.example")
    MIGRATION.name_origins(apps, None)
    site.refresh_from_db()
    other.refresh_from_db()
    assert site.connector_options == {"source": "a", "public": "b", "origin": ORIGIN}
    assert other.connector_options == {}


def moved(site: Site, name: str, *htmls: str, to: str) -> Article:
    """An article that was renamed as the former code did it."""
    article = make_article(site, path=f"/{name}.html")
    for html in htmls:
        make_revision(article, html)
    article.canonical_url = f"{ORIGIN}{to}"
    article.save()
    Address.objects.create(site=site, url=article.canonical_url, article=article)
    return article


def test_only_articles_that_became_another_text_can_be_undone() -> None:
    site = make_site()
    wrong = moved(site, "wrong", TEXT, LOGIN, to="/login?next=/wrong.html")
    moved(site, "right", TEXT, TEXT.replace("ten", "nine"), to="/moved.html")
    moved(site, "once", TEXT, to="/once")
    make_revision(make_article(site, path="/stayed.html"), TEXT)
    MIGRATION.mark_strange_moves(apps, None)
    change = AddressChange.objects.get()
    assert (change.article, change.evidence) == (wrong, AddressChange.Evidence.UNRECORDED)
    assert (change.old_url, change.new_url) == (f"{ORIGIN}/wrong.html", wrong.canonical_url)
