"""The file CMS is killed in the middle of writing, written to by many at once, and ends whole."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import turbohtml

from tests.rooms.connectors.newsroom import NOTICE, STORY, URL, Newsroom

KILLED = """
import os, signal, sys
from pathlib import Path
from corrigenda.connectors import files
from tests.rooms.connectors.newsroom import ORIGIN, SELECTORS, Newsroom

class Standing(Newsroom):
    def __init__(self, folder):
        self.source, self.public = folder / "source", folder / "public"
        self.cms = files.FileCms(source=self.source, public=self.public, origin=ORIGIN,
                                 root_selectors=SELECTORS)

class Fuse:
    def __init__(self, limit):
        self.limit, self.calls = limit, 0
    def after(self, function):
        def counted(*arguments):
            result = function(*arguments)
            self.calls += 1
            if self.calls == self.limit:
                os.kill(os.getpid(), signal.SIGKILL)
            return result
        return counted

for folder in sys.argv[1:]:
    if not (child := os.fork()):
        fuse = Fuse(int(Path(folder).name))
        os.fsync, os.replace = fuse.after(os.fsync), fuse.after(os.replace)
        files.fcntl.flock = fuse.after(files.fcntl.flock)
        Standing(Path(folder)).fix()
        os._exit(fuse.calls)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def run_killed(*folders: Path) -> list[int]:
    """Make the usual fix in each folder, in a process that is killed after its n-th system call that matters.

    The folder's name is the number, 0 for never. Returns their exit codes: the number of calls, or -9.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", KILLED, *map(str, folders)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [int(code) for code in run.stdout.split()]


def newsrooms(folder: Path, count: int) -> dict[int, Newsroom]:
    """Return newsrooms in numbered folders."""
    for number in range(count):
        (folder / str(number)).mkdir()
    return {number: Newsroom(folder / str(number)) for number in range(count)}


def test_killed_at_any_point_and_repeated(tmp_path: Path) -> None:
    """The page is always whole, new words never without their notice, and a repeat ends what was begun."""
    # The lock, then for each of the two files: sync, replace, sync of the folder.
    points = 7
    made = newsrooms(tmp_path, points + 1)
    before, html = made[0].fixed()
    assert run_killed(*(tmp_path / str(number) for number in made)) == [points] + [-9] * points
    whole = made.pop(0)
    assert [newsroom.published() == STORY for newsroom in made.values()] == [True] * 5 + [False] * 2
    for newsroom in made.values():
        assert newsroom.published() in (STORY, whole.published())
        newsroom.cms.write(URL, before=before, html=html, notice=NOTICE)
        assert newsroom.published() == whole.published()
        assert newsroom.stored() == whole.stored()


def test_a_fix_after_a_killed_one_publishes_both_notices(tmp_path: Path) -> None:
    """The stored file is one: its text never goes out without its notice, whoever publishes next."""
    newsroom = newsrooms(tmp_path, 5)[4]
    assert run_killed(tmp_path / "4") == [-9]
    assert newsroom.published() == STORY
    before, html = newsroom.fixed("the goat", "the cow")
    newsroom.cms.write(URL, before=before, html=html, notice=replace(NOTICE, anchor="correction-8"))
    assert "34 of" in newsroom.published()
    assert 'id="correction-7"' in newsroom.published()
    assert 'id="correction-8"' in newsroom.published()


def test_writers_wait_for_each_other(newsroom: Newsroom) -> None:
    """Ten at once: each notice is there; a reader meanwhile never sees new words without their notice."""
    stop = threading.Event()
    torn: list[str] = []

    def look() -> None:
        while not stop.is_set():
            public = newsroom.published()
            if not public.endswith("</html>\n") or ("34 of" in public) != ('id="correction-7"' in public):
                torn.append(public)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        with ThreadPoolExecutor(10) as pool:
            fix = pool.submit(newsroom.fix)
            notices = [replace(NOTICE, anchor=f"correction-{number}") for number in range(20, 29)]
            for job in [pool.submit(newsroom.cms.place, URL, notice=notice) for notice in notices]:
                job.result()
            fix.result()
    finally:
        stop.set()
        watcher.join()
    assert torn == []
    anchors = {
        entry.attrs["id"] for entry in turbohtml.parse(newsroom.published()).select("aside.corrections > p")
    }
    assert anchors == {"correction-7", *(f"correction-{number}" for number in range(20, 29))}
