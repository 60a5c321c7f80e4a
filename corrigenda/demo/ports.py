"""Finding free ports for the demo, the same ones as last time where they are free."""

import socket

TRIES = 200


def is_free(port: int) -> bool:
    """Say whether a server could listen on the port of the loopback interface now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port(first: int, *, taken: frozenset[int] = frozenset()) -> int:
    """Return the first free port from `first` on that is not in `taken`.

    Raises OSError where none of the next TRIES ports is free.
    """
    for port in range(first, min(first + TRIES, 65536)):
        if port not in taken and is_free(port):
            return port
    message = f"No free port from {first} to {first + TRIES - 1}. Name another with --port or --paper-port."
    raise OSError(message)
