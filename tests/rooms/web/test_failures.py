"""Failures of database and disk: a command says in a sentence what is wrong, and whether to try again."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.db import OperationalError, ProgrammingError, connection

from corrigenda.cli import main, privacy
from corrigenda.models import Report
from corrigenda.report import door
from corrigenda.web import sites
from tests.rooms.factories import make_site
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

AGAIN = 75
ARTICLE = "https://courier.example/story"
LOCKS = (
    "SELECT count(*) FROM pg_locks WHERE granted = %s AND mode = 'AccessExclusiveLock'"
    " AND relation = 'corrigenda_alert'::regclass"
)


def run(*command: str) -> Result:
    """Run a command in this process; it must not end in a traceback."""
    done = CliRunner().invoke(main, list(command))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def raised_by(cause: Exception, wrapper: type[Exception] = OperationalError) -> Exception:
    """An error as Django passes on that of a driver."""
    error = wrapper(str(cause))
    error.__cause__ = cause
    return error


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let the file of the database grow no further, and leave no free page in it; one site is there."""
    make_site()
    with connection.cursor() as cursor:

        def ask(name: str) -> int:
            cursor.execute(f"PRAGMA {name}")
            return int(cursor.fetchone()[0])

        # Tests before this one may have left free pages.
        cursor.execute("CREATE TABLE filler (content BLOB)")
        cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [ask("freelist_count") * ask("page_size")])
        ask(f"max_page_count = {ask('page_count')}")
        try:
            yield
        finally:
            ask("max_page_count = 1073741823")
            cursor.execute("DROP TABLE filler")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Its number of pages can be limited.")
@pytest.mark.parametrize(
    "command",
    [
        f"report {ARTICLE} --comment {'x' * 2_000}",
        f"site add other-{{0}} --name Other --origin https://other-{{0}}.example --policy {'y' * 9_000}",
    ],
    ids=["report", "site"],
)
def test_a_full_disk_is_a_sentence(command: str, full_disk: None) -> None:
    # The last pages have room for a few.
    for number in range(30):
        done = run(*command.format(number).split())
        if done.exit_code:
            break
    assert done.exit_code == AGAIN
    assert "full" in done.output


def test_a_report_that_may_be_stored_is_sent_again_under_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    make_site()
    store = door.store_alone

    def store_and_fail(parcel: door.Parcel) -> door.Stored:
        store(parcel)
        raise raised_by(psycopg.errors.DiskFull("could not extend file\nDETAIL: a reader's words"))

    with monkeypatch.context() as patched:
        patched.setattr(door, "store_alone", store_and_fail)
        done = run("report", ARTICLE, "--comment", "It was Tuesday.")
    assert done.exit_code == AGAIN
    assert "could not extend file" in done.output
    assert "a reader's words" not in done.output
    key = done.output.partition("--key ")[2].partition(":")[0]
    assert run("report", ARTICLE, "--comment", "It was Tuesday.", "--key", key).exit_code == 0
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (raised_by(psycopg.errors.DeadlockDetected("deadlock detected")), AGAIN, "Run the command again"),
        (raised_by(psycopg.errors.LockNotAvailable("lock timeout")), AGAIN, "corrigenda work"),
        (raised_by(psycopg.errors.DiskFull("could not extend file")), AGAIN, "disk is full"),
        (OSError(errno.ENOSPC, "No space left on device"), AGAIN, "disk is full"),
        (raised_by(psycopg.OperationalError("connection refused")), 1, "does not answer"),
        (raised_by(psycopg.errors.AdminShutdown("terminating connection")), 1, "does not answer"),
        (raised_by(psycopg.errors.UndefinedTable("no table x"), ProgrammingError), 1, "manage migrate"),
    ],
    ids=lambda one: type(one.__cause__ or one).__name__ if isinstance(one, Exception) else "",
)
def test_every_command_says_what_failed(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, said: str
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(sites, "add_site", fail)
    done = run("site", "add", "x", "--name", "X", "--origin", "https://x.example")
    assert done.exit_code == code
    assert said in done.output
    # The sentence says what to do; which table was missed first does not matter.
    assert "no table x" not in done.output
    # It was reached, so nobody has to look for it.
    assert ("does not answer" in done.output) == (said == "does not answer")


def test_a_full_disk_is_not_called_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise raised_by(psycopg.errors.DiskFull("could not extend file"))

    monkeypatch.setattr(privacy, "compact_database", fail)
    done = run("privacy", "erase", "olena@mail.example", "--yes")
    assert done.exit_code == 1
    assert "The rows are erased." in done.output
    assert "as much free room as the database has" in done.output
    assert "another process" not in done.output


def test_what_may_be_our_mistake_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (
        raised_by(psycopg.errors.SyntaxError("near x"), ProgrammingError),
        PermissionError(13, "x"),
    ):

        def fail(error: Exception = error, **_: object) -> None:
            raise error

        monkeypatch.setattr(sites, "add_site", fail)
        done = CliRunner().invoke(main, ["site", "add", "x", "--name", "X", "--origin", "https://x.example"])
        assert done.exception is error


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: no deadlock.")
def test_a_deadlock_is_told_as_what_it_is(tmp_path: Path) -> None:
    """A command of Django's locks two tables, as a migration does, and another process in the other order."""
    program = f"""
from django.core.management.base import BaseCommand
from django.db import connection, transaction

class Command(BaseCommand):
    def handle(self, **_):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = 100")
            cursor.execute("LOCK TABLE corrigenda_alert")
            waits = False
            while not waits:
                cursor.execute("{LOCKS}", [False])
                waits = cursor.fetchone() == (1,)
            cursor.execute("LOCK TABLE corrigenda_stop")
"""
    folder = tmp_path / "lockers" / "management" / "commands"
    folder.mkdir(parents=True)
    for package in (folder, *folder.parents[:2]):
        (package / "__init__.py").touch()
    (folder / "lock_both.py").write_text(program)
    start = (
        "from corrigenda.config import settings;"
        "settings.INSTALLED_APPS.append('lockers');"
        "from corrigenda.cli import main; main(['manage', 'lock_both'])"
    )
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    parameters = {name: parameters[name] for name in names if parameters.get(name)}
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{parameters['dbname']}"
    with closing(psycopg.connect(**parameters)) as other:
        other.execute("SET deadlock_timeout = '1h'")
        other.execute("LOCK TABLE corrigenda_stop")
        process = subprocess.Popen(
            [sys.executable, "-c", start],
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path.cwd())]),
                "DATABASE_URL": url,
            },
        )
        with closing(psycopg.connect(**parameters, autocommit=True)) as watcher:
            wait_until(
                lambda: process.poll() is not None or watcher.execute(LOCKS, [True]).fetchone() == (1,),
                "it locks nothing",
            )
        locker = threading.Thread(target=other.execute, args=["LOCK TABLE corrigenda_alert"])
        locker.start()
        _out, said = process.communicate(timeout=60)
        locker.join(60)
    assert process.returncode == AGAIN, said
    assert "deadlock detected" in said
    assert "Run the command again" in said
    assert "Traceback" not in said
    assert "does not answer" not in said
