"""What has to be right for the desk to do its work: a list of checks that /readyz goes through.

Anybody may ask, so a check says what is wrong in general words: no address, no name, no number of anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from corrigenda.web.disk import DISK
from corrigenda.web.forwarding import proxy_faults
from corrigenda.web.queries import database_answers

State = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    state: State = "ok"
    """`failed`: the desk is not ready. `warning`: it works, and somebody should look."""
    detail: str = ""


Check = Callable[[Mapping[str, Any]], Finding]
"""Looks at one thing; gets the environ of the request, in case the way that it came is the question."""


def check_database(_environ: Mapping[str, Any]) -> Finding:
    """The database answers."""
    try:
        well = database_answers()
    except DatabaseError:
        well = False
    return Finding() if well else Finding("failed", "The database does not answer.")


def check_tables(_environ: Mapping[str, Any]) -> Finding:
    """Every migration of this version was applied: two small queries, the files are read once a process."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return Finding("failed", "The tables could not be looked at.")
    if _last_migrations() <= set(applied):
        return Finding()
    return Finding("failed", "The tables are not up to date. Run: corrigenda manage migrate")


def check_proxies(environ: Mapping[str, Any]) -> Finding:
    """Senders are told apart. Never `failed`: what a request says must not take the desk out of service."""
    faults = proxy_faults(environ)
    return Finding("warning", " ".join(fault.value for fault in faults)) if faults else Finding()


def check_disk(_environ: Mapping[str, Any]) -> Finding:
    """The disk has room for reports. Never `failed`: editors work on, and what they close makes room."""
    if not DISK.is_full():
        return Finding()
    return Finding(
        "warning",
        "The disk has less free than CORRIGENDA_REPORT_FREE_BYTES: "
        "reports are answered 503 until it has more.",
    )


CHECKS: Final[Mapping[str, Check]] = {
    "database": check_database,
    "tables": check_tables,
    "proxies": check_proxies,
    "disk": check_disk,
}
"""In the order in which they are answered; further ones are added here."""


def readiness(environ: Mapping[str, Any]) -> dict[str, Finding]:
    """Go through all checks."""
    return {name: check(environ) for name, check in CHECKS.items()}


@lru_cache(maxsize=1)
def _last_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
