"""The commands of `corrigenda mail`: fetch, pipe, lmtp, aside."""

import contextlib
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click
from django.conf import settings
from django.db import close_old_connections

from corrigenda.cli.failing import NotNow
from corrigenda.cli.tables import require_current_tables
from corrigenda.connectors.lmtp import Delivered, Place, serve_lmtp
from corrigenda.connectors.mailbox import MailboxError, open_mailbox
from corrigenda.models import Mail
from corrigenda.report.mail import queries as mails
from corrigenda.report.mail.fetch import fetch_mails
from corrigenda.report.mail.intake import NotNowError, Taken, take_again, take_in
from corrigenda.report.mail.plans import Envelope
from corrigenda.report.mail.unfetched import fetch_again
from corrigenda.web.plain import one_line

EX_DATAERR: Final = 65
# As Postfix hands it over where there is no sender, beside an empty one.
NULL_SENDERS: Final = frozenset({"", "<>", "MAILER-DAEMON"})
LMTP_THREADS: Final = 4
# Controls, and the directional turns of Unicode; tab and line feed stay.
_OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class TooLarge(click.ClickException):
    """Ends with EX_DATAERR: the mail goes back to its sender, with this line."""

    exit_code = EX_DATAERR


class PipeCommand(click.Command):
    """A mistake in its arguments is the operator's, and costs no reader the mail."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise NotNow(error.format_message()) from error


@click.command()
@click.option("--limit", default=500, show_default=True, help="Mails to take in at most.")
@click.option("--every", type=click.FloatRange(min=1), help="Go on, and look again after so many seconds.")
def fetch(*, limit: int, every: float | None) -> None:
    """Fetch what waits in the mailbox of the settings. Mails are marked there once they are kept here."""
    require_current_tables()
    if not settings.OPTIONS.mailbox_host:
        raise click.ClickException("There is no mailbox: set CORRIGENDA_MAILBOX_HOST and its neighbours.")
    with _ends_in_order(0):
        _fetch(limit, every)


@contextlib.contextmanager
def _ends_in_order(code: int) -> Iterator[None]:
    """End with a code on SIGTERM, as on Ctrl+C, and take the note of the mail that is under way along."""

    def end(*_: object) -> None:
        sys.exit(code)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _fetch(limit: int, every: float | None) -> None:
    while True:
        try:
            click.echo(_fetch_once(limit))
        except (MailboxError, NotNowError) as error:
            if every is None:
                raise click.ClickException(str(error)) from None
            click.echo(str(error), err=True)
        if every is None:
            return
        time.sleep(every)
        close_old_connections()


def _fetch_once(limit: int) -> str:
    became: Counter[str] = Counter()
    with open_mailbox() as box, click.progressbar(length=1, label="Fetching", file=sys.stderr) as bar:

        def start(count: int) -> None:
            bar.length = count

        def each(taken: Taken) -> None:
            became["repeat" if taken.is_repeat else taken.mail.outcome] += 1
            bar.update(1)

        def missed(line: str) -> None:
            click.echo(line, err=True)
            bar.update(1)

        fetch_mails(box, limit=limit, start=start, each=each, missed=missed)
    return _summary(became)


def _summary(became: Counter[str]) -> str:
    names = {**{value: str(label) for value, label in Mail.Outcome.choices}, "repeat": "known already"}
    told = [f"{count} {names[outcome]}" for outcome, count in became.most_common()]
    total = became.total()
    summary = f"{total} {'mail' if total == 1 else 'mails'}{': ' if told else ''}{', '.join(told)}"
    hint = "\nSee them with: corrigenda mail aside" if became[Mail.Outcome.ASIDE] else ""
    return summary + hint


@click.command(cls=PipeCommand)
@click.option("--sender", envvar="SENDER", help="The return path; empty for the null one.")
@click.option("--recipient", "recipients", multiple=True, help="Whom the mail is for; may be repeated.")
def pipe(*, sender: str | None, recipients: tuple[str, ...]) -> None:
    """Take the mail on standard input; its exit code tells a mail server what to do.

    0: kept. 65: too large, back to its sender. 75: not now, try again.
    """
    most = settings.OPTIONS.mailbox_bytes
    raw = sys.stdin.buffer.read(most + 1)
    if len(raw) > most:
        raise TooLarge(f"5.3.4 The mail is larger than {most} bytes.")
    if sender is not None and sender in NULL_SENDERS:
        sender = ""
    try:
        with _ends_in_order(NotNow.exit_code):
            take_in(raw, Envelope(Mail.Way.PIPE, sender=sender, recipients=recipients))
    except NotNowError as error:
        raise NotNow(f"4.3.0 {error}") from None


@click.command()
@click.option("--socket", type=click.Path(path_type=Path), help="Listen at a socket in the file system.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=2424, show_default=True, help="Port.")
def lmtp(*, socket: Path | None, host: str, port: int) -> None:
    """Take mails from a mail server by LMTP until Ctrl+C; each is confirmed once it is kept."""
    require_current_tables()
    close_old_connections()
    try:
        serve_lmtp(
            _take_delivered,
            Place(socket=socket, host=host, port=port),
            most_bytes=settings.OPTIONS.mailbox_bytes,
            threads=LMTP_THREADS,
            ready=lambda place: click.echo(f"LMTP at {place}"),
        )
    except OSError as error:
        raise click.ClickException(str(error)) from None


def _take_delivered(delivered: Delivered) -> bool:
    close_old_connections()
    envelope = Envelope(Mail.Way.LMTP, sender=delivered.sender, recipients=(delivered.recipient,))
    try:
        take_in(delivered.content, envelope)
    except NotNowError as error:
        click.echo(str(error), err=True)
        return False
    finally:
        close_old_connections()
    return True


@click.command()
@click.option("--retry", "retried", type=int, multiple=True, metavar="NUMBER", help="Try one again.")
@click.option("--retry-all", is_flag=True, help="Try all of them again.")
@click.option(
    "--show",
    type=int,
    metavar="NUMBER",
    help="Write the bytes of one to standard output; to a terminal without its control characters.",
)
@click.option("--drop", "dropped", type=int, multiple=True, metavar="NUMBER", help="Delete one for good.")
def aside(*, retried: tuple[int, ...], retry_all: bool, show: int | None, dropped: tuple[int, ...]) -> None:
    """List the mails that were set aside, each with its number and the reason; or deal with them."""
    require_current_tables()
    if show is not None:
        _write_out(bytes(_one(show).raw or b""))
    elif dropped:
        for number in dropped:
            _one(number).delete()
            click.echo(f"{number} deleted")
    elif retried or retry_all:
        _retry(mails.mails_aside() if retry_all else [_one(number) for number in retried])
    else:
        _list()


def _list() -> None:
    is_empty = True
    for kept in mails.list_aside():
        is_empty = False
        at = f"{kept.at:%Y-%m-%d %H:%M}"
        click.echo(f"{kept.number}\t{at}\t{one_line(kept.reason)}\t{one_line(kept.about)}")
    if is_empty:
        click.echo("There are none.", err=True)


def _write_out(raw: bytes) -> None:
    """Write bytes of a stranger to standard output; a terminal, which obeys some, gets them as signs."""
    if sys.stdout.isatty():
        text = raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        raw = _OBEYED.sub(lambda found: f"\\x{ord(found[0]):02x}", text).encode()
    sys.stdout.buffer.write(raw)


def _one(number: int) -> Mail:
    found = mails.mails_aside().filter(pk=number).first()
    if found is None:
        raise click.ClickException(f"No mail with the number {number} was set aside.")
    return found


def _retry(mails: Iterable[Mail]) -> None:
    for mail in mails:
        number = mail.pk
        if fetch_again(mail):
            click.echo(f"{number} is fetched again by the next: corrigenda mail fetch")
            continue
        try:
            done = take_again(mail)
        except NotNowError as error:
            raise click.ClickException(str(error)) from None
        reason = f": {done.reason}" if done.reason else ""
        click.echo(f"{done.pk} {done.get_outcome_display()}{reason}")
