"""A real SMTP server on this machine, whose answers a test can choose."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from tests.ports import free_port


@dataclass
class PostOffice:
    """What the server answers, and what it has taken."""

    port: int = 0
    to_recipient: str = "250 OK"
    to_data: str = "250 OK"
    taken: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (names and arguments are aiosmtpd's)
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        """Answer RCPT TO."""
        if self.to_recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        """Answer the end of the data; keep what is taken."""
        if self.to_data.startswith("2"):
            self.taken.append(envelope)
        return self.to_data

    def raw(self, number: int = -1) -> bytes:
        """Return a letter as it came over the wire."""
        content = self.taken[number].content
        assert isinstance(content, bytes)
        return content

    def letter(self, number: int = -1) -> EmailMessage:
        """Return a letter as a mail program reads it."""
        message = message_from_bytes(self.raw(number), policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def text(self, number: int = -1) -> str:
        """Return a letter's text."""
        return str(self.letter(number).get_content())


@pytest.fixture
def office(settings: Settings) -> Iterator[PostOffice]:
    """An SMTP server that the settings name."""
    office = PostOffice(port=free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port, ready_timeout=20)
    controller.start()
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = office.port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_USE_SSL = False
    settings.DEFAULT_FROM_EMAIL = "The Courier <corrections@courier.example>"
    yield office
    controller.stop()
