"""Notes on the disk that the reading of a mail has begun: they outlive a process that it ends.

A note is a file named after a digest, which holds one byte for each time that the reading was begun. A
process that reads holds a lock on it, which the kernel takes away with the process: so a mail that another
process is reading at this moment is told from one whose reading never ended.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings

OLD: Final = 30 * 24 * 3600.0
"""Seconds. Mail servers give a mail up after five days (RFC 5321, 4.5.4.1)."""


def folder_of_notes() -> Path:
    """Return the folder of the notes."""
    folder: Path = settings.OPTIONS.data_dir / "mails-begun"
    return folder


@contextmanager
def begun(what: bytes) -> Iterator[int]:
    """Note durably that the reading of something begins, and yield how often it was begun and never ended.

    `what` is the mail's bytes, or what says where it is. The note goes when the block ends, also by an
    exception: only a process that ends inside leaves it behind. Waits while another process or thread is in
    its block for the same. Raises OSError.
    """
    path = _path_of(what)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = _locked(path)
    try:
        earlier = os.fstat(handle).st_size
        os.write(handle, b".")
        os.fsync(handle)
        if not earlier:
            _sync(path.parent)
        try:
            yield earlier
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)


def forget_begun(what: bytes) -> None:
    """Take away the note of a mail that is kept: the process may have ended before it did. Raises OSError."""
    _path_of(what).unlink(missing_ok=True)


def sweep_begun() -> int:
    """Delete the notes of mails that never came again, after OLD seconds; return how many. Raises OSError.

    Nobody reads for so long, and a mail that comes again later is begun as a new one.
    """
    folder, swept = folder_of_notes(), 0
    if not folder.is_dir():
        return swept
    with os.scandir(folder) as notes:
        for note in notes:
            with suppress(FileNotFoundError):  # its mail has just been kept
                if note.stat().st_mtime < time.time() - OLD:
                    Path(note.path).unlink()
                    swept += 1
    return swept


def _path_of(what: bytes) -> Path:
    return folder_of_notes() / hashlib.sha256(what).hexdigest()


def _locked(path: Path) -> int:
    """Open the note and lock it; who held it may have taken it away, and then another is made."""
    while True:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if path.exists() and os.path.samestat(path.stat(), os.fstat(handle)):
                return handle
        except FileNotFoundError:
            pass  # taken away between the two looks at it
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
