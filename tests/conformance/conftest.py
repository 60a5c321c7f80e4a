"""One prepared desk for all tests of the API."""

from collections.abc import Iterator

import pytest

from tests.conformance.serving import prepared_desk
from tests.journeys.serving import Installation


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with the story of docs/reference/api.md in it."""
    with prepared_desk(tmp_path_factory.mktemp("conformance")) as desk:
        yield desk


@pytest.fixture(scope="session")
def served(desk: Installation) -> Iterator[str]:
    """The address at which it is served."""
    with desk.serve() as server:
        yield f"http://127.0.0.1:{server.port}"
