"""What a mail is about is found in the desk itself, without a time limit: so its work has a size."""

import random

import pytest

from corrigenda.models import Revision
from corrigenda.passage import Match, Selector, find
from corrigenda.report.mail import matching
from corrigenda.report.mail.letters import Letter
from corrigenda.report.mail.matching import MOST_COMPARED, MOST_READ, MOST_SEARCHED, find_target
from tests.rooms.factories import make_article, make_revision, make_site

pytestmark = pytest.mark.django_db
TO = ("corrections@courier.example",)
WORDS = [f"word{number}" for number in range(300)]


def some(count: int, seed: int) -> str:
    chosen = random.Random(seed)  # noqa: S311 (no secret)
    return " ".join(chosen.choice(WORDS) for _ in range(count))


def test_quotations_that_are_nearly_in_many_articles_cost_a_bounded_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = make_site()
    text = some(25_000, 1)
    for number in range(MOST_READ):
        make_revision(make_article(site, path=f"/{number}.html"), f"<p>{text}</p>")
    compared: list[int] = []

    def counted(text: str, selector: Selector) -> Match:
        compared.append(len(text))
        return find(text, selector)

    monkeypatch.setattr(matching, "find", counted)
    quotes = tuple(some(280, seed) for seed in range(2, 2 + MOST_SEARCHED))
    target = find_target(Letter(quotes=quotes), TO)
    assert (target.site, target.url) == (site, "")
    assert 0 < sum(compared) <= MOST_COMPARED


def test_one_of_many_is_not_taken_for_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not compared may hold the quotation too."""
    site = make_site()
    quote = "the very same five words"
    for number in range(3):
        make_revision(make_article(site, path=f"/{number}.html"), f"<p>{some(500, number)} {quote}.</p>")
    longest = max(len(text) for text in Revision.objects.values_list("text", flat=True))
    monkeypatch.setattr(
        matching.Comparing.__init__, "__defaults__", (longest + matching._A_QUOTE * len(quote),)
    )
    assert find_target(Letter(quotes=(quote,)), TO).url == ""


def test_only_the_latest_revisions_are_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_site()
    quotes = [f"{some(8, number)} for {number}" for number in range(4)]
    for number, quote in enumerate(quotes):
        make_revision(make_article(site, path=f"/{number}.html"), f"<p>Here it says: {quote}.</p>")
    monkeypatch.setattr(matching, "MOST_SCANNED", 2)
    found = [find_target(Letter(quotes=(quote,)), TO).url.rpartition("/")[2] for quote in quotes]
    assert found == ["", "", "2.html", "3.html"]
