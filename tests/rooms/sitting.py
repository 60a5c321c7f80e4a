"""An editor at the desk, in the system's Chromium."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from corrigenda.models import Member
from tests import tools

DESKTOP = {"width": 1280, "height": 900}


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Yield a browser; skips the test where there is none, and fails it in CI."""
    path = tools.chromium()
    tools.require(tools.CHROMIUM, path)
    # Playwright keeps an event loop in this thread, beside which Django would refuse to read the database.
    with pytest.MonkeyPatch.context() as monkeypatch, sync_playwright() as playwright:
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield running
        running.close()


@contextmanager
def sitting(browser: Browser, live_server: LiveServer, member: Member, **options: object) -> Iterator[Page]:
    """A page of an editor who has signed in; what the console says against it fails the test."""
    client = Client()
    client.force_login(member)
    name = settings.SESSION_COOKIE_NAME
    wanted = {"viewport": DESKTOP, **options}
    context = browser.new_context(base_url=live_server.url, **wanted)  # type: ignore[arg-type]  # Playwright's own
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    context.set_default_timeout(15_000)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []
