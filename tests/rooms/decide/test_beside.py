"""Reports about headlines, captions and images: how they are joined, shown and decided."""

import pytest
from django.test import Client
from django.utils import timezone

from corrigenda import ledger
from corrigenda.decide import step
from corrigenda.decide.actions import merge_case, unmerge_case
from corrigenda.decide.beside import view_beside
from corrigenda.disclose import step as disclose
from corrigenda.flow import State
from corrigenda.ledger import Actor, Change
from corrigenda.models import Article, Case, Decision, Member, Merge, Report, Revision
from corrigenda.web.answers import decided_sentence
from tests.rooms.decide.doing import decline, note, undo
from tests.rooms.decide.reading import address, field, page, seen_in, text_of
from tests.rooms.factories import make_article, make_case, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("revision")]

IMAGE = "https://img.example/ferry.jpg?w=640"
ATTACK = 'javascript:alert(1)//"><img src=x onerror=alert(1)>'


def make_beside(
    article: Article, exact: str = "A story", *, part: str = "headline", verb: str = "", **fields: str
) -> Case:
    """Make a case that locate has found beside the text."""
    case = ledger.open_case(site=article.site, by=Actor("report"), rows={})
    make_report(article.site, exact=exact, part=part, case=case, **fields)
    change = Change(verb=verb or ("located_image" if part == "image" else "located_headline"))
    return ledger.advance(case, State.LOCATED, by=Actor("locate"), change=change, article=article)


def standing(*cases: Case) -> list[tuple[int, int]]:
    return list(Merge.objects.standing().filter(source__in=cases).values_list("source", "target"))


def test_the_same_words_of_one_headline_are_joined(article: Article) -> None:
    first, same = make_beside(article), make_beside(article, " a  STORY ")
    other_words = make_beside(article, "story")
    other_part = make_beside(article, part="image")
    other_article = make_beside(make_article(article.site, path="/other.html"))
    in_text = make_case(article, article.revisions.get(), exact="the spring")
    assert step.run() == 1
    assert step.run() == 0
    assert standing(first, same, other_words, other_part, other_article, in_text) == [(same.pk, first.pk)]


def test_images_are_joined_by_their_address_or_by_equal_words(article: Article) -> None:
    first = make_beside(article, "The ferry", part="image", image=IMAGE)
    same = make_beside(article, "", part="image", image=IMAGE)
    make_beside(article, "The ferry", part="image", image="https://img.example/other.jpg")
    by_words = make_beside(article, "the ferry", part="image")
    nothing = [make_beside(article, "", part="image") for _ in range(2)]
    assert step.run() == 2
    assert standing(*Case.objects.all()) == [(same.pk, first.pk), (by_words.pk, first.pk)]
    assert {case.state for case in nothing} == {State.LOCATED}


def test_what_an_editor_parts_is_not_joined_again(article: Article, member: Member) -> None:
    make_beside(article)
    second = make_beside(article)
    step.run()
    back = unmerge_case(source_id=second.pk, member=member)
    assert back.state == State.LOCATED
    assert step.run() == 0


def test_the_headline_is_shown_with_the_quoted_words_marked(desk: Client, article: Article) -> None:
    case = make_beside(article, "STORY")
    html = page(desk, case)
    assert "<p>A <mark>story</mark></p>" in html
    assert "In the headline" in text_of(html)
    assert "Please correct it in your CMS" in text_of(html)
    assert 'id="accept"' not in html
    assert '<details name="way" id="note" data-way="n" open>' in html
    assert "Where is it?" not in html
    queue = text_of(desk.get("/desk/").content.decode())
    assert "“STORY”" in queue
    assert "In the headline" in queue


def test_a_headline_that_was_changed_is_shown_beside_the_quotation(desk: Client, article: Article) -> None:
    case = make_beside(article, "An old story", verb="headline_differs")
    shown = text_of(page(desk, case))
    assert "does not hold these words. A story The reader quoted: An old story" in shown


def test_an_image_is_named_and_never_loaded(desk: Client, article: Article) -> None:
    case = make_beside(article, "The <b>ferry</b>", part="image", image=ATTACK)
    for html in (page(desk, case), desk.get("/desk/").content.decode()):
        assert "An image" in text_of(html)
        assert "<img" not in html
        assert "<b>ferry" not in html
        assert 'href="javascript' not in html
    assert ATTACK in text_of(page(desk, case))
    bare = make_beside(article, "", part="image", image="data:" + "A" * 1900)
    shown = view_beside(bare.report, article)
    assert shown is not None
    assert len(shown.image) == 500
    assert desk.get("/desk/").status_code == 200


def test_a_caption_that_is_not_in_the_text_says_so(desk: Client, article: Article) -> None:
    case = ledger.open_case(site=article.site, by=Actor("report"), rows={})
    make_report(article.site, exact="The mayor waves", part="caption", case=case)
    change = Change(verb="unlocated_gone")
    ledger.advance(case, State.UNLOCATED, by=Actor("locate"), change=change, article=article)
    shown = text_of(page(desk, case))
    assert "In a caption" in shown
    assert "The quoted caption does not stand in the text of the article" in shown
    assert "Publish a note" in shown


def test_a_headline_is_corrected_by_hand_and_a_note_published(
    desk: Client, article: Article, member: Member
) -> None:
    case = make_beside(article, "a STORY", suggestion="No story", concern="fact")
    html = page(desk, case)
    offered = field(html, "note_notice_text")
    assert offered == (
        "An earlier headline of this article wrongly said “A story”. It should have said “No story”."
    )
    data = {**seen_in(html, "note"), "kind": "correction", "notice_text": offered}
    assert desk.post(address(case, "note"), data).status_code == 303
    html = page(desk, case)
    assert "words unchanged" not in html
    decision = Decision.objects.get()
    assert decided_sentence(decision) == "The editors have published a note about the headline."
    back = undo(case, member)
    assert back.state == State.LOCATED
    assert field(page(desk, back), "note_notice_text") == offered


def test_no_note_is_offered_about_words_that_the_headline_never_held(desk: Client, article: Article) -> None:
    case = make_beside(article, "Never said", verb="headline_differs", suggestion="No story")
    assert field(page(desk, case), "note_notice_text") == ""


@pytest.mark.parametrize("part", ["headline", "image"])
def test_it_is_declined_and_undone_like_any_other(article: Article, member: Member, part: str) -> None:
    case = make_beside(article, part=part)
    decline(case, member)
    assert undo(case, member).state == State.LOCATED
    case.refresh_from_db()
    noted = note(case, member, "The headline was wrong.")
    assert noted.old == ""
    assert str(part) in decided_sentence(noted)


def test_others_of_the_same_headline_can_be_joined_by_hand(
    desk: Client, article: Article, revision: Revision, member: Member
) -> None:
    first, second = make_beside(article), make_beside(article, "story")
    make_beside(article, part="image", image=IMAGE)
    html = page(desk, second)
    assert html.count("The same: join them") == 1
    assert f'name="target" value="{first.pk}"' in html
    merge_case(source_id=second.pk, target_id=first.pk, member=member)
    Report.objects.filter(case=second).update(created_at=timezone.now())
    assert "The same: join them" not in page(desk, first)


@pytest.mark.parametrize(
    ("part", "exact", "answer"),
    [
        ("headline", "A story", "The editors have published a note about the headline."),
        ("image", "", "The editors have published a note about the image."),
    ],
)
def test_its_readers_are_answered_and_the_log_holds_the_note(
    article: Article, member: Member, part: str, exact: str, answer: str
) -> None:
    case = make_beside(article, exact, part=part, image=IMAGE)
    note(case, member, "The ferry is another one.")
    Case.objects.update(not_before=None)
    assert disclose.run() == 2
    status = text_of(Client().get(f"/status/{case.report.token}/").content.decode())
    assert answer in status
    assert "text of the article is unchanged" not in status
    log = Client().get("/log/courier/").content.decode()
    assert "The ferry is another one." in text_of(log)
    assert "<img" not in log
