"""A browser for the journeys, the demo that they walk through, and the proxies before a desk."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests import tools
from tests.journeys.postbox import Postbox, open_postbox
from tests.journeys.proxies import KINDS, Proxy, running_proxy
from tests.journeys.running import Demo, own_database, running_demo
from tests.journeys.serving import Installation, Server

# Without these, Chromium looks up its maker's hosts at every start.
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


# No longer than a module: Playwright's event loop stays in this thread, where a later test may run its own.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium."""
    path = tools.chromium()
    tools.require(tools.CHROMIUM, path)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    running = playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])
    yield running
    running.close()


@pytest.fixture(scope="session")
def postbox() -> Iterator[Postbox]:
    """The SMTP server that the demo's mails go to."""
    with open_postbox() as postbox:
        yield postbox


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, postbox: Postbox) -> Iterator[Demo]:
    """A demo without reports, for all journeys of this process: each uses an article of its own."""
    data = tmp_path_factory.mktemp("demo")
    settings = {**postbox.settings(), "CORRIGENDA_UNDO_SECONDS": "1"}
    with (
        own_database(os.environ.get("DATABASE_URL", "")) as url,
        running_demo(data, "--empty", database_url=url, settings=settings) as demo,
    ):
        yield demo


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of the test's own; an error in a page's console fails the test."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Kyiv")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def pictures() -> Path | None:
    """Where screenshots go when somebody wants to look at them: the folder named by CORRIGENDA_PICTURES."""
    folder = os.environ.get("CORRIGENDA_PICTURES")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)


@pytest.fixture(scope="module")
def server(installation: Installation) -> Iterator[Server]:
    """The desk of a module's own fixture `installation`, at the public address of its settings."""
    with installation.serve(**installation.extra) as server:
        yield server


@pytest.fixture(scope="module", params=list(KINDS))
def proxy(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    """Each proxy in turn before that desk, as deploy/ configures it."""
    folder = tmp_path_factory.mktemp(request.param)
    with running_proxy(request.param, folder, server.port) as proxy:
        yield proxy
