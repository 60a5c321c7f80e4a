"""A page whose text changes all the time, and words that are nowhere: work and rows stay linear."""

from datetime import timedelta

import pytest
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.locate import step
from corrigenda.models import Address, Article, Case, Entry, Passage, Revision, Site
from corrigenda.watch import step as watch
from tests.rooms.connectors.servers import Answer, Server, serving
from tests.rooms.factories import make_article, make_case, make_revision, make_site
from tests.rooms.locate.test_step import HTML, newest, open_case

pytestmark = pytest.mark.django_db
READERS = 12


def counting(number: int, more: str = "") -> Answer:
    """A page that says how many readers it has had."""
    return Answer(f"<article>{HTML}{more}<p>Seen by {number} readers.</p></article>")


def work() -> None:
    while watch.run() + step.run():
        pass


def pass_a_minute() -> None:
    """Let a minute pass: what was kept moves into the past."""
    minute = timedelta(minutes=1, seconds=1)
    for article in Article.objects.all():
        asked = article.reading_asked_at
        article.reading_asked_at = asked and asked - minute
        article.read_at = article.read_at and article.read_at - minute
        article.save()
    for address in Address.objects.exclude(tried_at=None):
        Address.objects.filter(pk=address.pk).update(tried_at=(address.tried_at or timezone.now()) - minute)


def test_reports_of_words_that_are_nowhere_have_a_page_read_once_a_minute() -> None:
    with serving() as server:
        article = make_article(newspaper(server))
        make_revision(article, HTML)
        for number in range(READERS):
            server.answers["/story.html"] = counting(number)
            open_case(article, f"Words {number} that nobody has written anywhere here")
            work()
        late = open_case(article, "Words that were written later on")
        work()
        assert server.paths() == []
        article.refresh_from_db()
        assert article.reading_asked_at is not None
        assert article.reading_asked_at > timezone.now()
        pass_a_minute()
        server.answers["/story.html"] = counting(99, "<p>Words that were written later on.</p>")
        before = Entry.objects.count()
        work()
        late.refresh_from_db()
        assert late.state == State.LOCATED
        assert len(server.paths()) == 1
        assert Revision.objects.count() == 2
        # Only the one that was found has news.
        assert Entry.objects.count() == before + 1
        assert Passage.objects.count() == READERS + 2


def newspaper(server: Server) -> Site:
    return make_site(
        origin=f"http://{server.place}", fetch_hosts=[server.place], private_hosts=[server.place]
    )


@pytest.mark.parametrize("state", [State.LOCATED, State.ACCEPTED])
def test_words_that_stay_leave_no_entry_in_the_history(state: State) -> None:
    article = make_article(make_site())
    case = make_case(article, make_revision(article, f"{HTML}<p>0</p>"), exact="Forty people", state=state)
    entries = case.entries.count()
    for number in range(1, 6):
        last = make_revision(article, f"{HTML}<p>{number}</p>")
        assert step.run() == 1
        assert (newest(case).revision, newest(case).exact) == (last, "Forty people")
    assert case.entries.count() == entries
    # A decision may use any of its places; an undecided case keeps the first and the last.
    assert case.passages.count() == (2 if state == State.LOCATED else 6)
    make_revision(article, HTML.replace("Forty", "Fourteen"))
    assert step.run() == 1
    assert case.entries.count() == entries + 1
    assert newest(case).exact == "Fourteen people"


def test_words_that_stay_nowhere_keep_one_row() -> None:
    article = make_article(make_site())
    make_revision(article, HTML)
    case = open_case(article, "Words that nobody has written anywhere here")
    step.run()
    entries = Case.objects.get(pk=case.pk).entries.count()
    for number in range(5):
        last = make_revision(article, f"{HTML}<p>{number}</p>")
        step.run()
        assert newest(case).revision == last
    assert (case.passages.count(), case.entries.count()) == (1, entries)
    assert step.run() == 0
