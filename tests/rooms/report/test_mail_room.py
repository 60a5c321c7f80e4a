"""Mails that nobody has looked at take so much of the disk and no more; what there is no room for waits."""

from pathlib import Path

import pytest
from pytest_django import Settings

from corrigenda.models import Attachment, Mail
from corrigenda.report.mail.intake import BEGINNING, NO_ROOM, NotNowError, take_again, take_in
from corrigenda.report.mail.plans import Envelope
from corrigenda.report.mail.room import bytes_unseen
from tests.mails.making import file, mail, many, text
from tests.mails.parts import PNG
from tests.mails.plain import FERRY
from tests.mails.world import make_world

pytestmark = pytest.mark.django_db
IMAP = Envelope(Mail.Way.IMAP)
LMTP = Envelope(Mail.Way.LMTP)


@pytest.fixture(autouse=True)
def little(settings: Settings, tmp_path: Path) -> None:
    changes = {"data_dir": tmp_path, "mailbox_kept_bytes": 150_000}
    settings.OPTIONS = settings.OPTIONS.model_copy(update=changes)
    make_world()


def lost(number: int) -> bytes:
    """Return a mail that is set aside, for it holds nothing that can be read."""
    return mail(f"lost-{number}", text(" " * 60_000), to="x@nowhere.example")


def test_of_fetched_mails_beyond_the_budget_the_beginning_is_kept() -> None:
    kept = [take_in(lost(number), IMAP).mail for number in range(6)]
    assert {one.outcome for one in kept} == {Mail.Outcome.ASIDE}
    sizes = [len(bytes(Mail.objects.get(pk=one.pk).raw or b"")) for one in kept]
    assert min(sizes[:2]) > 60_000
    assert max(sizes[2:]) == BEGINNING
    assert NO_ROOM in kept[-1].reason
    again = take_again(kept[0])
    assert len(bytes(again.raw or b"")) >= sizes[0], "tried again, it stays whole"
    assert kept[-1].about == "olena@mail.example"


def test_a_mail_server_keeps_what_there_is_no_room_for() -> None:
    for number in range(2):
        take_in(lost(number), LMTP)
    with pytest.raises(NotNowError):
        take_in(lost(2), LMTP)
    assert Mail.objects.count() == 2
    report = take_in(mail("genuine", text(f"{FERRY} is wrong.")), LMTP).mail
    assert report.outcome == Mail.Outcome.REPORT
    Mail.objects.filter(outcome=Mail.Outcome.ASIDE).delete()
    assert take_in(lost(2), LMTP).mail.outcome == Mail.Outcome.ASIDE


def test_files_that_nobody_has_looked_at_count_too() -> None:
    photo = file("a.png", PNG + bytes(80_000), "image/png")
    body = many("multipart/mixed", text(f"See {FERRY}"), photo)
    outcomes = [take_in(mail(f"file-{number}", body), IMAP).mail.outcome for number in range(3)]
    assert outcomes == [Mail.Outcome.REPORT, Mail.Outcome.ASIDE, Mail.Outcome.ASIDE]
    assert Attachment.objects.count() == 1
    assert bytes_unseen() < 150_000


def test_long_texts_that_nobody_has_looked_at_count_too() -> None:
    long = "\U0001d4b3" * 20_000
    reports = [
        take_in(mail(f"long-{number}", text(f"{FERRY} is wrong.\n{long}")), IMAP).mail for number in range(3)
    ]
    assert [one.outcome for one in reports] == [Mail.Outcome.REPORT, Mail.Outcome.ASIDE, Mail.Outcome.ASIDE]
    assert 80_000 < bytes_unseen() - 2 * BEGINNING < 81_000
    with pytest.raises(NotNowError):
        take_in(mail("long-lmtp", text(f"{FERRY} is wrong.\n{long}")), LMTP)
    letter = take_in(mail("letter", text(f"{FERRY} is wrong.")), LMTP).mail
    assert letter.outcome == Mail.Outcome.REPORT, "a letter of a usual length is taken all the same"
    Mail.objects.filter(pk=reports[0].pk).update(emptied_at=letter.taken_at)
    assert bytes_unseen() == 2 * BEGINNING, "what is emptied does not count"


def test_with_little_free_disk_every_mail_waits(settings: Settings) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_free_bytes": 10**18})
    with pytest.raises(NotNowError):
        take_in(mail("waits", text(f"{FERRY} is wrong.")), IMAP)
    assert Mail.objects.count() == 0
