"""A mail that the mailbox does not hand over stops no other one, and is never lost without a word."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from django.utils import timezone
from pydantic import SecretStr
from pytest_django import Settings

from corrigenda.cli import main
from corrigenda.connectors import mailbox
from corrigenda.connectors.mailbox import ImapMailbox, open_mailbox
from corrigenda.models import Mail, Mailbox, Unfetched
from corrigenda.report.mail.unfetched import MOST_TRIES, TRIED_FOR
from tests.mails.making import mail, text
from tests.mails.plain import FERRY
from tests.mails.world import make_world
from tests.rooms.factories import make_member
from tests.rooms.report.dovecot import PASSWORD, USER, Dovecot
from tests.rooms.report.imap_between import (
    Between,
    Tamper,
    between,
    breaks_off,
    drips,
    floods,
    hangs_up,
    says,
    says_first,
    trickles,
)

pytestmark = pytest.mark.django_db

REFUSED = b"NO [SERVERBUG] Internal error occurred"
DONE = b"OK Fetch completed."
SIZE = r"UID FETCH 2 \(RFC822.SIZE"
READING = r"UID FETCH 2 \(BODY"
SEEN = r"UID STORE 2 "


@pytest.fixture
def folder(imap_server: Dovecot, settings: Settings, tmp_path: Path) -> str:
    """A folder of the test's own, which the settings name."""
    name = f"Unfetched-{secrets.token_hex(4)}"
    imap_server.make(name)
    settings.OPTIONS = settings.OPTIONS.model_copy(
        update={
            "data_dir": tmp_path,
            "mailbox_host": "localhost",
            "mailbox_port": imap_server.port,
            "mailbox_security": "none",
            "mailbox_user": USER,
            "mailbox_password": SecretStr(PASSWORD),
            "mailbox_folder": name,
        }
    )
    make_world()
    return name


@pytest.fixture
def desk(client: Client) -> Client:
    """An editor's browser."""
    client.force_login(make_member("anna"))
    return client


@pytest.fixture
def tampered(imap_server: Dovecot, folder: str, settings: Settings) -> Iterator[Between]:
    """What sits between the desk and the server."""
    with between(imap_server.port) as made:
        settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_port": made.port})
        yield made


def fetch(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["mail", "fetch", *arguments])


def aside(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["mail", "aside", *arguments])


def letters(*numbers: int) -> list[bytes]:
    return [mail(f"letter-{count}", text(f"{FERRY} is wrong, says {count}.")) for count in numbers]


def taken() -> int:
    return Mail.objects.filter(outcome=Mail.Outcome.REPORT).count()


def an_hour_later() -> None:
    Unfetched.objects.update(first_at=timezone.now() - TRIED_FOR - timedelta(seconds=1))


def test_a_mail_that_dovecot_cannot_read_stops_no_other_one(imap_server: Dovecot, folder: str) -> None:
    imap_server.put(*letters(1, 2, 3), folder=folder)
    file = next(
        path
        for path in (imap_server.folder / "mail").rglob(f".{folder}/*/*")
        if path.is_file() and b"says 2." in path.read_bytes()
    )
    file.chmod(0)
    first = fetch()
    # Dovecot ends the connection then; the next round begins with the other mails.
    assert first.exit_code == 1
    assert "UID 2 was not handed over (try 1)" in first.stderr
    imap_server.put(*letters(4), folder=folder)
    fetch()
    assert taken() == 3
    assert (Mail.objects.count(), Unfetched.objects.get().tries) == (3, 2)
    # Dovecot has moved it to the next folder by now, and may have put flags behind its name.
    next(file.parent.parent.glob(f"*/{file.name}*")).chmod(0o644)
    assert fetch().stdout.startswith("1 mail: 1 a report")
    assert (taken(), Unfetched.objects.count()) == (4, 0)
    assert all(b"\\Seen" in flags for flags in imap_server.flags(folder))
    assert fetch().stdout == "0 mails\n"


@pytest.mark.parametrize(
    ("pattern", "tamper", "is_lost"),
    [
        pytest.param(READING, says(REFUSED), False, id="NO"),
        pytest.param(READING, says(b"BAD Error in IMAP command"), False, id="BAD"),
        pytest.param(READING, says(DONE), False, id="OK and nothing"),
        pytest.param(READING, says_first(b"* 2 FETCH (UID 2 BODY[]<0> NIL)", DONE), False, id="NIL"),
        pytest.param(READING, says_first(b"* 2 FETCH (UID (2 BODY", DONE), False, id="malformed"),
        pytest.param(READING, says_first(b"* 2 FETCH (NIL 3)", DONE), False, id="a name that is none"),
        pytest.param(READING, says_first(b"* 2 FETCH (MODSEQ 3 INTERNALDATE 5)", DONE), False, id="a date"),
        pytest.param(READING, says_first(b"* 2 FETCH " + b"(" * 5000, DONE), False, id="nested"),
        pytest.param(READING, says_first(b"* 2 FETCH (BODY[]<0> {%d}" % 2**70, DONE), True, id="huge"),
        pytest.param(SIZE, says(REFUSED), False, id="NO to its size"),
        pytest.param(SIZE, says(DONE), False, id="no size"),
        pytest.param(READING, hangs_up, True, id="hangs up"),
        pytest.param(READING, breaks_off, True, id="breaks off"),
        pytest.param(READING, trickles, True, id="trickles"),
    ],
)
def test_whatever_is_answered_the_others_come_in_and_this_one_is_shown_in_the_end(
    imap_server: Dovecot,
    folder: str,
    tampered: Between,
    pattern: str,
    tamper: Tamper,
    is_lost: bool,
    monkeypatch: pytest.MonkeyPatch,
    desk: Client,
) -> None:
    monkeypatch.setattr(mailbox, "SECONDS", 1)
    monkeypatch.setattr(mailbox, "SECONDS_A_MAIL", 2.0)
    imap_server.put(*letters(1, 2, 3), folder=folder)
    tampered.tampers[pattern] = tamper
    for count in range(1, MOST_TRIES):
        done = fetch()
        assert done.exit_code == int(is_lost), done.output
        assert f"UID 2 was not handed over (try {count})" in done.stderr
        # A connection that is lost costs the rest of one round; the next begins with the other mails.
        assert taken() == (1 if is_lost and count == 1 else 2)
    assert not Mail.objects.filter(outcome=Mail.Outcome.ASIDE).exists()
    an_hour_later()
    assert "It is passed over." in fetch().stderr
    row = Mail.objects.get(outcome=Mail.Outcome.ASIDE)
    assert row.reason.startswith(f"It could not be fetched: UID 2 in {USER}@localhost:")
    assert f"/{folder}." in row.reason
    assert row.reason.partition(" The last answer")[0] in desk.get("/desk/mail/").content.decode()
    assert [b"\\Seen" in flags for flags in imap_server.flags(folder)] == [True, False, True]
    reads = len(tampered.asked)
    assert fetch().stdout == "0 mails\n"
    assert not any(b"UID FETCH" in line for line in tampered.asked[reads:])
    # Somebody has looked, and the server has been put right.
    tampered.tampers.clear()
    assert "fetched again" in aside("--retry", str(row.pk)).stdout
    assert fetch().stdout.startswith("1 mail: 1 a report")
    assert (taken(), Mail.objects.count(), Unfetched.objects.count()) == (3, 3, 0)


@pytest.mark.parametrize(
    ("pattern", "untagged"),
    [
        ("SELECT ", b"* OK [UIDVALIDITY %d] UIDs valid" % 2**70),
        ("UID SEARCH ", b"* SEARCH 1 %d" % 2**70),
    ],
)
def test_a_number_that_is_none_of_imaps_is_told_in_a_sentence(
    folder: str, tampered: Between, pattern: str, untagged: bytes
) -> None:
    """No row could hold it, or the mailbox would count as fetched beyond all mails to come."""
    tampered.tampers[pattern] = says_first(untagged, b"OK Completed.")
    done = fetch()
    assert done.exit_code == 1
    assert done.stderr.endswith("the server said a number that is none of IMAP's\n")
    assert not Mailbox.objects.exclude(last_uid=0).exists()


@pytest.mark.parametrize(
    ("pattern", "tamper"),
    [
        pytest.param(
            READING, floods(b"* 2 FETCH (UID 2 BODY[]<0> {5000000}\r\n", b"x" * 1000, b")\r\n"), id="mail"
        ),
        pytest.param(READING, floods(b"", b"* JUNK %s\r\n" % (b"x" * 989)), id="lines"),
        pytest.param(READING, floods(b"* 2 FETCH (UID 2", b" X {0}\r\n", b")\r\n"), id="literals"),
        pytest.param(SIZE, floods(b"", b"* JUNK %s\r\n" % (b"x" * 989)), id="for a size"),
        pytest.param("UID SEARCH ", floods(b"", b"* SEARCH 1%s\r\n" % (b" 1" * 490)), id="numbers"),
        pytest.param("SELECT ", floods(b"* OK {5000000}\r\n", b"x" * 1000, b"\r\n"), id="select"),
        pytest.param("LOGIN ", floods(b"", b"* OK [X %s]\r\n" % (b"x" * 986)), id="login"),
    ],
)
def test_more_than_was_asked_for_ends_the_connection(
    imap_server: Dovecot,
    folder: str,
    tampered: Between,
    settings: Settings,
    pattern: str,
    tamper: Tamper,
) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_bytes": 100_000})
    imap_server.put(*letters(1, 2), folder=folder)
    tampered.tampers[pattern] = tamper
    done = fetch()
    assert (done.exit_code, "the server sends more than it was asked for" in done.stderr) == (1, True)
    assert not Mail.objects.exclude(outcome=Mail.Outcome.REPORT).exists()
    tampered.tampers.clear()
    fetch()
    assert taken() == 2


def test_what_a_server_tells_besides_is_forgotten_before_the_next_command(
    imap_server: Dovecot, folder: str, tampered: Between
) -> None:
    imap_server.put(*letters(1), folder=folder)
    tampered.tampers["NOOP"] = says_first(b"* JUNK " + b"x" * 1000, b"OK Completed.")
    with open_mailbox() as box:
        assert isinstance(box, ImapMailbox)
        box._client.noop()
        assert box.waiting(after=0) == [1]
        assert "JUNK" not in box._client._imap.untagged_responses


@pytest.mark.parametrize("pattern", ["CAPABILITY", "LOGIN ", "SELECT ", "UID SEARCH ", "LOGOUT"])
def test_a_server_that_drips_holds_nobody(
    imap_server: Dovecot, folder: str, tampered: Between, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "SECONDS_A_STEP", 1.0)
    imap_server.put(*letters(1), folder=folder)
    tampered.tampers[pattern] = drips
    done = fetch()
    is_over = pattern == "LOGOUT"
    assert (done.exit_code, taken()) == ((0, 1) if is_over else (1, 0))
    assert is_over or "the server took too long altogether" in done.stderr


def test_a_folder_without_a_number_is_told_in_a_sentence(folder: str, tampered: Between) -> None:
    tampered.tampers["SELECT "] = says(b"OK [READ-WRITE] Select completed.")
    done = fetch()
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (1, "Error: KeyError: b'UIDVALIDITY'")


def test_a_mail_is_tried_for_an_hour_however_many_rounds_that_are(
    imap_server: Dovecot, folder: str, tampered: Between
) -> None:
    imap_server.put(*letters(1, 2), folder=folder)
    tampered.tampers[READING] = says(REFUSED)
    for _round in range(MOST_TRIES + 2):
        fetch()
    assert Mail.objects.count() == 1
    assert Unfetched.objects.get().tries == MOST_TRIES + 2


def test_a_mail_that_was_taken_out_meanwhile_is_forgotten(
    imap_server: Dovecot, folder: str, tampered: Between
) -> None:
    imap_server.put(*letters(1, 2), folder=folder)
    tampered.tampers[READING] = says(REFUSED)
    fetch()
    with imap_server.client() as client:
        client.select(folder)
        client.store("2", "+FLAGS", "\\Deleted")
        client.expunge()
    assert fetch().stdout == "0 mails\n"
    assert not Unfetched.objects.exists()


def test_a_mailbox_with_new_numbers_has_nothing_to_try_again(
    imap_server: Dovecot, folder: str, tampered: Between
) -> None:
    imap_server.put(*letters(1, 2), folder=folder)
    tampered.tampers[READING] = says(REFUSED)
    fetch()
    tampered.tampers.clear()
    imap_server.make(folder)
    imap_server.put(*letters(1, 2), folder=folder)
    assert "1 a report" in fetch().stdout
    assert (taken(), Unfetched.objects.count()) == (2, 0)


def test_a_mail_passed_over_is_not_read_again_from_the_beginning(
    imap_server: Dovecot, folder: str, tampered: Between
) -> None:
    imap_server.put(*letters(1, 2, 3), folder=folder)
    tampered.tampers[READING] = says(REFUSED)
    for _round in range(MOST_TRIES):
        fetch()
        an_hour_later()
    Mailbox.objects.update(last_uid=0)
    assert fetch().stdout.startswith("2 mails: 2 known already")
    assert aside("--drop", str(Mail.objects.get(outcome=Mail.Outcome.ASIDE).pk)).exit_code == 0
    assert fetch().stdout == "0 mails\n"
    assert not Unfetched.objects.exists()


@pytest.mark.parametrize(
    "tamper", [says(b"NO [OVERQUOTA] Quota exceeded"), hangs_up], ids=["refused", "lost"]
)
def test_a_mark_that_is_refused_stops_no_mail_and_is_tried_again(
    imap_server: Dovecot, folder: str, tampered: Between, tamper: Tamper
) -> None:
    imap_server.put(*letters(1, 2, 3), folder=folder)
    tampered.tampers[SEEN] = tamper
    assert "UID 2 was taken in, but not marked in the mailbox (try 1)" in fetch().stderr
    fetch()
    assert taken() == 3
    assert sum(b"UID FETCH 2 (BODY" in line for line in tampered.asked) == 1
    assert [b"\\Seen" in flags for flags in imap_server.flags(folder)] == [True, False, True]
    tampered.tampers.clear()
    fetch()
    assert [b"\\Seen" in flags for flags in imap_server.flags(folder)] == [True, True, True]
    assert not Unfetched.objects.exists()
    imap_server.put(*letters(4), folder=folder)
    tampered.tampers[SEEN.replace("2", "4")] = tamper
    for _round in range(MOST_TRIES):
        done = fetch()
        an_hour_later()
    assert "UID 4 was taken in" in done.stderr
    assert "It is passed over." in done.stderr
    assert (taken(), Mail.objects.count(), Unfetched.objects.count()) == (4, 4, 0)
