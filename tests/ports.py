"""Ports of the loopback address that no other test takes, in this process or another."""

import atexit
import itertools
import socket
from collections.abc import Iterator
from functools import cache
from typing import Final

HOST: Final = "127.0.0.1"
# Below the ports that systems give to outgoing connections and to whoever asks for port 0.
FIRST: Final = 20_000
BLOCKS: Final = 120
SIZE: Final = 100


def free_port() -> int:
    """Return a port on which nobody listens.

    A port that was only looked for can be taken by another before its server binds it. So each process has a
    block of ports of its own, and goes through it: a port comes again after the 99 others.
    """
    return next(_ports())


@cache
def _ports() -> Iterator[int]:
    first = _own_block()
    return (port for port in itertools.cycle(range(first + 1, first + SIZE)) if _is_free(port))


def _own_block() -> int:
    """Take a block for as long as this process lives; whoever listens on its first port has it."""
    for number in range(BLOCKS):
        first = FIRST + number * SIZE
        holder = socket.socket()
        try:
            holder.bind((HOST, first))
            holder.listen()
        except OSError:
            holder.close()
        else:
            atexit.register(holder.close)
            return first
    message = f"all {BLOCKS} blocks of ports from {FIRST} are taken"
    raise RuntimeError(message)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
