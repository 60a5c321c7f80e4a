"""A PostgreSQL server of the tests' own, in a temporary folder, gone when they end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import tools
from tests.ports import free_port

MEMORY: Final = Path("/dev/shm")
LEAST_FREE: Final = 4_000_000_000
"""Bytes that must be free in memory for a server to keep its files there."""

HASTY: Final = (
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "jit=off",
)
"""For a server whose files nobody needs after a crash."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server in a folder of its own, reached over the loopback address."""

    binaries: Path
    folder: Path
    port: int
    fsync: str

    @property
    def url(self) -> str:
        """Return the address of the database `corrigenda`."""
        return f"postgres://corrigenda@127.0.0.1:{self.port}/corrigenda"

    def make(self) -> None:
        """Make the files and start the server with an empty database."""
        made = [str(self.binaries / "initdb"), "-D", str(self.folder / "data"), "-U", "corrigenda"]
        _run([*made, "-A", "trust", "-E", "UTF8"])
        self.start()
        reached = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "corrigenda"]
        _run([str(self.binaries / "createdb"), *reached, "corrigenda"])

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c fsync={self.fsync}"
        options += f" -c max_connections=200 -c unix_socket_directories={self.folder}"
        if self.fsync == "off":
            options += "".join(f" -c {setting}" for setting in HASTY)
        self._control("-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop the server at once, as a power cut would."""
        self._control("-w", "-m", "immediate", "stop")

    def is_running(self) -> bool:
        """Whether there is a server process; one may have ended itself."""
        try:
            self._control("status")
        except RuntimeError:
            return False
        return True

    def _control(self, *arguments: str) -> None:
        _run([str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), *arguments])


@contextmanager
def cluster(*, within: Path | None = None, fsync: str = "off") -> Iterator[Cluster]:
    """Make and run a server; `within` is the folder for its own, such as one on a small disk.

    PostgreSQL refuses to run as root; then it runs as the user postgres, which Debian's package makes.
    fsync is off unless asked for: most of what the tests prove does not hang on the disk they run on.
    """
    binaries = tools.postgresql_bin()
    if binaries is None:
        raise RuntimeError(tools.INITDB.advice)
    folder = Path(tempfile.mkdtemp(prefix="corrigenda-pg-", dir=within))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    made = Cluster(binaries, folder, free_port(), fsync)
    try:
        made.make()
        try:
            yield made
        finally:
            if made.is_running():
                made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the URL of its empty database `corrigenda`; in memory where there is room."""
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > LEAST_FREE
    with cluster(within=MEMORY if in_memory else None) as made:
        yield made.url


def _run(command: list[str]) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(
        command, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        message = f"{command[0]} failed: {done.stderr}"
        raise RuntimeError(message)
