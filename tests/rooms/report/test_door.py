"""The door: what it stores, what it refuses, and that a key counts once."""

import threading
from dataclasses import replace as replaced

import pytest
from django.db import connection
from msgspec.structs import replace

from corrigenda.models import Case, Contact, Entry, Report
from corrigenda.report.bounds import MOST
from corrigenda.report.door import Receipt, answer_language, receive
from corrigenda.report.drafts import RefusedError, ReportDraft
from tests.rooms.factories import ORIGIN, make_site

KEY = "4f3c2f1e-0000-4000-8000-000000000001"
DRAFT = ReportDraft(
    url=f"{ORIGIN}/story.html?utm_source=mail#top",
    language="en",
    concern="fact",
    exact="the bridge opened in 1931",
    prefix="said that ",
    suffix=", after",
    position=120,
    suggestion="the bridge opened in 1932",
    comment="The plaque says so.",
    email="reader@example.org",
)
WIDGET, FORM = Report.Channel.WIDGET, Report.Channel.FORM


def take(draft: ReportDraft = DRAFT, *, key: str = KEY, channel: Report.Channel = WIDGET) -> Receipt:
    """Hand a draft to the door."""
    return receive(draft=draft, idempotency_key=key, channel=channel)


def refused(draft: ReportDraft, *, key: str = KEY, channel: Report.Channel = WIDGET) -> set[str]:
    """Return the fields that the door names, having stored nothing."""
    with pytest.raises(RefusedError) as caught:
        take(draft, key=key, channel=channel)
    assert not Report.objects.exists()
    assert not Contact.objects.exists()
    return set(caught.value.problems)


def with_text(draft: ReportDraft, name: str, text: str) -> ReportDraft:
    """Return the draft with another text in one field."""
    return replace(draft, **{name: text})


@pytest.mark.django_db
def test_a_report_is_stored_as_it_was_sent_and_nothing_else_is() -> None:
    site = make_site()
    receipt = take()
    report = Report.objects.get()
    assert (report.url, report.site, report.channel) == (f"{ORIGIN}/story.html", site, "widget")
    assert (report.exact, report.prefix, report.suffix, report.position) == (
        "the bridge opened in 1931",
        "said that ",
        ", after",
        120,
    )
    assert (report.concern, report.suggestion, report.comment) == (
        "fact",
        "the bridge opened in 1932",
        "The plaque says so.",
    )
    assert report.contact is not None
    assert report.contact.email == "reader@example.org"
    assert receipt.id == str(report.pk)
    assert receipt.status.endswith(f"/status/{report.token}/")
    assert receipt.message == "Thank you. The newsroom of The Courier has your report."
    assert len(report.token) == 43
    assert (Case.objects.count(), Entry.objects.count(), receipt.replayed) == (0, 0, False)


@pytest.mark.django_db
def test_a_known_key_gets_the_first_receipt_whatever_comes_with_it() -> None:
    make_site()
    first = take()
    again = take(replace(DRAFT, comment="Something else", url=f"{ORIGIN}/another.html", exact=""))
    assert again == replaced(first, replayed=True)
    assert (Report.objects.count(), Contact.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_key_is_known_on_its_own_site_and_channel_alone() -> None:
    make_site()
    make_site("gazette", origin="https://gazette.example")
    first = take()
    elsewhere = take(replace(DRAFT, url="https://gazette.example/story.html"))
    by_form = take(channel=Report.Channel.FORM)
    assert not elsewhere.replayed
    assert not by_form.replayed
    assert len({first.token, elsewhere.token, by_form.token}) == 3
    for url in ("https://nobody.example/", "x", ""):
        with pytest.raises(RefusedError):
            take(replace(DRAFT, url=url))


@pytest.mark.django_db
@pytest.mark.parametrize("channel", [WIDGET, Report.Channel.FORM])
@pytest.mark.parametrize("prefix", ["mail-", "MAIL-", "demo-", "erased-"])
def test_keys_that_this_desk_makes_are_refused_from_outside(prefix: str, channel: Report.Channel) -> None:
    make_site()
    assert refused(DRAFT, key=f"{prefix}{'a' * 64}", channel=channel) == {"idempotency_key"}


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_makes_one_row() -> None:
    make_site()
    start, receipts, errors = threading.Barrier(6), [], []

    def send() -> None:
        start.wait()
        try:
            receipts.append(take())
        except Exception as error:  # noqa: BLE001 (looked at below)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({receipt.id for receipt in receipts}) == 1
    assert sorted(receipt.replayed for receipt in receipts) == [False] + [True] * 5
    assert (Report.objects.count(), Contact.objects.count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/story",
        "http://courier.example/story.html",
        "https://courier.example:8443/story.html",
        "https://courier.example.evil.example/",
        "https://courier.example@evil.example/",
        "javascript:alert(1)",
        "/story.html",
        "",
        "https://",
        f"{ORIGIN}/{'x' * 2000}",
        f"{ORIGIN}/\x00",
        f"{ORIGIN}/\ud800",
    ],
)
def test_an_address_that_is_nobodys_is_refused(url: str) -> None:
    make_site()
    assert refused(replace(DRAFT, url=url)) == {"url"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", MOST)
def test_texts_may_be_so_long_and_no_longer(name: str) -> None:
    make_site()
    draft = ReportDraft(url=f"{ORIGIN}/a", concern="typo", exact="x")
    if name == "email":
        assert refused(replace(draft, email=f"{'x' * 250}@b.example")) >= {"email"}
        return
    assert refused(with_text(draft, name, "ї" * (MOST[name] + 1))) == {name}
    take(with_text(draft, name, "ї" * MOST[name]))
    assert len(getattr(Report.objects.get(), name)) == MOST[name]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["language", "concern", *MOST])
@pytest.mark.parametrize("bad", ["a\x00b", "a\ud83db", "\udc00"])
def test_what_no_database_holds_is_refused_by_name(name: str, bad: str) -> None:
    make_site()
    assert refused(with_text(DRAFT, name, bad)) == {name}


@pytest.mark.django_db
def test_every_wrong_field_is_named() -> None:
    make_site()
    draft = replace(DRAFT, url="x", exact=" \n", concern="", email="not an address", comment="x" * 5001)
    assert refused(draft) == {"url", "exact", "concern", "email", "comment"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "email", ["a@b", "a b@c.example", "a@c.example\nBcc: d@e.example", "<a@c.example>", "@"]
)
def test_an_address_for_the_answer_must_be_one(email: str) -> None:
    make_site()
    assert refused(replace(DRAFT, email=email)) == {"email"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ["", "short", "x" * 101, "with space and more", "ключ-ключ-ключ-ключ", "x" * 16 + "\n"]
)
def test_a_key_must_be_one(key: str) -> None:
    make_site()
    assert refused(DRAFT, key=key) == {"idempotency_key"}


@pytest.mark.django_db
def test_without_the_widget_a_complaint_is_enough() -> None:
    make_site()
    bare = ReportDraft(url=f"{ORIGIN}/a", concern="missing")
    assert refused(bare) == {"exact"}
    assert refused(bare, channel=FORM) == {"comment"}
    assert refused(replace(bare, comment="Half of it is missing."), channel=WIDGET) == {"exact"}
    take(replace(bare, comment="Half of it is missing."), channel=FORM)
    assert Report.objects.get().exact == ""


@pytest.mark.django_db
def test_what_the_reader_wrote_is_tidied_and_what_was_quoted_is_not() -> None:
    make_site()
    take(
        replace(
            DRAFT,
            exact=" a\x0bb\u202e ",
            suggestion=" a c\r\n",
            comment=" one\r\ntwo\x1b[31m\x07\x85 ",
            email=" reader@example.org ",
        )
    )
    report = Report.objects.get()
    assert report.exact == " a\x0bb\u202e "
    assert report.suggestion == " a c\n"
    assert report.comment == "one\ntwo[31m"
    assert str(report.contact and report.contact.email) == "reader@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize("suggestion", ["", "the bridge", " the bridge\n"])
def test_a_suggestion_that_changes_nothing_is_none(suggestion: str) -> None:
    make_site()
    take(replace(DRAFT, exact="the bridge", suggestion=suggestion))
    assert Report.objects.get().suggestion == ""


@pytest.mark.django_db
@pytest.mark.parametrize("suggestion", [" ", " \r\n\t"])
def test_a_suggestion_of_white_space_alone_asks_for_the_words_to_be_deleted(suggestion: str) -> None:
    make_site()
    take(replace(DRAFT, exact="the bridge", suggestion=suggestion))
    assert Report.objects.get().suggestion == Report.NO_WORDS


@pytest.mark.django_db
def test_the_receipt_speaks_the_readers_language() -> None:
    site = make_site(languages=["uk", "en"])
    assert take(replace(DRAFT, language="en-GB")).message.startswith("Thank you.")
    assert (answer_language("uk", None), answer_language("UK-ua", site)) == ("uk", "uk")
    assert answer_language("tlh", site) == "uk"
    assert answer_language("", None) == "en"
    assert answer_language("../../etc", None) == "en"
    ours = take(replace(DRAFT, language="not a language!"), key=KEY + "b")
    assert Report.objects.latest("id").language == "uk"
    assert ours.message == "Дякуємо. Редакція видання «The Courier» отримала ваше повідомлення."
