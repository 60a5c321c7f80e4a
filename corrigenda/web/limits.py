"""How many reports one network may send: counted under hashes, in memory that server processes share."""

import hashlib
import math
import mmap
import os
import secrets
import struct
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.conf import settings

from corrigenda.web.networks import network_of

SLOTS: Final = 131_072
"""Slots in each of the two rows, 2 MB in all; ten thousand busy networks meet in both once in 170 times."""

_KEY_SECONDS: Final = 86_400


class NetworkLimits:
    """Counts by the generic cell rate algorithm (ITU-T I.371): one number a network, no windows to straddle.

    A network may send `most` at once and gets them back evenly over `seconds`. No address is kept: a keyed
    hash chooses a slot in each of two rows (a count-min sketch with conservative update), a slot holds the
    time at which everything counted in it is forgiven, and the lower of the two counts. The key is drawn from
    a seed that stands in memory alone, and changes every day. The table has one size and no lock between
    processes: two that count for one network in the same microsecond may count one report too few.

    Processes forked from the one in which this was made count together.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shared = mmap.mmap(-1, 2 * SLOTS * 8)
        self._due = memoryview(self._shared).cast("d")
        self.forget()
        os.register_at_fork(after_in_child=self._have_a_lock)

    def forget(self) -> None:
        """Begin anew, with another seed."""
        self._have_a_lock()
        self._shared[:] = bytes(len(self._shared))
        self._seed = secrets.token_bytes(32)
        self._day = -1
        self._keyed = hashlib.blake2b()

    def _have_a_lock(self) -> None:
        # After a fork the old one may be held by a thread that is not there any more.
        self._lock = threading.Lock()

    def wait(
        self, network: bytes, *, most: int, seconds: float, cost: int = 1, kind: bytes = b"report"
    ) -> int:
        """Count one report; return 0 where it may pass, else after how many whole seconds the next one may.

        `kind` names what is counted, without a zero byte; the same network is another one in another kind.
        `cost` is how many it counts as: what takes several times the work is counted several times. A report
        that may not pass is not counted: who keeps asking is let in as soon as who waits.
        """
        now = self._clock()
        interval = cost * seconds / most
        with self._lock:
            one, other = self._slots(kind + b"\0" + network, now)
            due = max(min(self._due[one], self._due[other]), now)
            over = due + interval - now - seconds
            if over > 1e-9 * seconds:
                return max(1, math.ceil(over))
            for slot in (one, other):
                self._due[slot] = max(self._due[slot], due + interval)
        return 0

    def _slots(self, name: bytes, now: float) -> tuple[int, int]:
        day = int(now // _KEY_SECONDS)
        if day != self._day:
            self._day = day
            key = hashlib.blake2b(day.to_bytes(8), key=self._seed, digest_size=32).digest()
            self._keyed = hashlib.blake2b(key=key, digest_size=8)
        # A copy costs half of what taking in the key does, and each report is counted four times.
        keyed = self._keyed.copy()
        keyed.update(name)
        one, other = struct.unpack("<II", keyed.digest())
        return one % SLOTS, SLOTS + other % SLOTS


LIMITS: Final = NetworkLimits()
"""Those of this server: one for the door before Django, the API behind it, and the form."""

BYTES: Final = NetworkLimits()
"""Counts the bytes of reports, in a table of its own.

What is given back over a day fills a slot for hours: in the other table it would shut out, for as long, who
meets it there and is counted by minutes.
"""
_DAY: Final = 86_400.0


class Counted(NamedTuple):
    """What the limits say of one report."""

    seconds: int
    """0, or after how many its network may send the next one."""
    is_beyond_share: bool
    """Its network has sent more of late than may count for the flood of an article."""


def count_report(environ: Mapping[str, Any], *, size: int) -> Counted:
    """Count a report of so many bytes against its sender's network."""
    options = settings.OPTIONS
    network = network_of(environ, options.trusted_proxies)
    most = options.report_limit
    if most and (seconds := LIMITS.wait(network, most=most, seconds=options.report_limit_seconds)):
        return Counted(seconds, is_beyond_share=False)
    most = options.report_bytes_a_day
    if most and (
        seconds := BYTES.wait(network, most=most, seconds=_DAY, cost=min(size, most), kind=b"bytes")
    ):
        return Counted(seconds, is_beyond_share=False)
    share = share_of_flood(options.flood_reports)
    if not share:
        return Counted(0, is_beyond_share=False)
    beyond = LIMITS.wait(network, most=share, seconds=options.flood_seconds, kind=b"share")
    return Counted(0, is_beyond_share=beyond > 0)


def share_of_flood(reports: int) -> int:
    """Return how many of the reports that are a flood one network may send; 0 where no number is one."""
    return max(1, reports // 3) if reports else 0


def seconds_to_wait(environ: Mapping[str, Any], *, counting: str, times: int = 1, cost: int = 1) -> int:
    """Count what is no report against its sender's network; 0, or the seconds after which to try again.

    `counting` names it: it is counted by itself. `times` as much of it may come as of reports; `cost` is how
    many of them this one counts as.
    """
    options = settings.OPTIONS
    if not options.report_limit:
        return 0
    network = network_of(environ, options.trusted_proxies)
    most, seconds = times * options.report_limit, options.report_limit_seconds
    kind = counting.encode()
    return LIMITS.wait(network, most=most, seconds=seconds, cost=min(cost, most), kind=kind)
