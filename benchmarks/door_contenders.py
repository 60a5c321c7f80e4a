"""What bench_door.py compares: our server with the door and without, Isso, and the databases alone."""

import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from urllib.request import urlopen

import psycopg
from psycopg import sql

from benchmarks.door_processes import free_port, running
from benchmarks.door_report import ORIGIN, PAGE, REPORT
from tests import tools

ISSO: Final = "isso==0.14.0"
HERE: Final = Path(__file__).resolve().parent
PLAIN_THREADS: Final = 8


@dataclass(frozen=True, slots=True)
class Contender:
    """One of those that are measured; `url` is empty for a database alone."""

    name: str
    url: str
    kind: str
    """How wrk loads it, or which database is loaded without a server."""
    server: int
    """Process whose tree serves; 0 for none."""
    database: int
    """Process whose tree is the database server; 0 where the server holds its file itself."""
    rows: Callable[[], int]
    settings: dict[str, str]
    """What makes its commits durable, as the database says it."""
    place: str = ""
    """Address of the database, or its file, for those that are loaded without a server."""
    seal: str = ""
    """The signed time that our widget sends along."""
    login: dict[str, str] = field(default_factory=dict)
    """How pgbench finds the database server."""


@dataclass(slots=True)
class Stand:
    """Where a run takes place: a folder on the disk to be measured, and what is preloaded there."""

    folder: Path
    preload: str
    stack: ExitStack
    logs: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CORRIGENDA_")}
        clean.pop("DATABASE_URL", None)
        self.environment = {**clean, "PYTHONUNBUFFERED": "1"}

    def slow(self, environment: dict[str, str]) -> dict[str, str]:
        """Return an environment in which the disk is as slow as it is meant to be."""
        return {**environment, "LD_PRELOAD": self.preload} if self.preload else environment


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server of the benchmark's own, with fsync and synchronous_commit as they are delivered: on."""

    port: int
    process: int
    binaries: Path

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgres://corrigenda@127.0.0.1:{self.port}/{database}"

    def login(self) -> dict[str, str]:
        """Return the environment by which PostgreSQL's own programs find the server."""
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "corrigenda"}

    def durable(self) -> dict[str, str]:
        """Return what makes its commits durable."""
        names = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")
        with psycopg.connect(self.url("postgres")) as connection:
            return {
                name: str(connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()[0])  # type: ignore[index]
                for name in names
            }

    def rows(self, database: str) -> int:
        """Return how many reports a database has."""
        with psycopg.connect(self.url(database)) as connection:
            (number,) = connection.execute("SELECT count(*) FROM corrigenda_report").fetchone() or (0,)
            return int(number)


@contextmanager
def postgres(stand: Stand) -> Iterator[Postgres]:
    """Run PostgreSQL in the folder of a stand."""
    binaries = tools.postgresql_bin()
    if binaries is None:
        raise RuntimeError(tools.INITDB.advice)
    root = os.geteuid() == 0
    user = "postgres" if root else None
    home = stand.folder / "postgres"
    home.mkdir()
    if root:
        account = pwd.getpwnam("postgres")
        os.chown(home, account.pw_uid, account.pw_gid)
    data = home / "data"
    made = [str(binaries / "initdb"), "-D", str(data), "-U", "corrigenda", "-A", "trust", "-E", "UTF8"]
    subprocess.run(made, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    options = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": str(home)}
    command = [str(binaries / "postgres"), "-D", str(data)]
    command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    if root:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
    log = stand.logs / "postgres.log"
    with running(command, environment=stand.slow(stand.environment), log=log) as process:
        for _ in range(200):
            try:
                psycopg.connect(f"postgres://corrigenda@127.0.0.1:{port}/postgres").close()
                break
            except psycopg.OperationalError:
                if process.poll() is not None:
                    raise
                subprocess.run(["sleep", "0.1"], check=True)
        yield Postgres(port, process.pid, binaries)


def ours(
    stand: Stand, name: str, *, door: bool, database: Postgres | None, tree: Path | None = None
) -> Contender:
    """Start our server: one process on SQLite, two on PostgreSQL, everything else as it is delivered.

    `tree` is the folder of another version of this project, whose server is started then.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **_installed(stand, name, database, tree),
        "CORRIGENDA_PUBLIC_URL": url,
        "CORRIGENDA_PORT": str(port),
        "CORRIGENDA_WORKERS": "2" if database else "1",
        "CORRIGENDA_THREADS": str(PLAIN_THREADS),
        "CORRIGENDA_FRONT_DOOR": "true" if door else "false",
        # The load generator sends as a proxy would, from many networks.
        "CORRIGENDA_TRUSTED_PROXIES": '["127.0.0.1/32"]',
        # Counted and never reached: a load generator solves no puzzles.
        "CORRIGENDA_CHALLENGE_REPORTS": "100000000",
    }
    process = stand.stack.enter_context(
        running(
            [sys.executable, "-m", "corrigenda", "serve"],
            environment=stand.slow(environment),
            log=stand.logs / f"{name}.log",
            ready=f"{url}/healthz",
            tree=tree,
        )
    )
    return Contender(
        name,
        url,
        "corrigenda",
        process.pid,
        database.process if database else 0,
        _counter(stand, name, database),
        database.durable() if database else _as_our_settings_open_it(environment, tree),
        seal=_seal(url),
    )


def isso(stand: Stand) -> Contender:
    """Start Isso, limits and moderation off, in an environment made from the package index."""
    program = isso_program()
    port = free_port()
    folder = stand.folder / "isso"
    folder.mkdir()
    file = folder / "comments.db"
    config = folder / "isso.cfg"
    config.write_text(
        f"[general]\ndbpath = {file}\nhost = {ORIGIN}\nnotify =\n"
        f"[server]\nlisten = http://127.0.0.1:{port}\n"
        "[moderation]\nenabled = false\n[guard]\nenabled = false\n"
    )
    process = stand.stack.enter_context(
        running(
            [str(program), "-c", str(config), "run"],
            environment=stand.slow(stand.environment),
            log=stand.logs / "isso.log",
            ready=f"http://127.0.0.1:{port}/count",
        )
    )
    return Contender(
        "isso",
        f"http://127.0.0.1:{port}",
        "isso",
        process.pid,
        0,
        lambda: _count(file, "comments"),
        {"journal_mode": "delete", "synchronous": "FULL (SQLite's own default; Isso sets none)"},
    )


def alone(stand: Stand, name: str, *, database: Postgres | None) -> Contender:
    """Prepare a database without a server: our tables, and one report, stored as every report is."""
    environment = _installed(stand, name, database)
    report = stand.logs / "report.json"
    report.write_text(json.dumps(REPORT))
    _corrigenda(
        environment, "manage", "shell", "--no-imports", "-c", _SEND.format(file=str(report), origin=ORIGIN)
    )
    return Contender(
        name,
        "",
        "pgbench" if database else "rows",
        0,
        database.process if database else 0,
        _counter(stand, name, database),
        database.durable() if database else _as_our_settings_open_it(environment),
        place=database.url(name) if database else str(_file(stand, name)),
        login=database.login() if database else {},
    )


_SEND: Final = """
from django.test import Client
given = Client(SERVER_NAME="localhost", HTTP_ORIGIN="{origin}").post(
    "/api/reports", open("{file}").read(), "application/json", HTTP_IDEMPOTENCY_KEY="the-first-of-all")
assert given.status_code == 201, given.content
"""


def build_preload(folder: Path) -> str:
    """Compile slow_sync.c and return where the library stands."""
    library = folder / "slow_sync.so"
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise RuntimeError("The repeatable disk needs a C compiler (Debian's package gcc).")
    source = str(HERE / "slow_sync.c")
    subprocess.run([compiler, "-O2", "-Wall", "-shared", "-fPIC", "-o", str(library), source], check=True)
    return str(library)


def isso_program() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "corrigenda-bench" / ISSO
    program = folder / "bin" / "isso"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", ISSO, "setuptools<81"], check=True)
    return program


def _installed(
    stand: Stand, name: str, database: Postgres | None, tree: Path | None = None
) -> dict[str, str]:
    """Make an installation with one site; return the environment of its commands."""
    if database:
        with psycopg.connect(database.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    environment = {
        **stand.environment,
        "CORRIGENDA_DATA_DIR": str(stand.folder / name),
        "DATABASE_URL": database.url(name) if database else "",
    }
    _corrigenda(environment, "manage", "migrate", "--verbosity=0", tree=tree)
    _corrigenda(environment, "site", "add", "courier", "--name", "Courier", "--origin", ORIGIN, tree=tree)
    return environment


def _seal(url: str) -> str:
    with urlopen(f"{url}/widget/config?{urlencode({'url': PAGE})}") as response:  # noqa: S310 (our own server)
        return str(json.load(response)["seal"])


def _corrigenda(environment: dict[str, str], *arguments: str, tree: Path | None = None) -> str:
    command = [sys.executable, "-m", "corrigenda", *arguments]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, cwd=tree)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def _as_our_settings_open_it(environment: dict[str, str], tree: Path | None = None) -> dict[str, str]:
    code = (
        "from django.db import connection as c; k = c.cursor();"
        "print(*[k.execute(f'PRAGMA {n}').fetchone()[0] for n in ('journal_mode', 'synchronous')])"
    )
    said = _corrigenda(environment, "manage", "shell", "--no-imports", "-c", code, tree=tree)
    journal, synchronous = said.split()[-2:]
    level = {"0": "OFF", "1": "NORMAL", "2": "FULL", "3": "EXTRA"}[synchronous]
    return {"journal_mode": journal, "synchronous": level}


def _file(stand: Stand, name: str) -> Path:
    return stand.folder / name / "corrigenda.sqlite3"


def _counter(stand: Stand, name: str, database: Postgres | None) -> Callable[[], int]:
    if database:
        return partial(database.rows, name)
    return partial(_count, _file(stand, name), "corrigenda_report")


def _count(file: Path, table: str) -> int:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (ours)
        return int(number)
