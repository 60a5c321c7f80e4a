"""The process that reads mails: `python -m corrigenda.report.mail.reader`, with a socket as its input.

It knows neither tables nor settings and gets no secrets. It ends when the desk closes the socket, when a mail
takes longer than it may (the kernel ends it then, whatever it is doing), and after a mail for which it needed
much memory.
"""

import contextlib
import logging
import os
import resource
import signal
import socket
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from corrigenda.connectors.charsets import bound_lookups
from corrigenda.report.mail.frames import Answer, Question, receive, send
from corrigenda.report.mail.letters import read_letter
from corrigenda.report.mail.parse import AsideError

MEMORY: Final = 200_000_000
MEMORY_A_BYTE: Final = 16
"""Bytes of address space that a mail may have, and those more for each of its own bytes.

The greediest mails that were found need half of it: small ones 100 MB, one of 24 MB 350 MB.
"""

MOST_MEMORY: Final = 1_500_000_000
"""Bytes of address space for a mail of any size."""

_NICENESS: Final = 5
"""Pages go first: the processes that read mails may want all processors, and nobody waits for them."""

_FIRST_TO_END: Final = "1000"
"""What the kernel adds to the badness of this process where memory runs out (proc(5), oom_score_adj)."""

GRACE: Final = 1.0
"""Seconds after which this process ends itself, should the desk that waits for it be gone."""

_MOST_FRAMES: Final = 20


def main() -> None:
    """Read one mail after the other."""
    bound_lookups()
    os.nice(_NICENESS)
    # Libraries log what they trip over with its words, which may be the reader's.
    logging.disable()
    _limit_memory(MOST_MEMORY, for_good=True)
    # Four large mails at once can need more memory than a small machine has: then one of these ends, and not
    # the database or the desk.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_END, encoding="ascii")
    # Ctrl+C is for the desk, which closes the socket when it has done with the mail that is under way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with socket.socket(fileno=0) as connection, contextlib.suppress(OSError):
        send(connection, Answer())
        while (question := receive(connection, Question)) is not None:
            signal.setitimer(signal.ITIMER_REAL, question.seconds + GRACE)
            with memory_for(len(question.asked.raw)):
                answer = answer_to(question)
            signal.setitimer(signal.ITIMER_REAL, 0)
            send(connection, answer)


@contextlib.contextmanager
def memory_for(size: int) -> Iterator[None]:
    """Let this process have so much memory as a mail of so many bytes may need; more is a MemoryError."""
    _limit_memory(min(MEMORY + MEMORY_A_BYTE * size, MOST_MEMORY))
    try:
        yield
    finally:
        _limit_memory(MOST_MEMORY)  # how large the next question is nobody knows before it is here


def _limit_memory(size: int, *, for_good: bool = False) -> None:
    with contextlib.suppress(OSError, ValueError):  # not every system has this limit
        most = size if for_good else resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (size, most))


def answer_to(question: Question) -> Answer:
    """Read a mail; whatever happens, something is answered."""
    try:
        return Answer(letter=read_letter(question.asked))
    except AsideError as error:
        return Answer(aside=str(error))
    except Exception as error:  # noqa: BLE001 (told to the desk without its words: they may be the reader's)
        frames = traceback.format_tb(error.__traceback__)[-_MOST_FRAMES:]
        return Answer(failed=type(error).__name__, where="".join(frames))


if __name__ == "__main__":
    main()
