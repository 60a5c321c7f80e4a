"""Changes members: adds them, sets passwords, closes and opens accounts, for the shell and the pages."""

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from corrigenda.accounts import counting, hashing
from corrigenda.models import Member


class MemberError(Exception):
    """What was asked for is not possible; `problems` has a sentence for each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def add_member(*, username: str, password: str, email: str, name: str, role: Member.Role) -> Member:
    """Add someone who may sign in; raises MemberError with every problem at once."""
    member = Member(username=Member.normalize_username(username), email=email, first_name=name, role=role)
    problems: dict[str, str] = {}
    try:
        member.full_clean(exclude=["password"])
    except ValidationError as error:
        problems = {field: " ".join(sentences) for field, sentences in error.message_dict.items()}
    if Member.objects.filter(username__iexact=member.username).exists():
        problems["username"] = _("There is a member called %(name)s already.") % {"name": member.username}
    if email and Member.objects.filter(email__iexact=email).exists():
        problems["email"] = _("Another member signs in with this address already.")
    problems |= _password_problem(password, member)
    if problems:
        raise MemberError(problems)
    member.password = hashing.make(password)
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError:
        # Somebody else added the same name after it was looked for.
        taken = _("There is a member called %(name)s already.") % {"name": member.username}
        raise MemberError({"username": taken}) from None
    return member


def check_password_allowed(*, member: Member, password: str) -> None:
    """Raise MemberError where this member may not have this password."""
    if problem := _password_problem(password, member):
        raise MemberError(problem)


def set_password(*, member: Member, password: str) -> None:
    """Give a member a new password, which was found good; ends the sessions and voids the device cookies."""
    member.password = hashing.make(password)
    with transaction.atomic():
        member.save(update_fields=["password"])
        end_sessions(member=member)


def hash_again(*, member: Member, password: str) -> None:
    """Store the present password under the hash that is used now, unless it was changed in between."""
    former = member.password
    member.password = hashing.make(password)
    if not Member.objects.filter(pk=member.pk, password=former).update(password=member.password):
        member.refresh_from_db(fields=["password"])


def close_member(*, member: Member) -> bool:
    """Let a member sign in no more, and end the sessions; return whether the account was open."""
    with transaction.atomic():
        was_open = Member.objects.filter(pk=member.pk, is_active=True).update(is_active=False)
        end_sessions(member=member)
    member.is_active = False
    return bool(was_open)


def open_member(*, member: Member) -> bool:
    """Let a member sign in again, at once; return whether the account was closed.

    What others guessed at this name is forgotten: somebody with a new browser need not wait for it.
    """
    was_closed = Member.objects.filter(pk=member.pk, is_active=False).update(is_active=True)
    logins = {login for login in (member.username, member.email) if login}
    counting.forget(counting.name_key(login) for login in logins)
    member.is_active = True
    return bool(was_closed)


def end_sessions(*, member: Member) -> int:
    """Delete every session of a member; return how many there were.

    A session names its member inside of its signed data alone, so all of them are read.
    """
    mine = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(member.pk)
    ]
    Session.objects.filter(session_key__in=mine).delete()
    return len(mine)


def _password_problem(password: str, member: Member) -> dict[str, str]:
    try:
        validate_password(password, member)
    except ValidationError as error:
        return {"password": " ".join(error.messages)}
    return {}
