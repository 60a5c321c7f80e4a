"""Keeps the files that come with a mail: a few harmless types, known by their content, and not too large."""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from corrigenda.report.mail.parse import File

SIGNATURES: Final[dict[bytes, str]] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
}
"""How the files of a type begin; WebP and plain text are told otherwise. A library knows a thousand types, to
which a hostile file may belong as well; here what is none of these is not kept."""

SUFFIXES: Final = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
MOST_FILES: Final = 10

# Tab, the line ends and form feed; everything else below a space belongs to no text.
_TEXT_CONTROLS: Final = frozenset(b"\t\n\r\x0c")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that may be kept."""

    name: str
    media_type: str
    content: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of a mail is not kept; `why` is type, size, sum, count, text or end."""

    name: str
    why: str


def media_type_of(file: File) -> str:
    """Return the type of a file by its content; empty for a type that is not kept."""
    for signature, media_type in SIGNATURES.items():
        if file.content.startswith(signature):
            return media_type
    if file.content[:4] == b"RIFF" and file.content[8:12] == b"WEBP":
        return "image/webp"
    is_text = file.declared == "text/plain" and not any(
        byte < 0x20 and byte not in _TEXT_CONTROLS for byte in set(file.content)
    )
    return "text/plain" if is_text and file.content else ""


def choose_files(files: Sequence[File], *, most_each: int, most: int) -> tuple[list[Kept], list[LeftOut]]:
    """Return the files to keep, each content once, and those to leave out with the reason."""
    kept: dict[str, Kept] = {}
    left: list[LeftOut] = []
    room = most
    for file in files:
        media_type = media_type_of(file)
        digest = hashlib.sha256(file.content).hexdigest()
        why = ""
        if not media_type:
            why = "type"
        elif len(file.content) > most_each:
            why = "size"
        elif digest in kept:
            continue
        elif len(kept) >= MOST_FILES:
            why = "count"
        elif len(file.content) > room:
            why = "sum"
        if why:
            left.append(LeftOut(file.name, why))
        else:
            kept[digest] = Kept(file.name, media_type, file.content, digest)
            room -= len(file.content)
    return list(kept.values()), left


def folder_of_files() -> Path:
    """Return the folder under which the bytes of all files lie."""
    folder: Path = settings.OPTIONS.data_dir / "attachments"
    return folder


def path_of(digest: str) -> Path:
    """Return where the bytes of a digest lie."""
    return folder_of_files() / digest[:2] / digest


@contextmanager
def files_in_place(*, alone: bool = False) -> Iterator[None]:
    """Let nobody sweep files away while their rows are being written; `alone` is for who sweeps.

    Who sweeps waits for all that are taking a mail in, and they for him. Raises OSError.
    """
    folder = folder_of_files()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def store_files(files: Sequence[Kept]) -> None:
    """Write the bytes of files durably; a file that lies there already is left alone. Raises OSError.

    It is done before the rows are written: a crash between leaves bytes that nothing names, never a row
    without its bytes.
    """
    for file in files:
        path = path_of(file.digest)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            try:
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
                    written.write(file.content)
                    written.flush()
                    os.fsync(written.fileno())
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
            _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
