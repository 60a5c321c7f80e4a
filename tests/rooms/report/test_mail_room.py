"""Mails that nobody has looked at take so much of the disk and no more; what there is no room for waits."""

import contextlib
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from corrigenda.models import Attachment, Mail
from corrigenda.report.mail.intake import (
    BEGINNING,
    CUT,
    LONG_BEGINNING,
    NO_ROOM,
    NotNowError,
    set_aside,
    take_again,
    take_in,
)
from corrigenda.report.mail.plans import Envelope
from corrigenda.report.mail.room import ROW, bytes_unseen
from tests.mails.making import file, mail, many, text
from tests.mails.parts import PNG
from tests.mails.plain import FERRY
from tests.mails.world import make_world
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db
IMAP = Envelope(Mail.Way.IMAP)
LMTP = Envelope(Mail.Way.LMTP)


@pytest.fixture(autouse=True)
def little(settings: Settings, tmp_path: Path) -> None:
    changes = {"data_dir": tmp_path, "mailbox_kept_bytes": 2_000_000}
    settings.OPTIONS = settings.OPTIONS.model_copy(update=changes)
    make_world()


def lost(number: int, size: int = 300_000) -> bytes:
    """Return a mail of that size that is set aside, for it holds nothing that can be read."""
    return mail(f"lost-{number}", text(" " * size), to="x@nowhere.example")


def with_photo(number: int, size: int = 80_000) -> bytes:
    """Return a report with a photo of that size."""
    photo = file("a.png", PNG + bytes(size), "image/png")
    return mail(f"file-{number}", many("multipart/mixed", text(f"See {FERRY}"), photo))


def kept_of(row: Mail) -> int:
    return len(bytes(Mail.objects.get(pk=row.pk).raw or b""))


def test_of_fetched_mails_beyond_the_budget_the_beginning_is_kept() -> None:
    kept = [take_in(lost(number), IMAP).mail for number in range(6)]
    assert {one.outcome for one in kept} == {Mail.Outcome.ASIDE}
    sizes = [kept_of(one) for one in kept]
    assert min(sizes[:2]) > 300_000
    assert max(sizes[2:]) == BEGINNING
    assert NO_ROOM in kept[-1].reason
    again = take_again(kept[0])
    assert kept_of(again) == sizes[0], "tried again, it stays whole"
    assert NO_ROOM in take_again(kept[-1]).reason
    assert kept[-1].about == "olena@mail.example"


def test_of_handed_over_mails_beyond_their_share_a_longer_beginning_is_kept() -> None:
    kept = [take_in(lost(number), LMTP).mail for number in range(3)]
    assert [kept_of(one) > 300_000 for one in kept] == [True, True, False]
    assert kept_of(kept[2]) == LONG_BEGINNING
    assert kept[2].reason.endswith(CUT)
    assert CUT not in kept[1].reason
    with pytest.raises(NotNowError):
        take_in(lost(3), LMTP)
    small = take_in(lost(4, 10_000), LMTP).mail
    assert kept_of(small) > 10_000
    assert CUT not in small.reason
    Mail.objects.filter(outcome=Mail.Outcome.ASIDE).delete()
    assert kept_of(take_in(lost(3), LMTP).mail) > 300_000


def test_what_strangers_had_set_aside_takes_no_room_from_photos() -> None:
    for number in range(4):
        with contextlib.suppress(NotNowError):
            take_in(lost(number), LMTP)
    assert take_in(with_photo(1, 900_000), LMTP).mail.outcome == Mail.Outcome.REPORT
    # What a person could have read is never cut where nobody else keeps it.
    with pytest.raises(NotNowError):
        take_in(with_photo(2, 900_000), LMTP)


def test_a_fetched_mail_beyond_all_room_is_known_and_stays_where_it_is(client: Client) -> None:
    kept = [take_in(lost(number), IMAP).mail for number in range(30)]
    rows = Mail.objects.filter(outcome=Mail.Outcome.ASIDE)
    assert rows.count() == 20
    assert bytes_unseen() <= 1_000_000
    assert {one.outcome for one in kept[20:]} == {Mail.Outcome.GONE}
    assert {kept_of(one) for one in kept[20:]} == {0}
    assert kept[29].reason.endswith(NO_ROOM)
    assert take_in(lost(29), IMAP).is_repeat
    client.force_login(make_member("anna"))
    page = client.get("/desk/mail/").content.decode()
    assert "There was no room here for 10 more mails: they stay in the mailbox." in page
    report = take_in(with_photo(1), IMAP).mail
    assert report.outcome == Mail.Outcome.REPORT


def test_small_mails_set_aside_count_for_more_than_their_bytes() -> None:
    tiny = [take_in(mail(f"tiny-{number}", text(" "), to="x@nowhere.example"), IMAP) for number in range(110)]
    assert sum(one.mail.outcome == Mail.Outcome.ASIDE for one in tiny) < 100
    with pytest.raises(NotNowError):
        take_in(mail("tiny", text(" "), to="x@nowhere.example"), LMTP)


def test_a_report_made_of_a_beginning_says_that_its_end_is_missing() -> None:
    whole = with_photo(1, 300_000)
    kept = set_aside(whole[:100_000], IMAP, "It is too large; the rest of it stays in the mailbox.").mail
    report = take_again(kept)
    assert report.outcome == Mail.Outcome.REPORT
    assert {"name": "", "why": "end"} in report.left_out


def test_files_that_nobody_has_looked_at_count_too() -> None:
    taken = [take_in(with_photo(number, 800_000), IMAP).mail for number in range(3)]
    outcomes = [one.outcome for one in taken]
    assert outcomes == [Mail.Outcome.REPORT, Mail.Outcome.REPORT, Mail.Outcome.ASIDE]
    assert taken[2].reason == NO_ROOM
    assert Attachment.objects.count() == 2
    assert bytes_unseen() < 2_000_000


def test_long_texts_that_nobody_has_looked_at_count_too(settings: Settings) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_kept_bytes": 150_000})
    long = "\U0001d4b3" * 20_000
    reports = [
        take_in(mail(f"long-{number}", text(f"{FERRY} is wrong.\n{long}")), IMAP).mail for number in range(3)
    ]
    assert [one.outcome for one in reports] == [Mail.Outcome.REPORT, Mail.Outcome.ASIDE, Mail.Outcome.ASIDE]
    assert 80_000 < bytes_unseen() - 2 * (BEGINNING + ROW) < 81_000
    with pytest.raises(NotNowError):
        take_in(mail("long-lmtp", text(f"{FERRY} is wrong.\n{long}")), LMTP)
    letter = take_in(mail("letter", text(f"{FERRY} is wrong.")), LMTP).mail
    assert letter.outcome == Mail.Outcome.REPORT, "a letter of a usual length is taken all the same"
    Mail.objects.filter(pk=reports[0].pk).update(emptied_at=letter.taken_at)
    assert bytes_unseen() == 2 * (BEGINNING + ROW), "what is emptied does not count"


def test_with_little_free_disk_every_mail_waits(settings: Settings) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_free_bytes": 10**18})
    with pytest.raises(NotNowError):
        take_in(mail("waits", text(f"{FERRY} is wrong.")), IMAP)
    assert Mail.objects.count() == 0
