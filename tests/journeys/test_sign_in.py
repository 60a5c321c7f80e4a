"""Guesses at a running desk: several processes count together, and a restart forgets nothing."""

import http.client
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.journeys.running import own_database
from tests.journeys.serving import Installation, Server

PASSWORD = "tulips grow on monday"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Installation]:
    """A desk of two processes with one member."""
    with own_database(os.environ.get("DATABASE_URL", "")) as url:
        data = tmp_path / "data"
        data.mkdir()
        desk = Installation(data, url, {"CORRIGENDA_WORKERS": "2", "CORRIGENDA_MEMBER_PASSWORD": PASSWORD})
        desk.prepare()
        desk.corrigenda("member", "add", "anna")
        yield desk


def sign_in(server: Server, password: str) -> int:
    """The status of an attempt: 302 signed in, 200 wrong, 429 or 503 to be made later."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", "/accounts/login/")
        answer = connection.getresponse()
        cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
        assert token is not None
        form = {"login": "anna", "password": password, "csrfmiddlewaretoken": token[1]}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", "/accounts/login/", urlencode(form), headers)
        answer = connection.getresponse()
        assert (answer.status in {429, 503}) == bool(answer.headers["Retry-After"])
        return answer.status
    finally:
        connection.close()


def test_processes_count_together_and_a_restart_forgets_nothing(desk: Installation) -> None:
    seen: list[int] = []  # a list, for adding to a counter from several threads loses some

    def guess(server: Server) -> None:
        while (status := sign_in(server, "a wrong passphrase")) != 429:
            seen.append(status)

    with desk.serve() as server:
        threads = [threading.Thread(target=guess, args=(server,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert seen.count(200) == 5
        assert set(seen) <= {200, 503}
        assert server.get("/healthz") == 200
    with desk.serve() as server:
        assert sign_in(server, PASSWORD) == 429
        desk.corrigenda("member", "list")
