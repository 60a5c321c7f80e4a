"""How many reports one network may send: counted in memory, under hashes whose key changes every day."""

import hashlib
import math
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings

from corrigenda.report.networks import network_of

MOST_NETWORKS: Final = 50_000
"""Networks remembered at once, about 10 MB; beyond that the one that was quiet longest is forgotten."""

_KEY_SECONDS: Final = 86_400.0


class NetworkLimits:
    """Counts by the generic cell rate algorithm (ITU-T I.371): one number a network, no windows to straddle.

    A network may send `most` at once and gets them back evenly over `seconds`. No address is kept: networks
    stand under a keyed hash, the key is made here, stays in this process and is thrown away with everything
    counted under it after a day. Nothing is written to a disk.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Begin anew, with another key; also right after a fork, where the old lock may be held by nobody."""
        self._lock = threading.Lock()
        self._renew(self._clock())

    def wait(self, network: bytes, *, most: int, seconds: float) -> int:
        """Count one report; return 0 where it may pass, else after how many whole seconds the next one may.

        A report that may not pass is not counted: who keeps asking is let in as soon as who waits.
        """
        now = self._clock()
        interval = seconds / most
        with self._lock:
            if now - self._key_made_at >= _KEY_SECONDS:
                self._renew(now)
            name = hashlib.blake2b(network, key=self._key, digest_size=16).digest()
            due = max(self._due.get(name, now), now)
            over = due + interval - now - seconds
            if over > 1e-9 * seconds:
                return max(1, math.ceil(over))
            self._due[name] = due + interval
            self._due.move_to_end(name)
            if len(self._due) > MOST_NETWORKS:
                self._due.popitem(last=False)
        return 0

    def __len__(self) -> int:
        """Return how many networks are remembered."""
        return len(self._due)

    def _renew(self, now: float) -> None:
        self._key = secrets.token_bytes(32)
        self._key_made_at = now
        self._due: OrderedDict[bytes, float] = OrderedDict()


LIMITS: Final = NetworkLimits()
"""Those of this process: one for the door before Django, the API behind it, and the form."""

os.register_at_fork(after_in_child=LIMITS.forget)


def seconds_to_wait(environ: Mapping[str, Any]) -> int:
    """Count a report against its sender's network; 0, or the seconds after which to try again."""
    options = settings.OPTIONS
    if not options.report_limit:
        return 0
    network = network_of(environ, options.trusted_proxies)
    return LIMITS.wait(network, most=options.report_limit, seconds=options.report_limit_seconds)
