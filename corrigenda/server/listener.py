"""The socket that the server listens on: ends connections whose other side stopped reading."""

import logging
import os
import socket
import stat
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

_OPEN_FILES: Final = Path("/proc/self/fd")


def end_readers_that_stopped(seconds: float) -> int:
    """Let the kernel end a connection when nothing of an answer could be sent for so many seconds.

    The server has no time limit for readers. TCP_USER_TIMEOUT (tcp(7)) is that limit, and connections have it
    from the socket that accepted them. Returns how many listening sockets of this process have it now; 0
    where the system has no such option.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT") or not _OPEN_FILES.is_dir():
        return 0
    found = 0
    for file in _OPEN_FILES.iterdir():
        number = int(file.name)
        try:
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as one:
                if _listens(one):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))
                    found += 1
        except OSError:
            # Closed since, or a socket of another kind.
            continue
    return found


def _listens(one: socket.socket) -> bool:
    is_tcp = one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM
    return is_tcp and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
