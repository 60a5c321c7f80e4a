"""Fetches a mailbox until it is killed at its n-th effect; see tests/journeys/killed.py for what one is.

It reads lines from its input and answers each with a line of JSON. "world": lays the tables and the rows, and
tells what the desk has sent. A number: forks a process that fetches and is killed right after so many effects
(0: never). "count": tells what there is. Marking a mail on the IMAP server is an effect as well.
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
from corrigenda.models import Attachment, Entry, FollowUp, Mail, Report  # isort: skip
from corrigenda.report.mail.fetch import fetch_mails  # isort: skip
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


def fetch(limit: int, answer: int) -> None:
    """Fetch under a fuse."""
    fuse = Fuse(limit, answer)
    lay(fuse)
    for method in ("add_flags", "move", "copy", "uid_expunge"):
        fuse.after(IMAPClient, method, f"IMAP {method}")
    with open_mailbox() as box:
        fetch_mails(box, limit=500, start=lambda _count: None, each=lambda _taken: None)
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
        told = {"world": lay_world, "count": count}.get(asked, lambda: fetch_in_child(int(line)))()  # noqa: B023
        print(json.dumps(told), flush=True)  # noqa: T201 (the test reads it)


if __name__ == "__main__":
    main()
