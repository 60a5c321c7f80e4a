"""Mails are taken in once, each as what it is, and nothing that one holds stops the others."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, transaction
from django.db.models.signals import post_save
from pytest_django import Settings

from corrigenda.connectors.reply_address import reply_address
from corrigenda.flow import State
from corrigenda.locate import step as locate
from corrigenda.models import Attachment, Case, Delivery, Entry, FollowUp, Mail, Report
from corrigenda.report import door, step
from corrigenda.report.door import UnavailableError
from corrigenda.report.drafts import RefusedError, ReportDraft
from corrigenda.report.mail import intake
from corrigenda.report.mail.attachments import path_of
from corrigenda.report.mail.children import READERS
from corrigenda.report.mail.intake import NotNowError, Taken, take_again, take_begun, take_in
from corrigenda.report.mail.keys import key_of
from corrigenda.report.mail.plans import NO_SITE, Envelope
from corrigenda.watch import queries as watched
from tests.mails import BECAME, all_mails
from tests.mails.making import DESK, mail, text
from tests.mails.parts import PNG
from tests.mails.plain import ENGLISH, FERRY
from tests.mails.world import World, became, make_world
from tests.rooms.factories import ORIGIN

pytestmark = pytest.mark.django_db

IMAP = Envelope(Mail.Way.IMAP)
LETTER = mail("letter", text(ENGLISH), subject="A wrong time")


@pytest.fixture(autouse=True)
def limits(settings: Settings, tmp_path: Path) -> None:
    changes = {"data_dir": tmp_path, "mailbox_file_bytes": 50_000, "mailbox_files_bytes": 100_000}
    settings.OPTIONS = settings.OPTIONS.model_copy(update=changes)


@pytest.fixture
def world() -> World:
    return make_world()


Way = Callable[[bytes, Envelope], Taken]


def take_fetched(raw: bytes, envelope: Envelope) -> Taken:
    return take_begun(raw, envelope, earlier=0)


def count_all() -> dict[str, int]:
    tables = (Mail, Report, FollowUp, Attachment, Entry)
    return {table.__name__: table._default_manager.count() for table in tables}


def test_what_each_mail_becomes(world: World) -> None:
    rows = [(name, take_in(raw, IMAP).mail.pk) for name, raw in all_mails(world.names)]
    table = "".join(f"{became(name, Mail.objects.get(pk=pk))}\n" for name, pk in rows)
    print(table)  # noqa: T201 (shown with -s)
    assert table == BECAME.read_text()
    assert len({pk for _name, pk in rows}) == len(rows) > 50


def test_taken_twice_each_is_there_once(world: World) -> None:
    mails = [raw for _name, raw in all_mails(world.names)]
    first = [take_in(raw, IMAP) for raw in mails]
    before = count_all()
    again = [take_in(raw, IMAP) for raw in mails]
    assert [taken.mail.pk for taken in again] == [taken.mail.pk for taken in first]
    assert {taken.is_repeat for taken in first} == {False}
    assert {taken.is_repeat for taken in again} == {True}
    assert count_all() == before


def test_damaged_at_random_none_is_lost_or_fatal(world: World) -> None:
    chance = random.Random(4)  # noqa: S311 (the same damage in every run)
    raws = set()
    for _name, raw in all_mails(world.names):
        damaged = bytearray(raw[: chance.randrange(len(raw) // 2, len(raw) + 1)])
        for _ in range(12):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        raws.add(bytes(damaged))
    for raw in raws:
        take_in(raw, IMAP)
    assert {key_of(raw) for raw in raws} == set(Mail.objects.values_list("key", flat=True))


def test_the_same_mail_by_another_way_is_the_same(world: World) -> None:
    piped = b"Received: from x\nDelivered-To: a@courier.example\n" + LETTER.replace(b"\r\n", b"\n") + b"\n"
    assert key_of(piped) == key_of(LETTER)
    first = take_in(LETTER, IMAP)
    again = take_in(piped, Envelope(Mail.Way.PIPE, sender="olena@mail.example", recipients=(DESK,)))
    assert (again.mail, again.is_repeat) == (first.mail, True)


def test_another_mail_with_the_same_message_id_is_another(world: World) -> None:
    take_in(LETTER, IMAP)
    take_in(mail("letter", text(f"{FERRY} I use the name of another's mail."), subject="A wrong time"), IMAP)
    assert Report.objects.filter(channel=Report.Channel.MAIL).count() == 2


def test_killed_before_the_commit_nothing_is_there_and_after_it_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = dict(all_mails(world.names))["with files"]
    before = count_all()

    class KilledError(BaseException):
        """As if the process had ended here."""

    def die(*args: object, **kwargs: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(Attachment._default_manager, "bulk_create", die)
        with pytest.raises(KilledError), transaction.atomic():
            take_in(raw, IMAP)
    assert count_all() == before
    assert not take_in(raw, IMAP).is_repeat
    assert take_in(raw, IMAP).is_repeat
    assert Attachment.objects.count() == 4
    assert path_of(Attachment.objects.get(name="photo.png").digest).read_bytes() == PNG


def test_without_a_disk_the_mail_stays_where_it_is(world: World, tmp_path: Path) -> None:
    raw = dict(all_mails(world.names))["with files"]
    (tmp_path / "attachments").write_text("in the way")
    before = count_all()
    with pytest.raises(NotNowError):
        take_in(raw, IMAP)
    assert count_all() == before
    (tmp_path / "attachments").unlink()
    assert take_in(raw, IMAP).mail.outcome == Mail.Outcome.REPORT


@pytest.mark.parametrize("way", [take_in, take_fetched], ids=["sent", "fetched"])
def test_a_mail_has_its_turn_until_it_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    steps: list[str] = []

    @contextmanager
    def turn(size: int) -> Iterator[None]:
        steps.append(f"turn of {size}")
        yield
        steps.append("turn over")

    def key(raw: bytes) -> str:
        steps.append("key")
        return key_of(raw)

    def written(**_what: object) -> None:
        steps.append("written")

    monkeypatch.setattr(READERS, "turn", turn)
    monkeypatch.setattr(intake, "key_of", key)
    raw = dict(all_mails(world.names))["with files"]
    post_save.connect(written, sender=Mail)
    try:
        way(raw, Envelope(Mail.Way.LMTP))
    finally:
        post_save.disconnect(written, sender=Mail)
    assert steps == [f"turn of {len(raw)}", "key", "written", "turn over"]


def test_without_a_database_the_mail_stays_where_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise UnavailableError from OperationalError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(door, "receive", fail)
        with pytest.raises(NotNowError):
            take_in(LETTER, IMAP)
    assert not Mail.objects.exists()
    assert take_in(LETTER, IMAP).mail.outcome == Mail.Outcome.REPORT


def test_an_unexpected_failure_sets_aside_and_logs_no_word_of_the_mail(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError(ENGLISH)

    with monkeypatch.context() as patched:
        patched.setattr(intake, "plan_for", fail)
        kept = take_in(LETTER, IMAP).mail
    assert kept.reason == "Reading it failed unexpectedly (RuntimeError)."
    assert "RuntimeError" in caplog.text
    assert "timetable" not in caplog.text
    assert bytes(kept.raw or b"") == LETTER
    assert take_again(kept).outcome == Mail.Outcome.REPORT


def test_set_aside_and_tried_again_once_its_address_is_known(world: World, settings: Settings) -> None:
    raw = mail("aside", text("Is this the bakery?"), to="Somebody <x@mail.example>")
    envelope = Envelope(Mail.Way.LMTP, sender="olena@mail.example", recipients=("news@unknown.example",))
    kept = take_in(raw, envelope).mail
    assert (kept.outcome, kept.reason, kept.report) == (Mail.Outcome.ASIDE, NO_SITE, None)
    assert take_again(kept).outcome == Mail.Outcome.ASIDE
    settings.OPTIONS = settings.OPTIONS.model_copy(
        update={"mailbox_sites": {"News@Unknown.example": "gazeta"}}
    )
    done = take_again(Mail.objects.get())
    assert (done.outcome, done.reason, done.raw) == (Mail.Outcome.REPORT, "", None)
    assert done.report is not None
    assert done.report.site == world.gazeta
    assert take_in(raw, envelope).mail == done
    assert take_again(done) == done
    assert Mail.objects.count() == 1


def test_a_mail_about_no_known_article_reaches_the_desk(world: World) -> None:
    taken = take_in(mail("unknown", text("Your ferry story is wrong.")), IMAP)
    step.run()
    report = Report.objects.get(mails=taken.mail)
    assert (report.url, report.channel, report.site) == ("", Report.Channel.MAIL, world.courier)
    assert report.url not in {url for _site, url in watched.addresses_to_read(50)}
    locate.run()
    case = Case.objects.get(report=report)
    entry = case.entries.last()
    assert (case.state, case.article) == (State.UNLOCATED, None)
    assert entry is not None
    assert entry.verb == "unlocated_no_article"


def test_a_report_by_mail_is_one_like_any_other(world: World) -> None:
    report = Report.objects.get(mails=take_in(LETTER, IMAP).mail)
    assert report.contact is not None
    assert report.contact.email == "olena@mail.example"
    assert (report.concern, report.language) == (Report.Concern.OTHER, "en")
    assert report.comment.startswith("A wrong time\n\nDear editors,")
    assert report.comment.endswith("That was last year's timetable.")
    step.run()
    locate.run()
    assert Case.objects.get(report=report).state == State.LOCATED


@pytest.mark.parametrize(
    "address", ["-x@mail.example", "|x@mail.example", "a%b.example@mail.example", "b.example!a@mail.example"]
)
def test_a_writer_whose_address_a_server_may_obey_gets_no_answer(world: World, address: str) -> None:
    kept = take_in(mail("obeyed", text(f"{FERRY} is wrong."), From=f"Reader <{address}>"), IMAP).mail
    assert kept.outcome == Mail.Outcome.REPORT
    assert kept.report is not None
    assert kept.report.contact is None


def test_an_answer_is_a_row_of_its_own_and_the_history_names_it(world: World) -> None:
    raw = mail("answer", text("The price as well."), to=reply_address(DESK, world.answered.pk).upper())
    reports = Report.objects.count()
    take_in(raw, IMAP)
    follow_up = FollowUp.objects.get()
    assert (follow_up.report, follow_up.comment) == (world.answered, "The price as well.")
    assert Report.objects.count() == reports
    entry = Entry.objects.get(case=world.answered.case)
    assert (entry.room, entry.verb) == ("report", "followed_up")
    assert entry.rows == {"follow_up": follow_up.pk, "report": world.answered.pk}
    assert entry.before + entry.after == ""


def test_a_letter_that_came_back_is_undelivered_once(world: World) -> None:
    mails = dict(all_mails(world.names))
    letter = world.letters[1]
    assert letter.delivered_at is not None
    take_in(mails["bounce"], IMAP)
    take_in(mails["bounce again"], IMAP)
    letter = Delivery.objects.get(pk=letter.pk)
    assert (letter.delivered_at, letter.problem) == (None, "The mail came back: 5.1.1.")
    assert letter.abandoned_at is not None
    entry = Entry.objects.get(case=letter.case)
    assert (entry.verb, entry.after) == ("bounced", "The mail came back: 5.1.1.")
    assert entry.rows == {"delivery": letter.pk, "report": letter.reply.report_id}
    take_in(mails["delayed"], IMAP)
    assert Delivery.objects.filter(abandoned_at=None).count() == 4


def test_no_word_of_a_reader_stands_in_an_entry(world: World) -> None:
    for _name, raw in all_mails(world.names):
        take_in(raw, IMAP)
    step.run(limit=500)
    told = "\n".join(f"{entry.before} {entry.after} {entry.rows}" for entry in Entry.objects.all())
    assert "mail.example" not in told
    assert "timetable" not in told


def test_who_has_a_mail_neither_gets_its_report_nor_takes_its_place(world: World) -> None:
    """The key of its report cannot be computed from the mail, and would not count on a public channel."""
    forged = f"mail-{key_of(LETTER)}"
    draft = ReportDraft(url=f"{ORIGIN}/night-ferry.html", concern="fact", exact="ferry", comment="mine")
    for channel in (Report.Channel.WIDGET, Report.Channel.FORM):
        with pytest.raises(RefusedError):
            door.receive(draft=draft, idempotency_key=forged, channel=channel)
    taken = take_in(LETTER, IMAP).mail
    assert taken.report is not None
    assert taken.report.idempotency_key != forged
    assert not Report.objects.filter(comment="mine").exists()
    assert taken.report.channel == Report.Channel.MAIL
