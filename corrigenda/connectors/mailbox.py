"""A mailbox that readers write to: what waits in it, each mail's bytes, and the mark that one is done."""

import contextlib
import itertools
import re
import ssl
from collections.abc import Collection, Iterator
from typing import Final, Protocol

from django.conf import settings
from imapclient import DELETED, SEEN
from imapclient.exceptions import ProtocolError

from corrigenda.connectors.imap import BoundedClient, Limits

SECONDS: Final = 60
"""How long a server may be silent."""

SECONDS_A_STEP: Final = 120.0
"""How long a server may take to let the desk in (from the connection to the chosen folder), for a search, and
to say goodbye, however little it is silent."""

SECONDS_A_MAIL: Final = 600.0
"""How long a server may take to hand one mail over, or to mark it, however little it is silent."""

AT_ONCE: Final = 500
"""Messages that are asked about in one command: a longer list of numbers is refused by some servers."""

WINDOW: Final = 20_000
"""Mails that one search is about.

Their numbers have 220,000 bytes at most; all those of a large mailbox may have more than a line of an answer
can (`corrigenda/connectors/imap.py`).
"""

MOST_NUMBER: Final = 2**32 - 1
"""The largest UID and UIDVALIDITY (RFC 3501, 9: nz-number)."""

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class MailboxError(Exception):
    """The mailbox cannot be used now; the error's text is one line for the operator."""


class MailRefusedError(MailboxError):
    """The server does not do its part for this one mail; the connection to it works."""


class Mailbox(Protocol):
    """One folder of a mailbox.

    Every method raises MailboxError where the connection does not work any more; those that are about one
    mail raise MailRefusedError where it still does. A UID rises from mail to mail and is never used again
    (RFC 3501, 2.3.1.1).
    """

    @property
    def name(self) -> str:
        """What the folder is remembered by."""

    @property
    def validity(self) -> int:
        """UIDVALIDITY: where it has changed, the UIDs that were remembered mean nothing any more."""

    def waiting(self, *, after: int) -> list[int]:
        """Return the UIDs of the mails that are greater than `after`, in their order.

        Where more than WINDOW wait, the last of them may be left out.
        """

    def present(self, uids: Collection[int]) -> set[int]:
        """Return those of the UIDs whose mails are still in the folder."""

    def size(self, uid: int) -> int:
        """Return the bytes of a mail."""

    def read(self, uid: int, *, most: int) -> bytes:
        """Return the first `most` bytes of a mail. It stays unread."""

    def mark_done(self, uid: int) -> None:
        """Mark a mail as read, or move it to the folder for such mails; a repeat does no harm."""


class NullMailbox:
    """Where no mailbox is set up."""

    name = ""
    validity = 0

    def waiting(self, *, after: int) -> list[int]:  # noqa: ARG002 (the protocol's)
        """Return no mail."""
        return []

    def present(self, uids: Collection[int]) -> set[int]:  # noqa: ARG002
        """Return no mail."""
        return set()

    def size(self, uid: int) -> int:  # noqa: ARG002
        """Return the size of no mail."""
        return 0

    def read(self, uid: int, *, most: int) -> bytes:  # noqa: ARG002
        """Return no bytes."""
        return b""

    def mark_done(self, uid: int) -> None:
        """Mark nothing."""


class ImapMailbox:
    """A folder on an IMAP server, over a connection that is signed in."""

    def __init__(self, client: BoundedClient, *, name: str, folder: str, done_folder: str) -> None:
        self.name = name
        self._client = client
        self._done_folder = done_folder
        selected = client.select_folder(folder)
        self.validity = _numbers([int(selected[b"UIDVALIDITY"])])[0]
        self._edges = self._found_edges(int(selected.get(b"EXISTS", 0)))
        if done_folder and not client.folder_exists(done_folder):
            client.create_folder(done_folder)

    def waiting(self, *, after: int) -> list[int]:
        """Return the UIDs of the mails that are greater than `after`, in order, or the first of many."""
        edges, found = [after, *(uid for uid in self._edges if uid > after), MOST_NUMBER], list[int]()
        with _told(), self._client.limits.step(seconds=SECONDS_A_STEP):
            for low, high in itertools.pairwise(edges):
                # A range that begins behind the last mail means the last mail (RFC 3501, 6.4.8).
                end = "*" if high == MOST_NUMBER else high
                said = _numbers(self._client.search(["UID", f"{low + 1}:{end}"]))
                found += sorted({uid for uid in said if low < uid <= high})
                if len(found) >= WINDOW:
                    break
        return found

    def _found_edges(self, count: int) -> list[int]:
        """Return the UIDs that part a folder of so many mails into ranges of WINDOW mails each.

        Beyond 10,000,000 mails the ranges are larger. Mails are counted, not UIDs: these may have gaps of any
        size, and not every server tells UIDNEXT. It is done when the folder has just been chosen: later a
        mail may have another place among the others, and never another UID.
        """
        step = max(WINDOW, count // AT_ONCE)
        places = ",".join(map(str, range(step, count, step)))
        return sorted(set(_numbers(self._client.search([places])))) if places else []

    def present(self, uids: Collection[int]) -> set[int]:
        """Return those of the UIDs whose mails are still in the folder."""
        listed, found = sorted(uids), set[int]()
        with _told(), self._client.limits.step(seconds=SECONDS_A_STEP):
            for at in range(0, len(listed), AT_ONCE):
                asked = ",".join(map(str, listed[at : at + AT_ONCE]))
                found.update(self._client.search(["UID", asked]))
        return found & set(listed)

    def size(self, uid: int) -> int:
        """Return the bytes of a mail."""
        with self._one_mail():
            size = self._client.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE")
            if not isinstance(size, int):
                raise ProtocolError("the server said OK and no size")
        return size

    def read(self, uid: int, *, most: int) -> bytes:
        """Return the first `most` bytes of a mail. It stays unread."""
        with self._one_mail(most):
            return self._client.first_bytes(uid, most=most)

    def mark_done(self, uid: int) -> None:
        """Mark a mail as read, or move it to the folder for such mails; a repeat does no harm."""
        with self._one_mail():
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
    def _one_mail(self, most: int = 0) -> Iterator[None]:
        """Tell what goes wrong with one mail from a connection that does not work any more."""
        with self._client.limits.step(seconds=SECONDS_A_MAIL, most=most):
            try:
                with _told():
                    yield
            except MailboxError as error:
                if self._is_there():
                    raise MailRefusedError(str(error)) from error
                raise

    def _is_there(self) -> bool:
        """Whether the server still answers, and in step with what it is asked."""
        try:
            with _told():
                self._client.noop()
        except MailboxError:
            return False
        return True


def _numbers(said: list[int]) -> list[int]:
    """Return numbers that a server has said; raises ProtocolError where one is none of IMAP's."""
    for number in said:
        if not 0 < number <= MOST_NUMBER:
            raise ProtocolError("the server said a number that is none of IMAP's")
    return said


@contextlib.contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """Open the mailbox that the settings name, and sign out at the end; raises MailboxError."""
    options = settings.OPTIONS
    if not options.mailbox_host:
        yield NullMailbox()
        return
    client, limits = None, Limits()
    try:
        with _told(), limits.step(seconds=SECONDS_A_STEP):
            client = _connected(limits)
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
            try:
                with _told(), limits.step(seconds=SECONDS_A_STEP):
                    client.logout()
            except MailboxError:
                with contextlib.suppress(OSError):
                    client.shutdown()


def _connected(limits: Limits) -> BoundedClient:
    """Connect as the settings say; nothing is sent bare where they ask for TLS."""
    options = settings.OPTIONS
    context = ssl.create_default_context(cafile=options.mailbox_ca_file or None)
    client = BoundedClient(
        options.mailbox_host,
        options.mailbox_port,
        context=context if options.mailbox_security == "tls" else None,
        timeout=SECONDS,
        limits=limits,
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
    """Raise what a server or the network does wrong as MailboxError.

    Its library takes answers apart as they come: it trips over those of a broken or hostile server in many
    ways, from KeyError to RecursionError and MemoryError.
    """
    try:
        yield
    except Exception as error:
        text = _CONTROLS.sub(" ", f"{type(error).__name__}: {error}").strip()
        raise MailboxError(text[:300]) from error
