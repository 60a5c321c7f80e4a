"""What a reader sees is in the reader's language, all of it: each page beside the same page in English."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from corrigenda.connectors.recipients import digest_of, stop_token
from corrigenda.flow import State
from corrigenda.models import Decision, Delivery, Notice, NoticeKind, Report
from corrigenda.report.messages import MESSAGES
from corrigenda.send.letters import write_letter
from corrigenda.web.snippets import FAILURE, embed_snippet
from tests.rooms.disclose.making import (
    make_decided,
    make_delivery,
    make_fixed,
    make_notice,
    make_reply,
)
from tests.rooms.factories import ORIGIN, make_article, make_case, make_report, make_revision, make_site

pytestmark = pytest.mark.django_db

LANGUAGES: Final = [code for code, _ in settings.LANGUAGES]
OTHERS: Final = [language for language in LANGUAGES if language != "en"]
NAMES: Final = [name for _, name in settings.LANGUAGES]
ERRORS: Final = ("400", "403", "403_csrf", "404", "413", "429", "500")

# What the rows below hold, and what has one spelling everywhere. Every other word is the desk's own.
SITE, HEADLINE, QUOTE, WORDING, SAID = "Qxsite", "Qxheadline", "Qxquote", "Qxwording", "Qxsaid"
BEFORE, AFTER = "Qxbefore", "Qxafter"
EVERYWHERE: Final = ("Corrigenda", "Atom", "JSON", "UTC", "Ctrl + Enter", *NAMES)
_DATA: Final = re.compile(r"(?:https?://|corrections@|/|#)\S*|[Qq]x[\w.-]*|\b(?:UTC|en|uk)\b")
_LETTER: Final = re.compile(r"[^\W\d_]")
_SHOWN: Final = frozenset({"aria-label", "alt", "title", "placeholder", "data-failure", "label"})


class _Reader(HTMLParser):
    """Gathers what a person sees or is read aloud, the title of the page among it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.root: dict[str, str | None] = {}
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in {"script", "style"}
        if tag == "html":
            self.root = dict(attrs)
        self.texts += [value for name, value in attrs if name in _SHOWN and value]

    def handle_endtag(self, _tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def wording(texts: list[str]) -> set[str]:
    """The sentences and labels among some texts, without what the rows hold."""
    bare = {" ".join(_DATA.sub("", text).split()).strip(" ·:—") for text in texts}
    return {text for text in bare if _LETTER.search(text) and text not in EVERYWHERE}


ALIKE: Final = {"de": {"Text"}, "fr": {"Article", "Correction", "Corrections", "Pages"}}
"""Words that a language writes as English does."""


@pytest.fixture(autouse=True)
def desk(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example"
    settings.PUBLIC_URL = "https://qx.example"


def make_story(language: str) -> list[Report]:
    """Make a report at each stage that a reader is told of, and every kind of notice."""
    site = make_site(name=SITE, languages=[language])
    told = {"language": language, "suggestion": WORDING, "comment": SAID}
    reports = [make_report(site, exact=QUOTE, **told)]
    html = f"<p>{BEFORE} {QUOTE} {AFTER}</p>"
    for number, state in enumerate((State.RECEIVED, State.LOCATED, State.UNLOCATED)):
        article = make_article(site, path=f"/open-{number}.html", headline=HEADLINE)
        case = make_case(article, make_revision(article, html), exact=QUOTE, state=state, **told)
        reports.append(case.report)
    for number, outcome in enumerate(Decision.Outcome.values):
        for kind in [""] if outcome == Decision.Outcome.DECLINE else NoticeKind.values:
            decision = make_decided(
                outcome=Decision.Outcome(outcome),
                site=site,
                path=f"/{number}-{kind}.html",
                html=html,
                exact=QUOTE,
                email="reader@mail.example" if kind in {"", "correction"} else "",
                report=told,
                wording=WORDING,
                kind=kind,
                message=SAID,
            )
            assert decision.case.article is not None
            decision.case.article.headline = HEADLINE
            decision.case.article.save()
            reports.append(decision.case.report)
    return reports


def disclose_all(language: str) -> None:
    """Publish what was decided, with notices that hold no words of the desk."""
    for decision in Decision.objects.all():
        if decision.outcome == Decision.Outcome.ACCEPT:
            make_fixed(decision)
        notice = None
        if decision.outcome != Decision.Outcome.DECLINE:
            notice = make_notice(decision, text=SAID, language=language, prefix=BEFORE, suffix=AFTER)
        make_reply(decision, notice)


def page(path: str, language: str) -> _Reader:
    response = Client().get(path, headers={"accept-language": f"{language}, en;q=0.5"})
    assert response.status_code in {200, 404}, path
    assert response["Content-Language"] == language
    return read(response.content.decode())


def left_in_english(texts: Callable[[str], list[str]]) -> dict[str, set[str]]:
    """What reads the same in English and in another language, by language; `texts` is what it shows."""
    english = wording(texts("en"))
    assert english
    left = {one: (english & wording(texts(one))) - ALIKE.get(one, set()) for one in OTHERS}
    return {language: found for language, found in left.items() if found}


def public_texts(language: str) -> list[str]:
    """What stands on the pages that are no reader's own."""
    notice = Notice.objects.latest("pk")
    stop = f"/stop/{stop_token(digest_of('reader@mail.example'))}/"
    paths = ["/", "/log/", "/log/qx-empty/", "/log/courier/", "/log/courier/?kind=minor", "/nowhere/"]
    texts = []
    for path in [*paths, "/log/qx-empty/?kind=minor", f"/log/courier/{notice.pk}/", "/report", stop]:
        reader = page(path, language)
        assert reader.root["lang"] == language
        assert reader.root["dir"] == ("rtl" if language == "ar" else "ltr")
        texts += reader.texts
    return texts


def test_the_public_pages_are_whole_in_each_language() -> None:
    make_story("en")
    disclose_all("en")
    make_site("qx-empty", origin="https://other.example", name=SITE)
    assert left_in_english(public_texts) == {}


def form_texts(language: str) -> list[str]:
    texts = []
    address = {"url": f"{ORIGIN}/story.html", "quote": QUOTE}
    for data in ({"url": "x"}, {**address, "concern": "x", "email": "x"}, {"quote": "\x00"}, address):
        response = Client().post("/report", data, headers={"accept-language": language})
        assert response.status_code == 422
        texts += read(response.content.decode()).texts
    return texts + page(f"/report?url={ORIGIN}/story.html&quote={QUOTE}", language).texts


def test_the_form_and_what_it_says_of_mistakes() -> None:
    make_site(name=SITE)
    assert left_in_english(form_texts) == {}


def status_texts(language: str) -> list[str]:
    Report.objects.update(language=language)
    texts = []
    for report in Report.objects.all():
        response = Client().get(f"/status/{report.token}/", headers={"accept-language": "tlh"})
        assert response["Content-Language"] == language
        texts += read(response.content.decode()).texts
    return texts


def test_the_status_page_at_each_stage() -> None:
    make_story("en")
    assert left_in_english(status_texts) == {}
    disclose_all("en")
    assert left_in_english(status_texts) == {}


def error_texts(language: str) -> list[str]:
    with override(language):
        return [text for name in ERRORS for text in read(render_to_string(f"{name}.html")).texts]


def test_the_pages_for_errors() -> None:
    assert left_in_english(error_texts) == {}


def feed_texts(language: str) -> list[str]:
    site = Notice.objects.latest("pk").article.site
    site.languages = [language]
    site.save()
    Notice.objects.update(language=language)
    atom = Client().get("/log/courier/feed.atom").content.decode()
    feed = Client().get("/log/courier/feed.json").json()
    titles = re.findall(r"<title>([^<]+)</title>", atom)
    return [*titles, feed["title"], *(item["title"] for item in feed["items"])]


def test_the_feeds() -> None:
    make_story("en")
    disclose_all("en")
    assert left_in_english(feed_texts) == {}


def letter_texts(language: str) -> list[str]:
    Report.objects.update(language=language)
    lines = []
    for delivery in Delivery.objects.all():
        letter = write_letter(delivery)
        assert letter.language == language
        paragraphs = letter.body.split("\n\n")
        lines += [letter.subject, *(part.replace("\n", " ") for part in paragraphs)]
    return lines


def test_the_letters() -> None:
    make_story("en")
    for decision in Decision.objects.all():
        if decision.case.report.contact is None:
            continue
        declined = decision.outcome == Decision.Outcome.DECLINE
        make_delivery(decision, None if declined else make_notice(decision, text=SAID))
    assert Delivery.objects.count() == len(Decision.Outcome.values)
    assert left_in_english(letter_texts) == {}


@pytest.mark.parametrize("language", OTHERS)
def test_the_widget_has_all_its_words(language: str) -> None:
    make_site(name=SITE)
    config = Client().get("/widget/config", {"url": ORIGIN, "lang": f"{language}-XX"}).json()
    assert (config["language"], config["dir"]) == (language, "rtl" if language == "ar" else "ltr")
    assert {key for key, said in config["messages"].items() if said == MESSAGES[key]} == set()
    english = [str(concern.label) for concern in Report.OFFERED]
    assert not set(english) & {concern["label"] for concern in config["concerns"]}


@pytest.mark.parametrize("language", OTHERS)
def test_programs_are_answered_in_the_language_they_accept(language: str) -> None:
    asked = {"accept-language": f"{language}-XX,{language};q=0.9,en;q=0.1"}
    headers = {**asked, "idempotency-key": "4f3c2f1e-0000-4000-8000-000000000001"}
    for body in (b"{", b"{}", b'{"url": 1}'):
        said = [
            Client()
            .post("/api/reports", body, content_type="application/json", headers=sent)
            .json()["detail"]
            for sent in (headers, {**headers, "accept-language": "en"})
        ]
        assert said[0] != said[1]


@pytest.mark.parametrize(
    ("asked", "own", "spoken"),
    [("uk", "en", "uk"), ("en", "uk", "en"), ("de", "en", "en"), ("ar", "uk", "uk"), ("fr", "pl", "en")],
)
def test_the_desk_keeps_to_its_own_languages(settings: Settings, asked: str, own: str, spoken: str) -> None:
    settings.LANGUAGE_CODE = own
    response = Client().get("/accounts/login/", headers={"accept-language": asked})
    reader = read(response.content.decode())
    assert (response["Content-Language"], reader.root["lang"], reader.root["dir"]) == (spoken, spoken, "ltr")
    assert [text for text in reader.texts if text in NAMES] == ["English" if spoken == "uk" else "Українська"]
    assert ("Password" in reader.texts) == (spoken == "en")


def test_the_switch_offers_the_other_languages(client: Client) -> None:
    reader = page("/", "de")
    assert [text for text in reader.texts if text in NAMES] == [name for name in NAMES if name != "Deutsch"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_pasted_into_a_page_is_in_the_language_of_the_site(language: str) -> None:
    snippet = embed_snippet(make_site(languages=[language]))
    assert (f">{MESSAGES['title']}<" in snippet) == (language == "en")
    assert ("data-failure=" in snippet) == (language != "en")
    assert FAILURE not in snippet
    assert snippet.startswith("<script async src="), "as docs/guide/publisher.md shows it"


def test_the_loader_says_what_is_translated() -> None:
    widget = Path(__file__).resolve().parents[2] / "widget" / "src" / "listen.ts"
    assert f'"{FAILURE}"' in widget.read_text(encoding="utf-8")
