"""A full disk, and one that nearly is: 503 for reports, none acknowledged is lost, and space is enough."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.journeys.serving import Installation, Readers
from tests.waiting import wait_until

Record = Callable[[str, object], None]
POSTGRESQL = bool(os.environ.get("DATABASE_URL"))
DISK_MEGABYTES = 200 if POSTGRESQL else 24
LEFT_MEGABYTES = 5
FLOOR_MEGABYTES = 10


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """Mount a file system of that size; skip where that is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="corrigenda-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "corrigenda-test", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()


@contextmanager
def full_but_for(disk: Path, megabytes: int) -> Iterator[None]:
    """Take all the space of a disk but so much of it."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - megabytes * 2**20)
    try:
        yield
    finally:
        ballast.unlink(missing_ok=True)


def wait_for_refusals(readers: Readers, number: int) -> None:
    """Wait until so many reports have been refused since now."""
    goal = len(readers.refusals) + number
    wait_until(lambda: len(readers.refusals) >= goal, "the disk does not get full", pause=0.01)


def wait_for_database(url: str) -> None:
    """Wait until PostgreSQL has recovered."""
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "PostgreSQL does not come back"
            time.sleep(0.2)
        else:
            return


def test_a_full_disk(tmp_path: Path, record_property: Record) -> None:
    if shutil.which("mount") is None:
        pytest.skip("a small disk cannot be mounted here: there is no mount")
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(DISK_MEGABYTES))
        cluster = stack.enter_context(postgres.cluster(within=disk, fsync="on")) if POSTGRESQL else None
        data = tmp_path / "data" if cluster else disk / "data"
        extra = {
            "CORRIGENDA_WORKERS": "2" if cluster else "1",
            "CORRIGENDA_CHALLENGE_REPORTS": "0",
            # The disk gets full before anybody looks.
            "CORRIGENDA_REPORT_FREE_BYTES": "0",
        }
        installation = Installation(data, cluster.url if cluster else "", extra, logs=tmp_path)
        installation.prepare()
        readers = Readers(comment="The plaque says so. " * 200)
        server = stack.enter_context(installation.serve())
        with full_but_for(disk, LEFT_MEGABYTES):
            readers.start(server.port)
            wait_for_refusals(readers, 50)
            assert server.get("/healthz") in {200, 500, 503}
        refused = list(readers.refusals)
        readers.stop()
        if cluster:
            # Where the log of its writes cannot grow PostgreSQL ends itself, and starts only with space.
            if not cluster.is_running():
                cluster.start()
            wait_for_database(cluster.url)
        before = len(readers.promised)
        readers.start(server.port)
        readers.wait_for(100)
        readers.stop()
        readers.send_again(server.port)
        stored = dict(installation.rows())
        assert server.stop() == 0
    assert {status for status, _content in refused} == {503}
    assert {json.loads(content)["title"] for _status, content in refused} == {"Service Unavailable"}
    assert {key: stored.get(key) for key in readers.promised} == readers.promised
    assert len(set(stored.values())) == len(stored)
    record_property("acknowledgements checked", len(readers.promised))
    record_property("acknowledged before the disk was full", before)
    record_property("answered 503", len(readers.refusals))
    print(f"{len(readers.promised)} acknowledgements ({before} before), {len(readers.refusals)} refusals")  # noqa: T201


def test_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    """What readers send takes no more of the disk than is left to them; the rest is for the desk."""
    if shutil.which("mount") is None:
        pytest.skip("a small disk cannot be mounted here: there is no mount")
    floor = FLOOR_MEGABYTES * 2**20
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(24))
        # PostgreSQL's own disk is not looked at; that of the data folder is.
        cluster = stack.enter_context(postgres.cluster()) if POSTGRESQL else None
        extra = {
            "CORRIGENDA_WORKERS": "2" if cluster else "1",
            "CORRIGENDA_CHALLENGE_REPORTS": "0",
            "CORRIGENDA_REPORT_FREE_BYTES": str(floor),
        }
        installation = Installation(disk / "data", cluster.url if cluster else "", extra, logs=tmp_path)
        installation.prepare()
        readers = Readers(comment="The plaque says so. " * 200)
        server = stack.enter_context(installation.serve())
        with full_but_for(disk, FLOOR_MEGABYTES - 1 if cluster else FLOOR_MEGABYTES + 3):
            readers.start(server.port, number=2)
            wait_for_refusals(readers, 50)
            readers.stop()
            free = shutil.disk_usage(disk).free
            ready = urllib.request.urlopen(f"http://127.0.0.1:{server.port}/readyz", timeout=20)
            with ready:
                said = json.load(ready)
        refused = list(readers.refusals)
        readers.start(server.port, number=2)
        readers.wait_for(20)
        readers.stop()
        stored = dict(installation.rows())
        assert server.stop() == 0
    assert floor / 2 < free < floor
    assert {status for status, _content in refused} == {503}
    details = {json.loads(content)["detail"] for _status, content in refused}
    assert details == {"The desk cannot answer at this moment. Please try again."}
    assert (said["ready"], said["checks"]["disk"]["state"]) == (True, "warning")
    assert stored == readers.promised
