"""`corrigenda demo`: it answers, steps over taken ports, keeps its data, starts over, and stops whole."""

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.running import Demo, running_demo
from tests.ports import free_port
from tests.waiting import wait_until

STORY = "heron-count"


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        port = free_port()
        taken.bind(("127.0.0.1", port))
        taken.listen()
        yield port


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 (our own loopback address)
        body: bytes = answer.read()
        return body.decode()


def test_it_answers_leaves_a_running_one_alone_and_keeps_everything(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    with (
        taken_port() as taken,
        running_demo(
            folder,
            *("--port", str(taken), "--paper-port", str(taken + 1)),
            database_url="",
            is_bare=True,
        ) as demo,
    ):
        port = int(demo.desk.rsplit(":", 1)[1])
        assert port != taken, "a taken port is stepped over"
        answers_on_every_address(demo)
        refuses_a_second_one(demo)
        status = demo.corrigenda(
            "report", f"{demo.newspaper}/{STORY}.html", "--quote", "raw total of 360"
        ).strip()
        assert "raw total of 360" in get(status)
        before = wait_for_cases(demo, 4)
        addresses = (demo.desk, demo.newspaper)
    assert demo.process.returncode == 0
    for address in addresses:
        with pytest.raises(urllib.error.URLError):
            get(f"{address}/")
    with running_demo(folder, database_url="") as again:
        assert (again.desk, again.newspaper, again.password) == (*addresses, demo.password)
        assert "raw total of 360" in get(status)
        assert again.count("case") == before


def answers_on_every_address(demo: Demo) -> None:
    page = get(f"{demo.newspaper}/{STORY}.html")
    assert f'{demo.desk}/static/corrigenda/widget/corrigenda.js"' in page
    assert f'rel="canonical" href="{demo.newspaper}/{STORY}.html"' in page
    assert "{{" not in page
    assert "Sign" in get(f"{demo.desk}/desk/")
    assert "Harbour Courier" in get(f"{demo.desk}/log/harbour-courier/")
    assert get(f"{demo.desk}/static/corrigenda/widget/corrigenda.js")


def refuses_a_second_one(demo: Demo) -> None:
    before = (demo.data / "demo.json").read_text()
    for arguments in ([], ["--reset"]):
        second = subprocess.run(
            [sys.executable, "-m", "corrigenda", "demo", "--data", str(demo.data), *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 1
        assert "A demo runs already" in second.stderr
    assert (demo.data / "demo.json").read_text() == before
    assert f'href="{demo.newspaper}/{STORY}.html"' in get(f"{demo.newspaper}/{STORY}.html")


def test_an_address_that_is_taken_meanwhile_is_left_behind_and_a_reset_starts_over(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    with running_demo(folder, "--empty", database_url="") as demo:
        old, password = demo.newspaper, demo.password
        status = demo.corrigenda("report", f"{old}/{STORY}.html", "--quote", "raw total of 360").strip()
        wait_for_cases(demo, 1)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(old.rsplit(":", 1)[1])))
        taken.listen()
        with running_demo(folder, "--empty", database_url="") as demo:
            assert demo.newspaper != old
            moved = get(f"{demo.desk}/{status.split('/', 3)[3]}")
            assert demo.newspaper in moved or "raw total of 360" in moved
            demo.corrigenda("report", f"{demo.newspaper}/{STORY}.html", "--quote", "raw total of 360")
            assert wait_for_cases(demo, 2) == 2
    with running_demo(folder, "--empty", "--reset", database_url="") as demo:
        assert demo.count("case") == 0
        assert demo.password != password


def test_a_reset_leaves_other_folders_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    with (
        pytest.raises(AssertionError, match="left alone"),
        running_demo(precious, "--reset", database_url=""),
    ):
        pass
    assert (precious / "file").read_text() == "mine"


def wait_for_cases(demo: Demo, number: int) -> int:
    """Wait until the worker has opened so many cases."""
    wait_until(lambda: demo.count("case") >= number, f"there are no {number} cases", pause=0.2)
    return demo.count("case")


def test_the_editors_password_is_never_in_the_code() -> None:
    sources = "".join(path.read_text() for path in Path("corrigenda").rglob("*.py"))
    assert not re.search(r"password\s*=\s*['\"][^'\"]", sources)
