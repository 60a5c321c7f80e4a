"""Faults 7, 12, 13 and 14: what a server answers once must not make one article another."""

import secrets
from collections.abc import Sequence
from typing import Final

from tests.attack.newspaper import Page, article, printed, redirect
from tests.attack.registry import Until, attack
from tests.attack.target import Target, add_site

LOGIN: Final = article(
    "Please log in", ["Please log in to read on.", "Forgotten your password? Write to us."]
)
FRONT: Final = article("The Courier", ["Today: the bridge, the ferry, the market.", "Yesterday: the boats."])
_QUIET_SECONDS: Final = 12.0
"""So long the worker gets for what it must not do; an attempt takes it a fraction of a second."""


def told(target: Target, path: str) -> list[tuple[str, str]]:
    """Return address and headline of every article that a path of the newspaper leads to or has."""
    url = f"{target.paper.origin}{path}"
    rows = target.ask(
        "SELECT a.canonical_url, a.headline FROM corrigenda_address d "
        "JOIN corrigenda_article a ON a.id = d.article_id "
        f"WHERE d.url = '{url}'"
    )
    return [(str(address), str(headline)) for address, headline in rows]


def story(target: Target, mark: str) -> str:
    """Publish an article, let a reader report it, and wait until the place is found; return its path."""
    path = f"/story-{mark}.html"
    target.paper.pages[path] = article(
        f"Story {mark}", [f"The {mark} bridge opened in 1931.", "The mayor came to see it."]
    )
    first = target.report(f"{target.paper.origin}{path}", f"The {mark} bridge opened in 1931")
    target.wait_for_state(first, "located")
    return path


def read_again(target: Target, path: str, words: str) -> None:
    """Report words that are not there, and wait until the desk has asked for the page once more."""
    before = target.paper.asked[path]
    answer = target.report(f"{target.paper.origin}{path}", words)
    assert answer.status == 201, answer.text
    try:
        wait_for_visit(target, path, before, seconds=_QUIET_SECONDS)
    except AssertionError:
        target.notes.append(f"{path} was not read again within {_QUIET_SECONDS:.0f} s")
    target.wait(lambda: target.state_of(answer), "the report got no case", seconds=30)


def wait_for_visit(target: Target, path: str, before: int, *, seconds: float = 60) -> None:
    """Wait until a page has been asked for more often than before."""
    target.wait(lambda: target.paper.asked[path] > before, f"{path} is not read", seconds)


def kept(target: Target, path: str, headline: str = "") -> None:
    """Assert that a path still leads to its own article, with its headline where one is named."""
    found = told(target, path)
    addresses = [address for address, _headline in found]
    assert addresses == [f"{target.paper.origin}{path}"], f"{path} has become {found}"
    assert not headline or found[0][1] == headline, f"{path} has become {found}"


def moved(target: Target, answers: Sequence[Page]) -> None:
    """Let a page answer otherwise for a while; it must stay what it was, and be found when it is back."""
    mark = secrets.token_hex(4)
    path = story(target, mark)
    good = target.paper.pages[path]
    for number, answer in enumerate(answers):
        target.paper.pages[path] = answer
        read_again(target, path, f"Words {number} that nobody wrote {mark}")
        # What a page says of itself at its own address may change its headline, but not which one it is.
        kept(target, path, "" if answer.status == 200 else f"Story {mark}")
    target.paper.pages[path] = good
    back = target.report(f"{target.paper.origin}{path}", "The mayor came to see it")
    target.wait_for_state(back, "located")
    kept(target, path, f"Story {mark}")


@attack(
    "identity-login", "7", "An article answers with redirects to a log-in page while a stranger reports it"
)
def login(target: Target, until: Until) -> None:
    """302, 303 and 307 say that it is somewhere else for now."""
    target.paper.pages["/login"] = LOGIN
    while until:
        moved(target, [redirect("/login?next=/story", status) for status in (302, 303, 307)][:2])


@attack("identity-front", "7", "An article that was taken down answers 301 and 308 to the front page")
def front_page(target: Target, until: Until) -> None:
    """The front page is no article."""
    target.paper.pages["/"] = FRONT
    while until:
        moved(target, [redirect("/", 301), redirect("/", 308)])


@attack(
    "identity-wall", "7", "Two articles answer 301 to one consent wall, and others 200 with a wall's text"
)
def wall(target: Target, until: Until) -> None:
    """A permanent status is no proof where the text is another."""
    target.paper.pages["/consent"] = article("Your privacy", ["We and our 900 partners value your privacy."])
    while until:
        moved(target, [redirect("/consent", 301), article("Your privacy", ["We value your privacy."])])
        moved(target, [redirect("/consent", 301), redirect("/login", 308)])


@attack(
    "identity-canonical", "7", "An article's page names another article, and the front page, as canonical"
)
def canonical(target: Target, until: Until) -> None:
    """A link in the page is evidence only together with the text."""
    while until:
        other = story(target, secrets.token_hex(4))
        stolen = [
            article(
                "Something else",
                ["Nothing of the other text stands here."],
                f'<link rel="canonical" href="{place}">',
            )
            for place in (other, "/")
        ]
        moved(target, stolen)
        kept(target, other, f"Story {other[7:-5]}")


@attack(
    "identity-sites", "13", "A page of one site names an address of another site as canonical and as AMP page"
)
def other_site(target: Target, until: Until) -> None:
    """Neither an address that was read nor one that was not may change hands."""
    with printed() as gazette:
        slug = f"gazette{gazette.port}"
        host = target.paper.origin.removeprefix("http://")
        overlap = ("--fetch-host", host, "--private-host", host)
        problem = add_site(target.made, slug, gazette.origin, options=overlap)
        if problem:
            target.notes.append("a fetch host of another site is refused when it is added")
            problem = add_site(target.made, slug, gazette.origin)
        assert not problem, problem
        while until:
            mark = secrets.token_hex(4)
            path, unread = story(target, mark), f"/later-{mark}.html"
            for number, head in enumerate(
                (
                    f'<link rel="canonical" href="{target.paper.origin}{unread}">',
                    f'<link rel="amphtml" href="{target.paper.origin}{path}">',
                    f'<link rel="canonical" href="{target.paper.origin}{path}">',
                )
            ):
                page = f"/page-{mark}-{number}.html"
                gazette.pages[page] = article("The Gazette", [f"Gazette words {mark} {number}."], head)
                answer = target.report(
                    f"{gazette.origin}{page}", f"Gazette words {mark} {number}", f"Origin: {gazette.origin}"
                )
                assert answer.status == 201, answer.text
                target.wait_for_case(answer)
            target.paper.pages[unread] = article("Later", [f"The {mark} market opens on Friday."])
            later = target.report(f"{target.paper.origin}{unread}", f"The {mark} market opens")
            target.wait_for_state(later, "located")
            again = target.report(f"{target.paper.origin}{path}", "The mayor came to see it")
            target.wait_for_state(again, "located")
            kept(target, path, f"Story {mark}")


@attack(
    "identity-files", "12", "A page of a site's blog has the path of a stored article of its other origin"
)
def files(target: Target, until: Until) -> None:
    """The folder belongs to one origin; the blog's page is read where it is."""
    folder = target.made.data.parent / f"files-{secrets.token_hex(3)}"
    (folder / "2026").mkdir(parents=True)
    stored = article("Stored", ["The stored bridge cost 10 million."]).body
    (folder / "2026/bridge.html").write_bytes(stored)
    with printed() as www, printed() as blog:
        www.pages["/2026/bridge.html"] = Page(stored)
        blog.pages["/2026/bridge.html"] = article("Blog", ["A blog about the stored bridge cost 10 million."])
        public = folder.with_suffix(".public")
        public.mkdir()
        options = ("--connector", "files", "--source", str(folder), "--public", str(public))
        problem = add_site(target.made, f"files{www.port}", www.origin, blog.origin, options=options)
        assert not problem, problem
        url = f"{blog.origin}/2026/bridge.html"
        answer = target.report(url, "the stored bridge cost 10 million", f"Origin: {blog.origin}")
        target.wait(lambda: target.state_of(answer) not in {"", "received"}, "no case", seconds=30)
        rows = target.ask(
            "SELECT r.source, r.headline FROM corrigenda_revision r JOIN corrigenda_address d "
            f"ON d.article_id = r.article_id WHERE d.url = '{url}'"
        )
        assert not any(source == "connector" for source, _ in rows), (
            "the blog's report is about the stored file"
        )
    assert (folder / "2026/bridge.html").read_bytes() == stored, "the stored file was changed"


@attack("identity-early", "14", "A stranger reports an address before it is published")
def early(target: Target, until: Until) -> None:
    """A reader's report of the published page is looked at within seconds all the same."""
    while until:
        mark = secrets.token_hex(4)
        path = f"/tomorrow-{mark}.html"
        url = f"{target.paper.origin}{path}"
        for number in range(3):
            target.report(url, f"Words {number}")
        wait_for_visit(target, path, 0)
        watched = target.paper.asked[path]
        target.paper.pages[path] = article("Tomorrow", [f"The {mark} fair opens on Friday."])
        answer = target.report(url, f"The {mark} fair opens")
        # The first attempts may not be repeated at once: a new report is one more, at most every minute.
        target.notes.append(f"the page was asked for {watched} times before it was published")
        target.wait_for_state(answer, "located", seconds=90)
