"""A PostgreSQL server of the tests' own, in a temporary folder, gone when they end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import tools


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the URL of its empty database `corrigenda`.

    PostgreSQL refuses to run as root; then it runs as the user postgres, which Debian's package makes.
    fsync is off: what the tests prove does not hang on the disk of the machine that runs them.
    """
    binaries = tools.postgresql_bin()
    if binaries is None:
        raise RuntimeError(tools.INITDB.advice)
    folder = Path(tempfile.mkdtemp(prefix="corrigenda-pg-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    port = _free_port()
    try:
        _run(
            [
                str(binaries / "initdb"),
                "-D",
                str(folder / "data"),
                "-U",
                "corrigenda",
                "-A",
                "trust",
                "-E",
                "UTF8",
            ]
        )
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off -c max_connections=200"
        options += f" -c unix_socket_directories={folder}"
        control = [str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-w", "-l", str(folder / "log")]
        _run([*control, "-o", options, "start"])
        try:
            _run(
                [
                    str(binaries / "createdb"),
                    "-h",
                    "127.0.0.1",
                    "-p",
                    str(port),
                    "-U",
                    "corrigenda",
                    "corrigenda",
                ]
            )
            yield f"postgres://corrigenda@127.0.0.1:{port}/corrigenda"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(
        command, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        message = f"{command[0]} failed: {done.stderr}"
        raise RuntimeError(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
