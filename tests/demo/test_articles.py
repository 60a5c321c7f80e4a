"""The demo newspaper's pages: valid, complete, linked among themselves, free of anything from outside."""

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
import turbohtml
from turbohtml.conformance import check_html

from corrigenda.passage import plain_text
from tests.demo.pages import ARTICLES, ASSETS, FRONT_PAGES, PAGES, STORIES, Page, attribute

every_page = pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.slug)
every_story = pytest.mark.parametrize("page", STORIES, ids=lambda page: page.slug)

NEWSPAPER = "{{ newspaper }}/"
LOG = "{{ corrigenda }}/log/harbour-courier/"
SCRIPT = "{{ corrigenda }}/static/corrigenda/widget/corrigenda.js"
THREE_TIMES = {
    "night-ferry-returns": "arrived on time in 31 of 39 crossings",
    "rehata": "за рівного вітру й без жодного протесту",
}
WATCH = {"en": "WATCH: ", "uk": "ДИВІТЬСЯ: "}
INVENTED = {"en": "invented for a software demonstration", "uk": "вигадані для демонстрації програми"}


def file_of(address: str) -> str:
    """The name of the article or asset that an address within the newspaper leads to."""
    path = address.removeprefix(NEWSPAPER).removeprefix("/")
    return path or "index.html"


def report_address(page: Page) -> str:
    return f"{{{{ corrigenda }}}}/report?url={NEWSPAPER}{page.slug}.html"


def test_there_are_five_stories_in_each_language() -> None:
    assert Counter(page.language for page in STORIES) == {"en": 5, "uk": 5}
    assert {PAGES[slug].language for slug in FRONT_PAGES} == {"en", "uk"}


@every_page
def test_the_markup_is_valid(page: Page) -> None:
    assert page.html.startswith("<!doctype html>\n")
    assert page.tree.errors == []
    assert check_html(page.html).messages == ()


@every_page
def test_nothing_is_inline(page: Page) -> None:
    assert page.tree.select("style, [style], base, iframe, object, embed, form") == []
    assert [attribute(script, "src") for script in page.tree.select("script")] == (
        [] if page.slug in FRONT_PAGES else [SCRIPT]
    )
    handlers = [
        name for element in page.tree.iter_elements() for name in element.attrs if name.startswith("on")
    ]
    assert handlers == []


@every_page
def test_addresses_lead_somewhere(page: Page) -> None:
    ids = {attribute(element, "id") for element in page.tree.select("[id]")}
    known = {LOG, SCRIPT, report_address(page)}
    for element in page.tree.select("[href], [src]"):
        address = element.attr("href") or element.attr("src")
        assert isinstance(address, str)
        if address.startswith("#"):
            assert address[1:] in ids
        elif address not in known:
            assert address.startswith(("/", NEWSPAPER))
            assert (ARTICLES / file_of(address)).is_file() or (ASSETS.parent / file_of(address)).is_file(), (
                address
            )


@every_page
def test_no_other_host_is_named(page: Page) -> None:
    for element in page.tree.iter_elements():
        for name in element.attrs:
            if name != "itemtype":
                assert "//" not in (element.attr(name) or ""), element.html


@pytest.mark.parametrize("path", sorted(ASSETS.iterdir()), ids=lambda path: path.name)
def test_assets_need_nothing_from_outside(path: Path) -> None:
    text = path.read_text("utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"//|url\((?!#)|@import|<script|<style|\sstyle=|\son\w+=", text)


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*.svg")), ids=lambda path: path.name)
def test_drawings_are_xml(path: Path) -> None:
    tree = turbohtml.parse_xml(path.read_text("utf-8"))
    assert tree.select_one("svg[viewBox]") is not None


@every_page
def test_the_page_has_its_canonical_address(page: Page) -> None:
    address = attribute(page.one("link[rel=canonical]"), "href")
    assert address.startswith(NEWSPAPER)
    assert file_of(address) == page.path.name


@every_page
def test_counterparts_name_each_other(page: Page) -> None:
    links = {
        attribute(link, "hreflang"): file_of(attribute(link, "href"))
        for link in page.tree.select("link[hreflang]")
    }
    if links:
        assert links[page.language] == page.path.name
        (other,) = (Page(ARTICLES / name) for code, name in links.items() if code != page.language)
        assert other.language in links
        assert (
            f'hreflang="{page.language}" href="{attribute(page.one("link[rel=canonical]"), "href")}"'
            in other.html
        )


@every_page
def test_the_page_says_that_it_is_invented(page: Page) -> None:
    assert INVENTED[page.language] in " ".join(page.one("footer.colophon").text.split())


@every_story
def test_the_story_has_its_parts(page: Page) -> None:
    article = page.one("article[itemtype='https://schema.org/NewsArticle'][itemscope]")
    body = page.one("[itemprop=articleBody]")
    for part in ("articleSection", "headline", "description", "author", "datePublished", "publisher"):
        (element,) = article.select(f"[itemprop={part}]")
        assert element.text.strip()
        assert element.closest("[itemprop=articleBody]") is None
    assert attribute(page.one("meta[itemprop=inLanguage]"), "content") == page.language
    assert body.closest("article") is not None
    published = datetime.fromisoformat(attribute(page.one("[itemprop=datePublished]"), "datetime"))
    assert published.tzinfo is not None
    assert f"{published:%H:%M} (UTC+3)" in page.one("[itemprop=datePublished]").text


@every_story
def test_the_story_is_as_long_as_one(page: Page) -> None:
    assert 450 <= len(page.text.split()) <= 900
    assert len(page.one("[itemprop=articleBody]").select("h2")) >= 3
    assert page.tree.select("[itemprop=articleBody] p em, [itemprop=articleBody] li em")
    assert page.tree.select("[itemprop=articleBody] > p strong, [itemprop=articleBody] li strong")
    assert page.tree.select("[itemprop=articleBody] > p a, [itemprop=articleBody] > ul a")
    assert page.tree.select("[itemprop=articleBody] .pullquote p")


@every_story
def test_the_notices_have_their_place(page: Page) -> None:
    lines = [line for line in page.html.splitlines() if "corrigenda:notices" in line]
    assert lines == ["<!-- corrigenda:notices -->"]
    assert page.html.index(lines[0]) > page.body_span[1]
    assert page.html.index(lines[0]) < page.html.index("</article>")


@every_story
def test_readers_are_invited_twice(page: Page) -> None:
    link = page.one("[data-corrigenda]")
    assert link.tag == "a"
    assert attribute(link, "data-corrigenda") == "report"
    assert attribute(link, "href") == report_address(page)
    foot = page.one(".story-foot")
    assert link.closest(".story-foot") is not None
    assert [key.text for key in foot.select("kbd")] == ["Ctrl", "Enter", "⌘", "Enter"]
    assert foot.select(f"a[href='{LOG}']")
    assert foot.closest("[itemprop=articleBody]") is None


@every_story
def test_the_promo_stands_twice(page: Page) -> None:
    first, second = (plain_text(title.inner_html) for title in page.tree.select(".promo .promo-title"))
    assert first == second
    assert first.startswith(WATCH[page.language])
    assert page.text.count(first) == 2


@every_story
def test_the_story_has_related_topics(page: Page) -> None:
    links = page.tree.select("[itemprop=articleBody] .related li a")
    assert len(links) >= 3
    for link in links:
        target = PAGES[file_of(attribute(link, "href")).removesuffix(".html")]
        assert target.slug != page.slug
        assert link.text == target.one("h1").text


@every_story
def test_the_story_has_a_figure(page: Page) -> None:
    image = page.one("[itemprop=articleBody] figure img")
    assert len(attribute(image, "alt")) > 40
    assert (attribute(image, "width"), attribute(image, "height")) == ("1200", "675")
    assert page.one("[itemprop=articleBody] figcaption").text.strip()


def test_there_are_tables_and_lists() -> None:
    for language in ("en", "uk"):
        stories = [page for page in STORIES if page.language == language]
        assert any(page.tree.select("[itemprop=articleBody] > table caption") for page in stories)
        assert any(page.tree.select("[itemprop=articleBody] > ul li") for page in stories)


@pytest.mark.parametrize(("slug", "passage"), THREE_TIMES.items())
def test_one_passage_stands_three_times(slug: str, passage: str) -> None:
    assert len(passage.split()) >= 6
    assert PAGES[slug].text.count(passage) == 3


@pytest.mark.parametrize("language", ["en", "uk"])
def test_three_stories_share_a_paragraph(language: str) -> None:
    stories = [page for page in STORIES if page.language == language]
    counts = Counter(paragraph for page in stories for paragraph in page.paragraphs)
    shared = [paragraph for paragraph, count in counts.items() if count > 1]
    assert [counts[paragraph] for paragraph in shared] == [3]
    assert len(shared[0].split()) >= 40


@pytest.mark.parametrize("slug", FRONT_PAGES)
def test_the_front_page_leads_to_every_story(slug: str) -> None:
    page = PAGES[slug]
    linked = {file_of(attribute(link, "href")) for link in page.tree.select("main a, .other-edition a")}
    assert {story.path.name for story in STORIES} <= linked
    teasers = {file_of(attribute(link, "href")): link.text for link in page.tree.select(".teaser h2 a")}
    assert teasers == {
        story.path.name: story.one("h1").text for story in STORIES if story.language == page.language
    }
