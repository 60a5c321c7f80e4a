"""Two networks of the kernel, joined by a cable: one of the desk, one of its readers. Needs root."""

import ctypes
import os
import socket
import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import pytest

from tests import tools

_NEW_NETWORK: Final = 0x40000000
"""CLONE_NEWNET (unshare(2)); os.unshare came with Python 3.12."""
DESK: Final = ("10.77.0.1", "fd77::1")
Result = TypeVar("Result")


class Network:
    """A network namespace: a thread is in it, and so is what this thread starts and opens (namespaces(7)).

    It ends with the thread and its last socket.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.place = self._thread.submit(self._enter).result()

    def _enter(self) -> str:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_NEW_NETWORK):
            raise OSError(ctypes.get_errno(), "no network of its own")
        return f"/proc/{os.getpid()}/task/{threading.get_native_id()}/ns/net"

    def do(self, what: Callable[[], Result]) -> Result:
        """Do something in this network."""
        return self._thread.submit(what).result()

    def run(self, *command: str) -> str:
        """Run a command in this network; return what it says."""

        def call() -> str:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, (command, done.stderr)
            return done.stdout

        return self.do(call)

    def close(self) -> None:
        """Leave it."""
        self._thread.shutdown()


@dataclass(frozen=True, slots=True)
class Joined:
    """Both networks."""

    desk: Network
    readers: Network

    def connect(self, sender: str, port: int) -> socket.socket | None:
        """Open a connection from an address of the readers; None where it is refused."""

        def call() -> socket.socket | None:
            to = DESK[":" in sender]
            try:
                return socket.create_connection((to, port), 20, source_address=(sender, 0))
            except ConnectionRefusedError:
                return None

        return self.readers.do(call)


@contextmanager
def joined(senders: list[str], ports: list[int]) -> Iterator[Joined]:
    """Join two networks until the block ends: the readers have these addresses, the desk listens there."""
    ip = tools.program(tools.IP)
    tools.require(tools.IP, ip)
    with ExitStack() as stack:
        try:
            both = Joined(Network(), Network())
        except PermissionError:
            pytest.skip("only root may make networks")
        stack.callback(both.readers.close)
        stack.callback(both.desk.close)
        command = [str(ip), "link", "add", "name", "desk", "type", "veth", "peer", "name", "readers"]
        both.desk.run(*command, "netns", both.readers.place)
        for network, name, addresses in ((both.desk, "desk", DESK), (both.readers, "readers", senders)):
            network.run(str(ip), "link", "set", "lo", "up")
            for address in addresses:
                # Without a search for others who have the address (nodad): it would take a second.
                more = ["/48", "nodad"] if ":" in address else ["/24"]
                network.run(str(ip), "addr", "add", address + more[0], "dev", name, *more[1:])
            network.run(str(ip), "link", "set", name, "up")
        for address in DESK:
            kind = _ServerOf6 if ":" in address else _Server
            for port in ports:
                stack.enter_context(_serving(both.desk, kind, (address, port)))
        yield both


class _Reading(socketserver.BaseRequestHandler):
    """Reads until the other side closes, and closes too."""

    def handle(self) -> None:
        with suppress(ConnectionError):
            while self.request.recv(100):
                pass


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 1000


class _ServerOf6(_Server):
    address_family = socket.AF_INET6


@contextmanager
def _serving(network: Network, kind: type[_Server], address: tuple[str, int]) -> Iterator[None]:
    with network.do(partial(kind, address, _Reading)) as server:
        accepting = threading.Thread(target=server.serve_forever, args=(0.05,))
        accepting.start()
        try:
            yield
        finally:
            server.shutdown()
            accepting.join()
