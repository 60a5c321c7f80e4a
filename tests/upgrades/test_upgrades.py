"""An installation of every release migrates to the present tables and keeps everything."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.journeys.running import own_database
from tests.upgrades.dump import FOLDER

RELEASES = sorted(path.name for path in FOLDER.iterdir() if (path / "sqlite.sql").exists())
ASK = """
from corrigenda.models import *
print(Report.objects.count(), Contact.objects.count(), Entry.objects.count(), Merge.objects.count(),
      *sorted(Case.objects.values_list("state", flat=True)),
      *sorted(Notice.objects.values_list("status", flat=True)), Reply.objects.count(), sep=" ")
"""


def restore(release: str, data: Path, url: str) -> str:
    """Bring a release's dump back to life; return its text."""
    if url:
        dump = (FOLDER / release / "postgresql.sql").read_text(encoding="utf-8")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(dump.encode())  # several statements, no parameters
    else:
        dump = (FOLDER / release / "sqlite.sql").read_text(encoding="utf-8")
        with closing(sqlite3.connect(data / "corrigenda.sqlite3")) as file:
            file.executescript(dump)
    return dump


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_migrates_and_keeps_everything(release: str, tmp_path: Path) -> None:
    with own_database(os.environ.get("DATABASE_URL", "")) as url:
        dump = restore(release, tmp_path, url)
        environment = {**os.environ, "DATABASE_URL": url, "CORRIGENDA_DATA_DIR": str(tmp_path)}

        def corrigenda(*arguments: str) -> str:
            command = [sys.executable, "-m", "corrigenda", *arguments]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            return done.stdout

        corrigenda("manage", "migrate", "--verbosity=0")
        corrigenda("manage", "migrate", "--check")
        reports, contacts, entries, merges, *states = corrigenda(
            "manage", "shell", "--no-imports", "-c", ASK
        ).split()
        rows = {
            table: len(re.findall(rf'INSERT INTO (?:public\.)?"?corrigenda_{table}"? ', dump))
            for table in TABLES
        }
        assert [int(reports), int(contacts), int(entries), int(merges)] == [rows[table] for table in TABLES]
        assert int(reports) > 0
        assert {"closed", "merged", "unlocated", "published"} <= set(states)


TABLES = ("report", "contact", "entry", "merge")


def test_the_models_have_no_change_that_lacks_a_migration() -> None:
    command = [sys.executable, "-m", "corrigenda", "manage", "makemigrations", "--check", "--dry-run"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
