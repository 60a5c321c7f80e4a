"""`corrigenda serve`, `work` and `manage`: the processes of an installation."""

import sys

import click
from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces

from corrigenda import worker
from corrigenda.web.forwarding import PROXIES
from corrigenda.web.limits import LIMITS


def require_current_tables() -> None:
    """Stop with a sentence that says what to do where migrations are missing."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.ClickException("The database is not up to date. Run: corrigenda manage migrate")


@click.command()
@click.option("--host", default=None, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on.")
def serve(*, host: str | None, port: int | None) -> None:
    """Serve the desk until Ctrl+C. Options not given come from the settings."""
    options = settings.OPTIONS
    require_current_tables()
    connection.close()  # the server processes are forked and open their own
    LIMITS.forget()  # made here, before the fork, so that they count together
    PROXIES.forget()
    Granian(
        "corrigenda.config.wsgi:application",
        address=host or options.host,
        port=options.port if port is None else port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        # Reports that wait for the disk each hold one of the server's threads, on top of those for pages.
        blocking_threads=options.threads + (options.report_queue if options.front_door else 0),
        log_access=False,
        respawn_failed_workers=True,
        # Longer than a process takes to store what it has taken; one that was told to end before it listened
        # to signals never hears of it again.
        workers_kill_timeout=20,
    ).serve()


@click.command()
@click.option("--once", is_flag=True, help="Run the steps until there is nothing left to do now, then end.")
def work(*, once: bool) -> None:
    """Run the rooms' steps until Ctrl+C; the step under way is finished first."""
    require_current_tables()
    try:
        with worker.sole_worker(settings.OPTIONS.data_dir):
            if not once:
                worker.run_forever(every=settings.OPTIONS.worker_seconds)
                return
            total = 0
            while done := worker.run_once():
                total += done
                click.echo(f"{total} things done", err=True)
    except worker.WorkerRunsError as error:
        raise click.ClickException(str(error)) from None


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(*, arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, such as `corrigenda manage migrate`."""
    execute_from_command_line([sys.argv[0], *arguments])
