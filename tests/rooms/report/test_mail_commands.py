"""`corrigenda mail` from outside: LMTP over a socket, a mail piped in, exit codes, the mails set aside."""

import contextlib
import importlib
import os
import queue
import re
import shlex
import signal
import smtplib
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_django import Settings

from corrigenda.cli import COMMANDS, main
from corrigenda.cli.mailing import pipe
from corrigenda.config.options import Options
from corrigenda.connectors.lmtp import Delivered, Place, serve_lmtp
from corrigenda.models import Mail, Report
from tests.journeys.running import own_database
from tests.mails import all_mails
from tests.mails.making import DESK, mail, text
from tests.mails.plain import ENGLISH
from tests.mails.world import make_world
from tests.migrated import lay_tables
from tests.waiting import PATIENCE

LETTER = mail("piped", text(ENGLISH), subject="A wrong time")
NOBODY = mail("nobody", text("Is this the bakery?\x1b[31m"), to="info@unknown.example", subject="Br\x07ead")


def corrigenda(
    environment: dict[str, str],
    *arguments: str,
    given: bytes = b"",
    folder: Path | None = None,
    program: tuple[str, ...] = ("-m", "corrigenda"),
) -> subprocess.CompletedProcess[bytes]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
    return subprocess.run(
        [sys.executable, *program, *arguments],
        input=given,
        capture_output=True,
        check=False,
        cwd=folder,
        env={**clean, **environment},
    )


def invoke(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["mail", *arguments], input=given)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of an installation with a database of its own, and one site."""
    with own_database(os.environ.get("DATABASE_URL", "")) as url:
        environment = {"DATABASE_URL": url, "CORRIGENDA_DATA_DIR": str(tmp_path / "var")}
        lay_tables(tmp_path / "var", url)
        added = ("site", "add", "courier", "--name", "The Courier", "--origin", "https://courier.example")
        assert corrigenda(environment, *added).returncode == 0
        yield environment


def outcomes(installation: dict[str, str]) -> list[str]:
    script = "from corrigenda.models import Mail; print(*Mail.objects.values_list('outcome', flat=True))"
    done = corrigenda(installation, "manage", "shell", "-v0", "-c", script)
    return done.stdout.decode().split()


def test_a_piped_mail_is_kept_once_and_exits_with_0(installation: dict[str, str]) -> None:
    for _ in range(2):
        done = corrigenda(installation, "mail", "pipe", "--sender", "olena@mail.example", given=LETTER)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert outcomes(installation) == ["report"]
    assert corrigenda(installation, "mail", "pipe", "--sender=", given=LETTER + b"x").returncode == 0
    assert corrigenda(installation, "mail", "pipe", given=b"\0\xff" * 100).returncode == 0
    assert outcomes(installation) == ["report", "automatic", "aside"]


WATCHED = """
import sys
from corrigenda.cli import main

def watch(event, arguments):
    name = arguments[0] if event == "import" else ""
    if name.startswith("corrigenda.") and "corrigenda.models.decisions" in sys.modules:
        from django.db import connection
        if connection.in_atomic_block:
            print(f"{name} is imported in a transaction", file=sys.stderr)

sys.addaudithook(watch)
main(sys.argv[1:])
"""


@pytest.mark.one_database
def test_no_code_is_loaded_while_others_wait_for_the_database(installation: dict[str, str]) -> None:
    for arguments, given in ((("mail", "pipe"), LETTER), (("work", "--once"), b"")):
        done = corrigenda(installation, *arguments, given=given, program=("-c", WATCHED))
        assert done.returncode == 0
        assert b"in a transaction" not in done.stderr, done.stderr.decode()
    assert outcomes(installation) == ["report"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        ((), {"CORRIGENDA_PORT": "no number"}),
        ((), {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}),
        ((), {}),
        (("--no-such-option",), {}),
    ],
)
def test_whatever_is_wrong_here_the_mail_is_tried_again(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    # Without tables, too: nothing has been migrated in this folder.
    settings = {"DATABASE_URL": "", "CORRIGENDA_DATA_DIR": str(tmp_path), **environment}
    done = corrigenda(settings, "mail", "pipe", *arguments, given=LETTER)
    assert done.returncode == 75, done.stderr.decode()
    assert b"timetable" not in done.stderr


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"CORRIGENDA_TRUSTED_PROXIES": "hidden"}, "trusted_proxies"),
        ({"CORRIGENDA_PORT": "hidden"}, "port: "),
        ({"CORRIGENDA_CONFIG": "desk.toml"}, "line 2"),
        ({"CORRIGENDA_CONFIG": "missing.toml"}, "CORRIGENDA_CONFIG names missing.toml"),
    ],
)
def test_a_mail_server_is_told_which_setting_is_wrong_and_not_its_value(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    (tmp_path / "desk.toml").write_text('host = "127.0.0.1"\nmail_password = "hidden" and more\n')
    done = corrigenda(environment, "mail", "pipe", given=LETTER, folder=tmp_path)
    assert done.returncode == 75
    assert "Corrigenda cannot start." in done.stderr.decode()
    assert said in done.stderr.decode()
    assert b"hidden" not in done.stderr


@pytest.mark.django_db
def test_a_mail_too_large_goes_back_to_its_sender(settings: Settings) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"mailbox_bytes": 1000})
    done = invoke("pipe", given=LETTER + b"x" * 1000)
    assert done.exit_code == 65
    assert "5.3.4 The mail is larger than 1000 bytes." in done.output
    assert not Mail.objects.exists()


@contextlib.contextmanager
def lmtp(installation: dict[str, str], *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "corrigenda", "mail", "lmtp", *arguments],
        env={**clean, **installation, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().removeprefix("LMTP at ").strip()
    finally:
        process.terminate()
        assert process.wait(20) in {0, -signal.SIGKILL}
        process.stdout.close()


def test_lmtp_confirms_what_is_kept_also_after_a_kill(installation: dict[str, str]) -> None:
    with lmtp(installation, "--port", "0") as (process, place):
        host, port = place.split(":")
        with smtplib.LMTP(host, int(port)) as client:
            assert client.sendmail("olena@mail.example", [DESK], LETTER) == {}
            process.kill()
            process.wait()
    assert outcomes(installation) == ["report"]
    with lmtp(installation, "--port", "0") as (_process, place):
        host, port = place.split(":")
        with smtplib.LMTP(host, int(port)) as client:
            assert client.sendmail("olena@mail.example", [DESK], LETTER) == {}
            assert client.sendmail("", [DESK], mail("null", text("Gone"), Return_Path="")) == {}
            refused = client.sendmail("a@mail.example", [DESK, "second@courier.example"], NOBODY)
            assert refused["second@courier.example"][0] == 452
            assert client.noop()[0] == 250
    assert outcomes(installation) == ["report", "automatic", "report"]


@pytest.mark.one_database
def test_lmtp_at_a_socket_whose_predecessor_was_killed(installation: dict[str, str], tmp_path: Path) -> None:
    socket = tmp_path / "lmtp.sock"
    with lmtp(installation, "--socket", str(socket)) as (process, _place):
        process.kill()
        process.wait()
    assert socket.exists()
    with lmtp(installation, "--socket", str(socket)) as (_process, place):
        assert place == str(socket)
        assert socket.stat().st_mode & 0o777 == 0o660
        with smtplib.LMTP(str(socket)) as client:
            assert client.sendmail("olena@mail.example", [DESK], LETTER) == {}
    assert not socket.exists()
    assert outcomes(installation) == ["report"]


def test_lmtp_asks_to_try_again_and_refuses_what_is_too_large() -> None:
    taken: list[Delivered] = []
    ready = queue.Queue[str]()

    def take(delivered: Delivered) -> bool:
        taken.append(delivered)
        return len(taken) > 1

    def client() -> None:
        host, port = ready.get(timeout=PATIENCE).split(":")
        try:
            with smtplib.LMTP(host, int(port)) as connection:
                with pytest.raises(smtplib.SMTPDataError) as refused:
                    connection.sendmail("a@mail.example", [DESK], LETTER)
                answers.append(refused.value.smtp_code)
                long_line = mail("long-line", text("x" * 20_000))
                assert connection.sendmail("ї@mail.example", [DESK], long_line, ["SMTPUTF8"]) == {}
                connection.mail("a@mail.example")
                connection.rcpt(DESK)
                answers.append(connection.data(b"x" * 200_000)[0])
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    answers: list[int] = []
    thread = threading.Thread(target=client)
    thread.start()
    serve_lmtp(take, Place(port=0), most_bytes=100_000, threads=2, ready=ready.put)
    thread.join(20)
    assert answers == [451, 552]
    assert [delivered.sender for delivered in taken] == ["a@mail.example", "ї@mail.example"]
    assert taken[0].content.rstrip() == LETTER.rstrip()
    assert taken[0].recipient == DESK


@pytest.mark.django_db
def test_what_was_set_aside_is_listed_shown_tried_again_and_deleted(settings: Settings) -> None:
    world = make_world()
    assert invoke("pipe", given=NOBODY).exit_code == 0
    assert invoke("pipe", given=dict(all_mails(world.names))["no message at all"]).exit_code == 0
    first, second = Mail.objects.order_by("pk")
    listed = invoke("aside").output.splitlines()
    assert [line.split("\t")[0] for line in listed] == [str(first.pk), str(second.pk)]
    assert listed[0].endswith("\tolena@mail.example Bread")
    assert "names a publication of this desk" in listed[0]
    assert "\x1b" not in "".join(listed)
    assert invoke("aside", "--show", str(first.pk)).stdout_bytes == NOBODY
    assert "set aside: Nothing in it" in invoke("aside", "--retry-all").output
    settings.OPTIONS = settings.OPTIONS.model_copy(
        update={"mailbox_sites": {"info@unknown.example": "courier"}}
    )
    assert invoke("aside", "--retry", str(first.pk)).output == f"{first.pk} a report\n"
    assert Report.objects.filter(mails=first).count() == 1
    assert invoke("aside", "--retry", str(first.pk)).exit_code == 1
    assert invoke("aside", "--drop", str(second.pk)).output == f"{second.pk} deleted\n"
    empty = invoke("aside")
    assert (empty.stdout, empty.stderr) == ("", "There are none.\n")
    assert invoke("aside", "--show", str(second.pk)).exit_code == 1


@pytest.mark.one_database
def test_a_mail_set_aside_gives_a_terminal_no_commands(installation: dict[str, str]) -> None:
    head = "From: eve@mail.example\r\nSubject: \x1b]0;owned\x07 Zürich \u202egro.elpmaxe\r\n\r\n"
    raw = head.encode()  # with nothing in it that can be read
    assert corrigenda(installation, "mail", "pipe", given=raw).returncode == 0
    number = corrigenda(installation, "mail", "aside").stdout.decode().split("\t")[0]
    own, theirs = os.openpty()
    try:
        command = [sys.executable, "-m", "corrigenda", "mail", "aside", "--show", number]
        clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
        done = subprocess.run(command, stdout=theirs, check=True, env={**clean, **installation})
        shown = os.read(own, 65_536).decode()
    finally:
        os.close(own)
        os.close(theirs)
    assert done.returncode == 0
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202e]", shown)
    assert "\\x1b]0;owned\\x07" in shown
    assert corrigenda(installation, "mail", "aside", "--show", number).stdout.endswith(raw)


@pytest.mark.one_database
def test_the_commands_are_listed_without_starting_anything() -> None:
    done = invoke("--help")
    assert done.exit_code == 0
    assert all(name in done.output for name in ("aside", "fetch", "lmtp", "pipe"))
    assert invoke("no-such-command").exit_code == 2


GUIDE = (Path(__file__).parents[3] / "docs/guide/mailbox.md").read_text()


@pytest.mark.parametrize("line", re.findall(r"^corrigenda (mail .+)$", GUIDE, re.MULTILINE))
def test_each_command_of_the_guide_is_understood(line: str) -> None:
    name, *arguments = shlex.split(line)[1:]
    group = COMMANDS["mail"]
    command = getattr(importlib.import_module(group.module), group.name).get_command(None, name)
    assert command.make_context(name, arguments).params


def test_the_settings_of_the_guide_are_settings() -> None:
    (block,) = re.findall(r"^```toml\n(.+?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    assert Options(**tomllib.loads(block)).mailbox_done_folder == "Taken in"


def test_the_pipe_of_the_guide_is_understood() -> None:
    ((settings, line),) = re.findall(
        r"argv=/usr/bin/env CORRIGENDA_CONFIG=(\S+)\n  \S+/corrigenda (mail pipe .+)$", GUIDE, re.MULTILINE
    )
    assert settings.endswith("/corrigenda.toml")
    arguments = line.replace("${sender}", "''").replace("${original_recipient}", DESK)
    context = pipe.make_context("pipe", shlex.split(arguments)[2:])
    assert context.params == {"sender": "", "recipients": (DESK,)}
