"""A real SMTP server for the tests, which keeps what it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_port


class Postbox:
    """Keeps every message that it has answered 250 to, with its recipient."""

    port: int

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []

    async def handle_DATA(  # noqa: N802 (the signature is aiosmtpd's)
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        """Take a message."""
        parser = BytesParser(policy=policy.default)
        message = parser.parsebytes(envelope.original_content or b"")
        self.mails.append((envelope.rcpt_tos[0], message))
        return "250 taken"

    def settings(self) -> dict[str, str]:
        """Return the settings that make a desk send its mail here."""
        return {
            "CORRIGENDA_MAIL_HOST": "127.0.0.1",
            "CORRIGENDA_MAIL_PORT": str(self.port),
            "CORRIGENDA_MAIL_SECURITY": "none",
            "CORRIGENDA_MAIL_FROM": "desk@courier.example",
        }

    def texts_to(self, address: str) -> list[str]:
        """Return the bodies of the mails to an address."""
        return [str(mail.get_content()) for to, mail in self.mails if to == address]


@contextmanager
def open_postbox(postbox: Postbox | None = None) -> Iterator[Postbox]:
    """Run the server on a free port until the block ends; one of another kind may be given."""
    postbox = postbox or Postbox()
    # The controller greets itself on the port that it was given, so it cannot be told to choose one.
    postbox.port = free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=postbox.port)
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()
