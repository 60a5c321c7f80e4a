"""A mailbox with very many mails, on a server that knows nothing but their numbers."""

import bisect
import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from corrigenda.connectors.mailbox import WINDOW, open_mailbox
from tests.ports import free_port


@dataclass
class Crowded:
    """Says what a server says whose folder has mails with these UIDs."""

    uids: range
    next_told: bytes
    searches: list[bytes] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, client.makefile("rb") as lines:
                    client.sendall(b"* OK [CAPABILITY IMAP4rev1] Ready.\r\n")
                    for line in lines:
                        tag, _, command = line.rstrip().partition(b" ")
                        client.sendall(self.answer(command) + tag + b" OK Completed.\r\n")

    def answer(self, command: bytes) -> bytes:
        if command.startswith(b"SELECT"):
            told = b"* %d EXISTS\r\n* OK [UIDVALIDITY 5] Valid.\r\n" % len(self.uids)
            return told + self.next_told
        if command.startswith(b"UID SEARCH"):
            self.searches.append(command)
            return b"* SEARCH %s\r\n" % b" ".join(b"%d" % uid for uid in self.found(command))
        return b"* CAPABILITY IMAP4rev1\r\n" if command == b"CAPABILITY" else b""

    def found(self, command: bytes) -> range | list[int]:
        if asked := re.fullmatch(rb"UID SEARCH UID (\d+):(\d+|\*)", command):
            low = int(asked[1])
            if asked[2] == b"*":
                return self.uids[min(bisect.bisect_left(self.uids, low), len(self.uids) - 1) :]
            return self.uids[bisect.bisect_left(self.uids, low) : bisect.bisect(self.uids, int(asked[2]))]
        places = command.removeprefix(b"UID SEARCH ").split(b",")
        return [self.uids[int(place) - 1] for place in places]


@contextlib.contextmanager
def crowded(uids: range, next_told: bytes, settings: Settings) -> Iterator[Crowded]:
    port, server = free_port(), Crowded(uids, next_told)
    settings.OPTIONS = settings.OPTIONS.model_copy(
        update={
            "mailbox_host": "127.0.0.1",
            "mailbox_port": port,
            "mailbox_security": "none",
            "mailbox_user": "desk",
            "mailbox_password": SecretStr("word"),
            "mailbox_folder": "INBOX",
        }
    )
    with socket.create_server(("127.0.0.1", port)) as listener:
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("is_next_told", [True, False], ids=["UIDNEXT", "no UIDNEXT"])
@pytest.mark.parametrize(
    "uids",
    [
        pytest.param(range(1_000_000, 1_150_000), id="in a row"),
        pytest.param(range(7, 4_200_000_000, 28_000), id="with gaps"),
    ],
)
def test_however_many_mails_wait_all_are_found_in_their_order(
    uids: range, is_next_told: bool, settings: Settings
) -> None:
    next_told = b"* OK [UIDNEXT %d] Predicted.\r\n" % (uids[-1] + 1) if is_next_told else b""
    found = list[int]()
    with crowded(uids, next_told, settings) as server:
        for _round in range(len(uids) // WINDOW + 1):
            with open_mailbox() as box:
                found += box.waiting(after=found[-1] if found else 0)
        assert found == list(uids)
        with open_mailbox() as box:
            assert box.waiting(after=uids[-1]) == []
            assert box.waiting(after=uids[-4]) == list(uids[-3:])
        # Far less than the 1,000,000 bytes that a line may have, and a question or two for each range.
        assert len(server.searches) < 4 * len(uids) // WINDOW
        most = max(len(server.found(command)) for command in server.searches)
        assert most <= WINDOW


def test_a_mailbox_of_the_usual_size_costs_one_question(settings: Settings) -> None:
    with crowded(range(1, WINDOW + 1), b"", settings) as server, open_mailbox() as box:
        assert box.waiting(after=3) == list(range(4, WINDOW + 1))
        assert server.searches == [b"UID SEARCH UID 4:*"]
