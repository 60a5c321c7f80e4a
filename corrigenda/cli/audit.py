"""`corrigenda audit`: what happened to accounts."""

import click
from django.utils import timezone

from corrigenda.accounts import queries
from corrigenda.accounts.wording import client_in_words
from corrigenda.models import AuditEvent, Member


@click.command()
@click.option("--member", "username", default="", help="Events of this account alone, by its user name.")
@click.option(
    "--kind", default=None, type=click.Choice(AuditEvent.Kind.values), help="Events of this kind alone."
)
@click.option("--last", default=50, type=click.IntRange(1, 100_000), help="How many, the newest first.")
def audit(username: str, kind: str | None, last: int) -> None:
    """List sign-ins, failed ones, ended sessions and changes of members, the newest first.

    Each line has: number, time, kind, how many times (a failure within a minute, else on that day),
    account (or a hash of a name that is nobody's), by whom, details, browser, and a hash of the network.
    """
    if username and not Member.objects.filter(username=username).exists():
        raise click.ClickException(
            f"There is no member called {username}. “corrigenda member list” names them all."
        )
    events = queries.events(member=username, kind=kind or "")[:last]
    if not events:
        click.echo("There are none.", err=True)
    for event in events:
        whose = event.member.get_username() if event.member else event.login_hash
        parts = (
            str(event.pk),
            timezone.localtime(event.at).isoformat(" ", "seconds"),
            event.kind,
            str(event.times),
            whose,
            event.by_member.get_username() if event.by_member else event.by,
            event.detail,
            client_in_words(event.browser, event.system) if event.browser or event.system else "",
            event.network_hash,
        )
        click.echo("\t".join(parts).rstrip())
