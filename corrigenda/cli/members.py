"""`corrigenda member`: adds members, sets passwords and roles, closes and opens accounts, ends sessions."""

import click
from django.utils import timezone

from corrigenda.accounts import actions, queries
from corrigenda.accounts.wording import client_in_words
from corrigenda.models import Member


@click.group()
def member() -> None:
    """Who may sign in at the desk."""


@member.command("add")
@click.argument("username")
@click.option("--name", default="", help="The name that the history shows.")
@click.option("--email", default="", help="May be used to sign in.")
@click.option("--administrator", is_flag=True, help="May add and change sites.")
@click.password_option(envvar="CORRIGENDA_MEMBER_PASSWORD", help="Asked for when it is not given.")
def add_member(username: str, *, name: str, email: str, administrator: bool, password: str) -> None:
    """Add someone who may sign in."""
    role = Member.Role.ADMINISTRATOR if administrator else Member.Role.EDITOR
    try:
        actions.add_member(username=username, password=password, email=email, name=name, role=role)
    except actions.MemberError as error:
        raise click.ClickException(f"{error}{_instead(username)}") from None
    click.echo(f"{username} may sign in.")


@member.command("password")
@click.argument("username")
@click.password_option(envvar="CORRIGENDA_MEMBER_PASSWORD", help="Asked for when it is not given.")
def set_password(username: str, *, password: str) -> None:
    """Give a member a new password and end their sessions."""
    found = _member(username)
    try:
        actions.check_password_allowed(member=found, password=password)
    except actions.MemberError as error:
        raise click.ClickException(str(error)) from None
    actions.set_password(member=found, password=password)
    click.echo(f"{found.username} has a new password, and is signed out everywhere.")


@member.command("list")
def list_members() -> None:
    """List the members: user name, role, open or closed, last sign-in, e-mail address, name."""
    members = queries.all_members()
    if not members:
        click.echo("There are none. To add one: corrigenda member add NAME", err=True)
    for one in members:
        state = "open" if one.is_active else "closed"
        last = timezone.localtime(one.last_login).isoformat(" ", "minutes") if one.last_login else "never"
        click.echo(
            f"{one.username}\t{one.role}\t{state}\t{last}\t{one.email}\t{one.get_full_name()}".rstrip()
        )


@member.command("close")
@click.argument("username")
def close_member(username: str) -> None:
    """Let a member sign in no more and end their sessions; `open` undoes it."""
    found = _member(username)
    if not actions.close_member(member=found):
        click.echo(f"{found.username} was closed already.")
        return
    click.echo(f"{found.username} can sign in no more. To undo this: corrigenda member open {found.username}")


@member.command("open")
@click.argument("username")
def open_member(username: str) -> None:
    """Let a closed member sign in again, without waiting for what others guessed."""
    found = _member(username)
    actions.open_member(member=found)
    click.echo(f"{found.username} may sign in.")


@member.command("role")
@click.argument("username")
@click.argument("role", type=click.Choice(Member.Role.values))
def change_role(username: str, role: str) -> None:
    """Make a member an editor or an administrator."""
    found = _member(username)
    if not actions.change_role(member=found, role=Member.Role(role)):
        click.echo(f"{found.username} was {role} already.")
        return
    click.echo(f"{found.username} is {role} now.")


@member.command("sessions")
@click.argument("username")
@click.option("--end", "is_end", is_flag=True, help="End them all: every browser has to sign in again.")
def show_sessions(username: str, *, is_end: bool) -> None:
    """List a member's sessions: begun, last active, latest end, browser; or end them."""
    found = _member(username)
    if is_end:
        number = actions.end_sessions(member=found)
        click.echo(f"{number} {'session' if number == 1 else 'sessions'} of {found.username} ended.")
        return
    sessions = queries.sessions_of(found)
    if not sessions:
        click.echo("There are none.", err=True)
    for one in sessions:
        times = [
            timezone.localtime(at).isoformat(" ", "minutes")
            for at in (one.begun_at, one.active_at, one.ends_at)
        ]
        click.echo("\t".join([*times, client_in_words(one.browser, one.system)]))


def _instead(username: str) -> str:
    """Return what to do where a member of this name is there already; empty where there is none."""
    found = Member.objects.filter(username__iexact=Member.normalize_username(username)).first()
    if found is None:
        return ""
    if not found.is_active:
        return f" To let them sign in again: corrigenda member open {found.username}"
    return f" To give them a new password: corrigenda member password {found.username}"


def _member(username: str) -> Member:
    found = Member.objects.filter(username=username).first()
    if found is None:
        raise click.ClickException(
            f"There is no member called {username}. “corrigenda member list” names them all."
        )
    return found
