"""`corrigenda privacy`: what is kept of a person, exported or erased at the person's wish."""

import json
from pathlib import Path
from typing import Final

import click
from django.db import OperationalError, connection

from corrigenda.cli.tables import require_current_tables
from corrigenda.config.private import write_private_file
from corrigenda.report.privacy.disk import compact_database
from corrigenda.report.privacy.erase import Counts, count_person, erase_person
from corrigenda.report.privacy.export import export_person
from corrigenda.report.privacy.mentions import mentions_of
from corrigenda.report.privacy.people import NobodyError, Person, person_of, person_with
from corrigenda.web.failures import Failure, failure_of, first_line

ASK: Final = "-"
_REPORT: Final = "One report, by its number or the link to its status page, for who left no address."


@click.group()
def privacy() -> None:
    """What is kept of a reader: export it, erase it."""


@privacy.command("export")
@click.argument("email", default="")
@click.option("--report", default="", help=_REPORT)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False, writable=True), help="File to write to."
)
def export_all(email: str, *, report: str, output: Path | None) -> None:
    """Write everything that is kept of the person with this e-mail address, as JSON.

    The files that came with mails stand in it whole. “-” as the address asks for it, so that it stands in no
    history of the shell.
    """
    person = _person(email, report)
    written = json.dumps(export_person(person), indent=2, ensure_ascii=False)
    if output is None:
        click.echo(written)
        return
    try:
        write_private_file(output, f"{written}\n")
    except OSError as error:
        raise click.ClickException(f"{output} could not be written: {error.strerror}.") from None
    click.echo(f"{output} holds what is kept.", err=True)


@privacy.command("erase")
@click.argument("email", default="")
@click.option("--report", default="", help=_REPORT)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and end.")
def erase_all(email: str, *, report: str, yes: bool, dry_run: bool) -> None:
    """Erase what is kept of the person with this e-mail address; the history of the cases stays whole.

    It may be stopped at any moment and run again. “-” as the address asks for it, so that it stands in no
    history of the shell.
    """
    person = _person(email, report)
    if person.is_known:
        click.echo(_told(person, count_person(person)))
    else:
        click.echo("Nothing is kept under this address.")
    if dry_run:
        _tell_mentions(person, "The address stands now in:")
        return
    if person.is_known and not yes:
        click.confirm("This cannot be undone. Erase it?", abort=True)
    # Where nothing is found a process that was killed may still have left files, and rows on the disk.
    files = erase_person(person, each=lambda what: click.echo(f"erased: {what}"))
    click.echo(f"{files} {'file' if files == 1 else 'files'} deleted from the data folder.")
    _tell_mentions(person, "Others wrote the address into these rows; whether it stays is for you to decide:")
    _compact()


def _person(email: str, report: str) -> Person:
    require_current_tables()
    if bool(email) == bool(report):
        raise click.UsageError("Give either an e-mail address or --report.")
    if email == ASK:
        email = click.prompt("E-mail address", err=True)
    if email:
        if "@" not in email:
            raise click.UsageError("This is no e-mail address. A report is named by --report.")
        return person_with(email)
    try:
        return person_of(report)
    except NobodyError as error:
        raise click.ClickException(str(error)) from None


def _told(person: Person, counts: Counts) -> str:
    spellings = ", ".join(sorted({contact.email for contact in person.contacts}))
    numbers = ", ".join(str(report.pk) for report in person.reports)
    cases = ", ".join(str(case) for case in counts.cases)
    return "\n".join(
        [
            "To be erased:",
            f"  reports: {counts.reports} (numbers: {numbers or 'none'}), with comment, suggested",
            "    wording, and the quotation where it is not the article's own",
            f"  addresses left with them: {counts.contacts} ({spellings or 'none'})",
            f"  mails: {counts.mails}, of which {counts.follow_ups} added to a report later",
            f"  files that came with mails: {counts.files}",
            f"  mails that were set aside: {counts.aside}",
            f"  the recipients of {counts.letters} letters; what is still on its way is given up",
            f"What stays: the history of the cases {cases or '(none)'}, without a word of the person.",
        ]
    )


def _compact() -> None:
    try:
        is_compact = compact_database()
    except OperationalError as error:
        said = first_line(error)
        if failure_of(error) is Failure.DISK:
            said += ". It needs as much free room as the database has"
        raise click.ClickException(
            f"The rows are erased. The database's files could not be rewritten: {said}. Run this again then."
        ) from None
    if not is_compact:
        raise click.ClickException(
            "The rows are erased. The database's files could not be rewritten, because another process was "
            "in the way: run this again."
        )
    if connection.vendor == "postgresql":
        click.echo(
            "PostgreSQL's own write-ahead log keeps what was erased until its segments are used again."
        )
    click.echo("Backups, and the mailbox that mails were fetched from, keep what they hold.")


def _tell_mentions(person: Person, title: str) -> None:
    found = mentions_of(person.spellings)
    if found:
        click.echo("\n".join([title, *(f"  {each.table} {each.number}: {each.field}" for each in found)]))
