"""What a page of a neighbouring host learns of the desk, in Chromium: not even who is signed in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.rooms.factories import make_member
from tests.rooms.sitting import opened_browser, sitting

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

# After sign-in this address leads on to an image, for who is signed in at once.
LEADS_TO_AN_IMAGE = "/accounts/login/?next=/static/corrigenda/web/icon.svg"
COMES = """address => new Promise(answer => {
    const image = new Image()
    image.onload = () => answer(true)
    image.onerror = () => answer(false)
    image.src = address
})"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_told: object) -> None:
        """Say nothing."""


@contextmanager
def neighbour(folder: Path) -> Iterator[str]:
    """Serve a page of another origin and the same site as the live server: another port of its host."""
    (folder / "index.html").write_text("<!doctype html><title>An article with advertisements</title>")
    with ThreadingHTTPServer(("localhost", 0), partial(_Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as running:
        yield running


def test_a_page_of_a_neighbour_cannot_tell_who_is_signed_in(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    with neighbour(tmp_path) as address, sitting(browser, live_server, make_member()) as page:
        page.goto(LEADS_TO_AN_IMAGE)
        assert page.url.endswith("icon.svg"), "this browser is signed in"
        other = page.context.new_page()
        other.goto(address)
        icon = f"{live_server.url}/static/corrigenda/web/icon.svg"
        assert other.evaluate(COMES, icon), "files are open to all pages"
        assert not other.evaluate(COMES, f"{live_server.url}{LEADS_TO_AN_IMAGE}")
