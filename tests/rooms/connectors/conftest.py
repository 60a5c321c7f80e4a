"""Fixtures of the connectors' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rooms.connectors.newsroom import Newsroom
from tests.rooms.connectors.servers import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server on the loopback."""
    with serving() as running:
        yield running


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A newsroom with one article."""
    return Newsroom(tmp_path)
