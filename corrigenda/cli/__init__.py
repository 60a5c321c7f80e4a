"""`corrigenda …`: the same actions from a shell; each command is loaded when it is asked for."""

import importlib
import os
from dataclasses import dataclass
from tomllib import TOMLDecodeError
from typing import Final

import click
import django
from django.db import Error as DatabaseError
from pydantic import ValidationError
from pydantic_settings import SettingsError

from corrigenda import __version__
from corrigenda.cli.collecting import uncollected
from corrigenda.cli.failing import explain, explain_settings, explain_source
from corrigenda.config.private import keep_to_ourselves


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command lives, and whether it needs the tables."""

    module: str
    name: str
    tables: bool
    help: str
    """One line for the list of commands; empty keeps it out of the list."""


COMMANDS: Final[dict[str, Place]] = {
    "audit": Place(
        "corrigenda.cli.audit", "audit", tables=True, help="Sign-ins, failed ones and changes of members."
    ),
    "demo": Place(
        "corrigenda.cli.demo", "demo", tables=False, help="Run the desk with a demo newspaper beside it."
    ),
    "demo-load": Place("corrigenda.cli.loading", "demo_load", tables=True, help=""),
    "mail": Place("corrigenda.cli.mail", "mail", tables=False, help="Take in the mails that readers write."),
    "manage": Place(
        "corrigenda.cli.running", "manage", tables=True, help="Run one of Django's own commands."
    ),
    "member": Place("corrigenda.cli.members", "member", tables=True, help="Who may sign in at the desk."),
    "privacy": Place(
        "corrigenda.cli.privacy", "privacy", tables=True, help="What is kept of a reader: export and erase."
    ),
    "report": Place("corrigenda.cli.desk", "report", tables=True, help="Report an error from the shell."),
    "serve": Place("corrigenda.cli.running", "serve", tables=True, help="Serve the desk."),
    "settings": Place(
        "corrigenda.cli.settings", "settings", tables=False, help="Every setting and its value."
    ),
    "site": Place("corrigenda.cli.desk", "site", tables=True, help="The newspapers that this desk serves."),
    "work": Place("corrigenda.cli.running", "work", tables=True, help="Run the rooms' steps."),
}


class LazyGroup(click.Group):
    """Loads a command's module when it is called, so that Django starts only where tables are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (the signature is Click's)
        """Name the commands in the order of the alphabet."""
        return sorted(name for name, place in COMMANDS.items() if place.help)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command, and Django before it where it needs the tables."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        with uncollected():
            if place.tables:
                django.setup()
            command = getattr(importlib.import_module(place.module), place.name)
        if not isinstance(command, click.Command):
            raise click.ClickException(f"{place.module}.{place.name} is not a command.")
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; settings that cannot be understood and failures of database and disk end here."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corrigenda.config.settings")
        keep_to_ourselves()
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            raise explain_settings(error) from None
        except (SettingsError, TOMLDecodeError) as error:
            raise explain_source(error) from None
        except (DatabaseError, OSError) as error:
            said = explain(error)
            if said is None:
                raise
            raise said from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup)
@click.version_option(__version__, prog_name="corrigenda")
def main() -> None:
    """Corrigenda, the corrections desk for newsrooms."""
