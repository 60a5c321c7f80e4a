"""`corrigenda mail`: mails in; a failure to start tells a mail server to try again, never to give up."""

import importlib
from typing import Final

import click
import django

from corrigenda.cli.collecting import uncollected
from corrigenda.cli.failing import NotNow, explain_start

COMMANDS: Final[dict[str, str]] = {
    "aside": "Mails that were set aside, and trying them again.",
    "fetch": "Fetch what waits in the mailbox of the settings.",
    "lmtp": "Take mails from a mail server by LMTP.",
    "pipe": "Take the mail on standard input.",
}
MODULE: Final = "corrigenda.cli.mailing"


class MailGroup(click.Group):
    """Starts Django for its commands; where that fails, a piped mail is not given up."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (the signature is Click's)
        """Name the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command after Django."""
        if cmd_name not in COMMANDS:
            return None
        try:
            with uncollected():
                django.setup()
                command = getattr(importlib.import_module(MODULE), cmd_name)
        except Exception as error:
            if cmd_name == "pipe":
                raise NotNow(explain_start(error)) from error
            raise
        if not isinstance(command, click.Command):
            raise click.ClickException(f"{MODULE}.{cmd_name} is not a command.")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=MailGroup)
def mail() -> None:
    """Take in the mails that readers write."""
