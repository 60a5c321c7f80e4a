"""Takes away the bytes of attachments that no row names any more."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from corrigenda.models import Attachment
from corrigenda.report.mail.attachments import files_in_place, folder_of_files

_AT_ONCE: Final = 500


def sweep_files() -> int:
    """Delete every file in the folder for attachments that no row names; return how many.

    It waits until no mail is just being taken in, whose files stand there before their rows: what is left
    then was left by a process that was killed, or belongs to a row that is gone. Killed itself, it is run
    again.
    """
    folder = folder_of_files()
    if not folder.is_dir():
        return 0
    swept = 0
    with files_in_place(alone=True):
        files = (path for path in folder.glob("??/*") if path.is_file())
        for some in _portions(files):
            # A draft of a file has a name of its own, which no row has either.
            names = [path.name for path in some]
            named = set(Attachment.objects.filter(digest__in=names).values_list("digest", flat=True))
            for path in some:
                if path.name not in named:
                    path.unlink(missing_ok=True)
                    swept += 1
    return swept


def _portions(paths: Iterator[Path]) -> Iterator[list[Path]]:
    while some := list(islice(paths, _AT_ONCE)):
        yield some
