"""A mailbox that readers write to: what waits in it, each mail's bytes, and the mark that one is done."""

import contextlib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings
from imapclient import DELETED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

SECONDS: Final = 60
"""How long a server may be silent."""

AT_ONCE: Final = 500
"""Messages that are asked about in one command: a longer list of numbers is refused by some servers."""

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class MailboxError(Exception):
    """The mailbox cannot be used now; the error's text is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that waits; its UID rises from mail to mail and is never used again (RFC 3501, 2.3.1.1)."""

    uid: int
    size: int
    """Bytes."""


class Mailbox(Protocol):
    """One folder of a mailbox; every method raises MailboxError where the server does not do its part."""

    @property
    def name(self) -> str:
        """What the folder is remembered by."""

    @property
    def validity(self) -> int:
        """UIDVALIDITY: where it has changed, the UIDs that were remembered mean nothing any more."""

    def waiting(self, *, after: int) -> list[Waiting]:
        """Return the mails whose UID is greater than `after`, in the order of their UIDs."""

    def read(self, uid: int, *, most: int) -> bytes | None:
        """Return the first `most` bytes of a mail; None where it has gone meanwhile. It stays unread."""

    def mark_done(self, uid: int) -> None:
        """Mark a mail as read, or move it to the folder for such mails; a repeat does no harm."""


class NullMailbox:
    """Where no mailbox is set up."""

    name = ""
    validity = 0

    def waiting(self, *, after: int) -> list[Waiting]:  # noqa: ARG002 (the protocol's)
        """Return no mail."""
        return []

    def read(self, uid: int, *, most: int) -> bytes | None:  # noqa: ARG002
        """Return no bytes."""
        return None

    def mark_done(self, uid: int) -> None:
        """Mark nothing."""


class ImapMailbox:
    """A folder on an IMAP server, over a connection that is signed in."""

    def __init__(self, client: IMAPClient, *, name: str, folder: str, done_folder: str) -> None:
        self.name = name
        self._client = client
        self._done_folder = done_folder
        selected = client.select_folder(folder)
        self.validity = int(selected[b"UIDVALIDITY"])
        if done_folder and not client.folder_exists(done_folder):
            client.create_folder(done_folder)

    def waiting(self, *, after: int) -> list[Waiting]:
        """Return the mails whose UID is greater than `after`, in the order of their UIDs."""
        with _told():
            # A range that begins behind the last mail means the last mail (RFC 3501, 6.4.8).
            uids = [uid for uid in sorted(self._client.search(["UID", f"{after + 1}:*"])) if uid > after]
            sizes = {}
            for at in range(0, len(uids), AT_ONCE):
                found = self._client.fetch(uids[at : at + AT_ONCE], ["RFC822.SIZE"])
                sizes.update({uid: int(values[b"RFC822.SIZE"]) for uid, values in found.items()})
        return [Waiting(uid, sizes[uid]) for uid in uids if uid in sizes]

    def read(self, uid: int, *, most: int) -> bytes | None:
        """Return the first `most` bytes of a mail; None where it has gone meanwhile. It stays unread."""
        with _told():
            found = self._client.fetch([uid], [f"BODY.PEEK[]<0.{most}>"])
        content = found.get(uid, {}).get(b"BODY[]<0>")
        return bytes(content) if content is not None else None

    def mark_done(self, uid: int) -> None:
        """Mark a mail as read, or move it to the folder for such mails; a repeat does no harm."""
        with _told():
            self._client.add_flags([uid], [SEEN], silent=True)
            if not self._done_folder:
                return
            if self._client.has_capability("MOVE"):
                self._client.move([uid], self._done_folder)
                return
            self._client.copy([uid], self._done_folder)
            self._client.add_flags([uid], [DELETED], silent=True)
            if self._client.has_capability("UIDPLUS"):
                # Without it an expunge would take away what others have marked as deleted.
                self._client.uid_expunge([uid])


@contextlib.contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """Open the mailbox that the settings name, and sign out at the end; raises MailboxError."""
    options = settings.OPTIONS
    if not options.mailbox_host:
        yield NullMailbox()
        return
    client = None
    try:
        with _told():
            client = _connected()
            client.login(options.mailbox_user, options.mailbox_password.get_secret_value())
            folder = options.mailbox_folder
            server = f"{options.mailbox_user}@{options.mailbox_host}:{options.mailbox_port}"
            box = ImapMailbox(
                client, name=f"{server}/{folder}", folder=folder, done_folder=options.mailbox_done_folder
            )
        yield box
    finally:
        if client is not None:
            # The mails are taken in or not by now, and a goodbye that fails changes nothing.
            with contextlib.suppress(IMAPClientError, OSError):
                client.logout()


def _connected() -> IMAPClient:
    """Connect as the settings say; nothing is sent bare where they ask for TLS."""
    options = settings.OPTIONS
    context = ssl.create_default_context(cafile=options.mailbox_ca_file or None)
    client = IMAPClient(
        options.mailbox_host,
        options.mailbox_port,
        ssl=options.mailbox_security == "tls",
        ssl_context=context if options.mailbox_security == "tls" else None,
        timeout=SECONDS,
    )
    if options.mailbox_security == "starttls":
        try:
            client.starttls(context)
        except BaseException:
            with contextlib.suppress(OSError):
                client.shutdown()
            raise
    return client


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Raise what a server or the network does wrong as MailboxError."""
    try:
        yield
    except (IMAPClientError, OSError, ValueError) as error:
        text = _CONTROLS.sub(" ", f"{type(error).__name__}: {error}").strip()
        raise MailboxError(text[:300]) from error
