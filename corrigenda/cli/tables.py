"""Asks whether the database has the tables that this version needs."""

import click
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def require_current_tables() -> None:
    """Stop with a sentence that says what to do where migrations are missing."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.ClickException("The database is not up to date. Run: corrigenda manage migrate")
