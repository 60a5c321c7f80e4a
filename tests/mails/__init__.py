"""Mails of our own making, with what each is to become in `became.txt`."""

from collections.abc import Iterator
from pathlib import Path

from tests.mails import broken, machines, parts, plain, threads
from tests.mails.making import Names

BECAME = Path(__file__).parent / "became.txt"


def all_mails(names: Names) -> Iterator[tuple[str, bytes]]:
    """Iterate every mail with its name, in a fixed order."""
    yield from plain.mails()
    yield from parts.mails()
    yield from threads.mails(names)
    yield from machines.mails(names)
    yield from broken.mails()
