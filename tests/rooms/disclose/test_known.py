"""POST /widget/known: what a page is told about a passage before its reader reports it."""

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corrigenda.disclose.known_api import LOOKS_A_REPORT
from corrigenda.flow import State
from corrigenda.models import Article, Case, Decision, Merge, Passage, Report, Revision
from corrigenda.passage import ASK_BELOW
from tests.rooms.disclose.making import make_decision, make_notice
from tests.rooms.factories import ORIGIN, make_article, make_case, make_report, make_revision, make_site

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

URL = f"{ORIGIN}/story.html"
TEXT = "The fire destroyed 31 houses in the old town. Then it rained for forty days and the river rose."
WORDS = "31 houses"


@pytest.fixture
def article() -> Article:
    return make_article(make_site())


@pytest.fixture
def revision(article: Article) -> Revision:
    return make_revision(article, f"<p>{TEXT}</p>")


def question(exact: str = WORDS, *, text: str = TEXT, **changes: object) -> dict[str, Any]:
    """What the widget asks about words of a text, with what stands around them."""
    start = text.find(exact)
    around = {"prefix": text[max(start - 32, 0) : start], "suffix": text[start + len(exact) :][:32]}
    quote = {"type": "TextQuoteSelector", "exact": exact, **(around if start >= 0 and exact else {})}
    target = {"source": URL, "selector": [quote]}
    return {"url": URL, "language": "en-GB", "target": target, **changes}


def ask(asked: object, **headers: str) -> "Response":
    sent = {"origin": ORIGIN, **headers}
    client = Client(enforce_csrf_checks=True)
    return client.post("/widget/known", json.dumps(asked), content_type="application/json", headers=sent)


def known(exact: str = WORDS, **changes: object) -> Any:
    response = ask(question(exact, **changes))  # type: ignore[arg-type]  # as question() has them
    assert response.status_code == 200, response.content
    return json.loads(response.content)["known"]


def close(case: Case, outcome: Decision.Outcome = Decision.Outcome.DECLINE, **fields: object) -> Decision:
    """Decide about a case and close it, as if everything had been carried out."""
    decision = make_decision(case, outcome=outcome, **fields)
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED)
    return decision


def test_a_passage_that_nobody_reported_has_nothing(revision: Revision) -> None:
    response = ask(question())
    assert json.loads(response.content) == {"known": None}
    assert (response["Access-Control-Allow-Origin"], response["Cache-Control"]) == (ORIGIN, "no-store")
    assert response["Content-Language"] == "en"
    assert not response.cookies
    assert known("words that stand nowhere in it at all") is None
    assert known(url=f"{ORIGIN}/never-read.html") is None


def test_a_page_may_ask_first_whether_it_may_ask(revision: Revision) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = Client().options("/widget/known", headers={"origin": ORIGIN, **asked})
    assert answer["Access-Control-Allow-Methods"] == "POST"
    assert "Content-Type" in answer["Access-Control-Allow-Headers"]
    other = Client().options("/widget/known", headers={"origin": "https://other.example", **asked})
    assert "Access-Control-Allow-Origin" not in other


def test_the_readers_of_an_open_case_are_counted_with_those_joined_to_it(
    article: Article, revision: Revision
) -> None:
    first = make_case(article, revision, exact=WORDS, comment="secret-comment", email="reader@mail.example")
    told = known()
    assert told == {
        "state": "open",
        "sentence": "1 reader has reported this. An editor is looking at it.",
        "readers": 1,
    }
    second, third = (make_case(article, revision, exact=WORDS, state=State.MERGED) for _ in range(2))
    for source, target in ((second, first), (third, second)):
        Merge.objects.create(source=source, target=target, merged_at=timezone.now())
    response = ask(question())
    told = json.loads(response.content)["known"]
    assert (told["readers"], told["sentence"]) == (
        3,
        "3 readers have reported this. An editor is looking at it.",
    )
    said = response.content.decode()
    private = ["secret-comment", "reader@mail.example", first.report.token, f"{first.opened_at:%Y-%m-%d}"]
    assert not [text for text in private if text in said]


def test_the_sentence_is_in_the_language_asked_for_with_its_plurals(
    article: Article, revision: Revision
) -> None:
    first = make_case(article, revision, exact=WORDS)
    said = {}
    for readers in (1, 2, 5):
        while Report.objects.count() < readers:
            joined = make_case(article, revision, exact=WORDS, state=State.MERGED)
            Merge.objects.create(source=joined, target=first, merged_at=timezone.now())
        response = ask(question(language="uk-UA"))
        assert response["Content-Language"] == "uk"
        said[readers] = json.loads(response.content)["known"]["sentence"]
        assert str(readers) in said[readers]
    # Ukrainian has three forms for these three numbers.
    assert len({re.sub(r"[0-9]+", "", sentence) for sentence in said.values()}) == 3
    assert json.loads(ask(question(language="tlh")).content)["known"]["sentence"].startswith("5 readers")


@pytest.mark.parametrize(
    ("exact", "same"),
    [
        ("destroyed 31 houses", False),
        ("31 houses in the", True),
        ("31 houses in the old town", False),
        ("31", False),
        ("houses", True),
        (TEXT, False),
    ],
)
def test_what_overlaps_by_half_is_the_same_passage(
    article: Article, revision: Revision, exact: str, same: bool
) -> None:
    make_case(article, revision, exact=WORDS)
    assert (known(exact) is not None) is same


@pytest.mark.parametrize(
    ("state", "waits", "sentence"),
    [
        (State.UNLOCATED, False, "An editor is looking at it."),
        (State.ACCEPTED, True, "An editor is looking at it."),
        (State.DECLINED, True, "An editor is looking at it."),
        (State.ACCEPTED, False, "A change or a note is on its way."),
        (State.NOTED, False, "A change or a note is on its way."),
    ],
)
def test_a_decision_that_can_be_undone_is_none_yet(
    article: Article, revision: Revision, state: State, waits: bool, sentence: str
) -> None:
    case = make_case(article, revision, exact=WORDS, state=state)
    make_decision(case, outcome=Decision.Outcome.DECLINE)
    Case.objects.update(not_before=timezone.now() + timedelta(seconds=30 if waits else -30))
    told = known()
    assert (told["state"], told["sentence"]) == ("open", f"1 reader has reported this. {sentence}")


def test_a_guessed_place_and_a_report_without_a_case_say_nothing(
    article: Article, revision: Revision
) -> None:
    case = make_case(article, revision, exact=WORDS, state=State.UNLOCATED)
    case.passages.update(confidence=0.75)
    make_report(article.site, exact=WORDS, held=Report.Held.SPAM)
    assert known() is None


def test_a_report_that_is_not_located_yet_is_known_by_its_quotation(
    article: Article, revision: Revision
) -> None:
    case = Case.objects.create(
        site=article.site, state=State.RECEIVED, opened_at=timezone.now(), changed_at=timezone.now()
    )
    quote = question()["target"]["selector"][0]
    make_report(article.site, exact=WORDS, prefix=quote["prefix"], suffix=quote["suffix"], case=case)
    assert known()["readers"] == 1
    Report.objects.update(prefix="Elsewhere, ")
    assert known() is None


def test_a_correction_is_shown_where_its_words_stand_now(article: Article, revision: Revision) -> None:
    case = make_case(article, revision, exact=WORDS, comment="secret-comment")
    notice = make_notice(close(case, Decision.Outcome.ACCEPT))
    now = TEXT.replace(WORDS, "39 houses").replace("The fire", "The fire of that hot summer")
    make_revision(article, f"<p>It was long ago. Nobody remembers.</p><p>{now}</p>")
    told = known("39 houses", text=now)
    assert told.pop("date")[:10] == f"{notice.published_at:%Y-%m-%d}"
    assert told.pop("href").endswith(f"/log/courier/{notice.pk}/")
    assert told == {
        "state": "corrected",
        "sentence": "This has been corrected.",
        "kind": "correction",
        "text": notice.text,
    }
    # An old copy of the page still holds the old words.
    assert known()["state"] == "corrected"
    assert known("forty days", text=now) is None
    make_case(article, article.revisions.get(number=2), exact="39 houses")
    assert known("39 houses", text=now)["state"] == "open"


def test_a_note_is_shown_too_and_a_draft_is_not(article: Article, revision: Revision) -> None:
    decision = close(make_case(article, revision, exact=WORDS), Decision.Outcome.NOTE)
    notice = make_notice(decision, status="draft", published_at=None)
    assert known() is None
    notice.status, notice.published_at = "published", timezone.now()
    notice.save()
    assert known()["sentence"] == "The editors have published a note about this."


def test_the_public_reason_of_a_decline_is_shown(article: Article, revision: Revision) -> None:
    decision = close(make_case(article, revision, exact=WORDS), message="Only for its reader.")
    assert known() == {
        "state": "declined",
        "sentence": "This has been reported before. The editors have decided not to change it.",
        "reason": "The text is accurate as it stands.",
    }
    make_revision(article, f"<p>Updated.</p><p>{TEXT}</p>")
    assert known()["state"] == "declined"
    Decision.objects.update(reason=Decision.Reason.UNCLEAR)
    assert known() is None
    Decision.objects.update(reason=decision.reason, undone_at=timezone.now())
    assert known() is None


def test_a_decline_says_nothing_of_words_that_were_changed_since(
    article: Article, revision: Revision
) -> None:
    close(make_case(article, revision, exact=WORDS))
    now = TEXT.replace(WORDS, "32 houses")
    make_revision(article, f"<p>{now}</p>")
    assert known("32 houses", text=now) is None


@pytest.mark.parametrize("part", ["headline", "caption", "image"])
def test_beside_the_text_equal_words_are_the_same(article: Article, revision: Revision, part: str) -> None:
    def make(words: str = "A Fire  in Town", **fields: str) -> Case:
        now = timezone.now()
        case = Case.objects.create(
            site=article.site, article=article, state=State.LOCATED, opened_at=now, changed_at=now
        )
        make_report(article.site, exact=words, part=part, case=case, **fields)
        return case

    case = make()
    assert known("a fire in town", part=part)["state"] == "open"
    assert known("a fire in town") is None
    assert known("a fire", part=part) is None
    close(case)
    assert known("a fire in town", part=part)["state"] == "declined"
    make(image="https://img.example/1.jpg", words="")
    assert known("", part=part) is None
    if part == "image":
        assert known("", part=part, image="https://img.example/1.jpg")["state"] == "open"


def test_the_number_of_queries_does_not_grow(article: Article, revision: Revision) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert known()["state"] == "open"
        return len(captured)

    first = make_case(article, revision, exact=WORDS)
    before = counted()
    for _ in range(5):
        make_notice(close(make_case(article, revision, exact="forty days"), Decision.Outcome.ACCEPT))
        close(make_case(article, revision, exact="the river"))
        joined = make_case(article, revision, exact=WORDS, state=State.MERGED)
        Merge.objects.create(source=joined, target=first, merged_at=timezone.now())
    assert counted() == before <= 8


def test_a_network_may_ask_more_often_than_it_may_report(revision: Revision, settings: Any) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"report_limit": 1})
    assert {ask(question()).status_code for _ in range(10)} == {200}
    refused = ask(question())
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert refused["Access-Control-Allow-Origin"] == ORIGIN


def test_what_is_not_read_is_not_counted(revision: Revision, settings: Any) -> None:
    """Any page of the web can make its visitors send such requests."""
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"report_limit": 1})
    for _ in range(2 * LOOKS_A_REPORT):
        assert Client().post("/widget/known", "{}", content_type="text/plain").status_code == 415
        large = Client().post("/widget/known", "x" * 70_000, content_type="application/json")
        assert large.status_code == 413
        assert Client().get("/widget/known").status_code == 405
    assert ask(question()).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ([], 422),
        ({"url": URL}, 422),
        ({**question(), "part": "advert"}, 422),
        ({**question(), "target": {"selector": []}}, 422),
        (question("x" * 4001), 422),
        ({**question(), "url": "https://other.example/story.html"}, 422),
        ({**question(), "url": "javascript:alert(1)"}, 422),
        ({**question(), "comment": "x" * 70_000}, 413),
        (question("\x00"), 200),
    ],
)
def test_what_makes_no_sense_is_refused(revision: Revision, asked: object, status: int) -> None:
    response = ask(asked)
    assert response.status_code == status
    assert response["Content-Type"] == ("application/json" if status == 200 else "application/problem+json")


def test_only_json_is_read_and_only_posted(revision: Revision) -> None:
    assert Client().get("/widget/known")["Allow"] == "POST, OPTIONS"
    assert Client().post("/widget/known", {"url": URL}).status_code == 415
    assert ask(question(), origin="https://other.example").status_code == 200
    assert "Access-Control-Allow-Origin" not in ask(question(), origin="https://other.example")


def test_an_open_case_is_known_by_the_words_of_an_older_revision(
    article: Article, revision: Revision
) -> None:
    case = make_case(article, revision, exact=WORDS)
    now = "It was long ago, and the number of the houses that burnt down is not known to anybody any more."
    newer = make_revision(article, f"<p>{now}</p>")
    # Until the worker has followed the words, and where it is not sure of them, nothing is said.
    assert known() is None
    place = Passage.objects.create(
        case=case, revision=newer, start=0, end=10, kind="replaced", confidence=0.9, found_at=timezone.now()
    )
    assert known() is None
    Passage.objects.filter(pk=place.pk).update(confidence=ASK_BELOW)
    assert known()["readers"] == 1
    assert known("forty days") is None
    for number in range(5):
        make_revision(article, f"<p>{now} {number}</p>")
    assert known() is None


def test_words_of_an_older_revision_cost_a_network_more(
    article: Article, revision: Revision, settings: Any
) -> None:
    make_notice(close(make_case(article, revision, exact=WORDS), Decision.Outcome.NOTE), old=WORDS, new=WORDS)
    kept, _then, gone = TEXT.partition(" Then")
    make_revision(article, f"<p>{kept}</p>")
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"report_limit": 1})
    # Ten questions: the first counts as five. For the third too little is left to look back, so it is one.
    assert ask(question(gone.strip())).status_code == 200
    assert known()["state"] == "corrected"
    assert ask(question(gone.strip())).status_code == 200
    assert [ask(question()).status_code for _ in range(3)] == [200, 200, 200]
    assert [ask(question()).status_code for _ in range(2)] == [429, 429]
