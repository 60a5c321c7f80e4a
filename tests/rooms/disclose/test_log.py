"""The public log and its permanent pages: what stands there, in which order, and how often it is sent."""

import json
from datetime import timedelta

import pytest
import turbohtml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from turbohtml import Document, Element

from corrigenda.disclose import views
from corrigenda.disclose.queries import log_version, notices_before
from corrigenda.models import Decision, Notice, NoticeKind, Site
from tests.rooms.disclose import hostile
from tests.rooms.disclose.making import make_decided, make_draft, make_notice
from tests.rooms.factories import make_site

pytestmark = pytest.mark.django_db
NOTE = Decision.Outcome.NOTE


@pytest.fixture
def site(settings: Settings) -> Site:
    settings.PUBLIC_URL = "https://desk.example"
    return make_site(corrections_policy="We correct what is wrong.\n\nTell us.", languages=["en", "uk"])


def publish(site: Site, number: int = 1, **fields: object) -> list[Notice]:
    """Publish so many notices, a minute apart, the first one oldest."""
    start = timezone.now() - timedelta(hours=5)
    made = []
    for at in range(number):
        decision = make_decided(site=site, path=f"/story-{Notice.objects.count()}.html")
        moment = start + timedelta(minutes=at)
        made.append(make_notice(decision, **{"published_at": moment, "headline": f"Story {at}", **fields}))
    return made


def tree(client: Client, path: str, **headers: str) -> Document:
    """The page as a browser's parser reads it."""
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return turbohtml.parse(response.content.decode(), scripting=True)


def one(node: Document | Element, selector: str) -> Element:
    found = node.select_one(selector)
    assert found is not None
    return found


def words(node: Element) -> str:
    return " ".join(node.text.split())


def entry_of(client: Client, notice: Notice) -> Element:
    return one(tree(client, "/log/courier/"), f"#{notice.anchor}")


def test_an_entry_says_what_was_wrong_and_what_is_right(client: Client, site: Site) -> None:
    (notice,) = publish(site)
    entry = entry_of(client, notice)
    assert words(one(entry, ".badge")) == "Correction"
    time = one(entry, "time")
    assert notice.published_at is not None
    assert time.attr("datetime") == notice.published_at.isoformat()
    assert words(time).endswith("UTC")
    link = one(entry, "h2 a")
    assert (words(link), link.attr("href")) == ("Story 0", notice.article.canonical_url)
    assert words(one(entry, ".log-text")) == notice.text
    assert words(one(entry, ".diff")) == (
        "The fire destroyed deleted: 31inserted: 39 houses in the old town."
    )
    assert words(one(entry, "del")) == "deleted: 31"
    permanent = next(a for a in entry.select("a") if "Permanent" in words(a))
    assert permanent.attr("href") == f"https://desk.example/log/courier/{notice.pk}/"
    assert "We correct what is wrong." in words(one(tree(client, "/log/courier/"), "main"))


@pytest.mark.parametrize(
    ("old", "new", "deleted", "inserted"),
    [
        # One word of a long passage.
        ("31 " + "ships came " * 200, "39 " + "ships came " * 200, "31", "39"),
        # A long stretch that shares some words with the new one: to mark them piece by piece is much work.
        ("a b " * 200 + "end", "c b " * 200 + "end", "a b " * 199 + "a", "c b " * 199 + "c"),
        # Texts so long that they are not compared.
        ("31 " + "ships came " * 230, "39 " + "ships came " * 230, None, None),
        ("ships came " * 500, "", None, ""),
    ],
    ids=["one word", "rewritten", "long", "deleted"],
)
def test_the_work_for_one_entry_is_bounded(
    client: Client, site: Site, old: str, new: str, deleted: str | None, inserted: str | None
) -> None:
    (notice,) = publish(site, old=old.strip(), new=new.strip())
    diff = one(entry_of(client, notice), ".diff")
    gone = [words(node).removeprefix("deleted: ") for node in diff.select("del")]
    come = [words(node).removeprefix("inserted: ") for node in diff.select("ins")]
    assert gone == [(old if deleted is None else deleted).strip()]
    assert come == [text for text in [(new if inserted is None else inserted).strip()] if text]


def test_only_published_notices_are_seen(client: Client, site: Site) -> None:
    draft = make_draft(make_decided(site=site), text="SECRET-DRAFT")
    gone = make_notice(
        make_decided(site=site, path="/2.html"), status=Notice.Status.WITHDRAWN, text="SECRET-WITHDRAWN"
    )
    for path in (
        "/log/courier/",
        "/log/courier/feed.atom",
        "/log/courier/feed.json",
        "/log/courier/?kind=correction",
    ):
        assert b"SECRET" not in client.get(path).content
    for notice in (draft, gone):
        assert client.get(f"/log/courier/{notice.pk}/").status_code == 404
        assert client.get(f"/log/courier/?before={notice.pk}").status_code == 404
        assert client.get(f"/log/courier/feed.json?before={notice.pk}").status_code == 404


def test_sites_keep_their_notices_apart(client: Client, site: Site) -> None:
    other = make_site("herald", origin="https://herald.example")
    (notice,) = publish(other, text="THE-HERALDS")
    assert b"THE-HERALDS" not in client.get("/log/courier/").content
    assert b"THE-HERALDS" in client.get("/log/herald/").content
    assert client.get(f"/log/courier/{notice.pk}/").status_code == 404
    assert client.get("/log/nobody/").status_code == 404
    assert client.get("/log/nobody/feed.atom").status_code == 404


def test_pages_follow_each_other_without_gap_or_repeat(
    client: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "ENTRIES", 3)
    notices = publish(site, 8)
    same = timezone.now() - timedelta(hours=9)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices[:4]]).update(published_at=same)
    seen: list[str | None] = []
    path: str | None = "/log/courier/"
    steps = 0
    while path:
        page = tree(client, path)
        found = [entry.attr("id") for entry in page.select(".log-entry")]
        assert len(found) <= 3
        seen += found
        following = page.select("a[rel=next]")
        path = following[0].attr("href") if following else None
        steps += 1
        if steps == 1:
            publish(site, published_at=timezone.now())  # meanwhile: it moves nothing
    assert steps == 3
    expected = Notice.objects.order_by("-published_at", "-pk").values_list("pk", flat=True)
    assert seen == [f"correction-{pk}" for pk in list(expected)[1:]]


def test_the_log_is_filtered_by_kind(client: Client, site: Site) -> None:
    publish(site, kind="minor", headline="Small slip")
    publish(site, kind="update", headline="New facts")
    page = tree(client, "/log/courier/?kind=minor")
    assert [words(head) for head in page.select(".log-entry h2")] == ["Small slip"]
    current = page.select("nav a[aria-current]")
    assert [words(link) for link in current] == ["Minor fix"]
    links = [words(link) for link in page.select(".tabs a")]
    assert links == ["All", "Correction", "Clarification", "Update", "Minor fix"]
    assert "There is no notice of this kind" in words(
        one(tree(client, "/log/courier/?kind=clarification"), "main")
    )
    assert client.get("/log/courier/?kind=blunder").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/log/courier/?before=x",
        "/log/courier/?before=-1",
        "/log/courier/?before=999999",
        "/log/courier/?before=" + "9" * 400,
        "/log/courier/?before=²",
        "/log/courier/999999/",
        "/log/courier/" + "9" * 400 + "/",
        "/log/courier/feed.json?before=0",
    ],
)
def test_a_wrong_cursor_is_not_found(client: Client, site: Site, path: str) -> None:
    publish(site)
    assert client.get(path).status_code == 404


def test_an_empty_log_says_so(client: Client, site: Site) -> None:
    assert "Nothing has been corrected yet" in words(one(tree(client, "/log/courier/"), "main"))


def test_a_note_quotes_the_words_without_a_diff(client: Client, site: Site) -> None:
    notice = make_notice(make_decided(site=site, outcome=NOTE))
    entry = entry_of(client, notice)
    assert entry.select(".diff, del, ins") == []
    assert words(one(entry, "blockquote mark")) == "31 houses"


def test_feeds_are_announced(client: Client, site: Site) -> None:
    (notice,) = publish(site)
    for path in ("/log/courier/", f"/log/courier/{notice.pk}/"):
        links = tree(client, path).select("head link[rel=alternate]")
        assert {(link.attr("type"), link.attr("href")) for link in links} == {
            ("application/atom+xml", "/log/courier/feed.atom"),
            ("application/feed+json", "/log/courier/feed.json"),
        }
        assert all(link.attr("title") == "Corrections: The Courier" for link in links)


def test_the_permanent_page_carries_schema_org(client: Client, site: Site) -> None:
    (notice,) = publish(site)
    page = tree(client, f"/log/courier/{notice.pk}/")
    (block,) = page.select("script[type='application/ld+json']")
    data = json.loads(block.text)
    assert notice.published_at is not None
    published = notice.published_at.isoformat(timespec="seconds")
    address = f"https://desk.example/log/courier/{notice.pk}/"
    assert data == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": notice.article.canonical_url,
        "url": notice.article.canonical_url,
        "headline": "Story 0",
        "inLanguage": "en",
        "dateModified": published,
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": "The Courier",
            "url": "https://courier.example",
            "correctionsPolicy": "https://desk.example/log/courier/",
        },
        "correction": {
            "@type": "CorrectionComment",
            "@id": address,
            "url": address,
            "name": "Correction",
            "text": notice.text,
            "inLanguage": "en",
            "datePublished": published,
        },
    }
    assert one(page, "link[rel=canonical]").attr("href") == address
    place = next(a for a in page.select("a") if "See it in the article" in words(a))
    assert str(place.attr("href")).startswith(f"{notice.article.canonical_url}#:~:text=")


def test_a_note_does_not_say_that_the_article_was_modified(client: Client, site: Site) -> None:
    notice = make_notice(make_decided(site=site, outcome=NOTE))
    (block,) = tree(client, f"/log/courier/{notice.pk}/").select("script[type='application/ld+json']")
    assert "dateModified" not in json.loads(block.text)


@pytest.mark.parametrize("language", ["en", "uk"])
def test_the_log_speaks_the_visitors_language(client: Client, site: Site, language: str) -> None:
    publish(site, kind="minor")
    page = tree(client, "/log/courier/", accept_language=language)
    label = {"en": "Minor fix", "uk": "Дрібне виправлення"}[language]
    assert words(one(page, ".badge")) == label
    assert one(page, "html").attr("lang") == language
    assert one(page, ".log-text").attr("lang") == "en"


def test_hostile_text_is_inert(client: Client, site: Site) -> None:
    site.name = f"The Courier {hostile.ALL}"[:200]
    site.corrections_policy = hostile.ALL
    site.save()
    (notice,) = publish(
        site, text=hostile.ALL, old=hostile.ALL, new=f"{hostile.ALL} new", headline=hostile.ALL[:500]
    )
    article = notice.article
    article.canonical_url = "javascript:window.ran=1//"
    article.save()
    for path in ("/log/courier/", f"/log/courier/{notice.pk}/"):
        page = tree(client, path)
        assert page.select("img, x") == []
        scripts = page.select("script")
        assert all(script.attr("src") or script.attr("type") == "application/ld+json" for script in scripts)
        assert not any(str(link.attr("href")).startswith("javascript") for link in page.select("a"))
        assert not any(name.startswith("on") for node in page.select("*") for name in node.attrs)
        assert hostile.IMAGE in one(page, "main").text
    (block,) = page.select("script[type='application/ld+json']")
    data = json.loads(block.text)
    assert data["correction"]["text"] == hostile.ALL
    assert "@id" not in data


def test_a_visitor_who_has_this_version_is_told_so(client: Client, site: Site) -> None:
    (notice,) = publish(site)
    client.get("/log/courier/")  # the first visit sets a cookie, which the page's form repeats
    for path in (
        "/log/courier/",
        f"/log/courier/{notice.pk}/",
        "/log/courier/feed.atom",
        "/log/courier/feed.json",
    ):
        first = client.get(path)
        assert first.status_code == 200
        assert first["ETag"]
        assert first["Last-Modified"]
        again = client.get(path, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert again["Cache-Control"] == first["Cache-Control"]
        since = client.get(path, headers={"if-modified-since": first["Last-Modified"]})
        assert since.status_code == 304
        assert client.head(path).status_code == 200
        assert client.post(path).status_code in {403, 405}


def test_whatever_changes_a_page_changes_its_tag(client: Client, site: Site) -> None:
    publish(site)
    client.get("/log/courier/")
    tags = {client.get("/log/courier/")["ETag"]}
    feeds = {client.get("/log/courier/feed.json")["ETag"], client.get("/log/courier/feed.atom")["ETag"]}
    tags.add(client.get("/log/courier/", headers={"accept-language": "uk"})["ETag"])
    tags.add(client.get("/log/courier/?kind=minor")["ETag"])
    publish(site, kind=NoticeKind.MINOR)
    tags.add(client.get("/log/courier/")["ETag"])
    feeds.add(client.get("/log/courier/feed.json")["ETag"])
    site.corrections_policy = "Another policy."
    site.save()
    tags.add(client.get("/log/courier/")["ETag"])
    feeds.add(client.get("/log/courier/feed.json")["ETag"])
    assert len(tags) == 5
    assert len(feeds) == 4


def test_a_notice_of_this_second_is_not_hidden_by_a_date_of_whole_seconds(client: Client, site: Site) -> None:
    publish(site, published_at=timezone.now())
    response = client.get("/log/courier/feed.atom")
    assert not response.has_header("Last-Modified")
    assert response["ETag"]


def test_pages_are_private_and_feeds_are_public(client: Client, site: Site) -> None:
    page, feed = client.get("/log/courier/"), client.get("/log/courier/feed.json")
    assert page["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language"} <= {part.strip() for part in page["Vary"].split(",")}
    assert feed["Cache-Control"] == "public, max-age=60"
    assert feed["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in feed


def test_a_page_costs_the_same_however_many_notices_it_shows(
    client: Client, site: Site, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publish(site, 12)
    for path in ("/log/courier/", "/log/courier/feed.atom", "/log/courier/feed.json"):
        with django_assert_max_num_queries(6):
            assert client.get(path).status_code == 200


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plans of SQLite are read")
def test_a_page_of_the_log_is_read_in_the_order_of_its_index(site: Site) -> None:
    # Otherwise each page, and each answer of 304, would sort or count the whole log first.
    for read in (lambda: notices_before(site, kind="", before=None, limit=31), lambda: log_version(site)):
        with CaptureQueriesContext(connection) as captured:
            read()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {captured.captured_queries[0]['sql']}")
            plan = [row[-1] for row in cursor.fetchall()]
        assert any("USING INDEX notice_in_log" in line for line in plan), plan
        assert not any("TEMP B-TREE" in line for line in plan), plan
