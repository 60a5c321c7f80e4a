"""Says in a sentence what a command could not do, and whether to try again, instead of a traceback."""

from tomllib import TOMLDecodeError
from typing import Final

import click
from django.db import Error as DatabaseError
from pydantic import ValidationError
from pydantic_settings import SettingsError

from corrigenda.config.options import NoFileError
from corrigenda.web.failures import Failure, failure_of, first_line

EX_TEMPFAIL: Final = 75
"""What sysexits.h and mail servers understand as: the same command may work later."""

SENTENCES: Final = {
    Failure.AWAY: "The database does not answer. Is it running, and is DATABASE_URL right?",
    Failure.IN_THE_WAY: (
        "Another process of the desk was in the way, and the database ended this command's last step. Nothing"
        " of that step is stored. Run the command again. If this happens again, stop “corrigenda work”, and"
        " then “corrigenda serve”, until the command is done."
    ),
    Failure.DISK: (
        "The disk is full, or it does not work. Nothing of this command's last step is stored. Make room, and"
        " run the command again."
    ),
    Failure.OUTDATED: "The database is not up to date. Run: corrigenda manage migrate",
}

_WORDS: Final = {"extra_forbidden": "there is no such setting"}
"""Our words for what the library says of a setting, by its type of error."""


class NotNow(click.ClickException):
    """Ends with EX_TEMPFAIL and one line."""

    exit_code = EX_TEMPFAIL


def explain_settings(error: ValidationError) -> click.ClickException:
    """Return a line for each setting that cannot be understood."""
    lines = [
        f"  {'.'.join(str(part) for part in problem['loc'])}: {_WORDS.get(problem['type'], problem['msg'])}"
        for problem in error.errors(include_input=False, include_url=False)
    ]
    title = "These settings cannot be understood (docs/reference/settings.md lists them):"
    return click.ClickException("\n".join([title, *lines]))


def explain_source(error: SettingsError | TOMLDecodeError) -> click.ClickException:
    """Return what to write differently in the environment or the file: it could not even be read."""
    if isinstance(error, NoFileError):
        return click.ClickException(str(error))
    if isinstance(error, TOMLDecodeError):
        said = f"corrigenda.toml, or the file that CORRIGENDA_CONFIG names, is not TOML: {error}."
    else:
        said = f"A list or a table is written as JSON, such as '[\"127.0.0.1/32\"]': {error}."
    return click.ClickException(f"{said} docs/reference/settings.md lists them.")


def explain_start(error: Exception) -> str:
    """Return why a command could not start: which setting is wrong where it is one, and never its value."""
    if isinstance(error, ValidationError):
        return f"Corrigenda cannot start. {explain_settings(error).message}"
    if isinstance(error, SettingsError | TOMLDecodeError):
        return f"Corrigenda cannot start. {explain_source(error).message}"
    return f"Corrigenda cannot start ({type(error).__name__})."


def explain(error: DatabaseError | OSError) -> click.ClickException | None:
    """Return what to say of a failure; None where only a traceback helps, because it may be our mistake.

    The words of the database follow, but for a table that is missing: they add nothing to what must be done.
    The client names no password.
    """
    failure = failure_of(error)
    if failure is Failure.OTHER:
        return None
    if failure is Failure.OUTDATED:
        return click.ClickException(SENTENCES[failure])
    said = str(error).strip() if failure is Failure.AWAY else first_line(error)
    kind = NotNow if failure in {Failure.IN_THE_WAY, Failure.DISK} else click.ClickException
    return kind(f"{SENTENCES[failure]}\n{said}")
