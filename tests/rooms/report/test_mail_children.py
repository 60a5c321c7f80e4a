"""Mails are read in processes of their own: a pill costs its own reading and nobody else's."""

import contextlib
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django import Settings

from corrigenda.models import Mail, Report
from corrigenda.report.mail import begun as notes
from corrigenda.report.mail import children
from corrigenda.report.mail.begun import begun, folder_of_notes
from corrigenda.report.mail.children import DIED, Readers
from corrigenda.report.mail.intake import INTERRUPTED, take_again, take_in
from corrigenda.report.mail.keys import key_of
from corrigenda.report.mail.letters import Asked
from corrigenda.report.mail.parse import AsideError
from corrigenda.report.mail.plans import Envelope
from tests.mails.making import DESK, mail, text
from tests.mails.plain import ENGLISH
from tests.mails.world import make_world
from tests.rooms.report.mail_growth import HEAD, inside
from tests.rooms.report.test_mail_commands import corrigenda, installation, lmtp, outcomes
from tests.waiting import wait_until

__all__ = ["installation"]

IMAP = Envelope(Mail.Way.IMAP)
LETTER = mail("letter", text(ENGLISH), subject="A wrong time")
# Python's parser needs a third of a second for these: it looks at each line once for each part that it is in.
SLOW = inside(6, b"\n" * 499_000)

PILLS = {
    "cubic": HEAD + b"\r\ninstead of" + b" " * 900 + b"x",
    "bracket": HEAD + b"\r\n<" + b" " * 150_000,
    "50,000 parameters": HEAD + b"Content-Type: text/plain" + b"; a*0*=b" * 50_000 + b"\r\n\r\nwords",
    "200,000 parameters": HEAD + b"Content-Type: text/plain" + b";a=b" * 200_000 + b"\r\n\r\nwords",
    "recipients": (b"To: " + b", ".join(b"a%d@b.c" % number for number in range(400)) + b"\r\n") * 2_000
    + HEAD
    + b"\r\nwords",
    "parts": HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 200_000,
    "bounce lines": HEAD + b"Return-Path: <>\r\n\r\n" + b"<a@b.example>: no such user\r\n" * 40_000,
    "lines in parts": inside(28, b"\n" * 6_000_000),
    "attributions": HEAD + b"\r\n" + b"@:\r\n" * 66_000,
}


def asked(raw: bytes) -> Asked:
    return Asked(raw=raw, envelope_sender="a@b.example", file_bytes=10**6, files_bytes=10**6)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"data_dir": tmp_path})


@pytest.fixture
def readers() -> Iterator[Readers]:
    """Processes of the test's own."""
    with closing(Readers()) as made:
        yield made


@pytest.mark.django_db
@pytest.mark.parametrize("name", PILLS)
def test_a_pill_is_taken_or_set_aside_in_little_time(name: str) -> None:
    make_world()
    taken = take_in(PILLS[name], Envelope(Mail.Way.LMTP, sender="a@b.example", recipients=(DESK,)))
    assert taken.mail.outcome in {Mail.Outcome.REPORT, Mail.Outcome.ASIDE}
    assert "longer than" not in taken.mail.reason
    assert list(folder_of_notes().iterdir()) == []


@pytest.mark.django_db
def test_what_takes_too_long_is_set_aside_unread_and_can_be_tried_again(settings: Settings) -> None:
    make_world()
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_seconds": 0.05})
    raw = SLOW + b"The end."
    kept = take_in(raw, IMAP).mail
    assert kept.outcome == Mail.Outcome.ASIDE
    assert kept.reason.startswith("Reading it took longer than 0.05 seconds.")
    assert "CORRIGENDA_MAILBOX_SECONDS" in kept.reason
    assert bytes(kept.raw or b"") == raw
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_seconds": 60.0})
    Mail.objects.filter(pk=kept.pk).update(raw=LETTER)
    assert take_again(Mail.objects.get(pk=kept.pk)).outcome == Mail.Outcome.REPORT


def test_the_process_that_reads_too_long_is_gone(readers: Readers) -> None:
    readers.read(asked(LETTER), seconds=60)
    child = readers._idle[0].process
    with pytest.raises(AsideError, match="took longer"):
        readers.read(asked(SLOW), seconds=0.05)
    assert child.returncode == -signal.SIGKILL
    assert readers.read(asked(LETTER), seconds=60).subject == "A wrong time"


def test_an_idle_process_that_was_killed_costs_no_mail(readers: Readers) -> None:
    readers.read(asked(LETTER), seconds=60)
    process = readers._idle[0].process
    process.kill()
    process.wait()
    assert readers.read(asked(LETTER), seconds=60).subject == "A wrong time"


def test_a_mail_that_ends_its_process_twice_is_set_aside(readers: Readers) -> None:
    readers.read(asked(LETTER), seconds=60)
    over = threading.Event()

    def kill_all() -> None:
        while not over.wait(0.02):
            for pid in subprocess.run(
                ["ps", "--ppid", str(os.getpid()), "-o", "pid=,args="],
                capture_output=True,
                text=True,
                check=False,
            ).stdout.splitlines():
                number, _, line = pid.strip().partition(" ")
                if line.endswith("corrigenda.report.mail.reader") and int(number) not in others:
                    os.kill(int(number), signal.SIGKILL)

    others = {child.process.pid for child in children.READERS._idle}
    killer = threading.Thread(target=kill_all)
    killer.start()
    try:
        with pytest.raises((AsideError, children.ReaderAwayError)) as raised:
            readers.read(asked(SLOW), seconds=60)
    finally:
        over.set()
        killer.join()
    assert str(raised.value) in {DIED, "The process that reads mails does not start."}


def test_memory_is_limited(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    readers.read(asked(LETTER), seconds=60)
    process = readers._idle[0].process
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert any(line.startswith("Max address space") and "1500000000" in line for line in limits.splitlines())


GREEDY = {
    "CR LF": b"\r\n" * 12_000_000,
    "bytes beyond ASCII": b"\xff" * 24_000_000,
    "lines beyond ASCII": (b"\xc3\xa4" * 30 + b"\r\n") * 380_000,
}


@pytest.mark.parametrize("name", GREEDY)
def test_a_mail_of_24_mb_takes_400_mb_at_most(name: str) -> None:
    child = children._Child()
    try:
        child.await_start()
        child.ask(asked(HEAD + b"\r\n" + GREEDY[name]), 60)
        lines = Path(f"/proc/{child.process.pid}/status").read_text().splitlines()
        (peak,) = (int(line.split()[1]) for line in lines if line.startswith("VmPeak"))
    finally:
        child.end()
    assert peak < 400_000


def test_a_small_mail_may_have_less_memory_than_a_large_one() -> None:
    script = (
        "import sys\n"
        "from corrigenda.report.mail.reader import memory_for\n"
        "with memory_for(int(sys.argv[1])):\n"
        "    bytearray(350_000_000)\n"
    )
    for size, is_enough in ((10_000, False), (24_000_000, True)):
        done = subprocess.run(
            [sys.executable, "-c", script, str(size)],
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert ("MemoryError" in done.stderr) is not is_enough
        assert (done.returncode == 0) is is_enough


def test_where_memory_runs_out_it_is_the_first_to_end(readers: Readers) -> None:
    readers.read(asked(LETTER), seconds=60)
    own, its = ("self", readers._idle[0].process.pid)
    scores = [int(Path(f"/proc/{which}/oom_score_adj").read_text()) for which in (own, its)]
    assert scores[1] == 1000 > scores[0]


def test_pages_go_before_the_reading_of_mails(readers: Readers) -> None:
    readers.read(asked(LETTER), seconds=60)
    reading = os.getpriority(os.PRIO_PROCESS, readers._idle[0].process.pid)
    assert reading == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 5)


def test_large_mails_have_their_turn_a_few_at_once() -> None:
    inside: list[int] = []
    at_once: list[int] = []

    def take_in(readers: Readers, size: int) -> None:
        with readers.turn(size):
            inside.append(size)
            at_once.append(len(inside))
            time.sleep(0.1)  # pause: the others would begin in this time
            inside.remove(size)

    with closing(Readers(large_at_once=1)) as readers, ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(take_in, readers, children.LARGE + 1) for _ in range(3)]:
            done.result()
        assert at_once == [1, 1, 1]
        # A small one waits for none.
        with readers.turn(children.LARGE + 1):
            threads.submit(take_in, readers, children.LARGE).result()


def test_the_process_gets_no_secret(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "planted")
    readers.read(asked(LETTER), seconds=60)
    assert b"planted" not in Path(f"/proc/{readers._idle[0].process.pid}/environ").read_bytes()


def test_the_process_says_no_word_of_a_mail(readers: Readers, capfd: pytest.CaptureFixture[str]) -> None:
    # A library trips over a sender without an address, and would log what it was given.
    raw = b"From: \r\nReturn-Path: <>\r\nSubject: Undeliverable\r\n\r\nsecret words\r\n"
    readers.read(Asked(raw=raw, envelope_sender="", file_bytes=1, files_bytes=1), seconds=60)
    readers.close()
    assert capfd.readouterr() == ("", "")


def is_running(process: Path) -> bool:
    try:
        return "reader" in (process / "cmdline").read_text()
    except OSError:
        return False


def test_the_process_ends_with_the_desk(readers: Readers) -> None:
    script = (
        "import os, signal, sys\n"
        "from corrigenda.report.mail.children import READERS\n"
        "from tests.rooms.report.test_mail_children import LETTER, asked\n"
        "READERS.read(asked(LETTER), seconds=60)\n"
        "print(READERS._idle[0].process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{script}"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    path = Path("/proc") / done.stdout.strip()
    wait_until(lambda: not is_running(path), "The process that reads mails outlives the desk.")


def test_a_note_outlives_its_process_and_no_other_end() -> None:
    with begun(b"mail") as earlier:
        assert earlier == 0
    with contextlib.suppress(RuntimeError), begun(b"mail"):
        raise RuntimeError
    if not (child := os.fork()):
        with begun(b"mail"):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with begun(b"other") as earlier:
        assert earlier == 0
    with begun(b"mail") as earlier:
        assert earlier == 1
    with begun(b"mail") as earlier:
        assert earlier == 0


def test_what_another_is_reading_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def read() -> None:
        with begun(b"mail") as earlier:
            seen.append(earlier)

    with begun(b"mail"):
        others = [threading.Thread(target=read) for _ in range(4)]
        for other in others:
            other.start()
        assert seen == []
    for other in others:
        other.join(30)
    assert seen == [0, 0, 0, 0]
    assert list(notes.folder_of_notes().iterdir()) == []


@pytest.mark.django_db
def test_begun_and_never_ended_it_is_set_aside_unread_once() -> None:
    make_world()
    if not (child := os.fork()):
        with begun(LETTER):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    reports = Report.objects.count()
    kept = take_in(LETTER, IMAP)
    assert (kept.mail.outcome, kept.mail.reason) == (Mail.Outcome.ASIDE, INTERRUPTED)
    assert bytes(kept.mail.raw or b"") == LETTER
    assert list(folder_of_notes().iterdir()) == []
    assert take_in(LETTER, IMAP).is_repeat
    assert take_again(kept.mail).outcome == Mail.Outcome.REPORT
    assert Report.objects.count() == reports + 1


@pytest.mark.django_db
def test_killed_right_after_the_commit_the_note_goes_with_the_repeat() -> None:
    make_world()
    take_in(LETTER, IMAP)
    if not (child := os.fork()):
        with begun(LETTER):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    taken = take_in(LETTER, IMAP)
    assert (taken.is_repeat, taken.mail.outcome) == (True, Mail.Outcome.REPORT)
    assert list(folder_of_notes().iterdir()) == []
    assert taken.mail.key == key_of(LETTER)


def test_an_honest_mail_is_taken_while_pills_are_read(installation: dict[str, str]) -> None:
    # Four threads take mails: the review's pills kept all of them, and Python's lock, until they were killed.
    names = ("cubic", "bracket", "50,000 parameters", "attributions", "parts", "bounce lines")
    with lmtp(installation, "--port", "0") as (_process, place):
        host, port = place.split(":")

        def send(raw: bytes) -> None:
            with smtplib.LMTP(host, int(port), timeout=60) as client:
                assert client.sendmail("pill@mail.example", [DESK], raw) == {}

        with ThreadPoolExecutor(len(names)) as pool:
            pills = [pool.submit(send, PILLS[name]) for name in names]
            time.sleep(1)  # pause: as the review tried it, the honest mail comes a second later
            send(LETTER)
            for pill in pills:
                pill.result()
    assert len(outcomes(installation)) == len(names) + 1
    assert "report" in outcomes(installation)


def test_a_process_killed_while_it_reads_does_not_stop_the_intake(installation: dict[str, str]) -> None:
    environment = {**os.environ, **installation, "CORRIGENDA_MAILBOX_SECONDS": "60"}
    process = subprocess.Popen(
        [sys.executable, "-m", "corrigenda", "mail", "pipe", "--sender", "a@b.example"],
        env=environment,
        stdin=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(SLOW)
    process.stdin.close()
    folder = Path(installation["CORRIGENDA_DATA_DIR"]) / "mails-begun"
    wait_until(
        lambda: folder.is_dir() and any(note.stat().st_size for note in folder.iterdir()),
        "No note was made.",
        pause=0.01,
    )
    process.kill()
    process.wait()
    assert len(list(folder.iterdir())) == 1
    done = corrigenda(installation, "mail", "pipe", "--sender", "a@b.example", given=SLOW)
    assert (done.returncode, done.stderr) == (0, b"")
    assert outcomes(installation) == ["aside"]
    assert list(folder.iterdir()) == []
    listed = corrigenda(installation, "mail", "aside").stdout.decode()
    assert INTERRUPTED in listed
