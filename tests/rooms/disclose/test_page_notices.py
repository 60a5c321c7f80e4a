"""GET /widget/notices: where each notice stands, and that nothing of a reader or a visitor is in it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from corrigenda.models import Address, Article, Decision, Notice, Site
from tests.rooms.disclose.making import make_decided, make_draft, make_notice
from tests.rooms.factories import ORIGIN, make_revision, make_site

pytestmark = pytest.mark.django_db
AFTER = "<p>Ships \U0001f6a2 came.</p><p>The fire destroyed 39 houses in the old town. Then it rained.</p>"


@pytest.fixture
def site(settings: Settings) -> Site:
    settings.PUBLIC_URL = "https://desk.example"
    return make_site(languages=["uk", "en"])


def correct(site: Site, *, path: str = "/story.html", html: str = AFTER, **fields: object) -> Notice:
    """Publish a correction; the article has been read again since."""
    decision = make_decided(
        site=site,
        path=path,
        email="reader@example.org",
        report={"comment": "My neighbour Olha told me.", "suggestion": "39 houses, I think"},
    )
    notice = make_notice(decision, **fields)
    make_revision(notice.article, html)
    return notice


def ask(client: Client, url: str = f"{ORIGIN}/story.html", **headers: str) -> Any:
    return client.get("/widget/notices", {"url": url}, headers=headers)


def test_a_notice_with_its_place_in_the_newest_revision(client: Client, site: Site) -> None:
    notice = correct(site, language="uk", published_at="2026-05-03T09:30:00Z")
    notice.refresh_from_db()
    assert ask(client).json() == {
        "url": f"{ORIGIN}/story.html",
        "root": ["[itemprop=articleBody]", "article", "main"],
        "notices": [
            {
                "id": f"correction-{notice.pk}",
                "kind": "correction",
                "label": "Виправлення",
                "language": "uk",
                "text": notice.text,
                "published_at": "2026-05-03T09:30:00+00:00",
                "href": f"https://desk.example/log/courier/{notice.pk}/",
                "placed": False,
                "selector": [
                    {
                        "type": "TextQuoteSelector",
                        "exact": "39 houses",
                        "prefix": "Ships \U0001f6a2 came.\nThe fire destroyed "[-32:],
                        "suffix": " in the old town. Then it rained.",
                    }
                    | {"suffix": " in the old town. Then it rained."[:32]},
                    {"type": "TextPositionSelector", "start": 34, "end": 43},
                ],
            }
        ],
    }


def test_a_notice_that_the_cms_has_put_on_the_page_says_so(client: Client, site: Site) -> None:
    notice = correct(site)
    before = ask(client)
    Notice.objects.filter(pk=notice.pk).update(placed_at=notice.published_at)
    after = ask(client)
    assert [answer.json()["notices"][0]["placed"] for answer in (before, after)] == [False, True]
    assert before["ETag"] != after["ETag"]


@pytest.mark.parametrize("html", ["<p>All of it was rewritten.</p>", "<p>39 houses. 39 houses.</p>"])
def test_words_that_are_not_found_for_sure_have_no_place(client: Client, site: Site, html: str) -> None:
    correct(site, html=html, prefix="", suffix="")
    assert [one["selector"] for one in ask(client).json()["notices"]] == [None]


def test_words_that_were_taken_out_have_no_place(client: Client, site: Site) -> None:
    correct(site, new="")
    assert ask(client).json()["notices"][0]["selector"] is None


def test_a_notice_that_left_the_text_stands_at_its_old_words(client: Client, site: Site) -> None:
    decision = make_decided(site=site, outcome=Decision.Outcome.NOTE)
    make_notice(decision)
    assert ask(client).json()["notices"][0]["selector"][0]["exact"] == "31 houses"


def test_drafts_and_other_articles_are_left_out(client: Client, site: Site) -> None:
    correct(site, path="/other.html")
    make_draft(make_decided(site=site))
    assert ask(client).json()["notices"] == []


def test_every_address_of_an_article_leads_to_it(client: Client, site: Site) -> None:
    notice = correct(site)
    Address.objects.create(site=site, url=f"{ORIGIN}/amp/story.html", article=notice.article)
    usual = ask(client)
    amp = ask(client, f"{ORIGIN}/amp/story.html?utm_source=mail#top")
    assert amp.json() == usual.json()
    assert amp["ETag"] == usual["ETag"]
    Address.objects.all().delete()
    assert ask(client).json() == usual.json()


def test_an_address_that_the_desk_has_not_read_yet_has_none(client: Client, site: Site) -> None:
    response = ask(client, f"{ORIGIN}/new.html?utm_source=mail")
    assert response.json() == {
        "url": f"{ORIGIN}/new.html",
        "root": site.root_selectors,
        "notices": [],
    }
    assert response["Cache-Control"] == "public, max-age=60"
    assert not Article.objects.exists()


@pytest.mark.parametrize("url", ["https://elsewhere.example/story.html", "story", "", "javascript:alert(1)"])
def test_other_addresses_are_refused(client: Client, site: Site, url: str) -> None:
    response = ask(client, url)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["field"] == "url"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_any_cache_may_keep_it_for_everybody(client: Client, site: Site) -> None:
    correct(site)
    client.cookies["sessionid"] = "somebody"
    response = ask(client, origin=ORIGIN, accept_language="uk")
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Vary" not in response
    assert not response.cookies
    again = ask(client, accept_language="en", if_none_match=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    assert again["Cache-Control"] == "public, max-age=60"
    assert "Vary" not in again


def test_other_public_answers_vary_by_nothing_of_the_visitor_either(client: Client, site: Site) -> None:
    config = client.get("/widget/config", {"url": f"{ORIGIN}/story.html", "lang": "uk"})
    assert (config["Cache-Control"], config["Vary"]) == ("public, max-age=300", "Origin")
    assert "Vary" not in client.get("/log/courier/feed.json")
    assert "Accept-Language" in client.get("/log/courier/")["Vary"]


def test_a_new_notice_and_a_new_revision_change_the_tag(client: Client, site: Site) -> None:
    notice = correct(site)
    tags = [ask(client)["ETag"]]
    make_revision(notice.article, "<p>Rewritten.</p>")
    tags.append(ask(client)["ETag"])
    Notice.objects.filter(pk=notice.pk).update(status=Notice.Status.WITHDRAWN)
    tags.append(ask(client)["ETag"])
    assert len(set(tags)) == 3
    assert ask(client, if_none_match=tags[0]).status_code == 200


def test_the_number_of_queries_is_fixed(
    client: Client, site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = correct(site)
    for _ in range(3):
        decision = make_decided(site=site, path=f"/{_}.html")
        other = make_notice(decision)
        Notice.objects.filter(pk=other.pk).update(article=first.article)
    with django_assert_num_queries(4):
        assert len(ask(client).json()["notices"]) == 4


def test_the_html_of_the_article_is_not_read(client: Client, site: Site) -> None:
    """It may be megabytes, anybody may ask, and only the text is looked at."""
    correct(site)
    with CaptureQueriesContext(connection) as captured:
        assert ask(client).status_code == 200
    asked = [query["sql"] for query in captured.captured_queries if "corrigenda_revision" in query["sql"]]
    assert len(asked) == 1
    assert '"html"' not in asked[0]


def test_nothing_of_a_reader_and_of_no_editor_is_in_it(client: Client, site: Site) -> None:
    notice = correct(site)
    Decision.objects.update(message="To the reader alone.")
    report = notice.case.report
    text = ask(client).content.decode()
    for secret in (
        "Olha",
        "I think",
        "reader@example.org",
        report.token,
        "ed@",
        "To the reader",
        report.idempotency_key,
    ):
        assert secret not in text
