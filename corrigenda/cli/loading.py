"""`corrigenda demo-load`: what `corrigenda demo` runs before it starts the server."""

import os

import click
from django.conf import settings
from django.core.management import call_command

from corrigenda.demo import loading


@click.command(hidden=True)
@click.option("--newspaper", required=True, help="Origin of the newspaper.")
@click.option("--empty", is_flag=True, help="Without the first reports.")
def demo_load(*, newspaper: str, empty: bool) -> None:
    """Make the tables, lay out the newspaper's files, make its site and editor, report its first errors."""
    call_command("migrate", verbosity=0)
    with click.progressbar(length=loading.page_count(), label="Laying out the newspaper") as bar:
        folders = loading.lay_out(
            settings.OPTIONS.data_dir.resolve() / "newspaper", each=lambda _: bar.update(1)
        )
    loading.load_editor(os.environ["CORRIGENDA_DEMO_PASSWORD"])
    created = loading.load_site(folders, newspaper=newspaper)
    if created and not empty:
        loading.report_first_errors(newspaper)
