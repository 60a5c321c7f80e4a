"""A site with one article that has been read, and a desk that counts nobody's requests."""

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from pytest_django import Settings

from tests.rooms.factories import make_article, make_revision, make_site


@pytest.fixture
def desk(db: None, settings: Settings) -> Iterator[None]:
    """The desk that is asked."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"report_limit": 0, "challenge_reports": 0})
    make_revision(make_article(make_site()), "<p>In 1931 the bridge opened, and the mayor spoke.</p>")
    # As Django's own test client does: the connection holds the transaction of the test.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def pressed(desk: None, settings: Settings) -> None:
    """The same desk while so many reports arrive that each must come with a solved puzzle."""
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"challenge_reports": 1})
