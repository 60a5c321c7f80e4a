"""What a data folder holds is for its account alone, whatever the umask says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mails.making import file, mail, many, text
from tests.mails.parts import PNG
from tests.ports import free_port

HOST = f"127.0.0.1:{free_port()}"
"""Refuses at once: a name would be asked for at a name server, which may take long."""
ORIGIN = f"http://{HOST}"


def run(data: Path, *arguments: str, umask: int = 0, given: bytes = b"", database: str = "") -> str:
    """Run a command, on SQLite by default, in a data folder, under a umask that closes nothing."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
    done = subprocess.run(
        [sys.executable, "-m", "corrigenda", *arguments],
        input=given,
        capture_output=True,
        check=False,
        umask=umask,
        env={
            **clean,
            "DATABASE_URL": database,
            "CORRIGENDA_DATA_DIR": str(data),
            "CORRIGENDA_MEMBER_PASSWORD": "a long passphrase",
        },
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def open_to_others(folder: Path) -> dict[str, str]:
    """Return what others may read or enter, with its mode."""
    paths = [folder, *folder.rglob("*")]
    modes = {str(path.relative_to(folder.parent)): path.stat().st_mode & 0o777 for path in paths}
    return {path: oct(mode) for path, mode in modes.items() if mode & 0o077}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that a whole installation has filled."""
    folder = tmp_path_factory.mktemp("installation") / "data"
    run(folder, "manage", "migrate", "--verbosity=0")
    run(folder, "member", "add", "anna")
    run(folder, "site", "add", "gazette", "--name", "The Gazette", "--origin", ORIGIN, "--private-host", HOST)
    run(folder, "report", f"{ORIGIN}/a", "--comment", "A wrong year.", "--email", "olena@mail.example")
    body = many("multipart/mixed", text("The year is wrong."), file("proof.png", PNG, "image/png"))
    letter = mail("letter", body)
    run(folder, "mail", "pipe", "--recipient", "gazette@desk.example", given=letter)
    run(folder, "work", "--once")
    return folder


def test_nothing_in_the_data_folder_is_open_to_others(data: Path) -> None:
    names = {path.name for path in data.rglob("*")}
    assert {"corrigenda.sqlite3", "secret_key", "attachments", "worker.lock"} <= names
    assert open_to_others(data) == {}


def test_what_an_earlier_version_left_open_is_closed(data: Path) -> None:
    data.chmod(0o755)
    (data / "corrigenda.sqlite3").chmod(0o644)
    leftover = data / "corrigenda.sqlite3-journal"
    leftover.touch()
    leftover.chmod(0o644)
    run(data, "site", "list")
    assert open_to_others(data) == {}


def test_a_folder_without_a_database_is_closed_too(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "secret_key").write_text("k" * 50)
    folder.chmod(0o755)
    # Settings are read before anything is asked of the database, which need not be there.
    run(folder, "manage", "version", database="postgres://nobody@127.0.0.1:1/none")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_use_too_stays_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "theirs").touch()
    (shared / "theirs").chmod(0o644)
    run(shared, "manage", "migrate", "--verbosity=0")
    assert shared.stat().st_mode & 0o7777 == 0o1777
    assert (shared / "theirs").stat().st_mode & 0o777 == 0o644
    assert (shared / "corrigenda.sqlite3").stat().st_mode & 0o777 == 0o600


def test_an_export_is_closed_even_over_an_open_file(data: Path, tmp_path: Path) -> None:
    output = tmp_path / "olena.json"
    output.write_text("x" * 100_000)
    output.chmod(0o666)
    run(data, "privacy", "export", "olena@mail.example", "--output", str(output))
    assert output.stat().st_mode & 0o777 == 0o600
    assert json.loads(output.read_text())["reports"]
