"""A worker behind PgBouncer: refused where the pool hands sessions on, at work where it does not."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests import postgres, tools
from tests.journeys.serving import Installation
from tests.ports import free_port
from tests.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

SETTINGS = """
[databases]
corrigenda = host=127.0.0.1 port={server} user=corrigenda
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
"""


@contextmanager
def pool(folder: Path, server: int, mode: str) -> Iterator[str]:
    """Run PgBouncer before a server; yields the URL of the database through it."""
    port = free_port()
    file = folder / "pgbouncer.ini"
    file.write_text(SETTINGS.format(server=server, port=port, mode=mode))
    file.chmod(0o644)
    # It refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    command = [str(tools.program(tools.PGBOUNCER)), str(file)]
    running = subprocess.Popen(
        command, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: answers(port), "PgBouncer does not answer")
        yield f"postgres://corrigenda@127.0.0.1:{port}/corrigenda"
    finally:
        running.terminate()
        running.wait(20)


def answers(port: int) -> bool:
    """Whether somebody listens at a port."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.mark.parametrize(("mode", "code"), [("session", 0), ("transaction", 1)])
def test_a_worker_behind_a_pool(mode: str, code: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    tools.require(tools.PGBOUNCER, tools.program(tools.PGBOUNCER))
    tools.require(tools.INITDB, tools.postgresql_bin())
    folder = tmp_path_factory.mktemp("pool")
    # PgBouncer reads its settings as another user.
    for one in (folder, *folder.parents[:2]):
        one.chmod(0o755)
    with postgres.cluster() as cluster:
        made = Installation(folder / "data", cluster.url)
        made.prepare()
        with pool(folder, cluster.port, mode) as url:
            done = subprocess.run(
                [sys.executable, "-m", "corrigenda", "work", "--once"],
                env={**made.environment, "DATABASE_URL": url},
                capture_output=True,
                text=True,
                check=False,
            )
    assert done.returncode == code, done.stderr
    assert ("pool_mode = session" in done.stderr) == bool(code)
    assert "Traceback" not in done.stderr
