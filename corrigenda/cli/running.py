"""`corrigenda serve`, `work` and `manage`: the processes of an installation."""

import math
import resource
import sys
from typing import Any, Final

import click
from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import connection
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings, HTTP2Settings

from corrigenda import worker
from corrigenda.cli.collecting import uncollected
from corrigenda.cli.tables import require_current_tables
from corrigenda.server.signals import keep_from_new_processes
from corrigenda.web.forwarding import PROXIES
from corrigenda.web.limits import BYTES, LIMITS
from corrigenda.web.loading import load_pages

FILES_BESIDES: Final = 256
"""Files that a server process has open besides its connections: databases, code, logs."""


@click.command()
@click.option("--host", default=None, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on.")
def serve(*, host: str | None, port: int | None) -> None:
    """Serve the desk until Ctrl+C. Options not given come from the settings."""
    options = settings.OPTIONS
    require_current_tables()
    connection.close()  # the server processes are forked and open their own
    for limits in (LIMITS, BYTES):
        limits.forget()  # made here, before the fork, so that they count together
    PROXIES.forget()
    _allow_open_files(options.connections)
    keep_from_new_processes()
    Granian(
        "corrigenda.config.server:application",
        address=host or options.host,
        port=options.port if port is None else port,
        interface=Interfaces.RSGI,
        workers=options.workers,
        http=HTTPModes.auto if options.http2 else HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(options.header_seconds * 1000), max_buffer_size=options.header_bytes
        ),
        http2_settings=HTTP2Settings(
            max_headers_size=options.header_bytes, max_concurrent_streams=100, keep_alive_interval=15_000
        ),
        websockets=False,
        # Connections are many; the work on them is limited by config/server.py.
        backpressure=options.connections,
        # It hands requests to the event loop. Pages are made on threads of our own (server/threads.py).
        blocking_threads=1,
        log_access=False,
        log_dictconfig=_lines_of_granian(),
        respawn_failed_workers=True,
        # Longer than a process takes to store what it has taken.
        workers_kill_timeout=max(20, math.ceil(options.body_seconds) + 10),
    ).serve()


def _lines_of_granian() -> dict[str, Any]:
    """Return what replaces parts of Granian's own logging: its lines have the form of all others."""
    line = {"()": "corrigenda.web.logs.OneLine", "format": settings.LINE}
    handler = {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
    return {
        "formatters": {"generic": line, "access": line},
        "handlers": {"console": handler, "access": handler},
    }


def _allow_open_files(connections: int) -> None:
    """Let a process have a file open for each connection, as far as the system allows it."""
    wanted = connections + FILES_BESIDES
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if now == resource.RLIM_INFINITY or now >= wanted:
        return
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


@click.command()
@click.option("--once", is_flag=True, help="Run the steps until there is nothing left to do now, then end.")
def work(*, once: bool) -> None:
    """Run the rooms' steps until Ctrl+C; the step under way is finished first."""
    require_current_tables()
    with uncollected():
        load_pages()
    try:
        with worker.sole_worker(settings.OPTIONS.data_dir):
            if not once:
                worker.run_forever(every=settings.OPTIONS.worker_seconds)
                return
            total = 0
            while done := worker.run_once():
                total += done
                click.echo(f"{total} things done", err=True)
    except (worker.WorkerRunsError, worker.SharedSessionError) as error:
        raise click.ClickException(str(error)) from None


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(*, arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, such as `corrigenda manage migrate`."""
    execute_from_command_line([sys.argv[0], *arguments])
