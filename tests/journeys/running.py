"""Starts the demo as a newcomer does, in a folder and on a database of the test's own."""

import os
import re
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg import sql

from tests.migrated import FILE, lay_tables
from tests.ports import free_port

START_SECONDS = 180


@dataclass(slots=True)
class Demo:
    """A running demo and the addresses that it printed."""

    process: subprocess.Popen[str]
    data: Path
    environment: dict[str, str]
    newspaper: str = ""
    desk: str = ""
    password: str = ""
    lines: list[str] = field(default_factory=list)

    def corrigenda(self, *arguments: str) -> str:
        """Run a command against the same installation and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "corrigenda", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def count(self, table: str) -> int:
        """Count the rows of a table; a command would take two seconds to start."""
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(f"corrigenda_{table}"))
        if url := self.environment["DATABASE_URL"]:
            with psycopg.connect(url) as connection:
                found = connection.execute(query).fetchone()
        else:
            with closing(sqlite3.connect(self.data / FILE)) as file:
                found = file.execute(query.as_string()).fetchone()
        assert found is not None
        return int(found[0])


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """Yield the URL of a fresh database beside the one at `url`; an empty one means SQLite."""
    if not url:
        yield ""
        return
    name = f"journey_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{url.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def running_demo(
    data: Path,
    *arguments: str,
    database_url: str,
    is_bare: bool = False,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Demo]:
    """Run `corrigenda demo` until the block ends; yields it once it answers.

    A new one gets the tables of a finished migration, unless `is_bare`: to make them takes seconds.
    """
    if not is_bare and not data.exists():
        lay_tables(data, database_url)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
    environment = {
        **clean,
        "DATABASE_URL": database_url,
        "PYTHONUNBUFFERED": "1",
        "LANG": "C.UTF-8",
        **settings,
    }
    # Two demos that start at one moment would find the same port free.
    ports = ["--port", str(free_port()), "--paper-port", str(free_port())]
    ports = [] if "--port" in arguments else ports
    process = subprocess.Popen(
        [sys.executable, "-m", "corrigenda", "demo", "--data", str(data), *ports, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    demo = Demo(process=process, data=data, environment=environment)
    ready = threading.Event()
    reader = threading.Thread(target=_read, args=(demo, ready), daemon=True)
    reader.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready.wait(0.1):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("The demo did not start:\n" + "".join(demo.lines))
        demo.environment = {
            **environment,
            "CORRIGENDA_DATA_DIR": str(data),
            "CORRIGENDA_PUBLIC_URL": demo.desk,
        }
        yield demo
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(10)
        if process.stdout is not None:
            process.stdout.close()


def _read(demo: Demo, ready: threading.Event) -> None:
    assert demo.process.stdout is not None
    for line in demo.process.stdout:
        demo.lines.append(line)
        if found := re.search(r"An article\s+(http://\S+?)/\s", line):
            demo.newspaper = found.group(1)
        if found := re.search(r"The desk\s+(http://\S+?)/desk/", line):
            demo.desk = found.group(1)
        if found := re.search(r"with the password (\S+)", line):
            demo.password = found.group(1)
        if re.search(r"The log\s+http", line):
            ready.set()
