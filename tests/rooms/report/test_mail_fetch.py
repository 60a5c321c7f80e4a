"""Fetching from a real IMAP server: each mail once, whatever is killed, moved or renumbered meanwhile."""

import itertools
import json
import os
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import OperationalError
from pydantic import SecretStr
from pytest_django import Settings

from corrigenda.cli import main
from corrigenda.connectors import mailbox
from corrigenda.connectors.mailbox import ImapMailbox, MailboxError, NullMailbox, open_mailbox
from corrigenda.models import Mail, Mailbox, Report
from corrigenda.report.mail import fetch as fetching
from corrigenda.report.mail.begun import begun
from corrigenda.report.mail.intake import INTERRUPTED
from corrigenda.report.mail.keys import key_of
from tests.journeys.running import own_database
from tests.mails import BECAME, all_mails
from tests.mails.making import Names, mail, text
from tests.mails.plain import ENGLISH, FERRY
from tests.mails.world import became, make_world
from tests.rooms.report.dovecot import PASSWORD, USER, Dovecot

pytestmark = pytest.mark.django_db

# An IMAP server holds no zero bytes and no bare line ends (RFC 3501, 4.3.1; RFC 5322, 2.3).
CHANGED_ON_THE_WAY = {"zero bytes", "damaged base64", "no message at all"}


@pytest.fixture
def folder(imap_server: Dovecot, settings: Settings, tmp_path: Path) -> str:
    """A folder of the test's own, which the settings name."""
    name = f"Readers {secrets.token_hex(4)}".replace(" ", "-")
    imap_server.make(name)
    settings.OPTIONS = settings.OPTIONS.model_copy(
        update={
            "data_dir": tmp_path,
            "mailbox_file_bytes": 50_000,
            "mailbox_files_bytes": 100_000,
            "mailbox_host": "localhost",
            "mailbox_port": imap_server.port,
            "mailbox_security": "none",
            "mailbox_user": USER,
            "mailbox_password": SecretStr(PASSWORD),
            "mailbox_folder": name,
        }
    )
    return name


def change(settings: Settings, **options: object) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update=options)


def fetch(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["mail", "fetch", *arguments])


def letters(number: int) -> list[bytes]:
    return [
        mail(f"letter-{count}", text(f"{FERRY} is wrong, says number {count}.")) for count in range(number)
    ]


def test_each_mail_once_and_fetched_twice_still_once(imap_server: Dovecot, folder: str) -> None:
    mails = dict(all_mails(make_world().names))
    imap_server.put(*mails.values(), folder=folder)
    done = fetch()
    assert done.exit_code == 0, done.output
    assert f"{len(mails)} mails: " in done.stdout
    expected = {line.partition(" | ")[0].strip(): line for line in BECAME.read_text().splitlines()}
    assert set(expected) == set(mails)
    for name in set(mails) - CHANGED_ON_THE_WAY:
        assert became(name, Mail.objects.get(key=key_of(mails[name]))) == expected[name]
    assert Mail.objects.count() == len(mails)
    assert all(b"\\Seen" in flags for flags in imap_server.flags(folder))
    reports = Report.objects.count()
    Mailbox.objects.update(last_uid=0)
    again = fetch()
    assert again.stdout.startswith(f"{len(mails)} mails: {len(mails)} known already")
    assert fetch().stdout == "0 mails\n"
    assert (Mail.objects.count(), Report.objects.count()) == (len(mails), reports)


def test_a_mailbox_with_new_numbers_is_read_anew_and_each_mail_still_once(
    imap_server: Dovecot, folder: str
) -> None:
    make_world()
    imap_server.put(*letters(3), folder=folder)
    assert fetch().stdout.startswith("3 mails: 3 a report")
    before = Mailbox.objects.get()
    imap_server.make(folder)
    imap_server.put(*letters(4), folder=folder)
    assert "3 known already" in fetch().stdout
    after = Mailbox.objects.get()
    assert after.validity != before.validity
    assert Mail.objects.count() == 4


def test_mails_are_moved_when_they_are_kept(imap_server: Dovecot, folder: str, settings: Settings) -> None:
    make_world()
    change(settings, mailbox_done_folder=f"{folder}-done")
    imap_server.put(*letters(3), folder=folder)
    assert fetch("--limit", "2").stdout.startswith("2 mails")
    assert len(imap_server.flags(folder)) == 1
    assert len(imap_server.flags(f"{folder}-done")) == 2
    assert fetch().stdout.startswith("1 mail:")
    assert imap_server.flags(folder) == []


def test_a_server_that_cannot_move_is_asked_to_copy(
    imap_server: Dovecot, folder: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_world()
    change(settings, mailbox_done_folder=f"{folder}-done")
    imap_server.put(*letters(2), folder=folder)
    with open_mailbox() as box:
        assert isinstance(box, ImapMailbox)
        monkeypatch.setattr(box._client, "has_capability", lambda name: name == "UIDPLUS")
        fetching.fetch_mails(box, limit=9, start=lambda _count: None, each=lambda _taken: None, missed=print)
    assert imap_server.flags(folder) == []
    assert len(imap_server.flags(f"{folder}-done")) == 2


def test_nothing_is_marked_before_it_is_kept(
    imap_server: Dovecot, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_world()
    imap_server.put(*letters(3), folder=folder)
    save, calls = Mail.save, itertools.count()

    def fail_second(row: Mail, *args: Any, **kwargs: Any) -> None:
        if next(calls) == 1:
            raise OperationalError
        save(row, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Mail, "save", fail_second)
        done = fetch()
    assert done.exit_code == 1
    assert "Database or disk do not work" in done.output
    assert [b"\\Seen" in flags for flags in imap_server.flags(folder)] == [True, False, False]
    assert Mail.objects.count() == 1
    assert fetch().stdout.startswith("2 mails: 2 a report")


def test_a_mail_too_large_to_read_is_set_aside_with_its_head(
    imap_server: Dovecot, folder: str, settings: Settings
) -> None:
    make_world()
    change(settings, mailbox_bytes=150_000)
    large = mail("large", text(ENGLISH + "x" * 76 * 4000), subject="Large")
    imap_server.put(large, *letters(1), folder=folder)
    assert "1 set aside" in fetch().stdout
    kept = Mail.objects.get(outcome=Mail.Outcome.ASIDE)
    assert kept.reason.startswith(f"It has {len(large)} bytes, more than 150000")
    assert bytes(kept.raw or b"") == large[: fetching.HEAD_BYTES]
    assert len(imap_server.flags(folder)) == 2


def test_a_mail_whose_reading_never_ended_is_set_aside_and_the_next_is_taken(
    imap_server: Dovecot, folder: str
) -> None:
    make_world()
    first, second = mail("first", text(ENGLISH + "x" * 76 * 4000)), letters(1)[0]
    imap_server.put(first, second, folder=folder)

    def begin_and_die() -> None:
        with open_mailbox() as box:
            place = f"{box.name}\n{box.validity}\n1".encode()
        if not (child := os.fork()):
            with begun(place):
                os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)

    begin_and_die()
    assert fetch().stdout.startswith("2 mails: 1 set aside, 1 a report")
    kept = Mail.objects.get(outcome=Mail.Outcome.ASIDE)
    assert (kept.reason, bytes(kept.raw or b"")) == (INTERRUPTED, first)
    assert all(b"\\Seen" in flags for flags in imap_server.flags(folder))
    Mailbox.objects.update(last_uid=0)
    Mail.objects.all().delete()
    begin_and_die()
    begin_and_die()
    assert fetch("--limit", "1").stdout.startswith("1 mail: 1 set aside")
    kept = Mail.objects.get()
    assert (kept.reason, kept.raw) == (f"{INTERRUPTED} {fetching.REST_STAYS}", first[: fetching.HEAD_BYTES])


def test_a_large_folder_is_searched_in_parts_while_mails_vanish_from_it(
    imap_server: Dovecot, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "WINDOW", 3)
    imap_server.put(*letters(14), folder=folder)

    def take_out(uids: str) -> None:
        with imap_server.client() as client:
            client.select(folder)
            client.uid("STORE", uids, "+FLAGS", "\\Deleted")
            client.expunge()

    take_out("5:6,8")
    with open_mailbox() as box:
        take_out("1:2,12")
        # From here on the places of all mails have changed.
        assert isinstance(box, ImapMailbox)
        box._client.noop()
        found = box.waiting(after=0)
        assert found == [3, 4, 7, 9]
        while more := box.waiting(after=found[-1]):
            found += more
    assert found == [3, 4, 7, 9, 10, 11, 13, 14]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_is_used_and_its_certificate_is_checked(
    imap_server: Dovecot, folder: str, settings: Settings, security: str
) -> None:
    make_world()
    imap_server.put(*letters(1), folder=folder)
    port = imap_server.tls_port if security == "tls" else imap_server.port
    change(settings, mailbox_security=security, mailbox_port=port)
    with pytest.raises(MailboxError, match="CERTIFICATE_VERIFY_FAILED"), open_mailbox():
        pass
    change(settings, mailbox_ca_file=imap_server.ca_file, mailbox_host="127.0.0.1")
    with pytest.raises(MailboxError, match="CERTIFICATE_VERIFY_FAILED"), open_mailbox():
        pass
    change(settings, mailbox_host="localhost")
    with open_mailbox() as box:
        assert box.waiting(after=0) == [1]


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("mailbox_password", SecretStr("wrong"), "Authentication failed"),
        ("mailbox_folder", "No such folder", "doesn't exist"),
        ("mailbox_port", 1, "ConnectionRefusedError"),
        ("mailbox_ca_file", "/nowhere.pem", "FileNotFoundError"),
        ("mailbox_host", "", "set CORRIGENDA_MAILBOX_HOST"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    folder: str, settings: Settings, option: str, value: object, told: str
) -> None:
    change(settings, **{option: value})
    done = fetch()
    assert done.exit_code == 1
    assert told in done.output
    assert PASSWORD not in done.output
    assert "Traceback" not in done.output


def test_where_no_mailbox_is_set_up_nothing_waits() -> None:
    with open_mailbox() as box:
        assert isinstance(box, NullMailbox)
        assert box.waiting(after=0) == []
        assert box.present([1]) == set()
        assert (box.size(1), box.read(1, most=1)) == (0, b"")
        box.mark_done(1)


class Fetcher:
    """The process that is killed and begun anew."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.rooms.report.mail_killed"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: object) -> dict[str, Any]:
        """Return the answer to one line."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def end(self) -> None:
        """Close the input and wait for the end."""
        self._process.communicate(timeout=20)


@pytest.fixture
def fetcher(imap_server: Dovecot, folder: str, tmp_path: Path) -> Iterator[Fetcher]:
    """A fetcher with a database of its own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
    with own_database(clean.get("DATABASE_URL", "")) as url:
        running = Fetcher(
            {
                **clean,
                "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings",
                "DATABASE_URL": url,
                "CORRIGENDA_DATA_DIR": str(tmp_path / "killed"),
                "CORRIGENDA_MAILBOX_HOST": "localhost",
                "CORRIGENDA_MAILBOX_PORT": str(imap_server.port),
                "CORRIGENDA_MAILBOX_SECURITY": "none",
                "CORRIGENDA_MAILBOX_USER": USER,
                "CORRIGENDA_MAILBOX_PASSWORD": PASSWORD,
                "CORRIGENDA_MAILBOX_FOLDER": folder,
                "CORRIGENDA_MAILBOX_DONE_FOLDER": f"{folder}-done",
                "CORRIGENDA_MAILBOX_FILE_BYTES": "50000",
                "CORRIGENDA_MAILBOX_FILES_BYTES": "100000",
            }
        )
        yield running
        running.end()


@pytest.mark.parametrize(
    "nth",
    [
        pytest.param(12, id="some", marks=pytest.mark.one_database),
        pytest.param(3, id="many", marks=pytest.mark.long),
    ],
)
def test_killed_after_each_of_its_effects_each_mail_is_there_once(
    imap_server: Dovecot, folder: str, fetcher: Fetcher, nth: int
) -> None:
    names = Names(**{**(told := fetcher.ask("world")), "returned": tuple(told["returned"])})
    lines = {line.partition(" | ")[0].strip(): line for line in BECAME.read_text().splitlines()}
    # Every so many reports, and everything that becomes something else or has files.
    reports = [name for name, line in lines.items() if "| report " in line and "| kept " not in line]
    mails = {
        name: raw for name, raw in all_mails(names) if name not in reports or reports.index(name) % nth == 0
    }
    outcomes = Counter(lines[name].split(" | ")[1].strip() for name in mails)
    imap_server.put(*mails.values(), folder=folder)
    before = fetcher.ask("count")
    kills: Counter[str] = Counter()
    for limit in itertools.cycle(range(1, 16)):
        ended = fetcher.ask(limit)
        if not ended["killed"]:
            break
        kills[ended["effects"][-1]] += 1
    assert fetcher.ask(0) == {"killed": False, "effects": []}
    # A mail that was being taken in at the moment of a kill is set aside unread: each waits for an operator.
    retried = fetcher.ask("retry")["retried"]
    assert 0 < retried < kills.total()
    after = fetcher.ask("count")
    print(f"{kills.total()} kills: {dict(kills)}")  # noqa: T201 (shown with -s)
    assert kills.total() > 30
    assert {"IMAP move", "COMMIT", "file replace", 'INSERT INTO "corrigenda_mail"'} <= set(kills)
    assert Counter(outcome for _key, outcome in after["became"]) == outcomes
    keys = {key for key, _outcome in after["became"]}
    assert len(after["became"]) == len(mails)
    assert {key_of(raw) for name, raw in mails.items() if name not in CHANGED_ON_THE_WAY} <= keys
    assert after["Report"] - before["Report"] == outcomes["report"]
    assert after["FollowUp"] == outcomes["follow_up"]
    assert after["Attachment"] == sum(lines[name].count(" | kept ") for name in mails)
    # One for each follow-up, and one for each of the three letters that came back, however often they do.
    assert after["Entry"] == outcomes["follow_up"] + 3
    assert imap_server.flags(folder) == []
    assert len(imap_server.flags(f"{folder}-done")) == len(mails)
