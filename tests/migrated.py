"""Lays the tables of a new installation: a copy of one that was migrated once, for that takes seconds."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

FILE: Final = "corrigenda.sqlite3"
MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "corrigenda/migrations"
LOCK: Final = 0x6D696772
"""Of PostgreSQL's advisory locks: one process migrates, the others wait for it."""


def lay_tables(data: Path, url: str) -> None:
    """Give a data folder, or the empty database at `url`, the tables that a migration makes."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if url:
        _copy_database(url)
    else:
        shutil.copy(_migrated_file(), data / FILE)


@cache
def _digest() -> str:
    """Name the state of the migrations, so that nothing is copied that an older one has made."""
    texts = [path.name.encode() + path.read_bytes() for path in sorted(MIGRATIONS.glob("*.py"))]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


@cache
def _folder() -> Path:
    """Return a folder that the processes of this run share, where there is one."""
    shared = os.environ.get("CORRIGENDA_DATA_DIR")
    folder = Path(shared) / "migrated" if shared else Path(tempfile.mkdtemp(prefix="corrigenda-migrated-"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _migrated_file() -> Path:
    folder = _folder() / _digest()
    with (_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _migrate(folder, "")
            (folder / "done").touch()
    return folder / FILE


def _copy_database(url: str) -> None:
    (server, own), template = url.rsplit("/", 1), f"migrated_{_digest()}"
    if server != os.environ.get("DATABASE_URL", "").rsplit("/", 1)[0]:
        # A server of the test's own, as on a small disk, has no template.
        _migrate(_folder() / "for-postgresql", url)
        return
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:

        def say(statement: str, *names: str) -> None:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if found.fetchone() is None:
            say("DROP DATABASE IF EXISTS {}", f"{template}_draft")
            say("CREATE DATABASE {}", f"{template}_draft")
            _migrate(_folder() / "for-postgresql", f"{server}/{template}_draft")
            say("ALTER DATABASE {} RENAME TO {}", f"{template}_draft", template)
        say("DROP DATABASE {} WITH (FORCE)", own)
        say("CREATE DATABASE {} TEMPLATE {}", own, template)


def _migrate(data: Path, url: str) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
    environment = {**clean, "DATABASE_URL": url, "CORRIGENDA_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "corrigenda", "manage", "migrate", "--verbosity=0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
