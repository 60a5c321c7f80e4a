"""Addresses of exact places: anchors where the notice stands, text fragments elsewhere."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corrigenda.models import Address, Decision
from corrigenda.passage import Selector
from corrigenda.web.notices import notice_url
from corrigenda.web.places import (
    desk_place,
    exact_place,
    text_fragment,
    web_address,
    whole_address,
    words_of,
)
from tests.rooms.disclose.making import make_decided, make_notice
from tests.rooms.factories import ORIGIN

URL = "https://courier.example/story.html"


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (Selector("the fire destroyed many houses"), ":~:text=the%20fire%20destroyed%20many%20houses"),
        (Selector(" spaced\u00a0 out words here again "), ":~:text=spaced%20out%20words%20here%20again"),
        (
            Selector("31 houses", "The fire destroyed ", " in the old town."),
            ":~:text=The%20fire%20destroyed-,31%20houses,-in%20the%20old%20town.",
        ),
        # Inside a word: browsers match whole words only.
        (Selector("stroy", "The fire de", "ed it"), ":~:text=The%20fire-,destroyed,-it"),
        # What means something in a directive is encoded.
        (
            Selector("well-known, A & B = 100%, no?"),
            ":~:text=well%2Dknown%2C%20A%20%26%20B%20%3D%20100%25%2C%20no%3F",
        ),
        (Selector("-,&=#:~:text=x"), ":~:text=%2D%2C%26%3D%23%3A~%3Atext%3Dx"),
        # Long words and several paragraphs are named by their ends.
        (Selector("a b c d " + "e " * 60 + "w x y z"), ":~:text=a%20b%20c%20d,w%20x%20y%20z"),
        (Selector("One two.\nThree four five."), ":~:text=One%20two.,Three%20four%20five."),
        # The context does not reach into another paragraph, and no word of it is cut in two.
        (Selector("here", "far away\nright ", " and\nthen"), ":~:text=right-,here,-and"),
        (Selector("here", "x" * 60 + " a b ", " c d " + "y" * 60), ":~:text=a%20b-,here,-c%20d"),
        (Selector("Виправлено"), ":~:text=%D0%92%D0%B8%D0%BF%D1%80%D0%B0%D0%B2%D0%BB%D0%B5%D0%BD%D0%BE"),
        (Selector(""), ""),
        (Selector("  \n "), ""),
    ],
)
def test_words_become_a_text_fragment(words: Selector, fragment: str) -> None:
    assert text_fragment(words) == fragment


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://courier.example/a#b", "https://courier.example/a"),
        ("http://courier.example/a?b=7&p=1#c", "http://courier.example/a?b=7&p=1"),
        ("http://courier.example/a?b=c", ""),
        ("http://courier.example/a?MARK", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//courier.example/a", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_are_linked(url: str, address: str) -> None:
    assert web_address(url) == address
    assert exact_place(url, notice=None, words=None) == address


def test_editors_see_an_address_whole() -> None:
    url = "http://courier.example/a?title=words"
    assert whole_address(f"{url}#b") == url
    assert desk_place(url, None) == url
    assert desk_place(url, Selector("two words")) == f"{url}#:~:text=two%20words"
    assert whole_address("javascript:alert(1)") == desk_place("javascript:alert(1)", Selector("x")) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("headline", ["A story", ""])
def test_nothing_public_names_a_query_that_a_reader_may_have_typed(client: Client, headline: str) -> None:
    notice = make_notice(make_decided(path="/story.html?name=MARKOlena&mail=o"), headline=headline)
    report = notice.decision.case.report
    log, feed = reverse("disclose:log", args=["courier"]), reverse("api:log", args=["courier"])
    paths = [
        *(log, feed, reverse("disclose:atom", args=["courier"]), urlsplit(notice_url(notice)).path),
        reverse("disclose:status", args=[report.token]),
        reverse("api:report", args=[report.token]),
        f"{reverse('api:notices')}?url={ORIGIN}/story.html",
    ]
    Address.objects.create(site=report.site, url=f"{ORIGIN}/story.html", article=notice.article)
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "MARK" not in answer.content.decode(), path


@pytest.mark.django_db
def test_a_notice_on_the_page_is_the_place_else_its_words() -> None:
    notice = make_notice(make_decided())
    assert exact_place(URL, notice=notice, words=None).startswith(f"{URL}#:~:text=The%20fire")
    assert "39%20houses" in exact_place(URL, notice=notice, words=Selector("elsewhere"))
    notice.placed_at = timezone.now()
    assert exact_place(URL, notice=notice, words=None) == f"{URL}#correction-{notice.pk}"


@pytest.mark.django_db
def test_after_a_deletion_the_place_is_what_the_case_still_has() -> None:
    decision = make_decided(wording="")
    notice = make_notice(decision, new="")
    words = words_of(decision.case)
    assert words is not None
    assert words.exact == "31 houses"
    assert exact_place(URL, notice=notice, words=None) == URL


@pytest.mark.django_db
def test_words_that_are_gone_are_no_place() -> None:
    decision = make_decided(outcome=Decision.Outcome.DECLINE)
    decision.case.passages.update(start=None, end=None, kind="gone")
    assert words_of(decision.case) is None
