"""A real IMAP server for the tests of this room."""

from collections.abc import Iterator

import pytest

from tests import tools
from tests.rooms.report import dovecot
from tests.rooms.report.dovecot import Dovecot


@pytest.fixture(scope="session")
def imap_server() -> Iterator[Dovecot]:
    """A dovecot for all tests of this process: each uses a folder of its own."""
    program = tools.dovecot()
    tools.require(tools.DOVECOT, program)
    with dovecot.running(str(program)) as running:
        yield running
