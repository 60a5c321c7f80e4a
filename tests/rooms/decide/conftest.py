"""An article with a case, an editor, and a browser that the editor has signed in with."""

import pytest
from django.test import Client

from corrigenda.models import Article, Case, Member, Revision
from tests.rooms.factories import make_article, make_case, make_member, make_revision, make_site

HTML = (
    "<p>The council voted on Monday.</p>"
    "<p>The bridge will cost <em>31</em> million crowns, the council said. Work begins in the spring.</p>"
    "<p>The council said nothing more.</p>"
)


@pytest.fixture
def article() -> Article:
    return make_article(make_site())


@pytest.fixture
def revision(article: Article) -> Revision:
    return make_revision(article, HTML)


@pytest.fixture
def case(article: Article, revision: Revision) -> Case:
    return make_case(
        article, revision, exact="31 million", suggestion="39 million", comment="See the minutes."
    )


@pytest.fixture
def member() -> Member:
    return make_member(first_name="Mara", last_name="Quill")


@pytest.fixture
def desk(member: Member) -> Client:
    """Somebody who has signed in at the desk."""
    client = Client()
    client.force_login(member)
    return client
