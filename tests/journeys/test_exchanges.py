"""What HTTP allows and few clients do, asked of the desk itself."""

import os
from collections.abc import Iterator

import pytest

from tests.journeys import exchanges
from tests.journeys.running import own_database
from tests.journeys.senders import Place
from tests.journeys.serving import Installation, Server, report_body

SETTINGS = {"CORRIGENDA_CHALLENGE_REPORTS": "0", "CORRIGENDA_ALLOWED_HOSTS": '["desk.example"]'}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with own_database(os.environ.get("DATABASE_URL", "")) as url:
        made = Installation(tmp_path_factory.mktemp("desk") / "data", url, SETTINGS)
        made.prepare()
        yield made


@pytest.fixture(scope="module")
def server(installation: Installation) -> Iterator[Server]:
    with installation.serve() as server:
        yield server


@pytest.fixture
def place(server: Server) -> Place:
    return Place(server.port, host="desk.example")


def test_head_is_answered_as_get_without_the_body(place: Place) -> None:
    exchanges.ask_for_heads(place)


def test_a_file_that_a_client_has_is_not_sent_again(place: Place) -> None:
    exchanges.ask_again_for_a_file(place)


def test_who_asks_before_sending_is_answered(place: Place) -> None:
    exchanges.ask_before_sending(place)


@pytest.mark.parametrize("comment", ["", "x" * 20_000], ids=["short", "long"])
def test_a_report_that_does_not_say_its_length_is_refused(place: Place, comment: str) -> None:
    assert exchanges.send_in_chunks(place, report_body(comment=comment)).status == 411


def test_a_request_in_a_body_is_none(place: Place) -> None:
    exchanges.hide_a_request_in_a_body(place)


def test_who_breaks_off_leaves_nothing_behind(
    place: Place, installation: Installation, server: Server
) -> None:
    exchanges.break_off(place, installation)
    assert "Traceback" not in server.log.read_text()
