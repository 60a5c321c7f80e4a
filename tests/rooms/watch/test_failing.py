"""Watch says why an article cannot be read, and tries again what may get better: missing, shut, cut off."""

from datetime import timedelta

import pytest
from django.utils import timezone

from corrigenda.connectors.article import headline_of
from corrigenda.models import Address, Article, Revision, Site
from corrigenda.watch import actions, step
from tests.rooms.connectors.servers import Answer, Server, page
from tests.rooms.factories import make_article, make_revision
from tests.rooms.watch.test_step import LONG, STORY, due_again, report


@pytest.mark.parametrize("status", [404, 410])
def test_missing(site: Site, server: Server, status: int) -> None:
    """The address says so; a later report has it tried again, not before an hour."""
    server.answers["/story.html"] = Answer("gone", status)
    report(site, server.url("/story.html"))
    assert step.run() == 1
    address = Address.objects.get()
    assert (address.outcome, address.article) == (Article.Outcome.MISSING, None)
    assert str(status) in address.problem
    assert address.next_attempt_at is not None
    assert address.next_attempt_at > timezone.now() + timedelta(hours=1)
    assert step.run() == 0
    server.answers["/story.html"] = Answer(STORY)
    due_again()
    assert step.run() == 1
    assert Article.objects.get().outcome == Article.Outcome.READ


def test_an_article_that_was_read_and_is_missing_keeps_its_revisions(site: Site, server: Server) -> None:
    """The row says missing, the words are still known."""
    article = make_article(site)
    make_revision(article, LONG)
    actions.ask_reading(article=article)
    step.run()
    article.refresh_from_db()
    assert article.outcome == Article.Outcome.MISSING
    assert article.reading_asked_at is None
    assert article.revisions.count() == 1


CUT_OFF = "<p>" + "The ferry came on time. " * 15 + "</p>"
PAYWALL = '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        (page("<div>no root</div>"), "root selectors"),
        (page("<article><script>x</script></article>"), "empty"),
        (page(f"<article>{LONG}</article>", head=PAYWALL), "not free to read"),
    ],
)
def test_unreadable(site: Site, server: Server, html: str, sentence: str) -> None:
    """The article is known, its text is not, and nothing is taken for its text."""
    server.answers["/story.html"] = Answer(html)
    report(site, server.url("/story.html"))
    step.run()
    article = Article.objects.get()
    address = Address.objects.get()
    assert address.article == article
    assert (article.outcome, address.outcome) == (Article.Outcome.UNREADABLE, Article.Outcome.UNREADABLE)
    assert sentence in address.problem
    assert not Revision.objects.exists()
    assert step.run() == 0


@pytest.mark.parametrize("status", [401, 402, 403, 451])
def test_a_page_that_is_shut_is_unreadable(site: Site, server: Server, status: int) -> None:
    """There is a page, and it is not for us: that is not missing."""
    server.answers["/story.html"] = Answer("no", status)
    report(site, server.url("/story.html"))
    step.run()
    assert Address.objects.get().outcome == Article.Outcome.UNREADABLE


@pytest.mark.parametrize(
    ("body", "head", "outcome"),
    [
        (LONG, PAYWALL, Article.Outcome.READ),
        (CUT_OFF + "<div class='Paywall-box'></div>", "", Article.Outcome.UNREADABLE),
        (CUT_OFF, PAYWALL, Article.Outcome.UNREADABLE),
        (CUT_OFF, "", Article.Outcome.READ),
        ("<p>Ferry.</p>", "", Article.Outcome.UNREADABLE),
    ],
    ids=["whole behind a sign", "cut with a wall", "cut and declared", "shortened by its editors", "a stub"],
)
def test_a_cut_off_page_is_unreadable_and_never_gone(
    site: Site, server: Server, body: str, head: str, outcome: Article.Outcome
) -> None:
    """Less than half with the sign of a paywall, or next to nothing: the former revision stays the newest."""
    article = make_article(site)
    make_revision(article, LONG)
    server.answers["/story.html"] = Answer(page(f"<article>{body}</article>", head=head))
    actions.ask_reading(article=article)
    step.run()
    article.refresh_from_db()
    assert article.outcome == outcome
    newest = article.revisions.order_by("-number")[0]
    assert (newest.number == 1) == (outcome == Article.Outcome.UNREADABLE or body == LONG)


@pytest.mark.parametrize(
    ("answer", "outcome", "sentence"),
    [
        (Answer("{}", headers={"Content-Type": "application/json"}), "unreadable", "not an HTML page"),
        (Answer("x" * 6_000_000), "unreadable", "larger than"),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), "failed", "not among those"),
    ],
)
def test_what_will_not_get_better_is_not_repeated(
    site: Site, server: Server, answer: Answer, outcome: str, sentence: str
) -> None:
    """A human is asked at once."""
    server.answers["/story.html"] = answer
    report(site, server.url("/story.html"))
    step.run()
    address = Address.objects.get()
    assert address.outcome == outcome
    assert sentence in address.problem
    assert step.run() == 0


def test_failures_are_repeated_with_growing_pauses_and_end(site: Site, server: Server) -> None:
    """Five attempts, then a human is asked; it is tried again all the same, seldom, and can still succeed."""
    server.answers["/story.html"] = Answer("busy", 503)
    report(site, server.url("/story.html"))
    waits = []
    for attempt in range(1, 7):
        begun = timezone.now()
        assert step.run() == 1
        address = Address.objects.get()
        assert address.next_attempt_at is not None
        waits.append(round((address.next_attempt_at - begun).total_seconds()))
        assert address.attempts == attempt
        assert address.outcome == ("failed" if attempt >= 5 else "unread")
        assert "503" in address.problem
        assert step.run() == 0
        due_again()
    assert waits == [4, 16, 64, 256, 1024, 4096]
    server.answers["/story.html"] = Answer(STORY)
    step.run()
    address.refresh_from_db()
    assert (address.outcome, address.attempts, address.problem) == ("read", 0, "")


def test_a_reading_that_was_asked_for_fails_in_the_end(site: Site, server: Server) -> None:
    """Nobody waits for ever, and asking again starts afresh."""
    article = make_article(site)
    Address.objects.all().delete()
    server.answers["/story.html"] = Answer("busy", 500)
    actions.ask_reading(article=article)
    for _ in range(5):
        assert step.run() == 1
        due_again()
    assert step.run() == 0
    article.refresh_from_db()
    assert (article.outcome, article.reading_asked_at) == (Article.Outcome.FAILED, None)
    server.answers["/story.html"] = Answer(STORY)
    actions.ask_reading(article=article)
    step.run()
    article.refresh_from_db()
    assert article.outcome == Article.Outcome.READ


def test_a_page_that_ends_the_worker_is_given_up(site: Site, server: Server) -> None:
    """Attempts are counted before they are made: one that never comes back is counted too."""
    server.answers["/story.html"] = Answer(STORY)
    report(site, server.url("/story.html"))
    for _ in range(5):
        actions.begin_attempt(site=site, url=server.url("/story.html"))
    assert step.run() == 1
    assert server.requests == []
    address = Address.objects.get()
    assert address.outcome == Article.Outcome.FAILED
    assert "broken off" in address.problem


def test_one_that_fails_does_not_stop_the_others(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error that nobody thought of is logged, counted, and passed by."""

    def breaks(html: str) -> str:
        if "break" in html:
            raise RuntimeError("unthought-of")
        return headline_of(html)

    monkeypatch.setattr("corrigenda.watch.reading.headline_of", breaks)
    server.answers["/bad"] = Answer(page("<article>break</article>"))
    server.answers["/story.html"] = Answer(STORY)
    report(site, server.url("/bad"))
    report(site, server.url("/story.html"))
    assert step.run() == 2
    assert Article.objects.get().canonical_url == server.url("/story.html")
    bad = Address.objects.get(url=server.url("/bad"))
    assert (bad.attempts, bad.outcome) == (1, "unread")
    assert "unthought-of" in caplog.text
