"""Files and folders that only this installation's account may read, whatever the umask says."""

import os
import stat
from pathlib import Path
from typing import Final

UMASK: Final = 0o077
FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600

SQLITE_ENDINGS: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to the name of a database for the files that it keeps next to it."""

_OURS: Final = frozenset({"secret_key", "corrigenda.sqlite3", "attachments"})
"""One of these in a folder shows that it is a data folder of ours, and not a folder that others use too."""


def keep_to_ourselves() -> None:
    """Give every file that this process makes to its account alone.

    Pages that the file connector publishes keep the mode that they had.
    """
    os.umask(UMASK)


def make_private_folder(folder: Path) -> None:
    """Make a data folder with mode 0700, or close one that an earlier version left open.

    A folder that others use too is left as it is. Raises OSError where it cannot be made.
    """
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    elif any((folder / name).exists() for name in _OURS) and not _is_shared(folder):
        _close(folder, FOLDER_MODE)


def make_private_database(file: Path) -> None:
    """Make the file of an SQLite database with mode 0600, or close one that was left open.

    SQLite gives the files that it keeps next to a database the mode of the database.
    """
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, FILE_MODE))
    for ending in SQLITE_ENDINGS:
        _close(file.with_name(file.name + ending), FILE_MODE)


def write_private_file(file: Path, text: str) -> None:
    """Write a text file with mode 0600; one that is there is closed to others before it is written.

    A device or a pipe keeps its mode. Raises OSError.
    """
    handle = os.open(file, os.O_WRONLY | os.O_CREAT, FILE_MODE)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.fchmod(handle, FILE_MODE)
            os.ftruncate(handle, 0)
        opened.write(text)


def _is_shared(folder: Path) -> bool:
    """Whether a folder is one like /tmp, or holds files of other accounts."""
    found = folder.stat()
    return bool(found.st_mode & stat.S_ISVTX) or any(
        path.lstat().st_uid != found.st_uid for path in folder.iterdir()
    )


def _close(path: Path, mode: int) -> None:
    """Take from others what the mode does not give them, where the path is there and is ours."""
    try:
        found = stat.S_IMODE(path.stat().st_mode)
        if found & ~mode:
            path.chmod(found & mode)
    except (FileNotFoundError, PermissionError):
        # Another account's file is for that account to close; a missing one is made closed.
        return
