"""A mailbox with very many mails, and a server that sends other things than the mail it was asked for."""

import bisect
import contextlib
import itertools
import re
import socket
import threading
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from corrigenda.connectors.mailbox import WINDOW, MailboxError, open_mailbox
from tests.ports import free_port


@dataclass
class Crowded:
    """Says what a server says whose folder has mails with these UIDs."""

    uids: range
    next_told: bytes
    mail: Iterable[bytes] = ()
    searches: list[bytes] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with contextlib.suppress(ConnectionError), client, client.makefile("rb") as lines:
                    client.sendall(b"* OK [CAPABILITY IMAP4rev1] Ready.\r\n")
                    for line in lines:
                        tag, _, command = line.rstrip().partition(b" ")
                        is_mail = command.startswith(b"UID FETCH")
                        for piece in self.mail if is_mail else [self.answer(command)]:
                            client.sendall(piece)
                        client.sendall(tag + b" OK Completed.\r\n")

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


MOST = 5_000_000

TOO_MUCH = "the server sends more than it was asked for"
NO_MAIL = "the server said OK and no mail"


def words() -> Iterator[bytes]:
    """Lines of 9 bytes, each with another word."""
    for letters in itertools.islice(itertools.product(b"ABCDEFGHIJ", repeat=6), MOST // 10):
        yield b"* %s\r\n" % bytes(letters)


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        pytest.param([b"* 2 FETCH (UID 2", *[b" {0}\r\n" * 1000] * 830, b")\r\n"], TOO_MUCH, id="literals"),
        pytest.param(words(), TOO_MUCH, id="words"),
        pytest.param([b"* 1 X\r\n" * 1000] * 700, TOO_MUCH, id="lines"),
        pytest.param([b"+\r\n" * 1000] * 1600, "rest of a command that has none", id="continuations"),
        pytest.param(
            [b"* 2 FETCH (UID 2 BODY[]<0> {1}\r\nx X {4000000}\r\n", *[b"x" * 1000] * 4000, b")\r\n"],
            TOO_MUCH,
            id="two literals",
        ),
        pytest.param(
            [b"* 2 FETCH (UID 2 INTERNALDATE {5000000}\r\n", *[b"aaa " * 250] * 5000, b")\r\n"],
            NO_MAIL,
            id="a date",
        ),
        pytest.param(
            [b"* 2 FETCH (UID 2 BODY[]<0> {5000000}\r\n", *[b"\0" * 1000] * 5000, b" X)\r\n"],
            "uneven number of response items",
            id="in an error",
        ),
        pytest.param(
            [b"* 2 FETCH (UID {5000000}\r\n", *[b"\0" * 1000] * 5000, b")\r\n"], "invalid UID", id="a UID"
        ),
    ],
)
def test_whatever_comes_in_place_of_a_mail_costs_little_more_memory_than_a_mail(
    pieces: Iterable[bytes], told: str, settings: Settings
) -> None:
    with crowded(range(1, 4), b"", settings) as server:
        server.mail = pieces
        with open_mailbox() as box:
            tracemalloc.start()
            try:
                with pytest.raises(MailboxError, match=told):
                    box.read(2, most=MOST)
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
    assert peak < 3 * MOST


@pytest.mark.parametrize(
    "answer",
    [
        b"* 2 FETCH (UID 2 BODY[]<0> {5}\r\nHello)\r\n",
        b"* 2 FETCH (BODY[]<0> {5}\r\nHello UID 2 FLAGS ())\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> {3}\r\nBye)\r\n* 2 FETCH (UID 2 BODY[]<0> ~{7}\r\nHello, )\r\n",
        b'* 2 FETCH (UID 2 BODY[]<0> "Hello")\r\n',
    ],
)
def test_a_mail_is_read_however_the_answer_is_written(answer: bytes, settings: Settings) -> None:
    with crowded(range(1, 4), b"", settings) as server:
        server.mail = [answer]
        with open_mailbox() as box:
            assert box.read(2, most=5) == b"Hello"
