"""Makes the fixtures of a release: a small installation with a lived-in history, dumped from both databases.

`python -m tests.upgrades.dump NAME` plays a story through the real worker, on SQLite and on PostgreSQL, and
writes tests/upgrades/NAME/*.sql. Later versions migrate them and must find everything.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tests import postgres, tools
from tests.journeys.papers import served

FOLDER: Final = Path(__file__).resolve().parent
STORY: Final = "heron-count"
REPORTS: Final = (
    ("raw total of 360", "raw total of 370", "first@reader.example"),
    ("raw total of 360", "raw total of 370", "second@reader.example"),
    ("it’s own creek", "its own creek", ""),
    ("+43%", "+33%", "third@reader.example"),
    ("18 square kilometres", "", ""),
    ("words that stand nowhere", "", ""),
)
DECISIONS: Final = (
    ("accept", "raw total of 370"),
    ("decline", ""),
    ("note", "The share was worked out anew."),
)


@contextmanager
def lived_in(data: Path, url: str) -> Iterator[None]:
    """Make an installation in the folder, play the story, and yield while the newspaper is still served."""
    with served(data / "newspaper/public", corrigenda="http://127.0.0.1:9") as newspaper:
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings",
            "CORRIGENDA_DATA_DIR": str(data),
            "CORRIGENDA_UNDO_SECONDS": "0",
            "CORRIGENDA_DEMO_PASSWORD": "a long enough passphrase",
        }

        def run(*arguments: str, module: str = "corrigenda") -> None:
            subprocess.run([sys.executable, "-m", module, *arguments], env=environment, check=True)

        run("manage", "migrate", "--verbosity=0")
        run("demo-load", "--empty", "--newspaper", newspaper)
        for quote, suggestion, email in REPORTS:
            address = f"{newspaper}/{STORY}.html"
            run(
                "report",
                address,
                "--quote",
                quote,
                "--suggestion",
                suggestion,
                "--email",
                email,
                "--comment",
                "Look.",
            )
        run("work", "--once")
        for outcome, wording in DECISIONS:
            run("demo", outcome, wording, "1", module="tests.journeys.deciding")
        run("work", "--once")
        yield


def main(name: str) -> None:
    """Write both dumps."""
    target = FOLDER / name
    target.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        lived_in(Path(folder), ""),
        closing(sqlite3.connect(Path(folder) / "corrigenda.sqlite3")) as connection,
    ):
        keep(target / "sqlite.sql", connection.iterdump(), folder)
    binaries = tools.postgresql_bin()
    if binaries is None:
        sys.exit(tools.INITDB.advice)
    with tempfile.TemporaryDirectory() as folder, postgres.server() as url, lived_in(Path(folder), url):
        command = [str(binaries / "pg_dump"), "--inserts", "--no-owner", "--no-privileges", url]
        dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        keep(target / "postgresql.sql", dump.splitlines(), folder)


def keep(file: Path, lines: Iterable[str], folder: str) -> None:
    """Write a dump without what belongs to this run only: the folder, and psql's guards against itself."""
    kept = (line.replace(folder, "/srv/corrigenda") for line in lines if not line.startswith("\\"))
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
