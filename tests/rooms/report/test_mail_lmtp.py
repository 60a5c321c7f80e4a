"""What hostile mails and odd bytes do to the process that takes mails by LMTP."""

import os
import queue
import re
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from corrigenda.connectors.lmtp import LINES_IN_TURN, LONGEST_LINE, Delivered, Place, serve_lmtp
from tests.mails.making import DESK
from tests.rooms.report.test_mail_commands import installation, lmtp, outcomes
from tests.waiting import PATIENCE

__all__ = ("installation",)

HEAD: Final = b"From: olena@mail.example\r\nSubject: Odd\r\n\r\n"


class Client:
    """Writes LMTP byte by byte."""

    def __init__(self, place: str) -> None:
        host, port = place.split(":")
        self._socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self._answers = self._socket.makefile("rb")
        self._answers.readline()
        self.say(b"LHLO mx.example\r\n")

    def say(self, what: bytes) -> bytes:
        """Send bytes and return the last line of the answer."""
        self._socket.sendall(what)
        while (line := self._answers.readline())[3:4] == b"-":
            pass
        return line

    def deliver(self, content: bytes) -> bytes:
        """Hand over a mail as it is, with its end, and return the answer."""
        self.say(b"MAIL FROM:<olena@mail.example>\r\n")
        self.say(f"RCPT TO:<{DESK}>\r\n".encode())
        assert self.say(b"DATA\r\n").startswith(b"354")
        return self.say(content)

    def close(self) -> None:
        self._answers.close()
        self._socket.close()


def served(take: Callable[[Delivered], bool], tell: Callable[[Client], None]) -> None:
    """Serve mails to `take` while a client tells its own."""
    ready = queue.Queue[str]()

    def talk() -> None:
        try:
            client = Client(ready.get(timeout=PATIENCE))
            try:
                tell(client)
            finally:
                client.close()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=talk)
    thread.start()
    serve_lmtp(take, Place(port=0), most_bytes=3_000_000, threads=1, ready=ready.put)
    thread.join(PATIENCE)
    assert not thread.is_alive()


def megabytes(pid: int) -> int:
    """Return the most memory that a process had so far."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1000


def test_a_mail_of_empty_lines_takes_its_bytes_in_memory(installation: dict[str, str]) -> None:
    environment = {**installation, "CORRIGENDA_MAILBOX_SECONDS": "1"}
    with lmtp(environment, "--port", "0") as (process, place):
        before = megabytes(process.pid)
        client = Client(place)
        assert client.deliver(HEAD + b"\r\n" * 3_000_000 + b".\r\n").startswith(b"250")
        client.close()
        assert megabytes(process.pid) - before < 120
    assert len(outcomes(installation)) == 1


def test_the_bytes_of_a_mail_are_those_that_came() -> None:
    taken: list[bytes] = []
    answers: list[bytes] = []
    odd = [
        b"",
        b"..\r\n",
        b"\r\n..\r\n",
        HEAD + b"A bare\nline feed\n.\nand a bare\rcarriage return\r.\r\r\n",
        HEAD + b"..one dot\r\n...two\r\n.gone\r\n.\n..\r\n",
        HEAD + b"x" * (LONGEST_LINE - 10) + b"\r\n",
        HEAD + b"y\r\n" * (LINES_IN_TURN + 1),
        b"\xff\x00\r\n",
    ]

    def take(delivered: Delivered) -> bool:
        taken.append(delivered.content)
        return True

    def tell(client: Client) -> None:
        answers.extend(client.deliver(content + b".\r\n") for content in odd)

    served(take, tell)
    assert [answer[:3] for answer in answers] == [b"250"] * len(odd)
    # Only a line that CR LF ends is one, so that no text of a mail is taken for its end.
    assert taken == [
        b"\r\n".join(line.removeprefix(b".") for line in content.split(b"\r\n")) for content in odd
    ]


def test_what_is_refused_is_read_to_its_end_and_the_next_is_taken() -> None:
    taken: list[bytes] = []
    answers: list[bytes] = []

    def take(delivered: Delivered) -> bool:
        taken.append(delivered.content)
        return True

    def tell(client: Client) -> None:
        line = b"x" * (LONGEST_LINE * 2 + 500_000)
        answers.append(client.deliver(HEAD + line + b"\r\n.x\r\n.\r\n"))
        answers.append(
            client.deliver(HEAD + b"z" * 100 + b"\r\n" + (b"w" * 900 + b"\r\n") * 4_000 + b".\r\n")
        )
        answers.append(client.say(b"DATA\r\n"))
        answers.append(client.deliver(HEAD + b"Hello\r\n.\r\nRSET\r\n"))
        answers.append(client.say(b""))

    served(take, tell)
    assert [answer[:3] for answer in answers] == [b"500", b"552", b"503", b"250", b"250"]
    assert taken == [HEAD + b"Hello\r\n"]


def test_an_unexpected_failure_loses_no_mail() -> None:
    def take(_: Delivered) -> bool:
        raise MemoryError

    def tell(client: Client) -> None:
        assert client.deliver(HEAD + b"Hello\r\n.\r\n") == b"451 4.3.0 Not now, please try again\r\n"

    served(take, tell)
