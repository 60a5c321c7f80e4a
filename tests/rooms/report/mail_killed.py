"""Fetches a mailbox until it is killed at its n-th effect; see tests/journeys/killed.py for what one is.

It reads lines from its input and answers each with a line of JSON. "world": lays the tables and the rows, and
tells what the desk has sent. A number: forks a process that fetches and is killed right after so many effects
(0: never). "count": tells what there is. "retry": tries again what was set aside because it was interrupted.
Marking a mail on the IMAP server is an effect as well.
"""

import json
import os
import sys
from typing import Any

from imapclient import IMAPClient

from tests.journeys.killed import Fuse, lay

from django.core.management import call_command  # isort: skip (after django.setup)
from django.db import connections  # isort: skip

from corrigenda.connectors.mailbox import open_mailbox  # isort: skip
from corrigenda.report.mail.children import READERS  # isort: skip
from corrigenda.models import Attachment, Entry, FollowUp, Mail, Report  # isort: skip
from corrigenda.report.mail.fetch import fetch_mails  # isort: skip
from corrigenda.report.mail.intake import INTERRUPTED, take_again  # isort: skip
from tests.mails.world import make_world  # isort: skip


def lay_world() -> dict[str, Any]:
    """Make the tables and the rows."""
    call_command("migrate", verbosity=0)
    names = make_world().names
    return {"reply_address": names.reply_address, "answered": names.answered, "returned": names.returned}


def count() -> dict[str, Any]:
    """Count the rows, and tell what each mail became."""
    tables = (Mail, Report, FollowUp, Attachment, Entry)
    counts: dict[str, Any] = {table.__name__: table._default_manager.count() for table in tables}
    return {**counts, "became": sorted(Mail.objects.values_list("key", "outcome"))}


def retry() -> dict[str, Any]:
    """Try again what was set aside unread, as an operator does."""
    mails = list(Mail.objects.filter(outcome=Mail.Outcome.ASIDE, reason=INTERRUPTED))
    for mail in mails:
        take_again(mail)
    READERS.close()
    return {"retried": len(mails)}


def fetch(limit: int, answer: int) -> None:
    """Fetch under a fuse."""
    fuse = Fuse(limit, answer)
    lay(fuse)
    for method in ("add_flags", "move", "copy", "uid_expunge"):
        fuse.after(IMAPClient, method, f"IMAP {method}")
    with open_mailbox() as box:
        fetch_mails(box, limit=500, start=lambda _count: None, each=lambda _taken: None, missed=print)
    fuse.tell(killed=False)


def fetch_in_child(limit: int) -> dict[str, Any]:
    """Fetch in a process that may be killed, and return what it said last."""
    connections.close_all()
    reading, writing = os.pipe()
    if child := os.fork():
        os.close(writing)
        os.waitpid(child, 0)
        with os.fdopen(reading) as said:
            told: dict[str, Any] = json.loads(said.read())
            return told
    os.close(reading)
    try:
        fetch(limit, writing)
    finally:
        os._exit(0)


def main() -> None:
    """Answer each line of the input."""
    for line in sys.stdin:
        asked = line.strip()
        kinds = {"world": lay_world, "count": count, "retry": retry}
        told = kinds[asked]() if asked in kinds else fetch_in_child(int(asked))
        print(json.dumps(told), flush=True)  # noqa: T201 (the test reads it)


if __name__ == "__main__":
    main()
