"""Fixtures of the connectors' tests."""

from collections.abc import Iterator

import pytest

from tests.rooms.connectors.servers import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server on the loopback."""
    with serving() as running:
        yield running
