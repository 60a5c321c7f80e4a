"""The feeds, held against their rules: Atom (RFC 4287) and JSON Feed 1.1."""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree
from lxml import html as lxml_html
from pytest_django import Settings

from corrigenda.disclose import feeds
from corrigenda.disclose.finished import Finished
from corrigenda.models import Notice, Site
from tests.rooms.disclose import hostile
from tests.rooms.disclose.making import make_decided, make_notice
from tests.rooms.factories import make_site

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# RFC 4287, 3.3: a date has a time and a zone, T and Z in capitals.
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture
def site(settings: Settings) -> Site:
    settings.PUBLIC_URL = "https://desk.example"
    return make_site(corrections_policy="We correct what is wrong.", languages=["uk", "en"])


def publish(site: Site, **fields: object) -> Notice:
    number = Notice.objects.count()
    return make_notice(make_decided(site=site, path=f"/{number}.html"), **{"headline": "Story", **fields})


def atom(client: Client) -> Any:
    response = client.get("/log/courier/feed.atom")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return check_atom(response.content)


def check_atom(content: bytes) -> Any:
    """Hold a feed against the rules of RFC 4287 that a parser can decide; return its root."""
    feed = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    assert feed.tag == f"{ATOM}feed"
    for node in [feed, *feed.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1, name
        identity = urlsplit(node.findtext(f"{ATOM}id"))
        assert identity.scheme
        for name in ("updated", "published"):
            assert all(RFC3339.fullmatch(date.text or "") for date in node.findall(f"{ATOM}{name}"))
        for name in ("published", "summary", "subtitle", "content", "rights", "generator"):
            assert len(node.findall(f"{ATOM}{name}")) <= 1
        for link in node.findall(f"{ATOM}link"):
            assert urlsplit(link.get("href")).scheme in {"http", "https"}
        alternates = [
            (link.get("type"), link.get("hreflang"))
            for link in node.findall(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        ]
        assert len(alternates) == len(set(alternates))
        for category in node.findall(f"{ATOM}category"):
            assert category.get("term")
        for text in node.findall(f"{ATOM}title") + node.findall(f"{ATOM}summary"):
            assert text.get("type", "text") in {"text", "html"}
            assert len(text) == 0
        for author in node.findall(f"{ATOM}author"):
            assert len(author.findall(f"{ATOM}name")) == 1
    entries = feed.findall(f"{ATOM}entry")
    assert feed.findall(f"{ATOM}author") or all(entry.findall(f"{ATOM}author") for entry in entries)
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.findall(f"{ATOM}content") or any(
            link.get("rel", "alternate") == "alternate" for link in entry.findall(f"{ATOM}link")
        )
    return feed


def test_the_atom_feed_keeps_the_rules(client: Client, site: Site) -> None:
    first, second = publish(site), publish(site, kind="minor", language="uk", headline="Гавань")
    feed = atom(client)
    assert feed.findtext(f"{ATOM}title") == "Виправлення: The Courier"
    assert feed.get(XML_LANG) == "uk"
    assert feed.findtext(f"{ATOM}subtitle") == "We correct what is wrong."
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "The Courier"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "https://desk.example/log/courier/",
        "self": "https://desk.example/log/courier/feed.atom",
    }
    newest, oldest = feed.findall(f"{ATOM}entry")
    assert second.published_at is not None
    assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated")) == second.published_at
    assert newest.findtext(f"{ATOM}title") == "Дрібне виправлення: Гавань"
    assert newest.get(XML_LANG) == "uk"
    assert newest.find(f"{ATOM}link").get("href") == f"https://desk.example/log/courier/{second.pk}/"
    assert newest.find(f"{ATOM}category").get("term") == "minor"
    assert oldest.findtext(f"{ATOM}title") == "Correction: Story"
    summary = lxml_html.fromstring(f"<div>{oldest.findtext(f'{ATOM}summary')}</div>")
    assert summary.xpath("string(p[1])") == first.text
    assert (summary.xpath("string(.//del)"), summary.xpath("string(.//ins)")) == ("31", "39")


def test_an_empty_atom_feed_keeps_the_rules_and_its_date(client: Client, site: Site) -> None:
    feed = atom(client)
    assert feed.findall(f"{ATOM}entry") == []
    assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated")) == site.created_at
    assert atom(client).findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated")


def test_ids_never_change(client: Client, site: Site, settings: Settings) -> None:
    notice = publish(site)
    before = atom(client)
    settings.PUBLIC_URL = "https://elsewhere.example"
    site.name = "The Harbour Courier"
    site.save()
    article = notice.article
    article.canonical_url = "https://courier.example/moved.html"
    article.save()
    notice.headline = "Another headline"
    notice.save()
    publish(site)
    after = atom(client)
    ids = after.xpath("//a:id/text()", namespaces={"a": "http://www.w3.org/2005/Atom"})
    assert before.findtext(f"{ATOM}id") in ids
    assert before.findtext(f"{ATOM}entry/{ATOM}id") in ids
    assert len(set(ids)) == 3
    items = client.get("/log/courier/feed.json").json()["items"]
    assert {item["id"] for item in items} == set(ids) - {after.findtext(f"{ATOM}id")}


def check_json_feed(feed: dict[str, Any]) -> None:
    """Hold a feed against JSON Feed 1.1: what must be there, and what type it has."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    for name in ("home_page_url", "feed_url", "next_url"):
        assert name not in feed or urlsplit(feed[name]).scheme == "https"
    assert isinstance(feed["items"], list)
    for author in feed["authors"]:
        assert author.keys() & {"name", "url", "avatar"}
    known = {"version", "title", "home_page_url", "feed_url", "description", "next_url"}
    assert set(feed) <= known | {"language", "authors", "items"}
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["id"]
        assert isinstance(item["content_text"], str)
        for name in ("url", "external_url"):
            assert name not in item or urlsplit(item[name]).scheme == "https"
        for name in ("date_published", "date_modified"):
            assert RFC3339.fullmatch(item[name])
        assert all(isinstance(tag, str) for tag in item["tags"])
        further = {"url", "external_url", "title", "date_published", "date_modified", "language", "tags"}
        assert set(item) <= further | {"id", "content_text", "_corrigenda"}


def test_the_json_feed_keeps_the_rules(client: Client, site: Site) -> None:
    notice = publish(site)
    response = client.get("/log/courier/feed.json")
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(response.content)
    check_json_feed(feed)
    assert feed["title"] == "Виправлення: The Courier"
    assert feed["language"] == "uk"
    assert feed["feed_url"] == "https://desk.example/log/courier/feed.json"
    assert feed["home_page_url"] == "https://desk.example/log/courier/"
    assert "next_url" not in feed
    (item,) = feed["items"]
    assert notice.published_at is not None
    published = notice.published_at.isoformat(timespec="seconds")
    assert item["title"] == "Correction: Story"
    assert item["content_text"] == notice.text
    assert item["language"] == "en"
    assert item["url"] == f"https://desk.example/log/courier/{notice.pk}/"
    assert item["external_url"] == "https://courier.example/0.html"
    assert item["tags"] == ["correction"]
    assert item["date_published"] == published
    assert item["_corrigenda"] == {
        "kind": "correction",
        "old": "31 houses",
        "new": "39 houses",
        "article": "https://courier.example/0.html",
        "published": published,
    }


def test_the_json_feed_has_pages(client: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "ITEMS", 2)
    notices = [publish(site, published_at=timezone.now()) for _ in range(5)]
    seen, path, pages = [], "/log/courier/feed.json", 0
    while path:
        feed = client.get(path.removeprefix("https://desk.example")).json()
        check_json_feed(feed)
        seen += [item["url"] for item in feed["items"]]
        path = feed.get("next_url", "")
        pages += 1
    assert pages == 3
    assert seen == [f"https://desk.example/log/courier/{notice.pk}/" for notice in reversed(notices)]


def test_hostile_text_leaves_both_feeds_whole(client: Client, site: Site) -> None:
    site.name = f"The Courier {hostile.ALL}"[:200]
    site.corrections_policy = hostile.ALL
    site.save()
    notice = publish(
        site,
        text=hostile.ALL,
        old=hostile.ALL,
        new=f"{hostile.ALL}!",
        headline=hostile.ALL[:500],
        language="en",
    )
    article = notice.article
    article.canonical_url = "javascript:window.ran=1"
    article.save()
    feed = atom(client)
    summary = lxml_html.fromstring(f"<div>{feed.findtext(f'{ATOM}entry/{ATOM}summary')}</div>")
    assert {node.tag for node in summary.iter()} <= {"div", "p", "br", "del", "ins"}
    assert all(set(node.attrib) <= {"dir"} for node in summary.iter())
    assert hostile.IMAGE in str(summary.xpath("string()"))
    assert hostile.IMAGE in feed.findtext(f"{ATOM}entry/{ATOM}title")
    assert not set(feed.findtext(f"{ATOM}entry/{ATOM}title")) & set("\n\r\u202e\u2066")
    items = client.get("/log/courier/feed.json").json()
    check_json_feed(items)
    (item,) = items["items"]
    assert "external_url" not in item
    assert item["_corrigenda"]["old"] == hostile.ALL
    assert item["_corrigenda"]["article"] == ""
    assert not set(item["content_text"]) & set("\x07\x1b\u202e\u2066")


def test_the_same_feed_is_made_once(site: Site, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making it takes 200 ms with long notices, and any stranger may ask for it without an entity tag."""
    made: list[int] = []
    described = feeds.AtomLog.item_description

    def counted(log: feeds.AtomLog, notice: Notice) -> str:
        made.append(notice.pk)
        return described(log, notice)

    monkeypatch.setattr(feeds.AtomLog, "item_description", counted)
    first = publish(site, text="One.")
    one, again = (client.get("/log/courier/feed.atom") for _ in range(2))
    assert made == [first.pk]
    assert (one.content, dict(one.headers)) == (again.content, dict(again.headers))
    second = publish(site, text="Two.")
    assert b"Two." in client.get("/log/courier/feed.atom").content
    assert set(made) == {first.pk, second.pk}
    Site.objects.filter(pk=site.pk).update(name="The Herald")
    assert b"The Herald" in client.get("/log/courier/feed.atom").content


def test_of_finished_feeds_so_many_bytes_are_kept() -> None:
    kept = Finished(most_bytes=10)
    kept.keep("a", b"1234")
    kept.keep("b", b"1234")
    assert kept.get("a") == b"1234"
    kept.keep("c", b"1234")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"1234", None, b"1234")
    kept.keep("c", b"12345678901")
    kept.keep("d", b"123456")
    assert (kept.get("a"), kept.get("c"), kept.get("d")) == (b"1234", None, b"123456")
