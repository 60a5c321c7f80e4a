"""A newspaper on the loopback whose articles watch reads."""

from collections.abc import Iterator

import pytest

from corrigenda.models import Site
from tests.rooms.connectors.servers import Server, serving
from tests.rooms.factories import make_site


@pytest.fixture
def server() -> Iterator[Server]:
    """The newspaper's web server."""
    with serving() as running:
        yield running


@pytest.fixture
def site(db: None, server: Server) -> Site:
    """The newspaper; its pages are read from the web, for its connector is by hand."""
    origin = f"http://{server.place}"
    return make_site(origin=origin, fetch_hosts=[server.place], private_hosts=[server.place])
