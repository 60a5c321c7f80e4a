"""The file CMS stores and publishes a fix with its notice as one, and survives what may happen between."""

from dataclasses import replace
from pathlib import Path

import pytest
import turbohtml

from corrigenda.connectors.cms import CmsError, ConflictError, PublicNotice, digest_of
from corrigenda.connectors.files import FileCms
from corrigenda.passage import Selector, article_root, plain_text
from tests.rooms.connectors.newsroom import BODY, NOTICE, ORIGIN, SELECTORS, STORY, URL, Newsroom
from tests.rooms.connectors.servers import page


def words(html: str) -> str:
    """The article's text as every reader of the page sees it."""
    start, end = article_root(html, SELECTORS)
    return plain_text(html[start:end])


def test_read(newsroom: Newsroom) -> None:
    """The inside of the root, byte for byte, with its digest, headline and language."""
    stored = newsroom.cms.read(URL)
    assert stored is not None
    assert stored.html == BODY
    assert stored.digest == digest_of(BODY)
    assert stored.headline == "A night ferry"
    assert stored.language == "en-GB"


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("https://courier.example/story.html#c", "story.html"),
        ("https://courier.example/story", "story.html"),
        ("https://courier.example/", "index.html"),
        ("https://courier.example/2026/", "2026/index.html"),
        ("https://courier.example/2026/%D0%B9%D0%BE", "2026/йо.html"),
        ("https://courier.example/2026/a%20b.html", "2026/a b.html"),
    ],
)
def test_addresses_and_files(newsroom: Newsroom, url: str, file: str) -> None:
    """Each address has its one file."""
    for target in (newsroom.source / file, newsroom.public / file):
        target.parent.mkdir(exist_ok=True)
        target.write_text(page("<main>found</main>"), encoding="utf-8")
    stored = newsroom.cms.read(url)
    assert stored is not None
    assert stored.html == "found"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/a/../../secret.html",
        "//secret.html",
        "/%00secret.html",
        "/..\\secret.html",
        "/....//secret.html",
        "/.hidden.html",
        "/sub/.hidden.html",
        "/link.html",
        "/linked/secret.html",
        "/nothing.html",
        "/folder.html",
        "/%ff.html",
        "/" + "x" * 5000,
    ],
)
def test_no_address_leads_out_of_the_folder(newsroom: Newsroom, tmp_path: Path, path: str) -> None:
    """Dots, escapes, hidden files, symbolic links: nothing is read, nothing is written."""
    outside = tmp_path / "secret.html"
    for file in (outside, newsroom.source / ".hidden.html", newsroom.source / "sub" / ".hidden.html"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(STORY, encoding="utf-8")
    for folder in (newsroom.source, newsroom.public):
        (folder / "link.html").symlink_to(outside)
        (folder / "linked").symlink_to(tmp_path)
        (folder / "folder.html").mkdir()
    url = f"https://courier.example{path}"
    assert newsroom.cms.read(url) is None
    with pytest.raises(CmsError, match="No stored article"):
        newsroom.cms.write(url, before=digest_of(BODY), html="x", notice=NOTICE)
    with pytest.raises(CmsError, match="No stored article"):
        newsroom.cms.place(url, notice=NOTICE)
    assert outside.read_text(encoding="utf-8") == STORY


@pytest.mark.parametrize(
    "url",
    [
        "https://blog.courier.example/story.html",
        "http://courier.example/story.html",
        "https://courier.example:8443/story.html",
        "https://courier.example/story.html?x=1",
        "https://courier.example/story?page=2",
    ],
)
def test_only_the_pages_of_its_origin_are_files(newsroom: Newsroom, url: str) -> None:
    """The same path at another host is another page, and so is an address with a query."""
    assert newsroom.cms.read(url) is None
    assert list(newsroom.cms.twins(url)) == []
    with pytest.raises(CmsError, match="No stored article"):
        newsroom.cms.write(url, before="", html="", notice=NOTICE)
    with pytest.raises(CmsError, match="No stored article"):
        newsroom.cms.place(url, notice=NOTICE)
    assert newsroom.stored() == newsroom.published() == STORY


def test_the_addresses_of_one_file_know_each_other(newsroom: Newsroom) -> None:
    (newsroom.source / "index.html").write_text(page("<main>front</main>"), encoding="utf-8")
    known = {path: set(newsroom.cms.twins(f"{ORIGIN}{path}")) for path in ("/story", "/story.html", "/")}
    assert known == {
        "/story": {f"{ORIGIN}/story.html"},
        "/story.html": {f"{ORIGIN}/story"},
        "/": {f"{ORIGIN}/index", f"{ORIGIN}/index.html"},
    }
    assert set(newsroom.cms.twins(f"{ORIGIN}/index.html")) == {f"{ORIGIN}/index", f"{ORIGIN}/"}
    assert list(newsroom.cms.twins(f"{ORIGIN}/nothing")) == []


def test_a_link_inside_the_folder_is_followed(newsroom: Newsroom) -> None:
    """The file that it points to is replaced, the link stays a link."""
    for folder in (newsroom.source, newsroom.public):
        (folder / "alias.html").symlink_to(folder / "story.html")
    newsroom.cms.place("https://courier.example/alias.html", notice=NOTICE)
    assert (newsroom.public / "alias.html").is_symlink()
    assert NOTICE.text in newsroom.published()


def test_write(newsroom: Newsroom) -> None:
    """The patched text and the notice are public together; every other byte of the page is as it was."""
    html = newsroom.fix()
    stored = newsroom.cms.read(URL)
    assert stored is not None
    assert stored.html == html == BODY.replace("31 of", "34 of")
    public = newsroom.published()
    assert words(public) == words(STORY).replace("31 of 39", "34 of 39")
    document = turbohtml.parse(public)
    entry = document.select_one("aside.corrections[data-corrigenda=note] > p#correction-7")
    assert entry is not None
    assert entry.text == f"Correction {NOTICE.date_text}: {NOTICE.text}"
    heading = document.select_one("aside.corrections > h2")
    assert heading is not None
    assert heading.text == "Correction"
    marks = document.select("mark.corrected[data-corrigenda=mark]")
    assert [(mark.text, mark.attrs.get("id")) for mark in marks] == [
        ("34 of", "correction-7-words"),
        ("39 crossings", None),
    ]
    reference = document.select_one("a.correction-ref[data-corrigenda=note]")
    assert reference is not None
    assert reference.attrs["href"] == "#correction-7"
    assert reference.previous_sibling is not None
    for untouched in (
        "{{ newspaper }}/all",
        "{{ corrigenda }}/report",
        "so&nbsp;says",
        "R&D paid",
        "A  night\nferry",
    ):
        assert untouched in public
    assert "corrigenda:notices" not in public


def test_the_page_without_its_notices_is_the_stored_page(newsroom: Newsroom) -> None:
    """Taking out what was added gives the source, byte for byte."""
    html = newsroom.fix(replace(NOTICE, passage=None))
    public = newsroom.published()
    start, end = public.index("<aside class"), public.index("</aside>") + len("</aside>")
    assert public[:start] + "<!-- corrigenda:notices -->" + public[end:] == STORY.replace(BODY, html)


def test_writing_again_changes_nothing(newsroom: Newsroom) -> None:
    """A repeat after a crash finds its own work, and touches no file."""
    before, html = newsroom.fixed()
    newsroom.cms.write(URL, before=before, html=html, notice=NOTICE)
    files = (newsroom.source / "story.html", newsroom.public / "story.html")
    first = [(file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) for file in files]
    newsroom.cms.write(URL, before=before, html=html, notice=NOTICE)
    assert [(file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) for file in files] == first


def test_a_text_that_changed_meanwhile_is_a_conflict(newsroom: Newsroom) -> None:
    """Another editor's words are not overwritten, and nothing is published."""
    before, html = newsroom.fixed()
    other = STORY.replace("the goat", "the cow")
    (newsroom.source / "story.html").write_text(other, encoding="utf-8")
    with pytest.raises(ConflictError, match="changed in the CMS meanwhile"):
        newsroom.cms.write(URL, before=before, html=html, notice=NOTICE)
    assert newsroom.stored() == other
    assert newsroom.published() == STORY


def test_a_second_fix_keeps_the_first(newsroom: Newsroom) -> None:
    """Both notices, both marks."""
    newsroom.fix()
    before, html = newsroom.fixed("the goat", "the <cow> & Co")
    second = replace(
        NOTICE,
        anchor="correction-8",
        label="Clarification",
        passage=Selector("the <cow> & Co", "Ask about ", ":"),
    )
    newsroom.cms.write(URL, before=before, html=html, notice=second)
    document = turbohtml.parse(newsroom.published())
    assert [entry.attrs["id"] for entry in document.select("aside.corrections > p")] == [
        "correction-7",
        "correction-8",
    ]
    heading = document.select_one("aside.corrections > h2")
    assert heading is not None
    assert heading.text == "Correction · Clarification"
    assert {mark.attrs["data-notice"] for mark in document.select("mark")} == {"correction-7", "correction-8"}
    assert words(newsroom.published()) == plain_text(html)


def test_a_notice_is_placed_and_replaced(newsroom: Newsroom) -> None:
    """The text stays; the same anchor is one notice."""
    newsroom.cms.place(URL, notice=replace(NOTICE, passage=Selector("had a ticket", "it ", ".")))
    assert words(newsroom.published()) == words(STORY)
    assert newsroom.cms.read(URL) == FileCms(
        source=newsroom.source, public=newsroom.public, origin=ORIGIN, root_selectors=SELECTORS
    ).read(URL)
    newsroom.cms.place(URL, notice=replace(NOTICE, passage=None, text="Second wording."))
    public = newsroom.published()
    assert public.count('id="correction-7"') == 1
    assert "Second wording." in public
    assert NOTICE.text not in public
    assert "<mark" not in public


@pytest.mark.parametrize(
    "selector",
    [
        Selector("words that stand nowhere"),
        Selector("35 of 39 crossings", "on time in ", " — so"),
        Selector("the"),
    ],
)
def test_words_that_are_not_there_for_sure_are_not_marked(newsroom: Newsroom, selector: Selector) -> None:
    """The notice is published without a mark."""
    newsroom.cms.place(URL, notice=replace(NOTICE, passage=selector))
    assert "<mark" not in newsroom.published()
    assert NOTICE.text in newsroom.published()


def test_the_reference_stands_behind_a_link_and_not_in_it(newsroom: Newsroom) -> None:
    """Links do not nest: a parser would tear them apart."""
    newsroom.cms.place(URL, notice=replace(NOTICE, passage=Selector("39", "31 of ", " crossings")))
    document = turbohtml.parse(newsroom.published())
    link = document.select_one("a[href='{{ newspaper }}/all']")
    assert link is not None
    assert link.text == "39 crossings"
    assert link.select_one("mark#correction-7-words") is not None
    assert link.select_one("a") is None
    following = link.next_sibling
    assert isinstance(following, turbohtml.Element)
    assert following.attrs["class"] in ("correction-ref", ["correction-ref"])


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        "--> <script>alert(1)</script> <!--",
        "</aside></p><h1>x</h1>",
        '" onmouseover="alert(1)',
        "<!-- corrigenda:notices -->",
        "\\u003cscript\\u003e ' & &lt; {{ newspaper }} --!>",
        "]] --> \u2028 \r\n </body>",
    ],
)
def test_hostile_text_stays_text(newsroom: Newsroom, hostile: str) -> None:
    """In the stored and in the published page, and it comes back from the store as it was."""
    clean = turbohtml.parse(STORY)
    notice = PublicNotice(
        anchor="correction-7",
        label=hostile,
        text=hostile,
        date=hostile,
        date_text=hostile,
        url=hostile,
        passage=Selector(hostile or "x", hostile, hostile),
    )
    for _ in range(2):
        newsroom.cms.place(URL, notice=notice)
    newsroom.cms.place(URL, notice=replace(NOTICE, anchor="correction-9"))
    for text in (newsroom.stored(), newsroom.published()):
        document = turbohtml.parse(text)
        for tag in ("img", "script", "h1", "aside aside", "body"):
            assert len(document.select(tag)) == len(clean.select(tag))
        assert not document.select("[onerror], [onmouseover]")
        assert words(text) == words(STORY)
    entry = turbohtml.parse(newsroom.published()).select_one("p#correction-7")
    assert entry is not None
    assert entry.text == f"{hostile} {hostile}: {hostile}".replace("\r\n", "\n")
    assert newsroom.cms.read(URL) is not None


@pytest.mark.parametrize(
    "html",
    [
        page(f'<div itemprop="articleBody">{BODY}</div><footer>foot</footer>'),
        page(f'<div itemprop="articleBody">{BODY}<!-- corrigenda:notices --></div>'),
        page(f"<main>{BODY}"),
        page(BODY),
        page(f"{BODY}<!-- corrigenda:notices -->"),
        f"{BODY}",
        page(f"<article>{BODY}</article>").replace("\n", "\r\n"),
        f"\ufeff{STORY}",
    ],
    ids=[
        "no place",
        "place in the root",
        "root not closed",
        "body",
        "place in the body",
        "bare",
        "crlf",
        "bom",
    ],
)
def test_pages_of_every_shape(tmp_path: Path, html: str) -> None:
    """With or without a place for notices: the text is right, the notice there, and a repeat is one."""
    newsroom = Newsroom(tmp_path, html)
    (newsroom.source / "story.html").write_bytes(html.encode())
    (newsroom.public / "story.html").write_bytes(html.encode())
    before, fixed = newsroom.fixed()
    for _ in range(2):
        newsroom.cms.write(URL, before=before, html=fixed, notice=NOTICE)
    public = (newsroom.public / "story.html").read_bytes().decode()
    assert words(public) == words(html).replace("31 of 39", "34 of 39")
    assert public.count('id="correction-7"') == 1
    assert public.count('id="correction-7-words"') == 1
    stored = newsroom.cms.read(URL)
    assert stored is not None
    assert stored.html == fixed
    newsroom.cms.place(URL, notice=replace(NOTICE, anchor="correction-8"))
    again = newsroom.cms.read(URL)
    assert again == stored


def test_new_text_that_would_leave_the_article_is_refused(newsroom: Newsroom) -> None:
    """Markup that closes the root is a mistake of the caller, not an edit."""
    with pytest.raises(CmsError, match="around the article"):
        newsroom.cms.write(URL, before=digest_of(BODY), html="<p>x</p></div><p>y</p>", notice=NOTICE)
    assert newsroom.stored() == newsroom.published() == STORY


def test_what_cannot_be_done_is_said(newsroom: Newsroom) -> None:
    """Not published, not UTF-8, not writable, tampered with: one sentence each."""
    (newsroom.source / "draft.html").write_text(STORY, encoding="utf-8")
    with pytest.raises(CmsError, match="not published"):
        newsroom.cms.place("https://courier.example/draft.html", notice=NOTICE)
    for name in ("latin", "odd"):
        (newsroom.public / f"{name}.html").write_text(STORY, encoding="utf-8")
    (newsroom.source / "latin.html").write_bytes(b"<main>caf\xe9</main>")
    with pytest.raises(CmsError, match="UTF-8"):
        newsroom.cms.read("https://courier.example/latin.html")
    (newsroom.source / "odd.html").write_text('<!-- corrigenda:notices [{"a":1}] -->', encoding="utf-8")
    with pytest.raises(CmsError, match="comment edited"):
        newsroom.cms.read("https://courier.example/odd.html")
    (newsroom.source / ".story.html.corrigenda").mkdir()
    with pytest.raises(CmsError, match="could not be written"):
        newsroom.cms.place(URL, notice=NOTICE)
    assert newsroom.stored() == newsroom.published() == STORY


def test_the_files_mode_is_kept(newsroom: Newsroom) -> None:
    """The web server must still be able to read what was published."""
    (newsroom.public / "story.html").chmod(0o664)
    newsroom.fix()
    assert (newsroom.public / "story.html").stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize("name", ["draft", "desk/draft", "gone"])
def test_what_is_stored_and_not_published_is_not_read(newsroom: Newsroom, name: str) -> None:
    """A draft, and a story that was taken out of the published folder; it is read again when it is back."""
    stored, public = newsroom.source / f"{name}.html", newsroom.public / f"{name}.html"
    for file in (stored, public):
        file.parent.mkdir(exist_ok=True)
        file.write_text(STORY, encoding="utf-8")
    url = f"https://courier.example/{name}"
    assert newsroom.cms.read(url) is not None
    public.unlink()
    for form in (url, f"{url}.html"):
        assert newsroom.cms.read(form) is None
    public.write_text(STORY, encoding="utf-8")
    assert newsroom.cms.read(url) == newsroom.cms.read(URL)
